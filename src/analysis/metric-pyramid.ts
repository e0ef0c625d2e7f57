/**
 * Counters at any zoom: the least and the greatest value per bucket of time, so that no peak is lost.
 *
 * Same buckets as the tile pyramid: 2^level ns wide, aligned to time 0. A metric is a step function: the value holds
 * until the next one, so a bucket without a point has the value carried into it. Before the first point there is
 * none (NaN). The finest stored level has about one bucket per 8 points; below it, points are walked.
 */
import { lowerBound } from '../base/index.ts';

/** Points per bucket of the finest level: two doubles per bucket, twice for all levels, make 4 bytes per point. */
const POINTS_PER_BUCKET = 8;

/** A step function: `value[i]` holds from `time[i]` (ns, ascending) to the next time. */
export interface StepSeries {
  readonly time: Float64Array;
  readonly value: Float64Array;
}

/** Least and greatest value per bucket; NaN where there is none. */
export interface MinMax {
  readonly min: Float64Array;
  readonly max: Float64Array;
}

/** Plain data: it can be moved between threads. */
export interface MetricPyramid {
  readonly finest: number;
  /** Levels finest, finest + 1, …, each from bucket 0 on. */
  readonly levels: readonly MinMax[];
}

/** Least and greatest value in `count` buckets from bucket `first` of a level, by walking the points. */
function walk(series: StepSeries, level: number, first: number, count: number): MinMax {
  const { time, value } = series;
  const width = 2 ** level;
  const min = new Float64Array(count).fill(Number.NaN);
  const max = new Float64Array(count).fill(Number.NaN);
  let point = lowerBound(time, first * width);
  let current = point > 0 ? value[point - 1]! : Number.NaN;
  for (let bucket = 0; bucket < count; bucket++) {
    const begin = (first + bucket) * width;
    const end = begin + width;
    // A point on the edge replaces the value that came this far.
    for (; point < time.length && time[point]! === begin; point++) current = value[point]!;
    let least = current;
    let most = current;
    for (; point < time.length && time[point]! < end; point++) {
      current = value[point]!;
      if (!(least <= current)) least = current;
      if (!(most >= current)) most = current;
    }
    min[bucket] = least;
    max[bucket] = most;
  }
  return { min, max };
}

function merge(fine: MinMax): MinMax {
  const count = Math.ceil(fine.min.length / 2);
  const min = new Float64Array(count);
  const max = new Float64Array(count);
  for (let bucket = 0; bucket < count; bucket++) {
    const a = 2 * bucket;
    const b = Math.min(a + 1, fine.min.length - 1);
    min[bucket] = fine.min[b]! < fine.min[a]! || Number.isNaN(fine.min[a]!) ? fine.min[b]! : fine.min[a]!;
    max[bucket] = fine.max[b]! > fine.max[a]! || Number.isNaN(fine.max[a]!) ? fine.max[b]! : fine.max[a]!;
  }
  return { min, max };
}

/** Builds the pyramid of a metric for the time from 0 to `end` ns. */
export function buildMetricPyramid(series: StepSeries, end: number): MetricPyramid {
  const wanted = Math.max(1, series.time.length / POINTS_PER_BUCKET);
  const finest = Math.max(0, Math.ceil(Math.log2(end / wanted || 1)));
  const levels = [walk(series, finest, 0, Math.floor(end / 2 ** finest) + 1)];
  while (levels.at(-1)!.min.length > 1) levels.push(merge(levels.at(-1)!));
  return { finest, levels };
}

/**
 * Least and greatest value of `count` buckets from bucket `first` of a level; bucket b begins at b × 2^level ns. Where the
 * level is stored, the result is a view of it, which must not be changed.
 */
export function readMinMax(
  series: StepSeries,
  pyramid: MetricPyramid,
  level: number,
  first: number,
  count: number,
): MinMax {
  const stored = pyramid.levels[level - pyramid.finest];
  if (stored === undefined || first < 0 || first + count > stored.min.length) return walk(series, level, first, count);
  return { min: stored.min.subarray(first, first + count), max: stored.max.subarray(first, first + count) };
}
