import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TraceFormatError } from './errors.ts';
import {
  NONE_VALUE,
  putUvarint,
  putUvarint64,
  putUvarintNone,
  putUvarintPadded,
  uvarintSize,
  VarintReader,
  WideValues,
} from './varint.ts';

const MAX_U64 = 2n ** 64n - 1n;
const u64 = fc.bigInt({ min: 0n, max: MAX_U64 });

function bytesOf(value: bigint): Uint8Array {
  const buf = new Uint8Array(10);
  return buf.subarray(0, putUvarint64(buf, 0, value));
}

function failure(bytes: Uint8Array): TraceFormatError {
  try {
    new VarintReader(bytes, 0, bytes.length, 1000).read();
  } catch (error) {
    if (error instanceof TraceFormatError) return error;
    throw error;
  }
  throw new Error('the varint was accepted');
}

describe('varint', () => {
  test('numbers below 2^53 come back as they were, and are written as Go writes them', () => {
    fc.assert(
      fc.property(fc.oneof(fc.maxSafeNat(), fc.nat({ max: 300 })), (value) => {
        const buf = new Uint8Array(12);
        const end = putUvarint(buf, 1, value);
        expect(buf.subarray(1, end)).toEqual(bytesOf(BigInt(value)));
        const reader = new VarintReader(buf, 1);
        expect(reader.read()).toBe(value);
        expect(reader.pos).toBe(end);
      }),
      { examples: [[0], [127], [128], [2 ** 28 - 1], [2 ** 28], [2 ** 53 - 1]] },
    );
  });

  test('every 64-bit value survives the lossless path', () => {
    fc.assert(
      fc.property(u64, (value) => {
        const bytes = bytesOf(value);
        expect(bytes.length).toBe(uvarintSize(value));
        expect(new VarintReader(bytes).read64()).toBe(value);
      }),
      { examples: [[2n ** 53n - 1n], [2n ** 53n], [2n ** 63n], [MAX_U64 - 1n], [MAX_U64]] },
    );
  });

  test('2^64-1 reads as none and what lies between 2^53 and it as an alias that keeps the value', () => {
    const none = new Uint8Array(10);
    expect(putUvarintNone(none, 0)).toBe(10);
    expect(none).toEqual(bytesOf(MAX_U64));
    expect(new VarintReader(none).read()).toBe(NONE_VALUE);
    const wide = new WideValues();
    const read = (value: bigint) => new VarintReader(bytesOf(value), 0, undefined, 0, wide).read();
    expect([read(2n ** 53n), read(2n ** 60n), read(2n ** 53n)]).toEqual([-2, -3, -2]);
    expect(wide.valueOf(-2)).toBe(2n ** 53n);
    expect(wide.valueOf(NONE_VALUE)).toBe(MAX_U64);
    expect(wide.quantity(-3)).toBe(2 ** 60);
  });

  test('padding is read over', () => {
    fc.assert(
      fc.property(fc.nat({ max: 2 ** 28 - 1 }), fc.integer({ min: 4, max: 10 }), (value, size) => {
        const buf = new Uint8Array(10);
        expect(putUvarintPadded(buf, 0, value, size)).toBe(size);
        const reader = new VarintReader(buf);
        expect(reader.read()).toBe(value);
        expect(reader.pos).toBe(size);
      }),
    );
  });

  test('a value that the data cut off is refused, with its offset', () => {
    fc.assert(
      fc.property(u64, fc.nat({ max: 9 }), (value, cut) => {
        const bytes = bytesOf(value);
        fc.pre(cut < bytes.length);
        const error = failure(bytes.subarray(0, cut));
        expect(error.code).toBe('truncated-event');
        expect(error.offset).toBe(1000);
      }),
    );
  });

  test('more than 10 bytes or 64 bits are refused', () => {
    const eleven = new Uint8Array(11).fill(0x80);
    eleven[10] = 0;
    expect(failure(eleven).code).toBe('overlong-varint');
    const tooGreat = bytesOf(MAX_U64);
    tooGreat[9] = 2;
    expect(failure(tooGreat).code).toBe('overlong-varint');
  });
});
