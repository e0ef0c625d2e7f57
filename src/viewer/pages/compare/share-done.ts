/**
 * Two latency distributions as data for a picture: the share that is done within a time, and how sure a quantile is.
 */

/** Share of the lengths that are at most `time`. @param ascending lengths, shortest first */
export function shareWithin(ascending: Float64Array, time: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ascending[middle]! <= time) low = middle + 1;
    else high = middle;
  }
  return ascending.length === 0 ? 0 : low / ascending.length;
}

/** Half the width of 95 % of a normal distribution, in standard deviations. */
const Z95 = 1.96;

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/**
 * The interval that holds the true quantile with 95 % confidence, whatever the distribution: the values at the ranks
 * `n q ± 1.96 √(n q (1 − q))`, rounded outwards, as the number of values below the quantile is binomial (Conover, Practical
 * Nonparametric Statistics, 3.2). Undefined where a rank lies outside of the values: there are too few of them.
 *
 * @param ascending values, smallest first
 */
export function quantileInterval(ascending: Float64Array, q: number): Interval | undefined {
  const n = ascending.length;
  const half = Z95 * Math.sqrt(n * q * (1 - q));
  const low = Math.floor(n * q - half);
  const high = Math.ceil(n * q + half) + 1;
  return low < 1 || high > n ? undefined : { low: ascending[low - 1]!, high: ascending[high - 1]! };
}
