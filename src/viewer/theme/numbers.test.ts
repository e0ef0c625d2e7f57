import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clock, clockUnit, columnUnit, count, durationIn, MS, partsThatAddUp } from './numbers.ts';

const THIN = '\u2009';

it.each([
  [0, '0'],
  [1026, `1${THIN}026`],
  [41203, `41${THIN}203`],
  [9_999_999, `9${THIN}999${THIN}999`],
  [66_000_000, '66.0 M'],
])('count of %d is %s', (value, text) => expect(count(value)).toBe(text));

it.each([
  [4.2e9, 0.1e9, '4.2 s'],
  [4.2e9, 0.05e9, '4.20 s'],
  [0, 1e9, '0 s'],
  [-1, 1e9, '0 s'],
  [-2e9, 1e9, '\u22122 s'],
  [1234, 1, '0.000001234 s'],
])('clock of %d at steps of %d is %s', (ns, step, text) => expect(clock(ns, step)).toBe(text));

it('clocks of short traces are in their unit', () => {
  expect(clock(50e6, 50e6, clockUnit(505e6))).toBe('50 ms');
  expect(clock(20e3, 20e3, clockUnit(198e3))).toBe('20 µs');
  expect(clockUnit(12e9).name).toBe('s');
});

it('columns have one unit', () => {
  expect([columnUnit(412e6), columnUnit(1.35e9)]).toEqual([MS, MS]);
  expect(columnUnit(12e9).name).toBe('s');
  expect([durationIn(412e6, MS), durationIn(0.41e6, MS), durationIn(Number.NaN, MS)]).toEqual(['412', '0.410', 'open']);
});

describe('parts of a whole', () => {
  it('are rounded so that they add up to what is shown', () => {
    expect(partsThatAddUp([380.26, 62.04, 47.0, 13.87, 6.83], 1)).toEqual({
      parts: ['380.3', '62.0', '47.0', '13.9', '6.8'],
      sum: '510.0',
    });
    expect(partsThatAddUp([1 / 3, 1 / 3, 1 / 3], 0)).toEqual({ parts: ['1', '0', '0'], sum: '1' });
  });

  it('always add up, each within one unit of its value', () => {
    const part = fc.double({ min: 0, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(part, { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 0, max: 3 }),
        (values, decimals) => {
          const { parts, sum } = partsThatAddUp(values, decimals);
          const unit = 10 ** -decimals;
          const total = parts.reduce((all, text) => all + Math.round(Number(text) / unit), 0);
          expect(total).toBe(Math.round(Number(sum) / unit));
          values.forEach((value, i) => {
            expect(Math.abs(Number(parts[i]) - value)).toBeLessThan(unit * 1.001);
          });
        },
      ),
    );
  });
});
