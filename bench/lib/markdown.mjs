/** Tables and figures as Markdown. */

/** A table; the first column is aligned left, the others right. */
export function table(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  const rule = head.map((_, i) => (i === 0 ? '---' : '--:'));
  return [line(head), line(rule), ...rows.map(line)].join('\n');
}

/** A ratio as a signed percentage: 1.031 gives "+3.1 %". */
export function percent(ratio) {
  const value = (ratio - 1) * 100;
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(1)} %`;
}

/** The result of `compareSets`: the median of the sets, the least and the greatest. */
export function comparison({ median, low, high }) {
  return `**${percent(median)}** (${percent(low)} to ${percent(high)})`;
}
