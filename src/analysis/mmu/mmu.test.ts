/** The curve against a look at very many windows, on random step functions, and the utilization of small scripts. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  EventScript,
  ResourceKind,
  Runnable,
  Running,
  Undetermined,
  Waiting,
} from '../../../test/support/event-script.ts';
import { METRIC_PROCS } from '../counter-series.ts';
import { MmuCurve } from './mmu.ts';
import { type UtilizationSeries, utilization } from './utilization.ts';

/** Steps of whole lengths with values from 0 to 1; ends with 0. */
const series = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 0, max: 4 })), { minLength: 1, maxLength: 12 })
  .map((steps): UtilizationSeries => {
    const time = [5];
    for (const [length] of steps) time.push(time.at(-1)! + length);
    return { time: Float64Array.from(time), util: Float64Array.from([...steps.map(([, util]) => util / 4), 0]) };
  });

/** Mean utilization in [from, from + window). */
function mean({ time, util }: UtilizationSeries, from: number, window: number): number {
  let sum = 0;
  for (let i = 0; i + 1 < time.length; i++)
    sum += util[i]! * Math.max(0, Math.min(time[i + 1]!, from + window) - Math.max(time[i]!, from));
  return sum / window;
}

/** Means of windows that begin everywhere, `fine` per ns. */
function means(one: UtilizationSeries, window: number, fine: number): number[] {
  const [first, last] = [one.time[0]!, one.time.at(-1)!];
  const width = Math.min(window, last - first);
  const count = Math.round((last - width - first) * fine);
  return Array.from({ length: count + 1 }, (_, i) => mean(one, first + i / fine, width));
}

describe('the curve', () => {
  it('has the least mean over all windows, wherever they begin', () => {
    fc.assert(
      fc.property(series, fc.integer({ min: 1, max: 60 }), (one, window) => {
        expect(new MmuCurve([one]).mmu(window)).toBeCloseTo(Math.min(...means(one, window, 1)), 9);
      }),
    );
  });

  it('has worst windows that do not overlap, the first of them with the minimum', () => {
    fc.assert(
      fc.property(series, fc.integer({ min: 1, max: 20 }), (one, window) => {
        const curve = new MmuCurve([one]);
        const worst = curve.worst(window, 3);
        expect(worst[0]!.utilization).toBe(curve.mmu(window));
        for (const [i, { time, utilization: value }] of worst.entries()) {
          expect(value).toBeCloseTo(mean(one, time, Math.min(window, curve.length)), 9);
          for (const other of worst.slice(i + 1)) expect(Math.abs(other.time - time)).toBeGreaterThanOrEqual(window);
        }
      }),
    );
  });

  it('has quantiles over all windows', () => {
    fc.assert(
      fc.property(series, fc.integer({ min: 1, max: 20 }), fc.constantFrom(0.05, 0.5, 0.9), (one, window, q) => {
        fc.pre(one.time.at(-1)! - one.time[0]! > window);
        const sorted = means(one, window, 200).sort((a, b) => a - b);
        const [value] = new MmuCurve([one]).quantiles(window, [q]);
        // The value lies between those of nearby ranks: a step of the distribution may lie at the very quantile.
        const near = Math.ceil(sorted.length * 0.01) + 2;
        const rank = Math.floor(q * (sorted.length - 1));
        expect(value).toBeGreaterThanOrEqual(sorted[Math.max(0, rank - near)]! - 1e-9);
        expect(value).toBeLessThanOrEqual(sorted[Math.min(sorted.length - 1, rank + near)]! + 1e-9);
      }),
    );
  });

  it('takes the worst of several series, and knows the ends', () => {
    const busy = { time: Float64Array.of(0, 100), util: Float64Array.of(0.5, 0) };
    const free = { time: Float64Array.of(0, 100), util: Float64Array.of(1, 0) };
    expect(new MmuCurve([free, busy]).mmu(10)).toBe(0.5);
    expect(new MmuCurve([free]).mmu(1000)).toBe(1);
    expect(new MmuCurve([free]).mmu(0)).toBe(0);
  });
});

describe('utilization', () => {
  /** Two procs; a worker runs twice on the second, a goroutine of the first assists, and the world stops once. */
  const collection = () =>
    new EventScript()
      .metric(1, METRIC_PROCS, 2)
      .go(2, 1, Undetermined, Running, { proc: 0 })
      .go(3, 2, Undetermined, Waiting, { proc: 1 })
      .go(10, 2, Waiting, Runnable)
      .go(20, 2, Runnable, Running, { proc: 1 })
      .label(21, 2, 'GC (dedicated)')
      .go(30, 2, Running, Waiting, { reason: 'sync', proc: 1 })
      .range('RangeBegin', 35, 'GC mark assist', ResourceKind.Goroutine, 1)
      .range('RangeEnd', 45, 'GC mark assist', ResourceKind.Goroutine, 1)
      .go(50, 2, Waiting, Runnable)
      .go(51, 2, Runnable, Running, { proc: 1 })
      .label(52, 2, 'GC (dedicated)')
      .go(60, 2, Running, Waiting, { reason: 'sync', proc: 1 })
      .range('RangeBegin', 70, 'stop-the-world (GC mark termination)', ResourceKind.Goroutine, 1)
      .range('RangeEnd', 75, 'stop-the-world (GC mark termination)', ResourceKind.Goroutine, 1)
      // The id tells the procs apart.
      .go(90, 3, Undetermined, Running, { proc: 1 })
      .sync(100)
      .model();
  const steps = ([first]: readonly UtilizationSeries[]) => Array.from(first!.time, (time, i) => [time, first!.util[i]]);

  it('is lower by the share of procs at work for the collector, and none while the world is stopped', () => {
    expect(steps(utilization(collection(), { background: true, assist: true, stw: true }))).toEqual([
      [1, 1],
      [21, 0.5],
      [30, 1],
      [35, 0.5],
      [45, 1],
      [52, 0.5],
      [60, 1],
      [70, 0],
      [75, 1],
      [100, 0],
    ]);
  });

  it("counts a worker's later runs twice where Go does", () => {
    expect(steps(utilization(collection(), { background: true, goCompatible: true }))).toEqual([
      [1, 1],
      [21, 0.5],
      [30, 1],
      [51, 0.5],
      [100, 0],
    ]);
  });

  it('is known per proc, where dedicated workers keep nobody waiting', () => {
    const found = utilization(collection(), { background: true, assist: true, perProc: true });
    expect(found.map((one) => steps([one]))).toEqual([
      [
        [1, 1],
        [35, 0],
        [45, 1],
        [100, 0],
      ],
      [
        [1, 1],
        [100, 0],
      ],
    ]);
  });

  it('is not known without the number of procs', () => {
    expect(utilization(new EventScript().sync(1).model(), { stw: true })).toEqual([]);
  });
});
