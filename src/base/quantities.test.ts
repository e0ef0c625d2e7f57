import { expect, it } from 'vitest';
import { byteSize, count, duration, figures3, oneLine, percent } from './quantities.ts';

it.each([
  [0, '0'],
  [1234.6, '1235'],
  [412.4, '412'],
  [18.24, '18.2'],
  [9.996, '10.0'],
  [6.123, '6.12'],
  [0.41, '0.410'],
  [-2.5, '-2.50'],
])('figures3 of %d is %s', (value, text) => expect(figures3(value)).toBe(text));

it.each([
  [7, '7'],
  [999, '999'],
  [41203, '41 203'],
  [1234567, '1 234 567'],
])('count of %d is %s', (value, text) => expect(count(value)).toBe(text));

it.each([
  [0, '0'],
  [940, '940 ns'],
  [999.6, '1.00 µs'],
  [12_400, '12.4 µs'],
  [999_600, '1.00 ms'],
  [6_120_000, '6.12 ms'],
  [4_290_000_000, '4.29 s'],
  [192_000_000_000, '3 min 12 s'],
  [120_000_000_000, '2 min'],
  [Number.NaN, 'open'],
])('duration of %d ns is %s', (ns, text) => expect(duration(ns)).toBe(text));

it.each([
  [0, '0'],
  [0.0001, '< 0.1 %'],
  [0.042, '4.2 %'],
  [0.05, '5 %'],
  [0.534, '53 %'],
  [1, '100 %'],
])('percent of %d is %s', (share, text) => expect(percent(share)).toBe(text));

it.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.00 kB'],
  [38_200_000, '38.2 MB'],
  [999_600_000, '1.00 GB'],
  [5e15, '5000 TB'],
])('byteSize of %d is %s', (bytes, text) => expect(byteSize(bytes)).toBe(text));

it('oneLine disarms what controls terminals and the direction of text, and keeps the rest', () => {
  expect(oneLine('a\u001b[31mb\nc\u009bd\u202ee\u007f')).toBe('a\ufffd[31mb\ufffdc\ufffdd\ufffde\ufffd');
  expect(oneLine('GET /käse/日本 🎉')).toBe('GET /käse/日本 🎉');
});
