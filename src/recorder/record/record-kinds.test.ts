import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  FIRST_PASSING_TEXT,
  isCounted,
  isDefinition,
  KIND_BITS,
  KIND_MASK,
  PAYLOAD_LIMIT,
  RecordKind,
  recordLength,
} from './record-kinds.ts';

const KINDS = Object.entries(RecordKind);

describe('kinds of records', () => {
  it('fit into their bits, and each has a number of its own', () => {
    const numbers = KINDS.map(([, kind]) => kind);
    expect(new Set(numbers).size).toBe(numbers.length);
    expect(Math.max(...numbers)).toBeLessThanOrEqual(KIND_MASK);
    expect(2 ** KIND_BITS).toBe(KIND_MASK + 1);
    expect(PAYLOAD_LIMIT).toBe(2 ** (32 - KIND_BITS));
  });

  it.each(KINDS.filter(([name]) => name !== 'None' && name !== 'Text'))(
    '%s has a length, whatever it says',
    (_, kind) => {
      fc.assert(
        fc.property(fc.nat(PAYLOAD_LIMIT - 1), fc.integer(), (payload, next) => {
          const length = recordLength(Int32Array.of(0, kind | (payload << KIND_BITS), next), 1);
          expect(length).toBeGreaterThan(0);
          expect(length).toBe(recordLength(Int32Array.of(kind), 0));
        }),
        { numRuns: 20 },
      );
    },
  );

  it('a text takes two words and its bytes, in whole words', () => {
    for (const [bytes, words] of [
      [0, 2],
      [1, 3],
      [4, 3],
      [5, 4],
      [1024, 258],
    ] as const) {
      expect(recordLength(Int32Array.of(RecordKind.Text, bytes), 0)).toBe(words);
    }
  });

  it('zero, and what is no kind, is no record', () => {
    expect(recordLength(Int32Array.of(0), 0)).toBe(0);
    expect(recordLength(Int32Array.of(KIND_MASK), 0)).toBe(0);
  });

  it('what only supports others does not count', () => {
    const uncounted = KINDS.filter(([, kind]) => !isCounted(kind)).map(([name]) => name);
    expect(uncounted.sort()).toEqual([
      'At',
      'GcHeap',
      'Idle',
      'JobAt',
      'Late',
      'ProfileNode',
      'ResourceAt',
      'SampledUntil',
      'Site',
      'Stamp',
      'Text',
      'Time',
    ]);
  });

  it('call sites and lasting texts are definitions, passing texts and the rest are not', () => {
    const text = (number: number) => isDefinition(RecordKind.Text | (number << KIND_BITS));
    expect([text(1), text(FIRST_PASSING_TEXT - 1), text(FIRST_PASSING_TEXT)]).toEqual([true, true, false]);
    const defining = KINDS.filter(([, kind]) => isDefinition(kind)).map(([name]) => name);
    expect(defining.sort()).toEqual(['ProfileNode', 'Site', 'Text']);
  });
});
