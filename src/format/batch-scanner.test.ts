import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Batch, BatchScanner } from './batch-scanner.ts';
import { TraceFormatError } from './errors.ts';
import { EVENTS } from './events.ts';
import { encodeTrace, type RawEvent } from './raw.ts';
import { HEADER_SIZE, MAX_BATCH_SIZE } from './versions.ts';

/** A file of batches with the given data, ordinary and experimental in turn, and end bytes between. */
function fileOf(batches: readonly Uint8Array[]): Uint8Array {
  const parts = batches.flatMap((data, i): Uint8Array[] => {
    const generation = BigInt(i + 1);
    if (i % 3 === 2) return [body([{ id: EVENTS.EndOfGeneration.id, args: [] }])];
    if (i % 3 === 1) {
      return [body([{ id: EVENTS.ExperimentalBatch.id, args: [1n, generation, 7n, 5n], data }])];
    }
    const args = [generation, 2n ** 64n - 1n, 2n ** 60n, BigInt(data.length)];
    return [body([{ id: EVENTS.EventBatch.id, args }]), data];
  });
  return Buffer.concat(parts);
}

function body(events: RawEvent[]): Uint8Array {
  return encodeTrace(26, events).subarray(HEADER_SIZE);
}

function scan(file: Uint8Array, cuts: readonly number[]): { batches: Batch[]; error: TraceFormatError | undefined } {
  const scanner = new BatchScanner(HEADER_SIZE);
  const batches: Batch[] = [];
  const drain = () => {
    for (let batch = scanner.next(); batch !== undefined; batch = scanner.next()) {
      batches.push({ ...batch, data: Uint8Array.from(batch.data) });
    }
  };
  const borders = [0, ...cuts.filter((cut) => cut < file.length).sort((a, b) => a - b), file.length];
  try {
    for (let i = 1; i < borders.length; i++) {
      scanner.push(file.subarray(borders[i - 1], borders[i]));
      drain();
    }
    scanner.end();
    drain();
  } catch (error) {
    if (error instanceof TraceFormatError) return { batches, error };
    throw error;
  }
  expect(scanner.finished).toBe(true);
  return { batches, error: undefined };
}

const data = fc.uint8Array({ maxLength: 200 });

describe('batch scanner', () => {
  test('finds the same batches at the same offsets for any chunking', () => {
    fc.assert(
      fc.property(fc.array(data, { maxLength: 8 }), fc.array(fc.nat({ max: 900 })), (batches, cuts) => {
        const file = fileOf(batches);
        const whole = scan(file, []);
        expect(whole.error).toBeUndefined();
        expect(whole.batches).toHaveLength(batches.length);
        for (const batch of whole.batches) {
          expect(batch.data).toEqual(
            Uint8Array.from(file.subarray(batch.dataOffset - HEADER_SIZE).subarray(0, batch.data.length)),
          );
        }
        expect(scan(file, cuts)).toEqual(whole);
      }),
    );
  });

  test('a file that ends inside a batch is truncated there', () => {
    fc.assert(
      fc.property(fc.array(data, { minLength: 1, maxLength: 4 }), fc.nat(), (batches, seed) => {
        const file = fileOf(batches);
        const cut = seed % file.length;
        const whole = scan(file, []).batches;
        const part = scan(file.subarray(0, cut), []);
        expect(part.batches).toEqual(whole.slice(0, part.batches.length));
        if (part.error !== undefined) {
          expect(part.error.code).toBe('truncated');
          expect(part.error.offset).toBe(HEADER_SIZE + cut);
        } else {
          expect(part.batches.at(-1)?.offset ?? 0).toBeLessThan(HEADER_SIZE + cut);
        }
      }),
    );
  });

  test('what is no batch is refused with its offset', () => {
    const file = Buffer.concat([fileOf([new Uint8Array(3)]), Uint8Array.of(200)]);
    const { batches, error } = scan(file, []);
    expect(batches).toHaveLength(1);
    expect(error?.code).toBe('expected-batch');
    expect(error?.offset).toBe(HEADER_SIZE + file.length - 1);
  });

  test('a batch may hold 65536 bytes and not one more', () => {
    expect(scan(fileOf([new Uint8Array(MAX_BATCH_SIZE)]), [1, 2, 3, 70000]).batches).toHaveLength(1);
    expect(scan(fileOf([new Uint8Array(MAX_BATCH_SIZE + 1)]), []).error?.code).toBe('too-large');
  });
});
