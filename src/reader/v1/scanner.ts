/**
 * The bytes of a v1 file, in chunks of any size, into columns of events and tables of strings and stacks.
 *
 * The idea: the file is one flat list of events, so an event is read as soon as it is there whole, and no byte is kept
 * that was read. An event may refer to a string or a stack that comes later, and the frequency comes last, so ids and
 * ticks stay as they are until `finish`.
 *
 * An event is a byte (six bits of type, two of argument count) and varints; with many arguments, their length in bytes
 * stands in front. `Batch` says whose proc the events behind it are, and when they begin.
 */
import { ByteQueue, decodeUtf8, Float64List, Int32List } from '../../base/index.ts';
import { type LegacyVersion, type TraceErrorCode, TraceFormatError, VarintReader } from '../../format/index.ts';
import type { TraceTables } from '../generation.ts';
import { IdMap, UNKNOWN } from '../id-map.ts';
import { StackParts } from '../stack-parts.ts';
import { V1Columns } from './event-columns.ts';
import { shapesOf, V1_EVENTS, type V1EventName, type V1Shape } from './events.ts';

/** The longest string, in bytes, and the deepest stack that Go's reader accepts. */
const MAX_STRING = 1_000_000;
const MAX_STACK = 1000;
/** Bytes of arguments behind a length: those of the deepest stack. */
const MAX_LENGTH = 10 * (2 + 4 * MAX_STACK);
const MAX_PROC = 2 ** 31 - 1;
/** Format 1.5 has neither strings nor sequence numbers per goroutine, but one for all events. */
const PLAIN_VERSION = 5;

/** What a whole v1 file holds. Strings and stacks have their trace-wide ids; times are ticks. */
export interface V1File {
  readonly version: LegacyVersion;
  readonly events: V1Columns;
  /** Rows of each proc, in order; proc numbers are the keys. */
  readonly procs: ReadonlyMap<number, Int32List>;
  /** Rows of CPU samples. */
  readonly samples: Int32List;
  /** Format 1.5: sequence number per row. */
  readonly sequence: Float64List;
  readonly ticksPerSecond: number;
  readonly timerGoroutines: ReadonlySet<number>;
  /** Trace-wide stack of a stack id of the file; `UNKNOWN` for none. */
  readonly stacks: IdMap;
  readonly tables: TraceTables;
}

export class V1Scanner {
  readonly #version: LegacyVersion;
  readonly #shapes: readonly (V1Shape | undefined)[];
  readonly #tables: TraceTables;
  readonly #queue = new ByteQueue();
  readonly #start: number;
  readonly #reader: VarintReader;
  /** Bytes that must be there before it is worth trying again. */
  #wanted = 1;
  #ended = false;
  readonly #args: number[] = [];

  readonly #events = new V1Columns();
  readonly #sequence = new Float64List();
  readonly #procs = new Map<number, Int32List>();
  readonly #samples = new Int32List();
  readonly #strings = new IdMap();
  readonly #stackIds = new IdMap();
  readonly #stackParts = new StackParts();
  readonly #timerGoroutines = new Set<number>();
  #ticksPerSecond = 0;

  /** The first tick of the file, absolute: ticks are counted from it, as they may be beyond 2^53. */
  #base: bigint | undefined;
  /** State of the batch: proc and its rows, last goroutine that ran on each proc, last tick and sequence number. */
  #proc = -1;
  #rows: Int32List | undefined;
  #goroutine = 0;
  readonly #goroutines = new Map<number, number>();
  #time = 0;
  #seq = 0;

  /** `offset`: where in the file the first pushed byte stands. */
  constructor(version: LegacyVersion, offset: number, tables: TraceTables) {
    this.#version = version;
    this.#shapes = shapesOf(version);
    this.#start = offset;
    this.#tables = tables;
    this.#reader = new VarintReader(new Uint8Array(0), 0, 0, 0, tables.wide);
  }

  /** Byte offset of what is scanned next. */
  get offset(): number {
    return this.#start + this.#queue.offset;
  }

  push(bytes: Uint8Array): void {
    this.#queue.push(bytes);
  }

  end(): void {
    this.#ended = true;
  }

  /** Lets go of all bytes. */
  clear(): void {
    this.#queue.clear();
  }

  /** Reads what is there. Throws `TraceFormatError`. */
  scan(): void {
    const { available } = this.#queue;
    if (available === 0 || (available < this.#wanted && !this.#ended)) return;
    const reader = this.#reader;
    const bytes = this.#queue.peek(available);
    reader.reset(bytes, 0, bytes.length, this.offset);
    let whole = 0;
    try {
      while (whole < bytes.length) {
        this.#event(whole);
        whole = reader.pos;
      }
    } catch (error) {
      const cutOff = error instanceof TraceFormatError && error.code === 'truncated-event';
      if (!cutOff) throw error;
      if (this.#ended) throw this.#error('truncated', 'the file ends inside an event', whole);
    }
    this.#queue.skip(whole);
    this.#wanted = 2 * this.#queue.available + 1;
  }

  /** Resolves strings and stacks once all is read. Throws `TraceFormatError`. */
  finish(): V1File {
    if (this.#ticksPerSecond === 0) throw this.#error('bad-sync', 'the trace has no frequency: its end is missing', 0);
    this.#stackParts.resolve(this.#tables.stacks, this.#stackIds, (id) => this.#string(id));
    this.#resolve();
    return {
      version: this.#version,
      events: this.#events,
      procs: this.#procs,
      samples: this.#samples,
      sequence: this.#sequence,
      ticksPerSecond: this.#ticksPerSecond,
      timerGoroutines: this.#timerGoroutines,
      stacks: this.#stackIds,
      tables: this.#tables,
    };
  }

  #event(at: number): void {
    const reader = this.#reader;
    const first = reader.buf[at]!;
    reader.pos = at + 1;
    const shape = this.#shapes[first & 63];
    if (shape === undefined) throw this.#error('unknown-event', `there is no event ${first & 63} in this format`, at);
    if (shape.id === V1_EVENTS.String.id) {
      this.#addString(at);
      return;
    }
    this.#readArguments(first >> 6, shape, at);
    if (!shape.structural) this.#addEvent(shape, at);
    else if (shape.id === V1_EVENTS.Batch.id) this.#openBatch(at);
    else if (shape.id === V1_EVENTS.Stack.id) this.#addStack(at);
    else if (shape.id === V1_EVENTS.Frequency.id) this.#setFrequency(at);
    else {
      this.#expect(this.#plain ? 2 : 1, shape.name, at);
      this.#timerGoroutines.add(this.#args[0]!);
    }
  }

  get #plain(): boolean {
    return this.#version === PLAIN_VERSION;
  }

  /** Reads the arguments into `#args`. `code` 3: behind their length in bytes. */
  #readArguments(code: number, { id, name }: V1Shape, at: number): void {
    const reader = this.#reader;
    const args = this.#args;
    args.length = 0;
    // A batch has one argument more than it says, as every other event has its time.
    if (code < 3) {
      for (let count = code + (this.#plain ? 2 : 1); count > 0; count--) args.push(reader.read());
      return;
    }
    const length = reader.read();
    if (length < 0 || length > MAX_LENGTH) throw this.#error('too-large', 'an event of more than 40 kB', at, name);
    const end = reader.pos + length;
    while (reader.pos < end) args.push(reader.read());
    if (reader.pos !== end)
      throw this.#error('bad-argument', 'the length of the event is not that of its arguments', at, name);
    if (id === V1_EVENTS.UserLog.id) args.push(this.#tables.strings.intern(this.#readText(at, name)));
  }

  #readText(at: number, name: V1EventName): string {
    const reader = this.#reader;
    const size = reader.read();
    if (size < 0 || size > MAX_STRING)
      throw this.#error('too-large', `a string of more than ${MAX_STRING} bytes`, at, name);
    if (size > reader.end - reader.pos) throw this.#error('truncated-event', 'the data end inside a string', at, name);
    const text = decodeUtf8(reader.buf.subarray(reader.pos, reader.pos + size));
    reader.pos += size;
    return text;
  }

  #addString(at: number): void {
    const id = this.#reader.read();
    const text = this.#readText(at, 'String');
    if (id === 0 || text === '') throw this.#error('bad-table', 'a string without an id or without a byte', at);
    if (this.#strings.get(id) !== UNKNOWN) throw this.#error('bad-table', 'the same string id twice', at);
    this.#strings.set(id, this.#tables.strings.intern(text));
  }

  #expect(count: number, name: V1EventName, at: number): void {
    const found = this.#args.length;
    if (found !== count)
      throw this.#error('bad-argument', `the event has ${found} arguments instead of ${count}`, at, name);
  }

  #openBatch(at: number): void {
    this.#expect(this.#plain ? 3 : 2, 'Batch', at);
    const [proc, ...rest] = this.#args;
    if (proc! > MAX_PROC || proc! < -1) throw this.#error('bad-argument', 'a proc beyond all procs', at, 'Batch');
    this.#goroutines.set(this.#proc, this.#goroutine);
    this.#proc = proc!;
    this.#goroutine = this.#goroutines.get(proc!) ?? 0;
    this.#time = this.#ticks(rest.at(-1)!);
    this.#seq = rest[0]!;
    this.#rows = this.#procs.get(proc!);
    if (this.#rows === undefined) {
      this.#rows = new Int32List();
      this.#procs.set(proc!, this.#rows);
    }
  }

  /** A stack: id, size, and frames. Without an id or a frame it stands for none. */
  #addStack(at: number): void {
    const args = this.#args;
    const [id, size] = args;
    const perFrame = this.#plain ? 1 : 4;
    if (id === undefined || size === undefined || size < 0 || size > MAX_STACK)
      throw this.#error('bad-table', 'a stack without a size, or beyond the most frames', at, 'Stack');
    this.#expect(2 + perFrame * size, 'Stack', at);
    if (id === 0 || size === 0) return;
    for (let i = 2; i < args.length; i += perFrame) {
      const pc = args[i]!;
      if (this.#plain) this.#stackParts.addFrame(pc, pc, 0, 0);
      else this.#stackParts.addFrame(pc, args[i + 1]!, args[i + 2]!, args[i + 3]!);
    }
    this.#stackParts.finishStack(toUint32(id), size, this.offset + at);
  }

  #setFrequency(at: number): void {
    this.#expect(this.#plain ? 2 : 1, 'Frequency', at);
    this.#ticksPerSecond = this.#signed(this.#args[0]!);
    // Ticks of processors that do not agree can make it so.
    if (this.#ticksPerSecond <= 0)
      throw this.#error('unordered', 'the frequency is not above 0: the clock of the machine ran backwards', at);
  }

  #addEvent(shape: V1Shape, at: number): void {
    const args = this.#args;
    const { id, name } = shape;
    const leading = this.#plain ? 2 : 1;
    const message = id === V1_EVENTS.UserLog.id ? 1 : 0;
    this.#expect(leading + shape.args + (shape.stack ? 1 : 0) + message, name, at);
    if (this.#rows === undefined) throw this.#error('expected-batch', 'an event before the first batch', at, name);
    const value = (arg: number): number => (arg < shape.args ? args[leading + arg]! : 0);
    const stack = shape.stack ? toUint32(args[leading + shape.args]!) : 0;
    const events = this.#events;
    events.type.push(id);
    events.offset.push(this.offset + at);
    events.stack.push(stack | 0);
    if (id === V1_EVENTS.CPUSample.id) {
      this.#addSample(value(0), value(1), value(2));
      return;
    }
    if (this.#plain) {
      this.#seq += this.#signed(args[0]!);
      this.#sequence.push(this.#seq);
    }
    this.#time += this.#signed(args[leading - 1]!);
    this.#rows.push(events.time.push(this.#time));
    events.proc.push(this.#proc);
    events.goroutine.push(this.#goroutineOf(id, value(0)));
    events.arg0.push(value(0));
    events.arg1.push(id === V1_EVENTS.GoSysExitLocal.id ? 0 : value(1));
    if (message === 1) events.arg2.push(args.at(-1)!);
    else if (id === V1_EVENTS.GoSysExit.id) events.arg2.push(value(2) === 0 ? Number.NaN : this.#ticks(value(2)));
    else events.arg2.push(value(2));
  }

  #addSample(ticks: number, proc: number, goroutine: number): void {
    const events = this.#events;
    this.#samples.push(events.time.push(this.#ticks(ticks)));
    events.proc.push(proc < 0 ? -1 : proc | 0);
    events.goroutine.push(goroutine);
    events.arg0.push(0);
    events.arg1.push(0);
    events.arg2.push(0);
    if (this.#plain) this.#sequence.push(this.#seq);
  }

  /** The goroutine that an event belongs to: the last one that started on its proc, unless it names one. */
  #goroutineOf(id: number, first: number): number {
    const current = this.#goroutine;
    switch (GOROUTINE_RULE[id]) {
      case Rule.Starts:
        this.#goroutine = first;
        return first;
      case Rule.Leaves:
        this.#goroutine = 0;
        return current;
      case Rule.Names:
        return first;
      default:
        return current;
    }
  }

  /** Absolute ticks as ticks since the first batch. */
  #ticks(value: number): number {
    const exact = this.#tables.wide.valueOf(value);
    this.#base ??= exact;
    return Number(BigInt.asIntN(64, exact - this.#base));
  }

  /** A number as Go's reader takes it: 2^63 and above are negative. */
  #signed(value: number): number {
    return value >= 0 ? value : Number(BigInt.asIntN(64, this.#tables.wide.valueOf(value)));
  }

  /** Trace-wide id of a string of the file; what the file lacks is "". In format 1.5 it is a program counter. */
  #string(id: number): number {
    if (this.#plain) {
      return id === 0 ? 0 : this.#tables.strings.intern(`0x${this.#tables.wide.valueOf(id).toString(16)}`);
    }
    return Math.max(this.#strings.get(id), 0);
  }

  /** Puts trace-wide ids into the columns: stacks, and the names of labels, tasks, regions and categories. */
  #resolve(): void {
    const { type, stack, arg0, arg1, arg2 } = this.#events;
    for (let row = 0; row < type.length; row++) {
      const id = stack.at(row);
      if (id !== 0) stack.set(row, Math.max(this.#stackIds.get(id >>> 0), 0));
      switch (type.at(row)) {
        case V1_EVENTS.GoCreate.id:
          arg1.set(row, this.#entryStack(arg1.at(row)));
          break;
        case V1_EVENTS.GoStartLabel.id:
        case V1_EVENTS.UserTaskCreate.id:
        case V1_EVENTS.UserRegion.id:
          arg2.set(row, this.#string(arg2.at(row)));
          break;
        case V1_EVENTS.UserLog.id:
          arg1.set(row, this.#string(arg1.at(row)));
          break;
        case V1_EVENTS.STWStart.id:
          // A large number would become an alias, which is none of the reasons either.
          arg0.set(row, Math.max(arg0.at(row), -1));
          break;
      }
    }
  }

  /** The entry stack of a goroutine; in format 1.5 a bare program counter, that of the first instruction. */
  #entryStack(id: number): number {
    if (!this.#plain) return Math.max(this.#stackIds.get(toUint32(id)), 0);
    if (id <= 0) return 0;
    this.#tables.stacks.addFrame(this.#string(id), 0, 0);
    return this.#tables.stacks.finish();
  }

  /** `at`: position in the bytes that are scanned. */
  #error(code: TraceErrorCode, reason: string, at: number, event?: V1EventName): TraceFormatError {
    const proc = this.#rows === undefined ? undefined : String(this.#proc);
    return new TraceFormatError(code, reason, { offset: this.offset + at, proc, event });
  }
}

const Rule = { Keeps: 0, Starts: 1, Leaves: 2, Names: 3 } as const;

/** Per event id: how it changes or names the goroutine of its proc. */
const GOROUTINE_RULE: Uint8Array = (() => {
  const rules = new Uint8Array(64);
  const set = (rule: number, ...names: readonly V1EventName[]) => {
    for (const name of names) rules[V1_EVENTS[name].id] = rule;
  };
  set(Rule.Starts, 'GoStart', 'GoStartLocal', 'GoStartLabel');
  set(Rule.Leaves, 'GoEnd', 'GoStop', 'GoSched', 'GoPreempt', 'GoSleep', 'GoBlock', 'GoBlockSend', 'GoBlockRecv');
  set(Rule.Leaves, 'GoBlockSelect', 'GoBlockSync', 'GoBlockCond', 'GoBlockNet', 'GoBlockGC', 'GoSysBlock');
  set(Rule.Names, 'GoSysExit', 'GoWaiting', 'GoInSyscall');
  return rules;
})();

/** Go keeps 32 bits of a stack id. */
function toUint32(id: number): number {
  return id >>> 0;
}
