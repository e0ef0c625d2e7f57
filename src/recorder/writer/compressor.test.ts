/** Gzip; Zstandard is Node's own, and tested with real recordings in test/recorder/sinks.test.ts. */
import { constants, gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createCompressor } from './compressor.ts';

/** Pieces of what a trace looks like: repetitive, of any size. */
const pieces = fc.array(
  fc
    .tuple(fc.uint8Array({ maxLength: 300 }), fc.integer({ min: 1, max: 400 }))
    .map(([bytes, times]) => new Uint8Array(Buffer.concat(Array.from({ length: times }, () => bytes)))),
  { maxLength: 8 },
);

it('gzip gives back what it was given, in whatever pieces, and up to each of them', () => {
  fc.assert(
    fc.property(pieces, (parts) => {
      const compressor = createCompressor('gzip');
      const packed: Uint8Array[] = [];
      parts.forEach((part, i) => {
        packed.push(compressor.add(part));
        const soFar = gunzipSync(Buffer.concat(packed), { finishFlush: constants.Z_SYNC_FLUSH });
        expect(Buffer.compare(soFar, Buffer.concat(parts.slice(0, i + 1)))).toBe(0);
      });
      packed.push(compressor.end());
      expect(Buffer.compare(gunzipSync(Buffer.concat(packed)), Buffer.concat(parts))).toBe(0);
    }),
    { numRuns: 60 },
  );
});

it('gzip refers to what came before a piece', () => {
  const compressor = createCompressor('gzip');
  const noise = Uint8Array.from({ length: 20_000 }, (_, i) => Math.imul(i, i * 2654435761) >>> 13);
  const first = compressor.add(noise).length;
  expect(compressor.add(noise).length).toBeLessThan(first / 20);
});
