import { afterEach, expect, it } from 'vitest';
import { releaseBuffer } from './release-buffer.ts';

const { prototype } = ArrayBuffer as unknown as { prototype: { transfer?: unknown } };
const { transfer } = prototype;

afterEach(() => {
  if (transfer !== undefined) prototype.transfer = transfer;
});

it.each([
  { name: 'as the engine does it', old: false },
  { name: 'as older engines do it', old: true },
])('empties a buffer at once, $name', ({ old }) => {
  if (old) delete prototype.transfer;
  for (let turn = 0; turn < 2; turn++) {
    const numbers = new Float64Array(1000).fill(1);
    releaseBuffer(numbers.buffer);
    expect([numbers.length, numbers.buffer.byteLength]).toEqual([0, 0]);
  }
});
