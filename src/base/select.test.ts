import fc from 'fast-check';
import { expect, it } from 'vitest';
import { selectKth } from './select.ts';

it('finds what sorting would', () => {
  const values = fc.array(fc.double({ noNaN: true, min: -1e9, max: 1e9 }), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(values, fc.nat(), (list, at) => {
      const k = at % list.length;
      const sorted = Float64Array.from(list).sort();
      expect(selectKth(Float64Array.from(list), k)).toBe(sorted[k]);
    }),
  );
});

it('is not slowed down by equal or sorted values', () => {
  expect(selectKth(new Float64Array(200_000).fill(7), 150_000)).toBe(7);
  expect(
    selectKth(
      Float64Array.from({ length: 200_000 }, (_, i) => i),
      1234,
    ),
  ).toBe(1234);
});
