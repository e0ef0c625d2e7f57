/**
 * The texts of one thread's records by their numbers, and their ids in the trace.
 *
 * Names keep their number. A message has one for the next record only, but programs say the same things again and again
 * (a request's response is `200`, mostly): a short message that came before is recognised by its bytes, and neither
 * decoded nor written twice.
 */
import { decodeUtf8 } from '../../base/index.ts';
import type { TraceWriter } from '../../format/index.ts';
import { FIRST_PASSING_TEXT } from '../record/record-kinds.ts';

/** Messages that are remembered at a time, by a hash of their bytes; and the longest of them, words. */
const REMEMBERED = 256;
const LONGEST_REMEMBERED = 16;
const FNV_PRIME = 0x01000193;
const FNV_BASIS = 0x811c9dc5;
/** No id, as the message has not come twice. */
const ONCE = -1;

export class RecordTexts {
  readonly #writer: TraceWriter;
  readonly #names: string[] = [];
  readonly #nameIds: number[] = [];
  /** By number - `FIRST_PASSING_TEXT`: the text, and its id in the trace or `ONCE`. */
  readonly #passing: string[] = [];
  readonly #passingIds: number[] = [];
  /** Remembered messages: length in bytes, words, text, id. */
  readonly #lengths = new Int32Array(REMEMBERED);
  readonly #words = new Int32Array(REMEMBERED * LONGEST_REMEMBERED);
  readonly #messages: string[] = new Array(REMEMBERED).fill('');
  readonly #messageIds: number[] = new Array(REMEMBERED).fill(ONCE);

  constructor(writer: TraceWriter) {
    this.#writer = writer;
  }

  /** Takes text `number` from the words at `at`: its length in bytes, and the bytes. */
  define(number: number, words: Int32Array, at: number): void {
    if (number >= FIRST_PASSING_TEXT) this.#definePassing(number - FIRST_PASSING_TEXT, words, at);
    else {
      while (this.#names.length <= number) {
        this.#names.push('(unknown)');
        this.#nameIds.push(ONCE);
      }
      this.#names[number] = textAt(words, at);
      this.#nameIds[number] = ONCE;
    }
  }

  get(number: number): string {
    const text = number < FIRST_PASSING_TEXT ? this.#names[number] : this.#passing[number - FIRST_PASSING_TEXT];
    return text ?? '(unknown)';
  }

  /** The id of the text in the trace: see `TraceWriter.string`. */
  id(number: number): number {
    if (number >= FIRST_PASSING_TEXT || number >= this.#names.length) return this.#writer.string(this.get(number));
    let id = this.#nameIds[number]!;
    if (id === ONCE) {
      id = this.#writer.string(this.#names[number]!);
      this.#nameIds[number] = id;
    }
    return id;
  }

  /** The id of a text that comes again and again; 0 if it is not known to. */
  frequentId(number: number): number {
    if (number < FIRST_PASSING_TEXT) return this.id(number);
    const id = this.#passingIds[number - FIRST_PASSING_TEXT] ?? ONCE;
    return id === ONCE ? 0 : id;
  }

  /** Passes on the ids that are remembered. */
  holdStrings(hold: (id: number) => void): void {
    for (const id of this.#nameIds) if (id !== ONCE) hold(id);
    for (const id of this.#messageIds) if (id !== ONCE) hold(id);
    for (const id of this.#passingIds) if (id !== ONCE) hold(id);
  }

  #definePassing(index: number, words: Int32Array, at: number): void {
    const length = words[at]!;
    const count = (length + 3) >> 2;
    const slot = count > LONGEST_REMEMBERED ? ONCE : hashOf(words, at + 1, count);
    if (slot === ONCE) {
      this.#passing[index] = textAt(words, at);
      this.#passingIds[index] = ONCE;
      return;
    }
    if (this.#isRemembered(slot, length, words, at + 1, count)) {
      if (this.#messageIds[slot] === ONCE) this.#messageIds[slot] = this.#writer.string(this.#messages[slot]!);
    } else {
      this.#lengths[slot] = length;
      for (let i = 0; i < count; i++) this.#words[slot * LONGEST_REMEMBERED + i] = words[at + 1 + i]!;
      this.#messages[slot] = textAt(words, at);
      this.#messageIds[slot] = ONCE;
    }
    this.#passing[index] = this.#messages[slot]!;
    this.#passingIds[index] = this.#messageIds[slot]!;
  }

  #isRemembered(slot: number, length: number, words: Int32Array, at: number, count: number): boolean {
    if (this.#lengths[slot] !== length) return false;
    const from = slot * LONGEST_REMEMBERED;
    for (let i = 0; i < count; i++) if (this.#words[from + i] !== words[at + i]) return false;
    return true;
  }
}

/** Which of the remembered messages `count` words from `at` on can be. */
function hashOf(words: Int32Array, at: number, count: number): number {
  let hash = FNV_BASIS;
  for (let i = 0; i < count; i++) hash = Math.imul(hash ^ words[at + i]!, FNV_PRIME);
  return (hash ^ (hash >>> 16)) & (REMEMBERED - 1);
}

function textAt(words: Int32Array, at: number): string {
  const length = words[at]!;
  const bytes = new Uint8Array(words.buffer, words.byteOffset + (at + 1) * 4, length);
  // A copy: what is shared may not be decoded in place by every host.
  return decodeUtf8(bytes.slice());
}
