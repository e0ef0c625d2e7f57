/**
 * Reads the events of one thread, batch after batch, in file order: the decoder of the hot path. It stands on one event
 * at a time; behind the scenes it decodes many at once into its rows of `DecodedEvents`.
 *
 * As long as a whole event is sure to lie inside its batch, bytes are read without looking for the end. The last events
 * of a batch, and those with numbers of more than 28 bits, take the careful `VarintReader`. An event that is broken is
 * told of when its turn comes, not before. (`#decode` is one long function: each call in it would cost as much as what
 * it does.)
 */
import {
  ARITY,
  type Batch,
  eventName,
  MAX_ARGUMENTS,
  NOT_TIMED,
  TraceFormatError,
  VarintReader,
  type WideValues,
} from '../format/index.ts';
import type { DecodedEvents } from './decoded-events.ts';
import { NOWHERE } from './ordering/states.ts';
import { toNanoseconds } from './trace-clock.ts';

/** Type byte, time and arguments of 10 bytes each. */
const MAX_EVENT_SIZE = 1 + 10 * (1 + MAX_ARGUMENTS);
/** Type byte and time. */
const MIN_EVENT_SIZE = 2;
/** Below so many ns per time unit no number of 28 bits is too long for a 64-bit integer: `toNanoseconds` is a product. */
const MOST_PER_UNIT = 2 ** 35;
/** The most events that are decoded at once: enough for a tight loop, few enough to stay in the processor's cache. */
const MOST_ROWS = 256;

/** How many rows a cursor over these batches needs. */
export function rowsFor(batches: readonly Batch[]): number {
  let longest = 0;
  for (const { data } of batches) longest = Math.max(longest, data.length);
  return Math.min(MOST_ROWS, Math.ceil(longest / MIN_EVENT_SIZE));
}

/** What holds for all cursors of a generation. */
export interface CursorContext {
  readonly generation: number;
  /** Ns per time unit. */
  readonly perUnit: number;
  /** The absolute trace clock of time 0, ns. */
  readonly origin: number;
  readonly wide: WideValues;
  readonly events: DecodedEvents;
}

export class BatchCursor {
  /** Thread of the batches; -1 = none. */
  readonly thread: number;
  /** Place of the thread's state, once it is known to the ordering; else `NOWHERE`. */
  owner: number = NOWHERE;
  /** The row that the cursor stands on, and the one behind the last that is decoded. */
  row: number;
  end: number;

  readonly #context: CursorContext;
  readonly #first: number;
  readonly #rows: number;
  readonly #batches: (Batch | undefined)[];
  readonly #reader: VarintReader;
  #next = 0;
  #bytes: Uint8Array = new Uint8Array(0);
  /** Position in the batch of what is decoded next, and the time of the event before it. */
  #pos = 0;
  #clock = 0;
  /** What is wrong with the event behind the last decoded row. */
  #failure: TraceFormatError | undefined;

  /** `batches` is used up. Its rows of `context.events` begin at `first`; there are as many as `rowsFor` says. */
  constructor(thread: number, batches: (Batch | undefined)[], first: number, rows: number, context: CursorContext) {
    this.thread = thread;
    this.#batches = batches;
    this.#first = first;
    this.#rows = rows;
    this.#context = context;
    this.row = first;
    this.end = first;
    this.#reader = new VarintReader(this.#bytes, 0, 0, 0, context.wide);
  }

  /** Time of the event that it stands on, ns. */
  get time(): number {
    return this.#context.events.time[this.row]!;
  }

  /** Byte offset in the file of the event that it stands on. */
  get offset(): number {
    return this.#reader.base + this.#context.events.start[this.row]!;
  }

  /**
   * Decodes the next events and stands on the first of them, once all that were decoded are done; false when there are
   * none. Throws `TraceFormatError` when the next is no sound timed event.
   */
  refill(): boolean {
    if (this.#failure !== undefined) throw this.#failure;
    while (this.#pos === this.#bytes.length) {
      if (this.#next === this.#batches.length) return false;
      this.#open(this.#batches[this.#next]!);
      // Lets go of it when it is done.
      this.#batches[this.#next++] = undefined;
    }
    const full = this.#first + this.#rows;
    let row = this.#first;
    while (row < full && this.#pos < this.#bytes.length) {
      row = this.#decode(row, full);
      if (row < full && this.#pos < this.#bytes.length && !this.#decodeCarefully(row++)) {
        row--;
        break;
      }
    }
    this.row = this.#first;
    this.end = row;
    if (row === this.#first) throw this.#failure;
    return true;
  }

  #open({ data, dataOffset, time }: Batch): void {
    const { wide, perUnit, origin } = this.#context;
    this.#bytes = data;
    this.#pos = 0;
    this.#reader.reset(data, 0, data.length, dataOffset);
    this.#clock = toNanoseconds(wide.quantity(time), perUnit) - origin;
  }

  /**
   * Decodes events from `row` on, as long as they are sure to lie inside the batch, have small numbers and are nothing
   * unusual; returns the row behind the last.
   */
  #decode(from: number, full: number): number {
    const { events, perUnit } = this.#context;
    const { type, time, args, start } = events;
    const arities = ARITY;
    const notTimed = NOT_TIMED;
    const room = MAX_ARGUMENTS;
    const bytes = this.#bytes;
    const safe = perUnit < MOST_PER_UNIT ? bytes.length - MAX_EVENT_SIZE : -1;
    let row = from;
    let pos = this.#pos;
    let clock = this.#clock;
    decoding: while (row < full && pos <= safe) {
      const id = bytes[pos]!;
      const arity = arities[id]!;
      if (arity === notTimed) break;
      let at = pos + 1;
      let units = 0;
      for (let i = 0, slot = row * room - 1; i <= arity; i++, slot++) {
        let byte = bytes[at++]!;
        let value = byte & 0x7f;
        if (byte >= 0x80) {
          byte = bytes[at++]!;
          value |= (byte & 0x7f) << 7;
          if (byte >= 0x80) {
            byte = bytes[at++]!;
            value |= (byte & 0x7f) << 14;
            if (byte >= 0x80) {
              byte = bytes[at++]!;
              value |= (byte & 0x7f) << 21;
              if (byte >= 0x80) break decoding;
            }
          }
        }
        if (i === 0) units = value;
        else args[slot] = value;
      }
      clock += Math.floor(units * perUnit);
      type[row] = id;
      time[row] = clock;
      start[row] = pos;
      pos = at;
      row++;
    }
    this.#pos = pos;
    this.#clock = clock;
    return row;
  }

  /** Decodes one event of any kind; false, with the failure kept, when it is none. */
  #decodeCarefully(row: number): boolean {
    const { events, wide, perUnit } = this.#context;
    const reader = this.#reader;
    const id = this.#bytes[this.#pos]!;
    const arity = ARITY[id]!;
    events.start[row] = this.#pos;
    if (arity === NOT_TIMED) {
      const reason = 'no such event may stand in the batch of a thread';
      const offset = reader.base + this.#pos;
      this.#failure = new TraceFormatError('unknown-event', reason, { offset, ...this.#place(id) });
      return false;
    }
    reader.pos = this.#pos + 1;
    try {
      this.#clock += toNanoseconds(wide.quantity(reader.read()), perUnit);
      for (let i = 0; i < arity; i++) events.args[row * MAX_ARGUMENTS + i] = events.codeOf(reader.read());
    } catch (error) {
      if (!(error instanceof TraceFormatError)) throw error;
      this.#failure = error.at(this.#place(id));
      return false;
    }
    events.type[row] = id;
    events.time[row] = this.#clock;
    this.#pos = reader.pos;
    return true;
  }

  #place(id: number) {
    const thread = this.#context.wide.valueOf(this.thread).toString();
    return {
      generation: this.#context.generation,
      thread: this.thread === -1 ? 'none' : thread,
      event: eventName(id),
    };
  }
}
