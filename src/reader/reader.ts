/**
 * The reader: bytes of a trace in, ordered and checked events out, in Go's event model.
 *
 *  (1) Check the header.
 *  (2) Cut the bytes into batches and gather those of one generation, until the next one begins (from 1.26 on: until
 *      its end marker). Strings, stacks, samples and clocks are decoded on the way (generation.ts).
 *  (3) Make a cursor per thread over its batches (batch-cursor.ts) and order the cursors in a min-heap by the time of
 *      their next event (frontier.ts). Deliver a Sync event.
 *  (4) Deliver a CPU sample when the next one is earlier than the head of the heap.
 *  (5) Try the event at the head. If it must wait for an event of another thread (ordering/), try the others in the
 *      order of their times; if all must wait, the trace is broken.
 *  (6) Move the cursor that succeeded to its next event, and restore the heap.
 *  (7) Deliver what the event became, each at a time that is later than all before.
 *  (8) When no cursor is left, go to (2); at the end of the file, deliver a last Sync event.
 *
 * Nothing depends on how the bytes are cut into chunks: `next` does all the work, and when it needs more bytes it
 * gives up without having changed anything. On a broken trace it delivers what Go's reader delivers, and then ends,
 * with the error in `problem`.
 */

import { ByteQueue } from '../base/index.ts';
import {
  type Batch,
  BatchScanner,
  END_OF_GENERATION_SINCE,
  type FormatVersion,
  HEADER_SIZE,
  TraceFormatError,
  WideValues,
} from '../format/index.ts';
import { BatchCursor } from './batch-cursor.ts';
import { EventKind, NONE, TraceEvent } from './event.ts';
import { Frontier } from './frontier.ts';
import { type ExperimentalBatch, Generation, type Samples } from './generation.ts';
import { readVersion } from './header.ts';
import { UNKNOWN } from './id-map.ts';
import { HANDLER_BY_ID } from './ordering/dispatch.ts';
import { Ordering } from './ordering/ordering.ts';
import { StackTable } from './stack-table.ts';
import { StringTable } from './string-table.ts';
import { toNanoseconds } from './trace-clock.ts';

/** One instant on three clocks; from format 1.25 on, each generation has one. */
export interface ClockSnapshot {
  /** Number of the Sync event that opens the generation. */
  readonly sync: number;
  /** Trace clock: ns since the origin. */
  readonly time: number;
  /** Monotonic clock of the system, ns. */
  readonly mono: bigint;
  /** Wall clock, ns since the epoch. */
  readonly wall: bigint;
}

export class TraceReader {
  /** Minor number of the format; undefined until the header was read. */
  version: FormatVersion | undefined;
  /** Absolute trace clock of time 0, ns; 0 until the first event. */
  origin = 0n;
  /** Whether `next` has delivered all there is. */
  done = false;
  /** Why reading ended before the end of the file: the events delivered until then are good. */
  problem: TraceFormatError | undefined;
  /** Generations that were begun. */
  generations = 0;
  /** Bytes that were pushed so far. */
  bytesPushed = 0;
  /** One per generation, from format 1.25 on. */
  readonly clockSnapshots: ClockSnapshot[] = [];
  /** Data of experiments, of the generations that were begun. */
  readonly experimentalBatches: ExperimentalBatch[] = [];

  readonly #tables = { strings: new StringTable(), stacks: new StackTable(), wide: new WideValues() };
  readonly #header = new ByteQueue();
  readonly #scanner = new BatchScanner(HEADER_SIZE, this.#tables.wide);
  readonly #frontier = new Frontier();
  readonly #ordering = new Ordering(this.#tables.strings, this.#tables.wide);
  /** The events that do not come from the ordering. */
  readonly #syncEvent = new TraceEvent(EventKind.Sync);
  readonly #sampleEvent = new TraceEvent(EventKind.StackSample);

  /** The generation that is being gathered, and the one whose events are delivered. */
  #gathering: Generation | undefined;
  #generation: Generation | undefined;
  /** Before 1.26: the batch that told that the generation before it was complete. */
  #spilled: Batch | undefined;
  #samples: Samples | undefined;
  #nextSample = 0;
  #ended = false;
  /** The error to end with once the current generation and a last Sync event were delivered, and once that was. */
  #afterwards: TraceFormatError | undefined;
  #pending: TraceFormatError | undefined;
  #syncs = 0;
  /** Time of the last delivered event; relative to the origin, as all times here. */
  #lastTime = -1;
  #originTime: number | undefined;

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
    return this.version === undefined ? 0 : this.#scanner.offset;
  }

  /** The decimal digits of an id of any size: thread, proc, goroutine or task. */
  idText(id: number): string {
    return id === NONE ? '-1' : this.#tables.wide.valueOf(id).toString();
  }

  /** Appends bytes of the file. They are kept, not copied: do not write to them afterwards. */
  push(bytes: Uint8Array): void {
    this.bytesPushed += bytes.length;
    if (this.done) return;
    if (this.version === undefined) this.#header.push(bytes);
    else this.#scanner.push(bytes);
  }

  /** The file ends here. */
  end(): void {
    this.#ended = true;
    this.#scanner.end();
  }

  /**
   * The next event, or undefined: when `done`, all were delivered; else more bytes are needed. The object is used again
   * by the next call.
   */
  next(): TraceEvent | undefined {
    if (this.done) return undefined;
    try {
      const event = this.#advance();
      if (event === undefined) return undefined;
      if (event.time <= this.#lastTime) event.time = this.#lastTime + 1;
      this.#lastTime = event.time;
      return event;
    } catch (error) {
      if (!(error instanceof TraceFormatError)) throw error;
      this.#finish(error);
      return undefined;
    }
  }

  #finish(problem: TraceFormatError | undefined): void {
    this.problem = problem;
    this.done = true;
    this.#frontier.clear();
    this.#scanner.clear();
    this.#header.clear();
    this.#gathering = undefined;
    this.#samples = undefined;
  }

  #advance(): TraceEvent | undefined {
    const emitted = this.#ordering.take();
    if (emitted !== undefined) return emitted;
    const { cursors } = this.#frontier;
    const samples = this.#samples;
    if (samples !== undefined) {
      if (cursors.length === 0 || samples.time[this.#nextSample]! < this.#frontier.headTime)
        return this.#takeSample(samples);
    } else if (cursors.length === 0) {
      return this.#nextGeneration();
    }
    if (!this.#tryCursor(0)) this.#tryOthers();
    return this.#ordering.take();
  }

  /** Tries the event of a cursor; false when it must wait. */
  #tryCursor(index: number): boolean {
    const cursor = this.#frontier.cursors[index]!;
    // Its state comes to be with its first event: GoStatus can tell a thread that was seen from one that was not.
    cursor.owner ??= this.#ordering.threadOf(cursor.thread);
    const handler = HANDLER_BY_ID[cursor.type]!;
    if (!handler(this.#ordering, cursor, cursor.owner)) return false;
    if (cursor.advance()) this.#frontier.update(index);
    else this.#frontier.remove(index);
    return true;
  }

  #tryOthers(): void {
    this.#frontier.sort();
    const { cursors } = this.#frontier;
    for (let i = 1; i < cursors.length; i++) {
      if (this.#tryCursor(i)) return;
    }
    const head = cursors[0]!;
    const waiting =
      cursors.length === 1 ? 'the event waits' : `the events of all ${cursors.length} threads wait, the first of them`;
    throw this.#ordering.error('stalled', head, `${waiting} for another that never comes`);
  }

  #takeSample(samples: Samples): TraceEvent {
    const i = this.#nextSample++;
    if (this.#nextSample === samples.time.length) this.#samples = undefined;
    const event = this.#sampleEvent;
    event.time = samples.time[i]!;
    event.thread = samples.thread[i]!;
    event.proc = samples.proc[i]!;
    event.goroutine = samples.goroutine[i]!;
    event.stack = this.#generation!.stacks.get(samples.stack[i]!);
    if (event.stack === UNKNOWN) {
      const reason = `a CPU sample names stack ${this.idText(samples.stack[i]!)}, which the generation lacks`;
      throw new TraceFormatError('unknown-id', reason, {
        offset: samples.offset[i]!,
        generation: this.#generation!.number,
        thread: this.idText(event.thread),
        event: 'CPUSample',
      });
    }
    return event;
  }

  /** Delivers the Sync event of the next generation, or the last one of the trace. */
  #nextGeneration(): TraceEvent | undefined {
    if (this.#pending !== undefined) throw this.#pending;
    if (this.version === undefined && !this.#readHeader()) return undefined;
    if (this.#afterwards !== undefined) {
      this.#pending = this.#afterwards;
      return this.#sync();
    }
    let gathered: Generation | 'more' | 'none';
    try {
      gathered = this.#gather(this.version! >= END_OF_GENERATION_SINCE);
    } catch (error) {
      if (!(error instanceof TraceFormatError)) throw error;
      this.#pending = error;
      return this.#sync();
    }
    if (gathered === 'more') return undefined;
    if (gathered !== 'none') return this.#enter(gathered);
    const last = this.#sync();
    this.#finish(undefined);
    return last;
  }

  /** False when more bytes are needed. */
  #readHeader(): boolean {
    if (this.#header.available < HEADER_SIZE && !this.#ended) return false;
    this.version = readVersion(this.#header.peek(HEADER_SIZE));
    this.#header.skip(HEADER_SIZE);
    this.#scanner.push(this.#header.take(this.#header.available));
    return true;
  }

  /** Gathers the batches of the next generation. `marked`: generations end with a marker of their own. */
  #gather(marked: boolean): Generation | 'more' | 'none' {
    if (this.#gathering === undefined) {
      // Without markers, a generation ends where the next one begins or the file ends: no next one, no more file.
      if (!marked && this.#generation !== undefined && this.#spilled === undefined) return 'none';
      this.#gathering = new Generation(this.version!, this.#tables);
    }
    const generation = this.#gathering;
    if (this.#spilled !== undefined) {
      const first = this.#spilled;
      this.#spilled = undefined;
      generation.number = first.generation;
      generation.add(first);
    }
    for (;;) {
      const batch = this.#nextBatch(generation, marked);
      if (batch === undefined) {
        if (!this.#ended && this.#afterwards === undefined) return 'more';
        if (!marked) return this.#complete(generation);
        if (generation.batches.size === 0) return 'none';
        throw this.#badGeneration('truncated', 'the file ends before the generation does', generation.number);
      }
      if (marked && batch.endOfGeneration) return this.#complete(generation);
      if (batch.generation === 0) throw this.#badGeneration('bad-generation', 'there is no generation 0', 0);
      if (generation.number === 0) generation.number = batch.generation;
      if (!marked && batch.generation === generation.number + 1) {
        this.#spilled = batch;
        return this.#complete(generation);
      }
      if (batch.generation !== generation.number) {
        const reason = `a batch of generation ${this.idText(batch.generation)} stands among those of another`;
        throw this.#badGeneration('bad-generation', reason, generation.number);
      }
      generation.add(batch);
    }
  }

  /**
   * The next batch. Without markers, what is broken behind a generation may belong to the next one: it does not spoil
   * the generation, and is told of afterwards.
   */
  #nextBatch(generation: Generation, marked: boolean): Batch | undefined {
    try {
      return this.#scanner.next();
    } catch (error) {
      if (!(error instanceof TraceFormatError) || marked || generation.number === 0) throw error;
      this.#afterwards = error;
      return undefined;
    }
  }

  #complete(generation: Generation): Generation {
    this.#gathering = undefined;
    generation.finish(this.#scanner.offset);
    return generation;
  }

  /** Makes a generation the current one and delivers its Sync event. */
  #enter(generation: Generation): TraceEvent {
    const { number, perUnit, clock } = generation;
    const start = toNanoseconds(generation.minTime, perUnit);
    const origin = this.#setOrigin(start);
    for (const [thread, batches] of generation.batches) {
      const cursor = new BatchCursor(thread, batches, number, perUnit, origin, this.#tables.wide);
      if (cursor.advance()) this.#frontier.insert(cursor);
    }
    this.#generation = generation;
    this.#samples = generation.samples(origin);
    this.#nextSample = 0;
    this.#ordering.enterGeneration(number, generation.strings, generation.stacks);
    this.generations++;
    const event = this.#sync();
    event.time = start - origin;
    const sync = this.#syncs;
    if (clock !== undefined) {
      this.clockSnapshots.push({ sync, time: clock.trace - origin, mono: clock.mono, wall: clock.wall });
    }
    for (const batch of generation.experimental) this.experimentalBatches.push({ sync, ...batch });
    return event;
  }

  /** A Sync event right behind the last event. */
  #sync(): TraceEvent {
    this.#setOrigin(0);
    const event = this.#syncEvent;
    event.time = this.#lastTime;
    event.value = ++this.#syncs;
    return event;
  }

  /** The origin, absolute ns: the time of the first event, which is at least 1, as Go's reader has it. */
  #setOrigin(time: number): number {
    if (this.#originTime === undefined) {
      this.#originTime = Math.max(time, 1);
      this.origin = BigInt(this.#originTime);
    }
    return this.#originTime;
  }

  #badGeneration(code: 'truncated' | 'bad-generation', reason: string, generation: number): TraceFormatError {
    return new TraceFormatError(code, reason, { offset: this.#scanner.offset, generation });
  }
}
