import { describe, expect, it } from 'vitest';
import {
  CHUNK_WORDS,
  CHUNKS,
  Control,
  controlWords,
  createSharedBuffer,
  HEADER_WORDS,
  Header,
  MAX_THREADS,
  ringChunks,
  Slot,
  slotWords,
} from './layout.ts';

describe('the shared buffer', () => {
  it('takes no more memory than the rings in use', () => {
    const shared = createSharedBuffer();
    const start = shared.byteLength;
    expect(start).toBeLessThan(10_000);
    ringChunks(shared, 1);
    expect(shared.byteLength).toBe(start + 2 * CHUNKS * CHUNK_WORDS * 4);
    // An earlier ring is there already.
    ringChunks(shared, 0);
    expect(shared.byteLength).toBe(start + 2 * CHUNKS * CHUNK_WORDS * 4);
    expect(shared.maxByteLength).toBe(start + MAX_THREADS * CHUNKS * CHUNK_WORDS * 4);
  });

  it('has a place of its own for every word', () => {
    const shared = createSharedBuffer();
    const slots = 3;
    const areas = [controlWords(shared)];
    for (let slot = 0; slot < slots; slot++) areas.push(slotWords(shared, slot), ...ringChunks(shared, slot));
    areas.forEach((words, i) => void words.fill(i + 1));
    areas.forEach((words, i) => void expect([words[0], words.at(-1)]).toEqual([i + 1, i + 1]));
    expect(areas).toHaveLength(1 + slots * (1 + CHUNKS));
    for (const chunk of ringChunks(shared, 2)) expect(chunk).toHaveLength(CHUNK_WORDS);
  });

  it('has room for all named words', () => {
    expect(Math.max(...Object.values(Control))).toBeLessThan(controlWords(createSharedBuffer()).length);
    expect(Math.max(...Object.values(Slot))).toBeLessThan(slotWords(createSharedBuffer(), 0).length);
    expect(Math.max(...Object.values(Header))).toBeLessThan(HEADER_WORDS);
  });
});
