import fc from 'fast-check';
import { expect, it } from 'vitest';
import { cellText, countIn, HEAT_STEPS, heatAxis, heatOf, heatStep } from './heat.ts';

it('counts every length once, on one axis for all kinds', () => {
  const lengths = fc.array(fc.double({ min: 1, max: 1e11, noNaN: true }), { maxLength: 40 });
  fc.assert(
    fc.property(fc.array(lengths, { minLength: 1, maxLength: 4 }), (kinds) => {
      const heats = kinds.map(heatOf);
      const { first, count } = heatAxis(heats);
      heats.forEach((heat, kind) => {
        let sum = 0;
        for (let bucket = first; bucket < first + count; bucket++) sum += countIn(heat, bucket);
        expect(sum).toBe(kinds[kind]!.length);
      });
    }),
  );
});

it('has a step for every count but none, the most in the last', () => {
  expect(heatStep(0, 10)).toBe(-1);
  expect(heatStep(1, 1000)).toBe(0);
  expect(heatStep(1000, 1000)).toBe(HEAT_STEPS - 1);
});

it('writes counts in a few characters', () => {
  fc.assert(
    fc.property(fc.nat(2e6), (count) => {
      expect(cellText(count).length).toBeLessThanOrEqual(4);
    }),
  );
  expect([0, 999, 1200, 41_203].map(cellText)).toEqual(['', '999', '1k', '41k']);
});
