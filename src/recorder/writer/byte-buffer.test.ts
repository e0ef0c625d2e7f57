import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ByteBuffer } from './byte-buffer.ts';

const CAPACITY = 1 << 18;

it('passes all bytes on in order, in few pieces, and keeps none of what it was given', () => {
  const anySize = fc.oneof(fc.nat(100), fc.nat(CAPACITY), fc.constantFrom(CAPACITY - 1, CAPACITY, CAPACITY + 1));
  fc.assert(
    fc.property(fc.array(anySize, { maxLength: 12 }), (sizes) => {
      const written: Uint8Array[] = [];
      const buffer = new ByteBuffer((bytes) => written.push(bytes.slice()));
      const given: Uint8Array[] = [];
      sizes.forEach((size, i) => {
        const bytes = new Uint8Array(size).fill(i + 1);
        given.push(bytes.slice());
        buffer.add(bytes);
        bytes.fill(0);
      });
      buffer.flush();
      buffer.flush();
      const all = Buffer.concat(given);
      expect(Buffer.concat(written).equals(all)).toBe(true);
      // Any two pieces together are more than a buffer.
      expect(written.length).toBeLessThanOrEqual(1 + (2 * all.length) / CAPACITY);
    }),
    { numRuns: 50 },
  );
});
