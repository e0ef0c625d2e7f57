/** The benches' arithmetic. What they measure is not tested: a figure that a test expects is not a measurement. */
import { expect, test } from 'vitest';
import { percent, table } from '../bench/lib/markdown.mjs';
import { compare, compareSets, median, quantile } from '../bench/lib/statistics.mjs';

test('quantiles lie between neighbours and leave the list as it was', () => {
  const list = [4, 1, 3, 2];
  expect(median(list)).toBe(2.5);
  expect(quantile(list, 0)).toBe(1);
  expect(quantile(list, 1)).toBe(4);
  expect(quantile(list, 0.25)).toBe(1.75);
  expect(list).toEqual([4, 1, 3, 2]);
});

test('a comparison pairs by round, so that drift common to both does not count', () => {
  const baseline = [10, 20, 40, 80];
  const result = compare(
    baseline.map((cost) => cost * 1.1),
    baseline,
  );
  for (const ratio of Object.values(result)) expect(ratio).toBeCloseTo(1.1);
});

test('one disturbed round moves neither the median nor the ratio of the minima', () => {
  const { median: ratio, minima } = compare([11, 11, 500, 11, 11], [10, 10, 10, 10, 10]);
  expect(ratio).toBeCloseTo(1.1);
  expect(minima).toBeCloseTo(1.1);
});

test('a comparison of sets counts work that is done in bursts', () => {
  const bursts = [10, 10, 10, 10, 60];
  const { median: ratio, low, high } = compareSets([bursts, bursts, [11, 11]], [[10, 10], [10, 10], [10]]);
  expect([ratio, low, high]).toEqual([2, 1.1, 2]);
});

test('ratios read as signed percentages in a table', () => {
  expect(percent(1.031)).toBe('+3.1 %');
  expect(percent(0.98)).toBe('−2.0 %');
  expect(table(['a', 'b'], [['x', '1']])).toBe('| a | b |\n| --- | --: |\n| x | 1 |');
});
