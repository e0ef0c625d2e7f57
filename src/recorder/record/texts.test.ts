import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSharedBuffer, HEADER_WORDS, MAX_THREADS, ringWords } from './layout.ts';
import { FIRST_PASSING_TEXT, KIND_BITS, KIND_MASK, RecordKind, recordLength } from './record-kinds.ts';
import { RecordWriter } from './record-writer.ts';
import { Texts } from './texts.ts';

const decoder = new TextDecoder();

function setUp() {
  const shared = createSharedBuffer();
  const texts = new Texts(RecordWriter.claim(shared, MAX_THREADS, { threadId: 1 })!);
  /** The texts in the first chunk, with their numbers. */
  const written = (): [number, string][] => {
    const words = ringWords(shared, 0);
    const all: [number, string][] = [];
    for (let at = HEADER_WORDS; recordLength(words, at) > 0; at += recordLength(words, at)) {
      if ((words[at]! & KIND_MASK) !== RecordKind.Text) continue;
      const bytes = new Uint8Array(words.buffer, words.byteOffset + (at + 2) * 4, words[at + 1]).slice();
      all.push([words[at]! >>> KIND_BITS, decoder.decode(bytes)]);
    }
    return all;
  };
  return { texts, written };
}

describe('texts', () => {
  it('are written once and keep their number, when they are names', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme', maxLength: 20 }), { maxLength: 30 }), (names) => {
        const { texts, written } = setUp();
        const numbers = names.map((name) => texts.name(name));
        const known = new Map(written());
        expect(numbers.map((number) => known.get(number))).toEqual(names.map((name) => decoder.decode(encode(name))));
        expect(written()).toHaveLength(new Set(names).size);
      }),
      { numRuns: 30 },
    );
  });

  it('are written every time, with numbers that come round, when they are messages', () => {
    const { texts, written } = setUp();
    const numbers = Array.from({ length: 20 }, () => texts.passing('again'));
    expect(Math.min(...numbers)).toBe(FIRST_PASSING_TEXT);
    // A record names several, and none of them may have been replaced.
    for (let i = 4; i < numbers.length; i++) expect(new Set(numbers.slice(i - 4, i)).size).toBe(4);
    expect(written()).toEqual(numbers.map((number) => [number, 'again']));
  });

  it('take passing numbers when the lasting ones have run out, and no memory', () => {
    const { texts } = setUp();
    for (let i = 1; i < FIRST_PASSING_TEXT; i++) expect(texts.name(`name ${i}`)).toBe(i);
    const [first, second] = [texts.name('one more'), texts.name('one more')];
    expect(first).toBeGreaterThanOrEqual(FIRST_PASSING_TEXT);
    expect(second).not.toBe(first);
    expect(texts.name('name 5')).toBe(5);
  });

  it('that are long are not remembered', () => {
    const { texts, written } = setUp();
    const long = `GET /${'x'.repeat(1000)}`;
    const numbers = [texts.name(long), texts.name(long)];
    expect(Math.min(...numbers)).toBeGreaterThanOrEqual(FIRST_PASSING_TEXT);
    expect(written()).toEqual(numbers.map((number) => [number, long]));
    expect(texts.name('short')).toBe(1);
  });

  it('are cut at 1024 bytes, between characters', () => {
    const { texts, written } = setUp();
    texts.name('x'.repeat(2000));
    texts.name('ü'.repeat(600));
    texts.name(`x${'ü'.repeat(600)}`);
    texts.name(`xx${'🜚'.repeat(300)}`);
    expect(written().map(([, text]) => text)).toEqual([
      'x'.repeat(1024),
      'ü'.repeat(512),
      `x${'ü'.repeat(511)}`,
      `xx${'🜚'.repeat(255)}`,
    ]);
  });

  it('may be anything that a program in JavaScript gives', () => {
    const { texts, written } = setUp();
    const given: unknown[] = [undefined, 42, Symbol('s'), Object.create(null), '\ud800', ''];
    for (const each of given) texts.passing(each as string);
    expect(written().map(([, text]) => text)).toEqual(['undefined', '42', 'Symbol(s)', '(object)', '\ufffd', '']);
  });
});

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
