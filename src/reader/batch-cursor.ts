/**
 * Reads the events of one thread, batch after batch, in file order: the decoder of the hot path.
 *
 * The idea: table-driven, into one array, without an allocation. As long as a whole event is sure to lie inside its batch,
 * bytes are read without looking for the end; the last events of a batch, and numbers of more than 28 bits, take the
 * careful `VarintReader`.
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
import type { Thread } from './ordering/states.ts';
import { toNanoseconds } from './trace-clock.ts';

/** Type byte, time and arguments of 10 bytes each. */
const MAX_EVENT_SIZE = 1 + 10 * (1 + MAX_ARGUMENTS);

export class BatchCursor {
  /** Thread of the batches; -1 = none. */
  readonly thread: number;
  /** State of the thread, once it is known to the ordering. */
  owner: Thread | undefined;
  /** The event that the cursor stands on: its type, time in ns relative to the origin, and arguments. */
  type = 0;
  time = 0;
  /**
   * In the places that the event table gives them; the time, in place 0, is apart. A plain array, not a typed one: the
   * numbers in it are nearly always small integers, and stay so on their way into states and events.
   */
  readonly args: (number | undefined)[] = [undefined, 0, 0, 0, 0];

  readonly #batches: readonly Batch[];
  readonly #generation: number;
  readonly #perUnit: number;
  readonly #origin: number;
  readonly #reader: VarintReader;
  #next = 0;
  #bytes: Uint8Array = new Uint8Array(0);
  #view = new DataView(this.#bytes.buffer);
  /** Where the event begins, where the next one does, and where the batch ends. */
  #start = 0;
  #pos = 0;
  #end = 0;

  /** `perUnit`: ns per time unit; `origin`: the absolute trace clock of time 0, ns. */
  constructor(
    thread: number,
    batches: readonly Batch[],
    generation: number,
    perUnit: number,
    origin: number,
    wide: WideValues,
  ) {
    this.thread = thread;
    this.#batches = batches;
    this.#generation = generation;
    this.#perUnit = perUnit;
    this.#origin = origin;
    this.#reader = new VarintReader(this.#bytes, 0, 0, 0, wide);
  }

  /** Byte offset of the event in the file. */
  get offset(): number {
    return this.#reader.base + this.#start;
  }

  /** Moves to the next event; false when there is none. Throws `TraceFormatError` when it is no sound timed event. */
  advance(): boolean {
    while (this.#pos === this.#end) {
      if (this.#next === this.#batches.length) return false;
      this.#open(this.#batches[this.#next++]!);
    }
    this.#start = this.#pos;
    const type = this.#bytes[this.#pos]!;
    const arity = ARITY[type]!;
    this.type = type;
    if (arity === NOT_TIMED) throw this.#error('unknown-event', 'no such event may stand in the batch of a thread');
    if (this.#end - this.#pos >= MAX_EVENT_SIZE) this.#decode(arity);
    else this.#decodeCarefully(arity);
    return true;
  }

  /** Moves the clock on. A negative number stands for 2^53 or more. */
  #pass(units: number): void {
    const passed = units >= 0 ? units : this.#reader.wide.quantity(units);
    this.time += toNanoseconds(passed, this.#perUnit);
  }

  #open(batch: Batch): void {
    const { data } = batch;
    this.#bytes = data;
    this.#view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    this.#pos = 0;
    this.#end = data.length;
    this.#reader.reset(data, 0, data.length, batch.dataOffset);
    this.time = toNanoseconds(this.#reader.wide.quantity(batch.time), this.#perUnit) - this.#origin;
  }

  /**
   * Reads the time and `arity` arguments, all sure to lie inside the batch: four bytes at once, without a branch per
   * byte, as lengths vary from number to number and no processor guesses them.
   */
  #decode(arity: number): void {
    const view = this.#view;
    const { args } = this;
    let pos = this.#pos + 1;
    for (let i = 0; i <= arity; i++) {
      const word = view.getInt32(pos, true);
      // The top bit of each byte that ends a number; the lowest of them ends ours.
      const stops = ~word & 0x80808080;
      let value: number;
      if (stops !== 0) {
        const stop = stops & -stops;
        const own = word & (stop - 1);
        value = (own & 0x7f) | ((own >>> 1) & 0x3f80) | ((own >>> 2) & 0x1fc000) | ((own >>> 3) & 0xfe00000);
        pos += (39 - Math.clz32(stop)) >>> 3;
      } else {
        this.#pos = pos;
        value = this.#readLong();
        pos = this.#pos;
      }
      if (i === 0) this.#pass(value);
      else args[i] = value;
    }
    this.#pos = pos;
  }

  #decodeCarefully(arity: number): void {
    this.#pos++;
    this.#pass(this.#readLong());
    for (let i = 1; i <= arity; i++) this.args[i] = this.#readLong();
  }

  #readLong(): number {
    const reader = this.#reader;
    reader.pos = this.#pos;
    try {
      const value = reader.read();
      this.#pos = reader.pos;
      return value;
    } catch (error) {
      throw error instanceof TraceFormatError ? error.at(this.#place()) : error;
    }
  }

  #error(code: 'unknown-event', reason: string): TraceFormatError {
    return new TraceFormatError(code, reason, { offset: this.offset, ...this.#place() });
  }

  #place() {
    const thread = this.#reader.wide.valueOf(this.thread).toString();
    return { generation: this.#generation, thread: this.thread === -1 ? 'none' : thread, event: eventName(this.type) };
  }
}
