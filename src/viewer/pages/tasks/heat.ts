/** Latencies as cells: five buckets for every power of ten, as `go tool trace` has them, all kinds on one axis. */
import { bucketStart, timeHistogram } from '../../../analysis/index.ts';
import { duration } from '../../theme/numbers.ts';

/** Steps of the heat palette. */
export const HEAT_STEPS = 5;

export interface HeatAxis {
  /** First bucket, and how many there are. */
  readonly first: number;
  readonly count: number;
}

/** Counts per bucket of one kind. */
export interface Heat {
  readonly first: number;
  readonly counts: readonly number[];
}

/** @param lengths ns */
export function heatOf(lengths: Iterable<number>): Heat {
  const { first, counts } = timeHistogram(lengths);
  return { first, counts };
}

/** The axis that holds all kinds. */
export function heatAxis(heats: readonly Heat[]): HeatAxis {
  const used = heats.filter(({ counts }) => counts.length > 0);
  if (used.length === 0) return { first: 0, count: 0 };
  const first = used.reduce((least, heat) => Math.min(least, heat.first), Number.POSITIVE_INFINITY);
  const end = used.reduce((most, heat) => Math.max(most, heat.first + heat.counts.length), 0);
  return { first, count: end - first };
}

/** How many of a kind are in a bucket. */
export function countIn({ first, counts }: Heat, bucket: number): number {
  return counts[bucket - first] ?? 0;
}

/** Step of the palette for a count: by its root, so that the few slow ones are seen; -1 for none. */
export function heatStep(count: number, most: number): number {
  if (count === 0) return -1;
  return Math.min(HEAT_STEPS - 1, Math.floor(Math.sqrt(count / most) * HEAT_STEPS));
}

const UNITS = ['ns', 'µs', 'ms', 's', '000 s'] as const;

/** What stands over a bucket: the powers of ten, `100 µs`. */
export function bucketHead(bucket: number): string {
  if (bucket % 5 !== 0) return '';
  const power = bucket / 5;
  return `${10 ** (power % 3)} ${UNITS[Math.floor(power / 3)] ?? ''}`;
}

/** `6.31 ms to 10 ms` */
export function bucketText(bucket: number): string {
  return `${duration(bucketStart(bucket))} to ${duration(bucketStart(bucket + 1))}`;
}

/** At most four characters: `412`, `1k`, `412k`. */
export function cellText(count: number): string {
  if (count === 0) return '';
  if (count < 1000) return String(count);
  return count < 999_500 ? `${Math.round(count / 1000)}k` : '1M+';
}
