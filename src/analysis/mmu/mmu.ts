/**
 * Minimum mutator utilization: the least mean utilization over any window of a given length within the trace (Cheng and
 * Blelloch, PLDI 2001), and how utilization is distributed over all windows.
 *
 * The mean over a window is a continuous, piecewise linear function of where the window begins; its corners lie where
 * either edge meets a step of the utilization. So only those beginnings are looked at, in one walk with two pointers over
 * the running sums: at most linear in the steps, exact, and no estimate is involved. A window that is longer than a series is
 * as long as the series.
 */
import { Float64List, lowerBound, upperBound } from '../../base/index.ts';
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

/** Quantiles of all windows that the page of `go tool trace` draws. */
export const MMU_QUANTILES = [0.001, 0.01, 0.05] as const;

/** Lengths of windows to look at: 1, 2, 5, 10 … from 1 µs on, and the length of the series; ns. */
export function windowsUpTo(length: number): number[] {
  const windows: number[] = [];
  for (let decade = 1e3; decade < length; decade *= 10)
    for (const factor of [1, 2, 5]) if (decade * factor < length) windows.push(decade * factor);
  return [...windows, length];
}

export class MmuCurve {
  readonly #series: readonly Summed[];

  /** @param series as from `utilization` */
  constructor(series: readonly UtilizationSeries[]) {
    this.#series = series.filter(({ time }) => time.length > 1).map(summed);
  }

  /** Length of the longest series, ns. */
  get length(): number {
    return Math.max(0, ...this.#series.map(lengthOf));
  }

  /** The least mean utilization over windows of a length, ns; 1 for no trace at all, 0 for no length. */
  mmu(window: number): number {
    if (window <= 0) return 0;
    return this.#series.reduce((least, series) => leastMean(series, window, least), 1);
  }

  /** The worst windows of a length that do not overlap, worst first: of those where the mean is least around. */
  worst(window: number, most: number): MmuWindow[] {
    const all = this.#series.flatMap((series) => minima(windowMeans(series, window)));
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
    const means = this.#series.map((series) => windowMeans(series, window));
    const distribution = new Distribution(means);
    if (distribution.mass === 0) return quantiles.map(() => this.mmu(window));
    return quantiles.map((q) => distribution.quantile(q));
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

/** Walks over the beginnings at which the mean over a window may have a corner. */
class WindowWalk {
  /** Where the window begins, and its mean. */
  now: number;
  mean = 0;
  readonly width: number;
  readonly #series: Summed;
  readonly #last: number;
  #left = 0;
  #right = 0;

  constructor(series: Summed, window: number) {
    this.#series = series;
    this.width = Math.min(window, lengthOf(series));
    this.now = series.time[0]!;
    this.#last = series.time.at(-1)! - this.width;
    this.#measure();
  }

  /** Goes to the next corner that is not before `least`; false at the end. */
  advance(least = 0): boolean {
    const { time } = this.#series;
    if (this.now >= this.#last) return false;
    const next = Math.min(
      time[this.#left + 1] ?? this.#last,
      (time[this.#right + 1] ?? Number.POSITIVE_INFINITY) - this.width,
    );
    // An edge may meet a step within less than the precision of a number.
    this.now = Math.min(this.#last, Math.max(least, next > this.now ? next : this.#last));
    this.#measure();
    return true;
  }

  #measure(): void {
    const { time, util, sum } = this.#series;
    this.#left = stepAt(time, this.now, this.#left);
    this.#right = stepAt(time, this.now + this.width, this.#right);
    const upToLeft = sum[this.#left]! + util[this.#left]! * (this.now - time[this.#left]!);
    const upToRight = sum[this.#right]! + util[this.#right]! * (this.now + this.width - time[this.#right]!);
    this.mean = Math.max(0, (upToRight - upToLeft) / this.width);
  }
}

/** The last step that is not after `at`, looked for from step `from` on: near ones first. */
function stepAt(time: Float64Array, at: number, from: number): number {
  let reach = 1;
  while (from + reach < time.length && time[from + reach]! <= at) reach *= 2;
  return upperBound(time, at, from, Math.min(time.length, from + reach)) - 1;
}

/**
 * The least mean over the windows of a series, if it is below `least`. The mean changes by at most the share of the window by
 * which it moves, so that where it is far above the least so far, the walk may jump.
 */
function leastMean(series: Summed, window: number, least: number): number {
  const walk = new WindowWalk(series, window);
  let found = Math.min(least, walk.mean);
  while (found > 0 && walk.advance(walk.now + (walk.mean - found) * walk.width)) found = Math.min(found, walk.mean);
  return found;
}

/** Where windows begin at which the mean has a corner, ascending, and the means; it is linear between them. */
interface WindowMeans {
  readonly time: Float64Array;
  readonly mean: Float64Array;
}

function windowMeans(series: Summed, window: number): WindowMeans {
  const time = new Float64List();
  const mean = new Float64List();
  const walk = new WindowWalk(series, window);
  do {
    time.push(walk.now);
    mean.push(walk.mean);
  } while (walk.advance());
  return { time: time.toArray(), mean: mean.toArray() };
}

/** The windows whose mean is not above those of the corners before and behind. */
function minima({ time, mean }: WindowMeans): MmuWindow[] {
  const found: MmuWindow[] = [];
  for (let i = 0; i < time.length; i++)
    if (!(mean[i - 1]! < mean[i]!) && !(mean[i + 1]! < mean[i]!)) found.push({ time: time[i]!, utilization: mean[i]! });
  return found;
}

const BINS = 1024;
/** Halvings after which a value within a bin is known as well as matters: 2^-40 of a bin. */
const HALVINGS = 40;

/**
 * How the mean over a window is distributed over all its beginnings. Between two corners the mean goes evenly from one value
 * to the other. Bins tell in which of them a quantile lies; only the stretches that touch that bin are looked at closely.
 */
class Distribution {
  /** Time of all beginnings, ns. */
  readonly mass: number;
  readonly #means: readonly WindowMeans[];
  /** Mass below the lower edge of each bin. */
  readonly #below = new Float64Array(BINS + 1);

  constructor(means: readonly WindowMeans[]) {
    this.#means = means;
    const inBin = new Float64Array(BINS + 1);
    for (const { time, mean } of means)
      for (let i = 1; i < time.length; i++) spread(inBin, mean[i - 1]!, mean[i]!, time[i]! - time[i - 1]!);
    for (let bin = 0; bin < BINS; bin++) this.#below[bin + 1] = this.#below[bin]! + inBin[bin]!;
    this.mass = this.#below[BINS]!;
  }

  quantile(q: number): number {
    const wanted = this.mass * q;
    const bin = Math.min(BINS - 1, Math.max(0, lowerBound(this.#below, wanted) - 1));
    const near = this.#near(bin);
    let [low, high] = [bin / BINS, (bin + 1) / BINS];
    for (let i = 0; i < HALVINGS; i++) {
      const middle = (low + high) / 2;
      if (this.#below[bin]! + massBetween(near, bin / BINS, middle) < wanted) low = middle;
      else high = middle;
    }
    // A quantile that lies at the edge of the first bin is nothing, not nearly nothing.
    return low === 0 ? 0 : high;
  }

  /** Stretches with values in a bin: low, high and mass of each. */
  #near(bin: number): Float64Array {
    const found = new Float64List();
    for (const { time, mean } of this.#means) {
      for (let i = 1; i < time.length; i++) {
        const low = Math.min(mean[i - 1]!, mean[i]!);
        const high = Math.max(mean[i - 1]!, mean[i]!);
        if (binOf(low) > bin || binOf(high) < bin) continue;
        found.push(low);
        found.push(high);
        found.push(time[i]! - time[i - 1]!);
      }
    }
    return found.toArray();
  }
}

function binOf(value: number): number {
  return Math.min(BINS - 1, Math.floor(value * BINS));
}

/** Adds the mass of a stretch to the bins of its values. */
function spread(inBin: Float64Array, a: number, b: number, mass: number): void {
  const [low, high] = a < b ? [a, b] : [b, a];
  const [first, last] = [binOf(low), binOf(high)];
  for (let bin = first; bin <= last; bin++) {
    const from = Math.max(low, bin / BINS);
    const to = bin === last ? high : Math.min(high, (bin + 1) / BINS);
    inBin[bin]! += high > low ? (mass * (to - from)) / (high - low) : mass;
  }
}

/** Mass of the values in [from, to) of stretches as from `#near`. */
function massBetween(near: Float64Array, from: number, to: number): number {
  let sum = 0;
  for (let i = 0; i < near.length; i += 3) {
    const [low, high, mass] = [near[i]!, near[i + 1]!, near[i + 2]!];
    if (low === high) sum += low >= from && low < to ? mass : 0;
    else sum += (mass * Math.max(0, Math.min(high, to) - Math.max(low, from))) / (high - low);
  }
  return sum;
}
