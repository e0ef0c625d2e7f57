/** The few statistics that the benches report. */

/** The value below which the given share of the list lies (linear between neighbours). `list` is not changed. */
export function quantile(list, share) {
  const sorted = [...list].sort((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const low = Math.floor(at);
  const high = Math.ceil(at);
  return sorted[low] + (sorted[high] - sorted[low]) * (at - low);
}

export function median(list) {
  return quantile(list, 0.5);
}

export function mean(list) {
  return list.reduce((sum, each) => sum + each, 0) / list.length;
}

/**
 * Compares the costs of two variants that took part in the same sets of rounds: `costs[s]` and `baseline[s]` are those of
 * set `s`, by round. Returns ratios, 1 = equal: the median over the sets, the least and the greatest. A set counts with the
 * mean of its rounds: the writer's thread works in bursts, so most rounds have too little of it and a few too much, and
 * a median of rounds would leave it out.
 */
export function compareSets(costs, baseline) {
  const ratios = costs.map((set, i) => mean(set) / mean(baseline[i]));
  return { median: median(ratios), low: Math.min(...ratios), high: Math.max(...ratios) };
}

/**
 * Compares the costs of two variants that took part in the same rounds: `costs[i]` and `baseline[i]` belong to one
 * round. Returns ratios, 1 = equal: the median of the ratios by round, their quartiles, and the ratio of the minima,
 * which is the least disturbed of the estimates as other work on a machine only ever adds.
 */
export function compare(costs, baseline) {
  const ratios = costs.map((cost, i) => cost / baseline[i]);
  return {
    median: median(ratios),
    low: quantile(ratios, 0.25),
    high: quantile(ratios, 0.75),
    minima: Math.min(...costs) / Math.min(...baseline),
  };
}
