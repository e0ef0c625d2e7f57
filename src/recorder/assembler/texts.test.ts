import { describe, expect, it } from 'vitest';
import { TraceWriter } from '../../format/index.ts';
import { FIRST_PASSING_TEXT } from '../record/record-kinds.ts';
import { RecordTexts } from './texts.ts';

/** A text as a record has it: its length in bytes, and the bytes. */
function recordOf(text: string): Int32Array {
  const bytes = Buffer.from(text);
  const words = new Int32Array(1 + Math.ceil(bytes.length / 4));
  words[0] = bytes.length;
  new Uint8Array(words.buffer).set(bytes, 4);
  return words;
}

function setUp() {
  const writer = new TraceWriter(() => {}, 25);
  return { writer, texts: new RecordTexts(writer) };
}

describe('the texts of records', () => {
  it('are names by their numbers, which may be given anew', () => {
    const { writer, texts } = setUp();
    texts.define(7, recordOf('Timeout'), 0);
    expect([texts.get(7), texts.get(6), texts.get(99)]).toEqual(['Timeout', '(unknown)', '(unknown)']);
    expect(texts.id(7)).toBe(writer.string('Timeout'));
    texts.define(7, recordOf('Immediate'), 0);
    expect(texts.id(7)).toBe(writer.string('Immediate'));
  });

  it('are messages, which have an id from the second time on, whatever came between', () => {
    const { writer, texts } = setUp();
    const message = '{"status":200}';
    const say = (text: string) => texts.define(FIRST_PASSING_TEXT + 3, recordOf(text), 0);
    say(message);
    expect([texts.get(FIRST_PASSING_TEXT + 3), texts.frequentId(FIRST_PASSING_TEXT + 3)]).toEqual([message, 0]);
    say('ä');
    expect(texts.get(FIRST_PASSING_TEXT + 3)).toBe('ä');
    say(message);
    expect(texts.get(FIRST_PASSING_TEXT + 3)).toBe(message);
    expect(texts.frequentId(FIRST_PASSING_TEXT + 3)).toBe(writer.string(message));
    const held: number[] = [];
    texts.holdStrings((id) => held.push(id));
    expect(held).toContain(writer.string(message));
  });

  it('are never taken for each other', () => {
    const { texts } = setUp();
    // The same words, but for what lies behind the end; and more messages than are remembered.
    const all = ['', 'a', 'a\0', 'b', ...Array.from({ length: 1000 }, (_, i) => `message ${i}`), 'x'.repeat(100)];
    for (const text of [...all, ...all, ...all]) {
      texts.define(FIRST_PASSING_TEXT, recordOf(text), 0);
      expect(texts.get(FIRST_PASSING_TEXT)).toBe(text);
    }
  });
});
