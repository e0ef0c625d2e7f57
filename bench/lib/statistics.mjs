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
