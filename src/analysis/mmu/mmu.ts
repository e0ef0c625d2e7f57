/**
 * Minimum mutator utilization: the least mean utilization over any window of a given length within the trace (Cheng and
 * Blelloch, PLDI 2001), and how utilization is distributed over all windows.
 *
 * The mean over a window is a continuous, piecewise linear function of where the window begins; its corners lie where
 * either edge meets a step of the utilization. So only those beginnings are looked at, in one walk with two pointers over
 * the running sums: linear in the steps, exact, and no estimate is involved. A window that is longer than a series is as
 * long as the series.
 */
import type { UtilizationSeries } from './utilization.ts';

/** A window and the mean utilization in it. */
export interface MmuWindow {
  readonly time: number;
  readonly utilization: number;
}

/** A series with the running sum of its utilization: `sum[i]` is the integral up to `time[i]`. */
interface Summed {
  readonly time: Float64Array;
  readonly util: Float64Array;
  readonly sum: Float64Array;
}

export class MmuCurve {
  readonly #series: readonly Summed[];

  /** @param series as from `utilization`; not empty */
  constructor(series: readonly UtilizationSeries[]) {
    this.#series = series.filter(({ time }) => time.length > 1).map(summed);
  }

  /** Length of the longest series, ns. */
  get length(): number {
    return Math.max(0, ...this.#series.map(lengthOf));
  }

  /** The least mean utilization over windows of a length, ns; 1 for no trace at all, 0 for no length. */
  mmu(window: number): number {
    let least = 1;
    if (window <= 0) return 0;
    for (const series of this.#series)
      visitWindows(series, window, (_, mean) => {
        if (mean < least) least = mean;
      });
    return least;
  }

  /** The worst windows of a length that do not overlap, worst first. */
  worst(window: number, most: number): MmuWindow[] {
    const all: MmuWindow[] = [];
    for (const series of this.#series)
      visitWindows(series, window, (time, utilization) => all.push({ time, utilization }));
    all.sort((a, b) => a.utilization - b.utilization || a.time - b.time);
    const chosen: MmuWindow[] = [];
    for (const candidate of all) {
      if (chosen.length === most) break;
      if (chosen.every(({ time }) => Math.abs(time - candidate.time) >= window)) chosen.push(candidate);
    }
    return chosen;
  }

  /**
   * Quantiles of the utilization over all windows of a length: for 0.05, the value that 5 % of the windows do not exceed.
   * The least utilization is quantile 0.
   */
  quantiles(window: number, quantiles: readonly number[]): number[] {
    const parts = this.#series.flatMap((series) => partsOf(series, window));
    const mass = parts.reduce((sum, part) => sum + part.length, 0);
    if (mass === 0) return quantiles.map(() => this.mmu(window));
    return quantiles.map((q) => valueAt(parts, mass * q));
  }
}

function summed({ time, util }: UtilizationSeries): Summed {
  const sum = new Float64Array(time.length);
  for (let i = 1; i < time.length; i++) sum[i] = sum[i - 1]! + util[i - 1]! * (time[i]! - time[i - 1]!);
  return { time, util, sum };
}

function lengthOf({ time }: Summed): number {
  return time.at(-1)! - time[0]!;
}

/** Visits the beginnings at which the mean over a window may have a corner, ascending. */
function visitWindows(series: Summed, window: number, visit: (time: number, mean: number) => void): void {
  const { time, util, sum } = series;
  const width = Math.min(window, lengthOf(series));
  const last = time.at(-1)! - width;
  let [left, right] = [0, 0];
  const sumAt = (step: number, at: number): number => sum[step]! + util[step]! * (at - time[step]!);
  for (let now = time[0]!; ; ) {
    while (left + 1 < time.length && time[left + 1]! <= now) left++;
    while (right + 1 < time.length && time[right + 1]! <= now + width) right++;
    visit(now, Math.max(0, (sumAt(right, now + width) - sumAt(left, now)) / width));
    if (now >= last) return;
    const next = Math.min(time[left + 1] ?? last, (time[right + 1] ?? Number.POSITIVE_INFINITY) - width, last);
    // An edge may meet a step within less than the precision of a number.
    now = next > now ? next : last;
  }
}

/** A stretch of beginnings over which the mean goes from `low` to `high`, or the other way. */
interface Part {
  readonly low: number;
  readonly high: number;
  readonly length: number;
}

function partsOf(series: Summed, window: number): Part[] {
  const parts: Part[] = [];
  let [before, mean] = [Number.NaN, 0];
  visitWindows(series, window, (time, value) => {
    if (time > before) parts.push({ low: Math.min(mean, value), high: Math.max(mean, value), length: time - before });
    [before, mean] = [time, value];
  });
  return parts;
}

/** Halvings after which a value is known as well as a number can hold it. */
const HALVINGS = 60;

/** The value below which the parts have a mass (length): the mass is spread evenly from low to high of each part. */
function valueAt(parts: readonly Part[], mass: number): number {
  let [low, high] = [0, 1];
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (low + high) / 2;
    let below = 0;
    for (const part of parts) {
      if (part.high <= middle) below += part.length;
      else if (part.low < middle) below += (part.length * (middle - part.low)) / (part.high - part.low);
    }
    if (below < mass || below === 0) low = middle;
    else high = middle;
  }
  return low === 0 ? 0 : high;
}
