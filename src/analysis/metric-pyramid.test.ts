import fc from 'fast-check';
import { expect, it } from 'vitest';
import { buildMetricPyramid, readPeaks, type StepSeries } from './metric-pyramid.ts';

const points = fc.array(fc.tuple(fc.integer({ min: 1, max: 500 }), fc.integer({ min: -50, max: 50 })), {
  maxLength: 120,
});

function seriesOf(steps: readonly (readonly [number, number])[]): StepSeries {
  let now = 0;
  return {
    time: Float64Array.from(steps, ([step]) => {
      now += step;
      return now;
    }),
    value: Float64Array.from(steps, ([, value]) => value),
  };
}

/** Values in force at some moment of [from, to), the slow and obvious way. */
function valuesIn(series: StepSeries, from: number, to: number): number[] {
  return [...series.value].filter((_, i) => {
    const until = i + 1 < series.time.length ? series.time[i + 1]! : Number.POSITIVE_INFINITY;
    return series.time[i]! < to && until > from;
  });
}

it('every bucket of every level holds the greatest value in force in it', () => {
  fc.assert(
    fc.property(points, fc.nat(30), (steps, extra) => {
      const series = seriesOf(steps);
      const end = (series.time.at(-1) ?? 0) + extra;
      const pyramid = buildMetricPyramid(series, end);
      for (let level = 0; level < pyramid.finest + pyramid.levels.length + 2; level++) {
        const width = 2 ** level;
        const count = Math.min(50, Math.floor(end / width) + 1);
        const peaks = readPeaks(() => series, pyramid, level, 0, count);
        if (level >= pyramid.finest) expect(peaks.length).toBeLessThanOrEqual(count);
        for (let bucket = 0; bucket < peaks.length; bucket++) {
          const values = valuesIn(series, bucket * width, (bucket + 1) * width);
          expect(peaks[bucket]).toBe(values.length === 0 ? Number.NaN : Math.max(...values));
        }
      }
    }),
    { numRuns: 60 },
  );
});

it('a window reads like the same part of a larger one', () => {
  fc.assert(
    fc.property(points, fc.nat(10), fc.nat(20), (steps, level, first) => {
      const series = seriesOf(steps);
      const pyramid = buildMetricPyramid(series, series.time.at(-1) ?? 0);
      const all = readPeaks(() => series, pyramid, level, 0, 40);
      const part = readPeaks(() => series, pyramid, level, first, 20);
      expect(part).toEqual(all.slice(first, first + 20));
      if (level < pyramid.finest) expect(part).toHaveLength(20);
    }),
  );
});
