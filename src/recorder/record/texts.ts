/**
 * Gives numbers to the texts that records name, and writes each text once.
 *
 * Names (types, regions, tasks) keep their number while there are numbers; messages, which rarely come twice, get one
 * of a few that are used in turn, good for the next record only. So a program that makes up names without end costs
 * no memory.
 */

import { FIRST_PASSING_TEXT } from './record-kinds.ts';
import type { RecordWriter } from './record-writer.ts';

/** Go's limit for a string, bytes. */
const MAX_BYTES = 1024;
/** Longer names are written anew each time, as remembering them takes memory. */
const LONGEST_NAME = 256;
/** No record names more texts than this. */
const PASSING_NUMBERS = 8;

const encoder = new TextEncoder();
const bytes = new Uint8Array(MAX_BYTES);

export class Texts {
  readonly #record: RecordWriter;
  readonly #numbers = new Map<string, number>();
  #passing = 0;

  constructor(record: RecordWriter) {
    this.#record = record;
  }

  /** The number of a name. */
  name(text: string): number {
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    const number = this.#numbers.size + 1;
    if (number >= FIRST_PASSING_TEXT || text?.length > LONGEST_NAME) return this.passing(text);
    this.#numbers.set(text, number);
    this.#write(number, text);
    return number;
  }

  /** A number for a text that is used by the next record only. */
  passing(text: string): number {
    const number = FIRST_PASSING_TEXT + (this.#passing++ % PASSING_NUMBERS);
    this.#write(number, text);
    return number;
  }

  #write(number: number, text: string): void {
    // encodeInto stops before the character that does not fit.
    const { written } = encoder.encodeInto(asText(text), bytes);
    this.#record.text(number, bytes.subarray(0, written));
  }
}

/** A program in JavaScript may give anything for a text, and must not be thrown at for it. */
function asText(given: unknown): string {
  if (typeof given === 'string') return given;
  try {
    return String(given);
  } catch {
    return `(${typeof given})`;
  }
}
