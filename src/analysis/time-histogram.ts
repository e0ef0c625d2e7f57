/**
 * Durations on a logarithmic axis: five buckets for every power of ten, as the histograms of `go tool trace` have.
 *
 * Bucket b holds lengths from 10^(b/5) ns up to 10^((b+1)/5) ns; bucket 0 also all that is shorter.
 */

const PER_DECADE = 5;
/** As Go computes it, so that lengths at the very edge of a bucket fall to the same side. */
const WIDTH = Math.log(10 ** (1 / PER_DECADE));

export interface TimeHistogram {
  /** How many lengths are in it. */
  readonly count: number;
  /** Number of the first bucket, and counts from it on; empty without lengths. */
  readonly first: number;
  readonly counts: readonly number[];
}

/** The bucket of a length, ns. */
export function timeBucket(length: number): number {
  return length > 0 ? Math.max(0, Math.trunc(Math.log(length) / WIDTH)) : 0;
}

/** The least length of a bucket, ns. */
export function bucketStart(bucket: number): number {
  return 10 ** (bucket / PER_DECADE);
}

/** The histogram of some lengths, ns. */
export function timeHistogram(lengths: Iterable<number>): TimeHistogram {
  const counts: number[] = [];
  let count = 0;
  for (const length of lengths) {
    const bucket = timeBucket(length);
    while (counts.length <= bucket) counts.push(0);
    counts[bucket]!++;
    count++;
  }
  const first = Math.max(
    0,
    counts.findIndex((n) => n > 0),
  );
  return { count, first, counts: counts.slice(first) };
}
