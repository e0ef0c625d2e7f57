/**
 * The test of Mann and Whitney: do two samples come from the same distribution, or are values of one greater more often?
 *
 * It needs no normal distribution and does not mind outliers, so it fits latencies. All values are ranked together, ties
 * with their mean rank; U counts the pairs in which the value of `b` is greater (ties half). For samples of eight and more,
 * U is near enough to a normal distribution, with the usual corrections for ties and continuity
 * (https://en.wikipedia.org/wiki/Mann–Whitney_U_test, "normal approximation").
 */

export interface MannWhitney {
  /** Chance that a difference at least as large shows up though there is none, two-sided: 0 to 1. */
  readonly p: number;
  /** Chance that a value of `b` is greater than one of `a`: 0.5 = no difference. */
  readonly greater: number;
}

/** Samples smaller than this are not compared. */
export const LEAST_SAMPLE = 8;

/** Compares two samples; p is 1 when either has fewer than `LEAST_SAMPLE` values. */
export function mannWhitney(a: ArrayLike<number>, b: ArrayLike<number>): MannWhitney {
  const [n, m] = [a.length, b.length];
  if (n === 0 || m === 0) return { p: 1, greater: 0.5 };
  const values = new Float64Array(n + m);
  values.set(Array.from(a));
  values.set(Array.from(b), n);
  const order = Array.from(values.keys()).sort((x, y) => values[x]! - values[y]!);
  let rankSum = 0;
  let ties = 0;
  for (let from = 0; from < order.length; ) {
    let to = from + 1;
    while (to < order.length && values[order[to]!] === values[order[from]!]) to++;
    const rank = (from + to + 1) / 2;
    for (let i = from; i < to; i++) if (order[i]! >= n) rankSum += rank;
    ties += (to - from) ** 3 - (to - from);
    from = to;
  }
  const u = rankSum - (m * (m + 1)) / 2;
  const greater = u / (n * m);
  if (Math.min(n, m) < LEAST_SAMPLE) return { p: 1, greater };
  const all = n + m;
  const deviation = Math.sqrt(((n * m) / 12) * (all + 1 - ties / (all * (all - 1))));
  const distance = Math.max(0, Math.abs(u - (n * m) / 2) - 0.5);
  return { p: deviation === 0 ? 1 : Math.min(1, 2 * upperTail(distance / deviation)), greater };
}

/** Chance that a normally distributed value lies above z ≥ 0. Abramowitz and Stegun, 26.2.17: error below 7.5e-8. */
function upperTail(z: number): number {
  const t = 1 / (1 + 0.2316419 * z);
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  const sum = 0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429)));
  return density * t * sum;
}
