import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bucketStart, timeBucket, timeHistogram } from './time-histogram.ts';

describe('the histogram of durations', () => {
  it('has five buckets for a power of ten, each length in its own', () => {
    expect([1.001, 10.01, 100.1, 1001].map(timeBucket).map((bucket) => Math.round(bucketStart(bucket)))).toEqual([
      1, 10, 100, 1000,
    ]);
    expect(bucketStart(5) / bucketStart(0)).toBeCloseTo(10, 9);
    fc.assert(
      fc.property(fc.double({ min: 1.001, max: 1e15, noNaN: true }), (length) => {
        const bucket = timeBucket(length);
        expect(bucketStart(bucket)).toBeLessThanOrEqual(length * (1 + 1e-9));
        expect(bucketStart(bucket + 1)).toBeGreaterThan(length * (1 - 1e-9));
      }),
    );
  });

  it('counts from the first bucket that is used', () => {
    expect(timeHistogram([101, 102, 1001])).toEqual({ count: 3, first: timeBucket(101), counts: [2, 0, 0, 0, 0, 1] });
    expect(timeHistogram([0])).toEqual({ count: 1, first: 0, counts: [1] });
    expect(timeHistogram([])).toEqual({ count: 0, first: 0, counts: [] });
  });
});
