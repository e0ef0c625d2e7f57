import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  ByteQueue,
  codePointAt,
  decodeUtf8,
  encodeUtf8,
  Float64List,
  INVALID,
  Int32List,
  lowerBound,
  NumberMap,
  Uint8List,
  upperBound,
  utf8Width,
} from './index.ts';

describe('binary search', () => {
  test('agrees with a linear search', () => {
    const sorted = fc.array(fc.integer({ min: 0, max: 30 })).map((values) => values.sort((a, b) => a - b));
    fc.assert(
      fc.property(sorted, fc.integer({ min: -1, max: 31 }), (column, value) => {
        const notBelow = column.findIndex((each) => each >= value);
        const above = column.findIndex((each) => each > value);
        expect(lowerBound(column, value)).toBe(notBelow < 0 ? column.length : notBelow);
        expect(upperBound(column, value)).toBe(above < 0 ? column.length : above);
      }),
    );
  });

  test('stays within the given rows', () => {
    const column = [1, 5, 9, 2, 4, 6];
    expect(lowerBound(column, 4, 3, 6)).toBe(4);
    expect(upperBound(column, 4, 3, 6)).toBe(5);
    expect(lowerBound(column, 7, 3, 6)).toBe(6);
  });
});

test.each([Float64List, Int32List, Uint8List])('%o keeps what is pushed, however much', (List) => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 255 }), { maxLength: 100 }), (values) => {
      const list = new List(1);
      values.forEach((value, i) => {
        expect(list.push(value)).toBe(i);
      });
      expect(list.length).toBe(values.length);
      expect([...list.toArray()]).toEqual(values);
      expect([...list.take()]).toEqual(values);
      if (values.length > 0) {
        list.set(0, 7);
        expect(list.at(0)).toBe(7);
      }
    }),
  );
});

test('a byte queue gives back what was pushed, in pieces of any size', () => {
  const chunk = fc.uint8Array({ maxLength: 9 });
  fc.assert(
    fc.property(fc.array(chunk), fc.array(fc.nat({ max: 12 })), (chunks, sizes) => {
      const all = Buffer.concat(chunks);
      const queue = new ByteQueue();
      for (const each of chunks) queue.push(each);
      let taken = 0;
      for (const size of sizes) {
        expect(queue.available).toBe(all.length - taken);
        expect(Buffer.from(queue.peek(size))).toEqual(all.subarray(taken, taken + size));
        const piece = Math.min(size, queue.available);
        expect(queue.take(piece)).toHaveLength(piece);
        taken += piece;
        expect(queue.offset).toBe(taken);
      }
      queue.clear();
      expect(queue.available).toBe(0);
    }),
  );
});

test('a number map behaves as a Map, whatever is set and deleted', () => {
  // Rows of keys, keys that share a slot, and keys that no integer register holds.
  const key = fc.oneof(
    fc.integer({ min: -4, max: 40 }),
    fc.nat({ max: 6 }).map((i) => i * 2 ** 32),
    fc.maxSafeInteger(),
  );
  const step = fc.record({ key, remove: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
      const expected = new Map<number, string>();
      const map = new NumberMap<string>();
      for (const { key, remove } of steps) {
        if (remove) {
          map.delete(key);
          expected.delete(key);
        } else {
          map.set(key, `value ${key}`);
          expected.set(key, `value ${key}`);
        }
        expect(map.size).toBe(expected.size);
      }
      for (const { key } of steps) {
        expect(map.get(key)).toBe(expected.get(key));
        expect(map.has(key)).toBe(expected.has(key));
      }
      expect([...map.values()].sort()).toEqual([...expected.values()].sort());
    }),
  );
});

test('a number map stands keys that were chosen to collide', () => {
  // The inverse of the golden ratio: neighbouring products, so one slot for all.
  const keys = Array.from({ length: 30_000 }, (_, i) => Math.imul(i, 0x144cbc89) & 0x7fff_ffff);
  const expected = new Map(keys.map((key, i) => [key, String(i)]));
  const map = new NumberMap<string>();
  for (const [key, value] of expected) map.set(key, value);
  expect(keys.every((key) => map.get(key) === expected.get(key))).toBe(true);
  for (const key of keys.slice(0, 20_000)) {
    map.delete(key);
    expected.delete(key);
  }
  expect(map.size).toBe(expected.size);
  expect(keys.every((key) => map.get(key) === expected.get(key))).toBe(true);
});

describe('UTF-8', () => {
  test('any string comes back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(decodeUtf8(encodeUtf8(text))).toBe(text);
      }),
    );
  });

  test('code points are found one by one, and unsound bytes are told', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        let text = '';
        let sound = true;
        for (let pos = 0; pos < bytes.length; ) {
          const point = codePointAt(bytes, pos, bytes.length);
          if (point === INVALID) sound = false;
          else text += String.fromCodePoint(point);
          pos += utf8Width(point);
        }
        const strict = () => new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
        if (sound) expect(text).toBe(strict());
        else expect(strict).toThrow();
      }),
    );
  });
});
