/**
 * A trace of format 1.22 or newer as a source of events: what follows the header in, ordered and checked events out.
 *
 *  (1) Cut the bytes into batches and gather those of one generation, until the next one begins (from 1.26 on: until
 *      its end marker). Strings, stacks, samples and clocks are decoded on the way (generation.ts).
 *  (2) Make a cursor per thread over its batches (batch-cursor.ts) and order the cursors in a min-heap by the time of
 *      their next event (frontier.ts). Deliver a Sync event.
 *  (3) Deliver a CPU sample when the next one is earlier than the head of the heap.
 *  (4) Take in the event at the head, and those behind it that are not later than the next cursor's
 *      (ordering/run-ahead.ts). If one must wait for an event of another thread, try the others in the order of their
 *      times; if all must wait, the trace is broken.
 *  (5) Restore the heap.
 *  (6) When no cursor is left, go to (1); at the end of the file, deliver a last Sync event.
 *
 * Nothing depends on how the bytes are cut into chunks: `fill` does all the work, and when it needs more bytes it
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
import type { EventBlock } from './event-block.ts';
import type { ClockSnapshot, EventSource } from './event-source.ts';
import { Frontier } from './frontier.ts';
import { type ExperimentalBatch, Generation, type Samples, type TraceTables } from './generation.ts';
import { UNKNOWN } from './id-map.ts';
import { HANDLER_BY_ID } from './ordering/dispatch.ts';
import { Ordering } from './ordering/ordering.ts';
import { runAhead } from './ordering/run-ahead.ts';
import { NOWHERE } from './ordering/states.ts';
import { toNanoseconds } from './trace-clock.ts';

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
  readonly #frontier = new Frontier();
  /** By their numbers in the frontier. */
  #cursors: BatchCursor[] = [];
  readonly #ordering: Ordering;
  /** The events that do not come from the ordering. */
  readonly #syncEvent = new TraceEvent(EventKind.Sync);
  readonly #sampleEvent = new TraceEvent(EventKind.StackSample);

  /** The generation that is being gathered, and the one whose events are delivered. */
  #gathering: Generation | undefined;
  #generation: Generation | undefined;
  /** Before 1.26: the batch that told that the generation before it was complete. */
  #spilled: Batch | undefined;
  /** How many more events may be tried in vain: a file must not keep a reader busy for longer than its size explains. */
  #patience = 1_000_000;
  #samples: Samples | undefined;
  #nextSample = 0;
  /** Time of the next CPU sample; infinite when there is none. */
  #sampleTime = Number.POSITIVE_INFINITY;
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
    this.#cursors = [];
    this.#scanner.clear();
    this.#gathering = undefined;
    this.#samples = undefined;
  }

  fill(block: EventBlock): void {
    const ordering = this.#ordering;
    const frontier = this.#frontier;
    ordering.block = block;
    try {
      while (block.hasRoom) {
        if (frontier.size > 0 && frontier.headTime <= this.#sampleTime) this.#advance();
        else if (!this.#turn(block)) return;
      }
    } catch (error) {
      // As in Go's reader, an event is not delivered when the next of its thread is broken.
      block.count = ordering.mark;
      throw error;
    }
  }

  /** Takes in events from the head on. */
  #advance(): void {
    const frontier = this.#frontier;
    this.#makeCurrent(this.#cursors[frontier.head]!);
    if (!runAhead(this.#ordering, frontier, this.#cursors, this.#sampleTime)) {
      this.#tryOthers();
      return;
    }
    const cursor = this.#cursors[frontier.head]!;
    if (cursor.row === cursor.end) this.#refill(0, cursor);
  }

  /** Gives the cursor at an index of the frontier its next events, or removes it. */
  #refill(index: number, cursor: BatchCursor): void {
    if (cursor.refill()) this.#frontier.update(index, cursor.time);
    else this.#frontier.remove(index);
  }

  /** Its events are tried next. */
  #makeCurrent(cursor: BatchCursor): void {
    const ordering = this.#ordering;
    ordering.cursor = cursor;
    // Its state comes to be with its first event: GoStatus can tell a thread that was seen from one that was not.
    if (cursor.owner === NOWHERE) cursor.owner = ordering.threads.placeOf(cursor.thread);
  }

  /** Tries the event of a cursor; false when it must wait. */
  #try(cursor: BatchCursor): boolean {
    const ordering = this.#ordering;
    this.#makeCurrent(cursor);
    ordering.mark = ordering.block.count;
    const { row } = cursor;
    return HANDLER_BY_ID[ordering.typeOf(row)]!(ordering, row, cursor.owner);
  }

  #tryOthers(): void {
    const frontier = this.#frontier;
    const { numbers, size } = frontier;
    this.#patience -= size;
    if (this.#patience < 0) this.#stalled('the events of too many threads wait for each other, again and again');
    frontier.update(0, this.#cursors[frontier.head]!.time);
    frontier.sort();
    for (let i = 1; i < size; i++) {
      const cursor = this.#cursors[numbers[i]!]!;
      if (!this.#try(cursor)) continue;
      if (++cursor.row === cursor.end) this.#refill(i, cursor);
      else frontier.update(i, cursor.time);
      return;
    }
    const waiting = size === 1 ? 'the event waits' : `the events of all ${size} threads wait, the first of them`;
    this.#stalled(`${waiting} for another that never comes`);
  }

  #stalled(reason: string): never {
    const head = this.#cursors[this.#frontier.head]!;
    this.#ordering.cursor = head;
    throw this.#ordering.error('stalled', head.row, reason);
  }

  /** What comes when no cursor has its turn: a CPU sample, or the next generation. False when there is nothing. */
  #turn(block: EventBlock): boolean {
    if (this.finished) return false;
    // What is told of a generation is told with its first event.
    if (this.#samples === undefined && block.count > 0) return false;
    this.#ordering.mark = block.count;
    const event = this.#samples === undefined ? this.#nextGeneration() : this.#takeSample(this.#samples);
    if (event === undefined) return false;
    block.put(event);
    return true;
  }

  #takeSample(samples: Samples): TraceEvent {
    const i = this.#nextSample++;
    if (this.#nextSample === samples.time.length) this.#samples = undefined;
    this.#sampleTime = this.#samples?.time[this.#nextSample] ?? Number.POSITIVE_INFINITY;
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
    this.clear();
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
    this.#generation = generation;
    this.#samples = generation.samples(origin);
    this.#nextSample = 0;
    this.#sampleTime = this.#samples?.time[0] ?? Number.POSITIVE_INFINITY;
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
    this.#cursors = [];
    for (const { thread, batches, rows } of threads) {
      const cursor = new BatchCursor(thread, batches, first, rows, context);
      first += rows;
      if (cursor.refill()) this.#frontier.insert(this.#cursors.push(cursor) - 1, cursor.time);
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
