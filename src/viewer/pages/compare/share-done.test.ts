/** Shares and intervals of quantiles, against what they must be for known values. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quantileInterval, shareWithin } from './share-done.ts';

describe('shareWithin', () => {
  it('counts those that are not longer', () => {
    const lengths = Float64Array.of(1, 2, 2, 8);
    expect([0, 1, 2, 7, 8].map((time) => shareWithin(lengths, time))).toEqual([0, 0.25, 0.75, 0.75, 1]);
    expect(shareWithin(new Float64Array(0), 5)).toBe(0);
  });
});

describe('quantileInterval', () => {
  it('has the ranks of the formula', () => {
    const values = Float64Array.from({ length: 100 }, (_, i) => i + 1);
    // 50 ± 9.8: ranks 40 and 61.
    expect(quantileInterval(values, 0.5)).toEqual({ low: 40, high: 61 });
    expect(quantileInterval(values, 0.99)).toBeUndefined();
    expect(quantileInterval(values.subarray(0, 4), 0.5)).toBeUndefined();
  });

  it('lies around the median of the sample', () => {
    const random = fc.sample(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 60, maxLength: 60 }), {
      numRuns: 50,
      seed: 7,
    });
    for (const sample of random) {
      const sorted = Float64Array.from(sample).sort();
      const { low, high } = quantileInterval(sorted, 0.5)!;
      const median = (sorted[29]! + sorted[30]!) / 2;
      expect(low).toBeLessThanOrEqual(median);
      expect(high).toBeGreaterThanOrEqual(median);
    }
  });
});
