/**
 * One generation: all its batches, with their tables decoded.
 *
 * A generation is self-contained, and its tables may come after the events that use them, so it is buffered whole
 * before the first event is delivered. `add` takes a batch: what is a part of a table is decoded at once, batches of
 * events are kept as bytes, by thread and in file order, which is the order that counts. `finish` checks that the
 * generation is complete and gives strings and stacks their trace-wide ids.
 */
import { decodeUtf8, Float64List } from '../base/index.ts';
import {
  type Batch,
  EVENTS,
  eventName,
  type FormatVersion,
  MAX_FRAMES,
  MAX_STRING_SIZE,
  SYNC_BATCH_SINCE,
  type TraceErrorCode,
  TraceFormatError,
  VarintReader,
  type WideValues,
} from '../format/index.ts';
import { NONE } from './event.ts';
import { IdMap, UNKNOWN } from './id-map.ts';
import { StackParts } from './stack-parts.ts';
import type { StackTable } from './stack-table.ts';
import type { StringTable } from './string-table.ts';
import { nanosecondsPerUnit, toNanoseconds } from './trace-clock.ts';

/** One instant on three clocks. */
export interface GenerationClock {
  /** Absolute trace clock, ns. */
  readonly trace: number;
  /** Monotonic clock of the system, ns. */
  readonly mono: bigint;
  /** Wall clock, ns since the epoch. */
  readonly wall: bigint;
}

/** Data of an experiment, as the trace holds them. */
export interface ExperimentalBatch {
  /** Number of the Sync event that opens the generation of the batch. */
  readonly sync: number;
  readonly experiment: number;
  readonly thread: number;
  readonly data: Uint8Array;
}

/** CPU samples of a generation, as columns in time order. */
export interface Samples {
  /** Relative to the origin, ns. */
  readonly time: Float64Array;
  readonly thread: Float64Array;
  readonly proc: Float64Array;
  readonly goroutine: Float64Array;
  /** Id in the generation's stack table, not yet checked. */
  readonly stack: Float64Array;
  /** Byte offset in the file. */
  readonly offset: Float64Array;
}

/** What of the trace outlives its generations. */
export interface TraceTables {
  readonly strings: StringTable;
  readonly stacks: StackTable;
  readonly wide: WideValues;
}

export class Generation {
  /** 0 until the first batch. */
  number = 0;
  /** Least base time of its batches, time units. */
  minTime = 0;
  /** 0 until the frequency is known. */
  perUnit = 0;
  clock: GenerationClock | undefined;
  /** Batches of events, by thread. */
  readonly batches = new Map<number, Batch[]>();
  readonly experimental: { experiment: number; thread: number; data: Uint8Array }[] = [];
  /** Trace-wide ids of its strings and stacks. */
  readonly strings = new IdMap();
  readonly stacks = new IdMap();

  readonly #version: FormatVersion;
  readonly #tables: TraceTables;
  readonly #reader: VarintReader;
  readonly #sampleFields = new Float64List();
  readonly #stackParts = new StackParts();
  #snapshot: { units: number; mono: bigint; wall: bigint } | undefined;

  constructor(version: FormatVersion, tables: TraceTables) {
    this.#version = version;
    this.#tables = tables;
    this.#reader = new VarintReader(new Uint8Array(0), 0, 0, 0, tables.wide);
  }

  /** Takes a batch of this generation. Throws `TraceFormatError` when a table in it is broken. */
  add(batch: Batch): void {
    const time = this.#tables.wide.quantity(batch.time);
    if (this.minTime === 0 || time < this.minTime) this.minTime = time;
    if (batch.experiment !== 0) {
      this.experimental.push({ experiment: batch.experiment, thread: batch.thread, data: batch.data });
      return;
    }
    if (this.#addTable(batch, time)) return;
    const earlier = this.batches.get(batch.thread);
    if (earlier === undefined) this.batches.set(batch.thread, [batch]);
    else earlier.push(batch);
  }

  /** Decodes a batch that holds a part of a table, or the clocks; false when it holds events. */
  #addTable(batch: Batch, time: number): boolean {
    const { data, dataOffset } = batch;
    this.#reader.reset(data, 1, data.length, dataOffset);
    const withSyncBatch = this.#version >= SYNC_BATCH_SINCE;
    switch (data[0]) {
      case EVENTS.Strings.id:
        this.#each(EVENTS.String.id, () => this.#addString());
        return true;
      case EVENTS.Stacks.id:
        this.#each(EVENTS.Stack.id, () => this.#addStack());
        return true;
      case EVENTS.CPUSamples.id:
        this.#each(EVENTS.CPUSample.id, () => this.#addSample());
        return true;
      case EVENTS.Frequency.id:
        if (!withSyncBatch) this.#addSync(0, time);
        return !withSyncBatch;
      case EVENTS.Sync.id:
        if (withSyncBatch) this.#addSync(1, time);
        return withSyncBatch;
      case EVENTS.EndOfGeneration.id:
        throw this.#error('bad-generation', 'the generation ends inside a batch', dataOffset);
      default:
        return false;
    }
  }

  /** Checks that the generation is whole and resolves its tables. `offset`: where it ends in the file. */
  finish(offset: number): void {
    if (this.perUnit === 0) throw this.#error('bad-sync', 'the generation has no frequency', offset);
    if (this.#snapshot !== undefined) {
      const { units, mono, wall } = this.#snapshot;
      this.clock = { trace: toNanoseconds(units, this.perUnit), mono, wall };
    } else if (this.#version >= SYNC_BATCH_SINCE) {
      throw this.#error('bad-sync', 'the generation has no clock snapshot', offset);
    }
    this.#resolveStacks();
  }

  /** The CPU samples in time order, relative to `origin` (absolute ns); undefined when there are none. */
  samples(origin: number): Samples | undefined {
    const fields = this.#sampleFields;
    const count = fields.length / SAMPLE_FIELDS;
    if (count === 0) return undefined;
    const times = new Float64Array(count);
    for (let i = 0; i < count; i++) {
      times[i] = toNanoseconds(this.#tables.wide.quantity(fields.at(i * SAMPLE_FIELDS)), this.perUnit) - origin;
    }
    const order = Array.from(times.keys()).sort((a, b) => times[a]! - times[b]!);
    const column = (field: number) => Float64Array.from(order, (i) => fields.at(i * SAMPLE_FIELDS + field));
    return {
      time: Float64Array.from(order, (i) => times[i]!),
      thread: column(1),
      proc: column(2),
      goroutine: column(3),
      stack: column(4),
      offset: column(5),
    };
  }

  /** Reads entries of one type to the end of the batch. */
  #each(type: number, read: () => void): void {
    const reader = this.#reader;
    while (reader.pos < reader.end) {
      const found = reader.buf[reader.pos]!;
      if (found !== type) {
        const reason = `expected an entry ${eventName(type)}, found an event ${eventName(found)}`;
        throw this.#error('bad-table', reason, reader.base + reader.pos);
      }
      reader.pos++;
      read();
    }
  }

  #addString(): void {
    const reader = this.#reader;
    const start = reader.base + reader.pos - 1;
    const id = reader.read();
    const size = reader.read();
    if (size < 0 || size > MAX_STRING_SIZE) {
      const reason = `a string of ${this.#tables.wide.valueOf(size)} bytes: the most is ${MAX_STRING_SIZE}`;
      throw this.#error('too-large', reason, start);
    }
    if (size > reader.end - reader.pos)
      throw this.#error('bad-table', 'a string is cut off by the end of its batch', start);
    if (this.strings.get(id) !== UNKNOWN)
      throw this.#error('bad-table', `string ${this.#text(id)} is there twice`, start);
    const text = decodeUtf8(reader.buf.subarray(reader.pos, reader.pos + size));
    reader.pos += size;
    this.strings.set(id, this.#tables.strings.intern(text));
  }

  #addStack(): void {
    const reader = this.#reader;
    const start = reader.base + reader.pos - 1;
    const id = reader.read();
    const count = reader.read();
    if (count < 0 || count > MAX_FRAMES) {
      const reason = `a stack of ${this.#tables.wide.valueOf(count)} frames: the most is ${MAX_FRAMES}`;
      throw this.#error('too-large', reason, start);
    }
    for (let i = 0; i < count; i++) {
      const pc = reader.read();
      const func = reader.read();
      const file = reader.read();
      this.#stackParts.addFrame(pc, func, file, reader.read());
    }
    if (this.stacks.get(id) !== UNKNOWN)
      throw this.#error('bad-table', `stack ${this.#text(id)} is there twice`, start);
    // Its trace-wide id follows in `finish`, when all strings are known.
    this.stacks.set(id, 0);
    this.#stackParts.finishStack(id, count, start);
  }

  #addSample(): void {
    const reader = this.#reader;
    const start = reader.base + reader.pos - 1;
    const fields = this.#sampleFields;
    for (let field = 0; field < SAMPLE_FIELDS - 1; field++) fields.push(reader.read());
    const goroutine = fields.length - 2;
    if (fields.at(goroutine) === 0) fields.set(goroutine, NONE);
    fields.push(start);
  }

  /** A sync batch, from byte `pos` on; `time`: its base time in units. */
  #addSync(pos: number, time: number): void {
    const reader = this.#reader;
    reader.pos = pos;
    while (reader.pos < reader.end) {
      const start = reader.base + reader.pos;
      const type = reader.buf[reader.pos++]!;
      if (type === EVENTS.Frequency.id) this.#addFrequency(start);
      else if (type === EVENTS.ClockSnapshot.id && this.#version >= SYNC_BATCH_SINCE) this.#addSnapshot(start, time);
      else throw this.#error('bad-sync', `a sync batch has no event ${eventName(type)}`, start);
    }
  }

  #addFrequency(start: number): void {
    if (this.perUnit !== 0) throw this.#error('bad-sync', 'the generation has two frequencies', start);
    this.perUnit = nanosecondsPerUnit(this.#tables.wide.quantity(this.#reader.read()));
  }

  #addSnapshot(start: number, time: number): void {
    if (this.#snapshot !== undefined) throw this.#error('bad-sync', 'the generation has two clock snapshots', start);
    const reader = this.#reader;
    const units = time + this.#tables.wide.quantity(reader.read());
    const mono = reader.read64();
    const seconds = reader.read64();
    this.#snapshot = { units, mono, wall: seconds * 1_000_000_000n + reader.read64() };
  }

  /** Gives every stack its trace-wide id. */
  #resolveStacks(): void {
    this.#stackParts.resolve(this.#tables.stacks, this.stacks, (id, offset) => {
      const known = this.strings.get(id);
      if (known !== UNKNOWN) return known;
      const reason = `a frame names string ${this.#text(id)}, which the generation lacks`;
      throw this.#error('bad-table', reason, offset);
    });
  }

  #text(id: number): string {
    return this.#tables.wide.valueOf(id).toString();
  }

  #error(code: TraceErrorCode, reason: string, offset: number): TraceFormatError {
    return new TraceFormatError(code, reason, { offset, generation: this.number });
  }
}

/** Time, thread, proc, goroutine, stack, offset. */
const SAMPLE_FIELDS = 6;
