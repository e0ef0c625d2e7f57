/**
 * Counters at any zoom: the greatest value per bucket of time, so that no peak is lost.
 *
 * Same buckets as the tile pyramid: 2^level ns wide, aligned to time 0. A metric is a step function: the value holds
 * until the next one, so a bucket without a point has the value carried into it. Before the first point there is
 * none (NaN). The finest stored level has about one bucket per 8 points; below it, points are walked.
 */
import { lowerBound } from '../base/index.ts';

/** Points per bucket of the finest level: a double per bucket, twice for all levels, make 2 bytes per point. */
const POINTS_PER_BUCKET = 8;

/** A step function: `value[i]` holds from `time[i]` (ns, ascending) to the next time. */
export interface StepSeries {
  readonly time: Float64Array;
  readonly value: Float64Array;
}

/** Greatest value per bucket; NaN where there is none. */
export type Peaks = Float64Array | Int32Array;

/** Plain data: it can be moved between threads. */
export interface MetricPyramid {
  readonly finest: number;
  /** Levels finest, finest + 1, …, each from bucket 0 on. */
  readonly levels: readonly Peaks[];
}

/** Greatest value in `count` buckets from bucket `first` of a level, by walking the points. */
function walk({ time, value }: StepSeries, level: number, first: number, count: number): Float64Array {
  const width = 2 ** level;
  const peaks = new Float64Array(count).fill(Number.NaN);
  let point = lowerBound(time, first * width);
  let current = point > 0 ? value[point - 1]! : Number.NaN;
  for (let bucket = 0; bucket < count; bucket++) {
    const begin = (first + bucket) * width;
    const end = begin + width;
    // A point on the edge replaces the value that came this far.
    for (; point < time.length && time[point]! === begin; point++) current = value[point]!;
    let most = current;
    for (; point < time.length && time[point]! < end; point++) {
      current = value[point]!;
      if (!(most >= current)) most = current;
    }
    peaks[bucket] = most;
  }
  return peaks;
}

/** The next coarser level. */
function merge(fine: Peaks): Peaks {
  const count = Math.ceil(fine.length / 2);
  const coarse = fine instanceof Int32Array ? new Int32Array(count) : new Float64Array(count);
  for (let bucket = 0; bucket < count; bucket++) {
    const a = fine[2 * bucket]!;
    const b = fine[Math.min(2 * bucket + 1, fine.length - 1)]!;
    coarse[bucket] = b > a || Number.isNaN(a) ? b : a;
  }
  return coarse;
}

/** Builds the pyramid of a metric for the time from 0 to `end` ns. */
export function buildMetricPyramid(series: StepSeries, end: number): MetricPyramid {
  const wanted = Math.max(1, series.time.length / POINTS_PER_BUCKET);
  const finest = Math.max(0, Math.ceil(Math.log2(end / wanted || 1)));
  return pyramidOf(finest, walk(series, finest, 0, Math.floor(end / 2 ** finest) + 1));
}

/** The pyramid above its finest level, from bucket 0 on. */
export function pyramidOf(finest: number, peaks: Peaks): MetricPyramid {
  const levels = [peaks];
  while (levels.at(-1)!.length > 1) levels.push(merge(levels.at(-1)!));
  return { finest, levels };
}

/**
 * Greatest value of `count` buckets from bucket `first` of a level; bucket b begins at b × 2^level ns. Where the level is
 * stored, the result is a view of it, which must not be changed, and ends with the trace; of levels that are finer, the
 * points are asked for; coarser ones are the coarsest that there is.
 */
export function readPeaks(
  points: () => StepSeries,
  pyramid: MetricPyramid,
  level: number,
  first: number,
  count: number,
): Peaks {
  if (level < pyramid.finest) return walk(points(), level, first, count);
  const stored = pyramid.levels[Math.min(level - pyramid.finest, pyramid.levels.length - 1)]!;
  return stored.subarray(first, first + count);
}
