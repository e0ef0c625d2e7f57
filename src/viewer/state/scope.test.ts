/** What the panels show for a range and for brushed lengths, against sums over all rows. */
import { beforeAll, describe, expect, it } from 'vitest';
import { openSynthetic } from '../../../test/e2e/support/open-trace.ts';
import { DISPLAY_STATES, taskLength } from '../../analysis/index.ts';
import { binsOf, lengthsOf, movedBins } from '../panels/histogram-brush.tsx';
import type { TimeWindow } from '../timeline/scale.ts';
import { AppState } from './app-state.ts';
import type { OpenTrace } from './open-trace.ts';
import { Scope, totalsIn } from './scope.ts';

let trace: OpenTrace;

beforeAll(async () => {
  trace = await openSynthetic({ seconds: 3, requestsPerSecond: 60 });
});

const RANGE: TimeWindow = { start: 1.2e9, end: 1.7e9 };

function scoped(range?: TimeWindow, lengths?: TimeWindow): Scope {
  const app = new AppState();
  app.open(trace);
  app.range.value = range;
  app.lengths.value = lengths;
  return new Scope(app);
}

/** Time per state within a window of the strands that are wanted, row by row. */
function sumOfRows(window: TimeWindow, wanted: (strand: number) => boolean): Float64Array {
  const { count, start, end, display, goroutine } = trace.model.intervals;
  const sums = new Float64Array(DISPLAY_STATES);
  for (let row = 0; row < count; row++) {
    if (!wanted(goroutine[row]!)) continue;
    sums[display[row]!]! += Math.max(0, Math.min(window.end, end[row]!) - Math.max(window.start, start[row]!));
  }
  return sums;
}

function expectClose(actual: Float64Array, expected: Float64Array): void {
  actual.forEach((value, i) => {
    expect(value).toBeCloseTo(expected[i]!, 0);
  });
}

describe('without a range', () => {
  it('is the whole trace, and hides nothing', () => {
    const scope = scoped();
    expect(scope.inRange.value).toBe(trace.summary.slowest);
    expect(scope.requests.value.kinds).toBe(trace.summary.taskTypes);
    expect(scope.mask.value).toBeUndefined();
    expect(scope.latency.value).toBe(trace.summary.latency);
    expect(scope.findings.value.length).toBeGreaterThan(0);
    expect(scope.findings.value.length).toBeLessThanOrEqual(5);
  });
});

describe('a range', () => {
  it('has the requests that overlap it, slowest first', () => {
    const { start, end } = trace.model.tasks;
    const { tasks, kinds, p50 } = scoped(RANGE).requests.value;
    const expected = trace.summary.slowest.filter((t) => start[t]! < RANGE.end && end[t]! > RANGE.start);
    expect(tasks.length).toBeGreaterThan(10);
    expect(tasks.length).toBeLessThan(trace.summary.slowest.length);
    expect([...tasks]).toEqual([...expected]);
    expect(kinds.reduce((sum, kind) => sum + kind.tasks.length, 0)).toBe(tasks.length);
    expect(tasks.filter((t) => taskLength(trace.model, t) <= p50).length / tasks.length).toBeGreaterThanOrEqual(0.5);
  });

  it('has the time of groups within it, and the strands that lived then', () => {
    const { groupTime, groupCount } = scoped(RANGE);
    const { group } = trace.model.goroutines;
    for (let g = 0; g < trace.model.groups.count; g++) {
      const own = groupTime.value.slice(g * DISPLAY_STATES, (g + 1) * DISPLAY_STATES);
      expectClose(
        own,
        sumOfRows(RANGE, (strand) => group[strand] === g),
      );
    }
    const alive = Array.from(group, (g, strand) => ({ g, alive: trace.isAliveIn(strand, RANGE) }));
    expect(groupCount.value[0]).toBe(alive.filter((strand) => strand.alive && strand.g === 0).length);
  });

  it('has the blocks and findings that touch it', () => {
    const block = trace.summary.blocks[0]!;
    const inside = { start: block.start + 1e6, end: block.start + 2e6 };
    expect(scoped(inside).blocks.value).toEqual([block]);
    const blocked = scoped(inside).findings.value.find((finding) => finding.id === 'loop-block');
    expect(blocked?.target).toMatchObject({ kind: 'interval', interval: block.interval });
    const quiet = { start: block.end + 10e6, end: block.end + 20e6 };
    expect(scoped(quiet).blocks.value).toEqual([]);
  });
});

describe('brushed lengths', () => {
  const lengths = { start: 20e6, end: 1e12 };

  it('leave the requests of these lengths, in lists, in the timeline and in totals', () => {
    const scope = scoped(undefined, lengths);
    const { tasks } = scope.requests.value;
    expect(tasks.length).toBeGreaterThan(0);
    expect(tasks.every((t) => taskLength(trace.model, t) >= lengths.start)).toBe(true);
    expect(scope.inRange.value.length).toBeGreaterThan(tasks.length);
    const mask = scope.mask.value!;
    expect(mask.reduce((a, b) => a + b, 0)).toBe(tasks.length);
    const { goroutineOffset, goroutines } = trace.model.tasks;
    const workers = new Set(
      [...tasks].flatMap((t) => [...goroutines.slice(goroutineOffset[t], goroutineOffset[t + 1])]),
    );
    expectClose(
      totalsIn(trace, RANGE, mask),
      sumOfRows(RANGE, (strand) => workers.has(strand)),
    );
  });

  it('may leave nothing', () => {
    const { requests, latency } = scoped(undefined, { start: 1e15, end: 2e15 });
    expect(requests.value.tasks.length).toBe(0);
    expect(requests.value.kinds).toEqual([]);
    expect(latency.value).toBeDefined();
  });

  it('are whole bins of the histogram', () => {
    const latency = trace.summary.latency!;
    for (const [a, b] of [
      [0, 39],
      [7, 7],
      [12, 5],
    ] as const) {
      expect(binsOf(latency, lengthsOf(latency, a, b))).toEqual([Math.min(a, b), Math.max(a, b)]);
    }
  });

  it('move by arrow keys to the next bin that has requests, and grow with Shift', () => {
    const latency = trace.summary.latency!;
    const [first] = movedBins(latency, undefined, 1, false);
    expect(latency.counts.findIndex((n) => n > 0)).toBe(first);
    const [last] = movedBins(latency, undefined, -1, false);
    expect(latency.counts[last]).toBeGreaterThan(0);
    expect(movedBins(latency, [3, 5], 1, true)).toEqual([3, 6]);
    expect(movedBins(latency, [3, 5], -1, true)).toEqual([2, 5]);
    expect(movedBins(latency, [0, 39], 1, true)).toEqual([0, 39]);
  });
});
