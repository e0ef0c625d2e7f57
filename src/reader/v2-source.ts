/**
 * A trace of format 1.22 or newer as a source of events: what follows the header in, ordered and checked events out.
 *
 *  (1) Cut the bytes into batches and gather those of one generation, until the next one begins (from 1.26 on: until
 *      its end marker). Strings, stacks, samples and clocks are decoded on the way (generation.ts).
 *  (2) Make a cursor per thread over its batches (batch-cursor.ts) and order the cursors in a min-heap by the time of
 *      their next event (frontier.ts). Deliver a Sync event.
 *  (3) Deliver a CPU sample when the next one is earlier than the head of the heap.
 *  (4) Try the event at the head. If it must wait for an event of another thread (ordering/), try the others in the
 *      order of their times; if all must wait, the trace is broken.
 *  (5) Move the cursor that succeeded to its next event, and restore the heap.
 *  (6) Deliver what the event became.
 *  (7) When no cursor is left, go to (1); at the end of the file, deliver a last Sync event.
 *
 * Nothing depends on how the bytes are cut into chunks: `next` does all the work, and when it needs more bytes it
 * gives up without having changed anything. On a broken trace it delivers what Go's reader delivers, and then throws.
 */

import {
  type Batch,
  BatchScanner,
  END_OF_GENERATION_SINCE,
  type FormatVersion,
  HEADER_SIZE,
  TraceFormatError,
} from '../format/index.ts';
import { BatchCursor, rowsFor } from './batch-cursor.ts';
import { DecodedEvents } from './decoded-events.ts';
import { EventKind, TraceEvent } from './event.ts';
import type { ClockSnapshot, EventSource } from './event-source.ts';
import { Frontier } from './frontier.ts';
import { type ExperimentalBatch, Generation, type Samples, type TraceTables } from './generation.ts';
import { UNKNOWN } from './id-map.ts';
import { HANDLER_BY_ID } from './ordering/dispatch.ts';
import { Ordering } from './ordering/ordering.ts';
import { justAfter, toNanoseconds } from './trace-clock.ts';

/** Events that may be tried in vain, per byte of the file. In sound traces it is less than one in a hundred bytes. */
const TRIES_PER_BYTE = 32;

export class V2Source implements EventSource {
  origin = 0n;
  generations = 0;
  finished = false;
  readonly clockSnapshots: ClockSnapshot[] = [];
  readonly experimentalBatches: ExperimentalBatch[] = [];

  readonly #version: FormatVersion;
  readonly #tables: TraceTables;
  readonly #scanner: BatchScanner;
  readonly #frontier = new Frontier<BatchCursor>();
  readonly #ordering: Ordering;
  /** The events that do not come from the ordering. */
  readonly #syncEvent = new TraceEvent(EventKind.Sync);
  readonly #sampleEvent = new TraceEvent(EventKind.StackSample);

  /** The generation that is being gathered, and the one whose events are delivered. */
  #gathering: Generation | undefined;
  #generation: Generation | undefined;
  /** Before 1.26: the batch that told that the generation before it was complete. */
  #spilled: Batch | undefined;
  /** Whose event is next, and until which time it is; undefined when a CPU sample or a generation is next. */
  #head: BatchCursor | undefined;
  #limit = 0;
  /** How many more events may be tried in vain: a file must not keep a reader busy for longer than its size explains. */
  #patience = 1_000_000;
  /** Times of the decoded events. */
  #times: Float64Array = new Float64Array(0);
  /** Events that were delivered of those that the last event of the file has become. */
  #delivered = 0;
  /** Time of the last delivered event; relative to the origin, as all times here. */
  #lastTime = -1;
  #samples: Samples | undefined;
  #nextSample = 0;
  #ended = false;
  /** The error to end with once the current generation and a last Sync event were delivered, and once that was. */
  #afterwards: TraceFormatError | undefined;
  #pending: TraceFormatError | undefined;
  #syncs = 0;
  #originTime: number | undefined;

  constructor(version: FormatVersion, tables: TraceTables) {
    this.#version = version;
    this.#tables = tables;
    this.#scanner = new BatchScanner(HEADER_SIZE, tables.wide);
    this.#ordering = new Ordering(tables.strings, tables.wide);
  }

  get offset(): number {
    return this.#scanner.offset;
  }

  push(bytes: Uint8Array): void {
    this.#patience += bytes.length * TRIES_PER_BYTE;
    this.#scanner.push(bytes);
  }

  end(): void {
    this.#ended = true;
    this.#scanner.end();
  }

  clear(): void {
    this.#frontier.clear();
    this.#head = undefined;
    this.#scanner.clear();
    this.#gathering = undefined;
    this.#samples = undefined;
  }

  next(): TraceEvent | undefined {
    const { queue } = this.#ordering;
    while (this.#delivered === this.#ordering.emitted) {
      this.#ordering.emitted = 0;
      this.#delivered = 0;
      if (!this.#step()) return undefined;
    }
    return this.#inOrder(queue[this.#delivered++]!);
  }

  drain(sink: (event: TraceEvent) => void): void {
    const ordering = this.#ordering;
    const { queue } = ordering;
    do {
      for (; this.#delivered < ordering.emitted; this.#delivered++) sink(this.#inOrder(queue[this.#delivered]!));
      ordering.emitted = 0;
      this.#delivered = 0;
    } while (this.#step());
  }

  /** Moves an event behind the last one if it is not. */
  #inOrder(event: TraceEvent): TraceEvent {
    if (event.time <= this.#lastTime) event.time = justAfter(this.#lastTime);
    this.#lastTime = event.time;
    return event;
  }

  /** Takes in one event of the file, which may become several; false when there is none. */
  #step(): boolean {
    const cursor = this.#head;
    if (cursor === undefined) return this.#turn();
    if (!this.#try(cursor)) {
      this.#tryOthers();
      return true;
    }
    if (++cursor.row < cursor.end) {
      // While it is not later than all others, it stays the head.
      if (this.#times[cursor.row]! > this.#limit) {
        this.#frontier.update(0);
        this.#chooseHead();
      }
    } else {
      if (cursor.refill()) this.#frontier.update(0);
      else this.#frontier.remove(0);
      this.#chooseHead();
    }
    return true;
  }

  /** Tries the event of a cursor; false when it must wait. */
  #try(cursor: BatchCursor): boolean {
    const ordering = this.#ordering;
    ordering.cursor = cursor;
    // Its state comes to be with its first event: GoStatus can tell a thread that was seen from one that was not.
    cursor.owner ??= ordering.threadOf(cursor.thread);
    const { row } = cursor;
    return HANDLER_BY_ID[ordering.typeOf(row)]!(ordering, row, cursor.owner);
  }

  #tryOthers(): void {
    const { cursors } = this.#frontier;
    this.#patience -= cursors.length;
    if (this.#patience < 0) this.#stalled('the events of too many threads wait for each other, again and again');
    this.#frontier.update(0);
    this.#frontier.sort();
    for (let i = 1; i < cursors.length; i++) {
      const cursor = cursors[i]!;
      if (!this.#try(cursor)) continue;
      if (cursor.advance()) this.#frontier.update(i);
      else this.#frontier.remove(i);
      this.#chooseHead();
      return;
    }
    const waiting =
      cursors.length === 1 ? 'the event waits' : `the events of all ${cursors.length} threads wait, the first of them`;
    this.#stalled(`${waiting} for another that never comes`);
  }

  #stalled(reason: string): never {
    const head = this.#frontier.cursors[0]!;
    this.#ordering.cursor = head;
    throw this.#ordering.error('stalled', head.row, reason);
  }

  /** Makes the earliest cursor the head, until a time that others come before; none when a CPU sample is due. */
  #chooseHead(): void {
    const { cursors, headTime, nextTime } = this.#frontier;
    const sampleTime = this.#samples === undefined ? Number.POSITIVE_INFINITY : this.#samples.time[this.#nextSample]!;
    this.#head = sampleTime < headTime ? undefined : cursors[0];
    this.#limit = Math.min(nextTime, sampleTime);
  }

  /** What comes when no cursor has its turn: a CPU sample, or the next generation. False when there is nothing. */
  #turn(): boolean {
    if (this.finished) return false;
    const event = this.#samples === undefined ? this.#nextGeneration() : this.#takeSample(this.#samples);
    this.#chooseHead();
    if (event === undefined) return false;
    this.#ordering.deliver(event);
    return true;
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
      const reason = `a CPU sample names stack ${this.#ordering.idText(samples.stack[i]!)}, which the generation lacks`;
      throw new TraceFormatError('unknown-id', reason, {
        offset: samples.offset[i]!,
        generation: this.#generation!.number,
        thread: this.#ordering.idText(event.thread),
        event: 'CPUSample',
      });
    }
    return event;
  }

  /** Delivers the Sync event of the next generation, or the last one of the trace. */
  #nextGeneration(): TraceEvent | undefined {
    if (this.#pending !== undefined) throw this.#pending;
    if (this.#afterwards !== undefined) {
      this.#pending = this.#afterwards;
      return this.#sync();
    }
    let gathered: Generation | 'more' | 'none';
    try {
      gathered = this.#gather(this.#version >= END_OF_GENERATION_SINCE);
    } catch (error) {
      if (!(error instanceof TraceFormatError)) throw error;
      this.#pending = error;
      return this.#sync();
    }
    if (gathered === 'more') return undefined;
    if (gathered !== 'none') return this.#enter(gathered);
    const last = this.#sync();
    this.finished = true;
    return last;
  }

  /** Gathers the batches of the next generation. `marked`: generations end with a marker of their own. */
  #gather(marked: boolean): Generation | 'more' | 'none' {
    if (this.#gathering === undefined) {
      // Without markers, a generation ends where the next one begins or the file ends: no next one, no more file.
      if (!marked && this.#generation !== undefined && this.#spilled === undefined) return 'none';
      this.#gathering = new Generation(this.#version, this.#tables);
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
        const reason = `a batch of generation ${this.#ordering.idText(batch.generation)} stands among those of another`;
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
    const events = this.#makeCursors(generation, origin);
    this.#times = events.time;
    this.#generation = generation;
    this.#samples = generation.samples(origin);
    this.#nextSample = 0;
    this.#ordering.enterGeneration(number, generation.strings, generation.stacks, events);
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

  /** Makes a cursor for each thread of a generation, and the rows that they decode their events into. */
  #makeCursors(generation: Generation, origin: number): DecodedEvents {
    const threads = Array.from(generation.batches, ([thread, batches]) => ({
      thread,
      batches,
      rows: rowsFor(batches),
    }));
    const events = new DecodedEvents(threads.reduce((sum, { rows }) => sum + rows, 0));
    const { number, perUnit } = generation;
    const context = { generation: number, perUnit, origin, wide: this.#tables.wide, events };
    let first = 0;
    for (const { thread, batches, rows } of threads) {
      const cursor = new BatchCursor(thread, batches, first, rows, context);
      first += rows;
      if (cursor.advance()) this.#frontier.insert(cursor);
    }
    // The cursors let go of the batches one by one.
    generation.batches.clear();
    return events;
  }

  /** A Sync event, right behind the last event unless it has a time of its own. */
  #sync(): TraceEvent {
    this.#setOrigin(0);
    const event = this.#syncEvent;
    event.time = -1;
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
