/**
 * The reader: bytes of a trace in, ordered and checked events out, in Go's event model.
 *
 * It reads the header, and leaves the rest to the source of events that knows the format: `v2-source.ts`, or `v1/` for
 * the formats before 1.22. What holds for all of them is here: a broken trace delivers its good events and then ends,
 * with the error in `problem`, never with an exception.
 */

import { ByteQueue } from '../base/index.ts';
import {
  type FormatVersion,
  HEADER_SIZE,
  isFormatVersion,
  type LegacyVersion,
  TraceFormatError,
  WideValues,
} from '../format/index.ts';
import { NONE, type TraceEvent } from './event.ts';
import { EventBlock } from './event-block.ts';
import type { ClockSnapshot, EventSource } from './event-source.ts';
import type { ExperimentalBatch, TraceTables } from './generation.ts';
import { readVersion } from './header.ts';
import { StackTable } from './stack-table.ts';
import { StringTable } from './string-table.ts';
import { V1Source } from './v1/source.ts';
import { V2Source } from './v2-source.ts';

export class TraceReader {
  /** Minor number of the format; undefined until the header was read. */
  version: FormatVersion | LegacyVersion | undefined;
  /** Whether `next` has delivered all there is. */
  done = false;
  /** Why reading ended before the end of the file: the events delivered until then are good. */
  problem: TraceFormatError | undefined;
  /** Bytes that were pushed so far. */
  bytesPushed = 0;

  readonly #tables: TraceTables = { strings: new StringTable(), stacks: new StackTable(), wide: new WideValues() };
  readonly #header = new ByteQueue();
  #source: EventSource | undefined;
  #ended = false;
  /** The events that are delivered, and what is thrown once they were. */
  readonly #block = new EventBlock();
  #failure: unknown;
  /** Whether the block was handed out: it is delivered when the next one is asked for. */
  #lent = false;
  /** What cut the file off before it came here. */
  #cut: TraceFormatError | undefined;

  /** Absolute trace clock of time 0, ns; 0 until the first event. */
  get origin(): bigint {
    return this.#source?.origin ?? 0n;
  }

  /** Generations that were begun. */
  get generations(): number {
    return this.#source?.generations ?? 0;
  }

  /** One per generation, from format 1.25 on. */
  get clockSnapshots(): readonly ClockSnapshot[] {
    return this.#source?.clockSnapshots ?? [];
  }

  /** Data of experiments, of the generations that were begun. */
  get experimentalBatches(): readonly ExperimentalBatch[] {
    return this.#source?.experimentalBatches ?? [];
  }

  /** Trace-wide strings, by id; id 0 is "". Grows while reading. */
  get strings(): readonly string[] {
    return this.#tables.strings.strings;
  }

  /** Trace-wide stacks, by id; id 0 is empty. Grows while reading. */
  get stacks(): StackTable {
    return this.#tables.stacks;
  }

  /** Bytes that were read so far: everything before is in the events delivered, or is buffered for the next ones. */
  get bytesRead(): number {
    return this.#source?.offset ?? 0;
  }

  /** The decimal digits of an id of any size: thread, proc, goroutine or task. */
  idText(id: number): string {
    return id === NONE ? '-1' : this.#tables.wide.valueOf(id).toString();
  }

  /** Appends bytes of the file. They are kept, not copied: do not write to them afterwards. */
  push(bytes: Uint8Array): void {
    this.bytesPushed += bytes.length;
    if (!this.done) (this.#source ?? this.#header).push(bytes);
  }

  /** The file ends here. `reason`: why it does so early, which becomes the `problem`. */
  end(reason?: TraceFormatError): void {
    this.#ended = true;
    this.#cut = reason;
    this.#source?.end();
  }

  /**
   * The next event, or undefined: when `done`, all were delivered; else more bytes are needed. The object is used again
   * by the next call.
   */
  next(): TraceEvent | undefined {
    this.#takeBack();
    const block = this.#block;
    if (block.first === block.count && !this.#refill()) return undefined;
    const event = block.eventAt(block.first++);
    if (block.first === block.count) this.#taken();
    return event;
  }

  /**
   * Passes all events that can be had now to `sink`: what `next` gives, faster. The object is used again for the next
   * event. An exception of the sink ends the reading.
   */
  drain(sink: (event: TraceEvent) => void): void {
    this.drainBlocks((block) => {
      for (let row = block.first; row < block.count; row++) sink(block.eventAt(row));
    });
  }

  /**
   * Passes all events that can be had now to `sink` in blocks of rows: the fastest way. The block is used again for the
   * next rows. An exception of the sink ends the reading.
   */
  drainBlocks(sink: (block: EventBlock) => void): void {
    for (let block = this.nextBlock(); block !== undefined; block = this.nextBlock()) {
      try {
        sink(block);
      } catch (error) {
        this.#fail(error);
        return;
      }
    }
  }

  /**
   * The next events, as many as are ready; undefined when `next` has none either. The block is used again by the next
   * call, and taken as delivered then.
   */
  nextBlock(): EventBlock | undefined {
    this.#takeBack();
    const block = this.#block;
    if (block.first === block.count && !this.#refill()) return undefined;
    this.#lent = true;
    return block;
  }

  /** A block that was handed out is delivered. */
  #takeBack(): void {
    if (!this.#lent) return;
    this.#lent = false;
    this.#block.first = this.#block.count;
    this.#taken();
  }

  /** Gets the next events; false when there are none, or none yet. */
  #refill(): boolean {
    if (this.done) return false;
    const block = this.#block;
    block.clear();
    try {
      if (this.#failure !== undefined) throw this.#failure;
      this.#source ??= this.#open();
      this.#source?.fill(block);
    } catch (error) {
      if (block.count === 0) this.#fail(error);
      else this.#failure = error;
    }
    if (block.count === 0 && this.#source?.finished) this.#finish();
    return block.count > 0;
  }

  /** All events of the block were delivered. */
  #taken(): void {
    if (this.#source?.finished) this.#finish();
  }

  #fail(error: unknown): void {
    if (error instanceof TraceFormatError) this.problem = error;
    this.#finish();
    if (!(error instanceof TraceFormatError)) throw error;
  }

  #finish(): void {
    this.done = true;
    this.#block.clear();
    this.problem = this.#cut ?? this.problem;
    this.#source?.clear();
    this.#header.clear();
  }

  /** The source for the file's format; undefined when more bytes are needed. */
  #open(): EventSource | undefined {
    if (this.#header.available < HEADER_SIZE && !this.#ended) return undefined;
    const version = readVersion(this.#header.peek(HEADER_SIZE));
    this.version = version;
    this.#header.skip(HEADER_SIZE);
    const source = isFormatVersion(version)
      ? new V2Source(version, this.#tables)
      : new V1Source(version, HEADER_SIZE, this.#tables);
    source.push(this.#header.take(this.#header.available));
    if (this.#ended) source.end();
    return source;
  }
}
