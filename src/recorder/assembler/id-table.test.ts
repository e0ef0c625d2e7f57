import fc from 'fast-check';
import { expect, it } from 'vitest';
import { IdTable } from './id-table.ts';

it('is a map from 32-bit ids that go up, with gaps, and wrap', () => {
  const steps = fc.array(
    fc.record({
      gap: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.constantFrom(1, 1024, 70_000, 1_200_000)),
      drop: fc.nat(),
    }),
    { maxLength: 400 },
  );
  fc.assert(
    fc.property(steps, fc.constantFrom(0, 1, 5000, 2 ** 31 - 5000, 2 ** 32 - 5000), (given, start) => {
      const table = new IdTable();
      const model = new Map<number, number>();
      let id = start | 0;
      let strand = 0;
      for (const { gap, drop } of given) {
        id = (id + gap) | 0;
        table.set(id, ++strand);
        model.set(id, strand);
        const keys = [...model.keys()];
        const gone = keys[drop % keys.length]!;
        if (drop % 3 === 0) {
          table.delete(gone);
          model.delete(gone);
        } else if (drop % 7 === 0) {
          table.set(gone, ++strand);
          model.set(gone, strand);
        }
        expect(table.get(gone)).toBe(model.get(gone) ?? 0);
        expect(table.size).toBe(model.size);
      }
      for (const [key, value] of model) expect(table.get(key)).toBe(value);
      expect([...table.values()].sort()).toEqual([...model.values()].sort());
    }),
    { numRuns: 100 },
  );
});

it('lists those that outlived their pages, the oldest first', () => {
  const table = new IdTable();
  const count = 200_000;
  for (let id = 1; id <= count; id++) table.set(id, id);
  expect(table.oldest(3)).toEqual([
    [1, 1],
    [2, 2],
    [3, 3],
  ]);
  for (const [id] of table.oldest(1000)) table.delete(id);
  expect(table.size).toBe(count - 1000);
  expect(table.oldest(1)).toEqual([[1001, 1001]]);
});
