/**
 * Writes a trace: header, generations, string and stack tables, and the event batches of each thread.
 *
 * The idea: strings and stacks keep their ids across generations, and every generation's tables repeat just what that
 * generation uses. The table part that defines an id is written *before* the first batch that uses it, so a file cut
 * anywhere still opens up to its last whole batch (only format 1.26, which needs its end marker, loses the generation).
 * The order of the file is therefore: sync batch, then table parts and event batches in turn.
 *
 * Times are nanoseconds: the frequency is 1e9, which is exact and costs about a byte per event against Go's 64 ns units.
 * The caller owns the rules of scheduling (`docs/wire-format.md`): this file only knows how things are laid out.
 */
import { encodeUtf8, NO_TIME } from '../base/index.ts';
import { EVENTS } from './events.ts';
import { MAX_VARINT_SIZE, putUvarint, putUvarintNone } from './varint.ts';
import {
  END_OF_GENERATION_SINCE,
  encodeHeader,
  type FormatVersion,
  MAX_BATCH_SIZE,
  MAX_FRAMES,
  MAX_STRING_SIZE,
  SYNC_BATCH_SINCE,
} from './versions.ts';

/** Takes the bytes of the trace in order. They are only valid during the call: copy what is kept. */
export type ByteSink = (bytes: Uint8Array) => void;

/** The clocks of one instant. */
export interface ClockReading {
  /** Monotonic clock, ns. */
  readonly mono: number;
  /** Wall clock: seconds since the epoch and nanoseconds within the second. */
  readonly wallSeconds: number;
  readonly wallNanoseconds: number;
}

export interface Frame {
  readonly func: string;
  readonly file: string;
  readonly line: number;
  /** The frame was not looked at: it is what earlier looks say. Its pc is odd then, else even. */
  readonly learned?: boolean;
}

const NANOSECONDS = 1e9;
const TWO_28 = 2 ** 28;
/** Cells of a batch's times: to be, and of the last event. */
const NOW = 0;
const LAST = 1;
/** Above this many strings, those unused for this many generations are given up. */
const STRINGS_KEPT = 65536;
const GENERATIONS_KEPT = 10;
/** A batch is closed when less than this is free: the longest event is a type and five varints. */
const EVENT_ROOM = 1 + 5 * MAX_VARINT_SIZE;

/** One thread's events: `event` opens one, `arg`/`none` append its arguments in the order of the event table. */
export class ThreadBatch {
  readonly thread: number;
  readonly #writer: TraceWriter;
  readonly #data = new Uint8Array(MAX_BATCH_SIZE);
  /** Times are in cells of an array: numbers that pass through objects and calls are boxed, which costs more than an event. */
  readonly #times = new Float64Array(2);
  #size = 0;
  #base = NO_TIME;

  constructor(writer: TraceWriter, thread: number) {
    this.#writer = writer;
    this.thread = thread;
  }

  /** Time of the last event, ns. Later ones never go below it. */
  get time(): number {
    return this.#times[LAST]!;
  }

  /** The time that `at` has set. */
  get now(): number {
    return this.#times[NOW]!;
  }

  /** Sets the time (ns, absolute) of the events that `begin` begins. */
  at(time: number): void {
    this.#times[NOW] = time;
  }

  /** Begins the event with the id `id` at `time` (ns, absolute): see `begin`. */
  event(id: number, time: number): void {
    this.at(time);
    this.begin(id);
  }

  /**
   * Begins the event with the id `id` at the time set. A time before the thread's last event is lifted to that: order
   * wins over time. The event's arguments must follow at once.
   */
  begin(id: number): void {
    if (this.#size === 0 || this.#size > MAX_BATCH_SIZE - EVENT_ROOM) this.#open();
    const times = this.#times;
    const last = times[LAST]!;
    const at = Math.max(Math.floor(times[NOW]!), last);
    times[LAST] = at;
    this.#data[this.#size] = id;
    this.#size = putArg(this.#data, this.#size + 1, at - last);
  }

  /** Appends an argument: an integer of 0 to 2^53 - 1. */
  arg(value: number): void {
    this.#size = putArg(this.#data, this.#size, value);
  }

  /** Appends 2^64-1, "none". */
  none(): void {
    this.#size = putUvarintNone(this.#data, this.#size);
  }

  /** Lets events go no earlier than `time`: the start of a generation. */
  lift(time: number): void {
    if (time > this.time) this.#times[LAST] = Math.floor(time);
  }

  /** Writes the open batch, if any, behind the tables it needs. */
  flush(): void {
    if (this.#size === 0) return;
    this.#writer.flushTables();
    this.#writer.writeBatch(this.thread, this.#base, this.#data.subarray(0, this.#size));
    this.#size = 0;
  }

  #open(): void {
    this.flush();
    this.lift(this.now);
    this.#base = this.time;
  }
}

/** Writes an argument and returns the position behind it; small enough to be compiled into its callers. */
function putArg(data: Uint8Array, at: number, value: number): number {
  if (value >= TWO_28) return putUvarint(data, at, value);
  let rest = value | 0;
  let pos = at;
  while (rest >= 0x80) {
    data[pos++] = rest | 0x80;
    rest >>>= 7;
  }
  data[pos] = rest;
  return pos + 1;
}

/** A table of strings or stacks that writes what a generation uses, each entry once. */
class TablePart {
  readonly data = new Uint8Array(MAX_BATCH_SIZE);
  size = 0;
  /** Per id, the generation that has it already. */
  #written = new Int32Array(1024);

  /** Claims entry `id` for `generation`; false when that generation has it already. */
  claim(id: number, generation: number): boolean {
    if (id >= this.#written.length) {
      const grown = new Int32Array(Math.max(id + 1, this.#written.length * 2));
      grown.set(this.#written);
      this.#written = grown;
    }
    if (this.#written[id] === generation) return false;
    this.#written[id] = generation;
    return true;
  }

  /** The last generation that claimed `id`, 0 = none. */
  lastUse(id: number): number {
    return this.#written[id] ?? 0;
  }
}

export class TraceWriter {
  readonly version: FormatVersion;
  /** The current generation; 0 before the first. */
  generation = 0;
  /** Start of the current generation, ns. */
  generationStart = NO_TIME;
  /** Bytes given to the sink. */
  bytes = 0;
  readonly #sink: ByteSink;
  readonly #head = new Uint8Array(1 + 4 * MAX_VARINT_SIZE);
  /** Bytes of string id / 2; even ids hold across generations, odd ones for one. */
  readonly #strings: (Uint8Array | undefined)[] = [new Uint8Array(0)];
  /** Ids that can be given out again. */
  readonly #freeStrings: number[] = [];
  /** Strings that are kept for good: those in stacks, as many as the program has places, and constants. */
  readonly #pinned = new Set<number>();
  #transients = 0;
  readonly #stringIds = new Map<string, number>();
  readonly #stringPart = new TablePart();
  readonly #stacks: (readonly number[])[] = [[]];
  readonly #stackIds = new Map<string, number>();
  readonly #stackPart = new TablePart();
  readonly #pcs = new Map<string, number>();

  /** Writes the file header at once. */
  constructor(sink: ByteSink, version: FormatVersion) {
    this.#sink = sink;
    this.version = version;
    this.#write(encodeHeader(version));
  }

  /** The batches of thread `thread`. */
  threadBatch(thread: number): ThreadBatch {
    return new ThreadBatch(this, thread);
  }

  /**
   * The id of `text`; 0 for "". Longer texts are cut at `MAX_STRING_SIZE` bytes, on a character. The id holds while it is
   * used, and as long as `beginGeneration` is told that it is held; else it stands for another text some day.
   */
  string(text: string): number {
    if (text === '') return 0;
    let id = this.#stringIds.get(text);
    if (id === undefined) {
      id = this.#freeStrings.pop() ?? this.#strings.length * 2;
      this.#strings[id / 2] = encodeString(text);
      this.#stringIds.set(text, id);
    }
    return id;
  }

  /** The id of a text for the whole trace. */
  constant(text: string): number {
    const id = this.string(text);
    this.#pinned.add(id);
    return id;
  }

  /** The id of a stack, innermost frame first, for the whole trace; 0 for no frames. */
  stack(frames: readonly Frame[]): number {
    if (frames.length === 0) return 0;
    const row: number[] = [];
    for (const frame of frames.slice(0, MAX_FRAMES)) {
      const func = this.constant(frame.func);
      const file = this.constant(frame.file);
      const pc = this.#pc(func, file, frame.line) * 2 + (frame.learned ? 1 : 0);
      row.push(pc, func, file, frame.line);
    }
    const key = row.join(' ');
    let id = this.#stackIds.get(key);
    if (id === undefined) {
      id = this.#stacks.length;
      this.#stacks.push(row);
      this.#stackIds.set(key, id);
    }
    return id;
  }

  /** Announces string `id` in this generation's table and returns it: call it before the event that names it. */
  useString(id: number): number {
    if (id === 0 || !this.#stringPart.claim(id, this.generation)) return id;
    return this.#writeString(id, this.#strings[id / 2]!);
  }

  /** Puts a text that is used once, such as a log message, into this generation's table, and forgets it. */
  transientString(text: string): number {
    if (text === '') return 0;
    return this.#writeString(this.#transients++ * 2 + 1, encodeString(text));
  }

  #writeString(id: number, bytes: Uint8Array): number {
    const part = this.#stringPart;
    if (part.size + bytes.length + 1 + 2 * MAX_VARINT_SIZE > MAX_BATCH_SIZE) this.flushTables();
    if (part.size === 0) part.data[part.size++] = EVENTS.Strings.id;
    part.data[part.size++] = EVENTS.String.id;
    part.size = putUvarint(part.data, part.size, id);
    part.size = putUvarint(part.data, part.size, bytes.length);
    part.data.set(bytes, part.size);
    part.size += bytes.length;
    return id;
  }

  /** Announces stack `id`, and the strings in it, in this generation's tables and returns it. */
  useStack(id: number): number {
    if (id === 0 || !this.#stackPart.claim(id, this.generation)) return id;
    const row = this.#stacks[id]!;
    for (let i = 0; i < row.length; i += 4) {
      this.useString(row[i + 1]!);
      this.useString(row[i + 2]!);
    }
    const part = this.#stackPart;
    if (part.size + 1 + (row.length + 2) * MAX_VARINT_SIZE > MAX_BATCH_SIZE) this.flushTables();
    if (part.size === 0) part.data[part.size++] = EVENTS.Stacks.id;
    part.data[part.size++] = EVENTS.Stack.id;
    part.size = putUvarint(part.data, part.size, id);
    part.size = putUvarint(part.data, part.size, row.length / 4);
    for (const value of row) part.size = putUvarint(part.data, part.size, value);
    return id;
  }

  /**
   * Begins a generation at `time` (ns) with its sync batch. All batches of the previous one must have been flushed.
   * `held` passes on the ids of strings that are not written now and will be named later.
   */
  beginGeneration(time: number, clock: ClockReading, held: (hold: (id: number) => void) => void = () => {}): void {
    this.endGeneration();
    this.generation++;
    this.#transients = 0;
    if (this.#stringIds.size > STRINGS_KEPT) this.#forgetStrings(held);
    this.generationStart = Math.floor(time);
    const data = new Uint8Array(2 + 6 * MAX_VARINT_SIZE);
    let pos = 0;
    if (this.version >= SYNC_BATCH_SINCE) data[pos++] = EVENTS.Sync.id;
    data[pos++] = EVENTS.Frequency.id;
    pos = putUvarint(data, pos, NANOSECONDS);
    if (this.version >= SYNC_BATCH_SINCE) {
      data[pos++] = EVENTS.ClockSnapshot.id;
      pos = putUvarint(data, pos, 0);
      pos = putUvarint(data, pos, clock.mono);
      pos = putUvarint(data, pos, clock.wallSeconds);
      pos = putUvarint(data, pos, clock.wallNanoseconds);
    }
    this.writeBatch(undefined, this.generationStart, data.subarray(0, pos));
  }

  /** Ends the current generation, if any. The last one must be ended before the file is closed. */
  endGeneration(): void {
    if (this.generation === 0) return;
    this.flushTables();
    if (this.version >= END_OF_GENERATION_SINCE) this.#write(Uint8Array.of(EVENTS.EndOfGeneration.id));
  }

  /** Writes the table parts that are pending: strings first, as stacks name them. */
  flushTables(): void {
    for (const part of [this.#stringPart, this.#stackPart]) {
      if (part.size === 0) continue;
      this.writeBatch(undefined, this.generationStart, part.data.subarray(0, part.size));
      part.size = 0;
    }
  }

  /** Writes one batch of the current generation; `thread` undefined = none. At most `MAX_BATCH_SIZE` bytes of data. */
  writeBatch(thread: number | undefined, time: number, data: Uint8Array): void {
    const head = this.#head;
    head[0] = EVENTS.EventBatch.id;
    let pos = putUvarint(head, 1, this.generation);
    pos = thread === undefined ? putUvarintNone(head, pos) : putUvarint(head, pos, thread);
    pos = putUvarint(head, pos, time);
    pos = putUvarint(head, pos, data.length);
    this.#write(head.subarray(0, pos));
    this.#write(data);
  }

  /** Drops the strings that the last generations did not use, so that ever new texts do not fill the memory. */
  #forgetStrings(held: (hold: (id: number) => void) => void): void {
    const kept = new Set(this.#pinned);
    held((id) => kept.add(id));
    for (const [text, id] of this.#stringIds) {
      if (kept.has(id) || this.#stringPart.lastUse(id) >= this.generation - GENERATIONS_KEPT) continue;
      this.#stringIds.delete(text);
      this.#strings[id / 2] = undefined;
      this.#freeStrings.push(id);
    }
  }

  #write(bytes: Uint8Array): void {
    this.bytes += bytes.length;
    this.#sink(bytes);
  }

  /** A program counter that stands for one place in the whole trace: Go merges stacks by their pcs. */
  #pc(func: number, file: number, line: number): number {
    const key = `${func} ${file} ${line}`;
    let pc = this.#pcs.get(key);
    if (pc === undefined) {
      pc = this.#pcs.size + 1;
      this.#pcs.set(key, pc);
    }
    return pc;
  }
}

/** UTF-8 of at most `MAX_STRING_SIZE` bytes, cut between characters. */
function encodeString(text: string): Uint8Array {
  const bytes = encodeUtf8(text);
  if (bytes.length <= MAX_STRING_SIZE) return bytes;
  let end = MAX_STRING_SIZE;
  while ((bytes[end]! & 0xc0) === 0x80) end--;
  return bytes.slice(0, end);
}
