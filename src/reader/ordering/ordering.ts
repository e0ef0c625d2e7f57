/**
 * Replays Go's scheduler: it knows the state of every goroutine, proc and thread, decides for the next event of a
 * thread whether it may come now, must wait for an event of another thread, or contradicts what was, and turns it
 * into the events that the reader delivers.
 *
 * The idea: timestamps are hints, sequence numbers and states are law. There is a handler per event of the table
 * (one file per family, collected in dispatch.ts), all with one signature. A handler returns false to wait, without
 * having changed anything; throws when the event contradicts the state; else it changes the state, emits, and returns
 * true. This file has what handlers share: the state, the checks, and the block that takes the emitted events.
 *
 * Handlers decide everything. For the commonest events in their commonest case, run-ahead.ts does the same faster.
 */

import { NumberMap } from '../../base/index.ts';
import {
  eventName,
  type GoStatus,
  NEEDS,
  NO_STACK,
  STACK_ARGUMENT,
  type TraceErrorCode,
  TraceFormatError,
  type WideValues,
} from '../../format/index.ts';
import type { BatchCursor } from '../batch-cursor.ts';
import { DecodedEvents } from '../decoded-events.ts';
import { type EventKind, NONE, ResourceKind } from '../event.ts';
import { EventBlock, Num, WORDS, Word, whatOf } from '../event-block.ts';
import { IdMap, UNKNOWN } from '../id-map.ts';
import type { StringTable } from '../string-table.ts';
import { type ActiveTask, GONE, Goroutines, NO_THREAD, NOWHERE, Procs, Threads } from './states.ts';

/** Tries the decoded event in a row, which the thread in a place emitted. */
export type Handler = (order: Ordering, row: number, thread: number) => boolean;

/** Whether a GC is running; unknown until its first event. */
export const GcState = { Unknown: 0, Off: 1, Running: 2 } as const;
export type GcState = (typeof GcState)[keyof typeof GcState];

export class Ordering {
  readonly goroutines = new Goroutines();
  readonly procs = new Procs();
  readonly threads = new Threads();
  readonly tasks = new NumberMap<ActiveTask>();
  gcState: GcState = GcState.Unknown;
  gcSequence = 0;

  /** The generation that the events belong to, and the first one of the trace. */
  generation = 0;
  firstGeneration = 0;
  /** Number of the generation by its first appearance: what sequence numbers are compared by. */
  epoch = 0;
  readonly #epochs = new Map<number, number>();

  readonly names: StringTable;
  readonly #wide: WideValues;
  /** Trace-wide ids of the generation's strings and stacks. */
  strings = new IdMap();
  stacks = new IdMap();
  /** Takes the emitted events: it has room for all that an event can become. */
  block = new EventBlock();
  /** Rows that the block had before the event of the file that is tried, or was tried last. */
  mark = 0;
  /** The rows in which the events of the generation stand. */
  decoded = new DecodedEvents(0);
  /** The cursor whose event is tried. */
  cursor: BatchCursor | undefined;

  constructor(names: StringTable, wide: WideValues) {
    this.names = names;
    this.#wide = wide;
  }

  /** Events from now on belong to this generation, and stand in the rows of `events`. */
  enterGeneration(generation: number, strings: IdMap, stacks: IdMap, events: DecodedEvents): void {
    this.decoded = events;
    this.generation = generation;
    if (this.firstGeneration === 0) this.firstGeneration = generation;
    this.epoch = this.#epochs.get(generation) ?? this.#epochs.size + 1;
    this.#epochs.set(generation, this.epoch);
    this.strings = strings;
    this.stacks = stacks;
  }

  get inFirstGeneration(): boolean {
    return this.generation === this.firstGeneration;
  }

  /** Id of the event in a row. */
  typeOf(row: number): number {
    return this.decoded.type[row]!;
  }

  /** Argument of the event in a row, in the place that the event table gives it. */
  arg(row: number, place: number): number {
    return this.decoded.arg(row, place);
  }

  /** Emits an event in the context that `thread` has now, and returns its row; the caller fills in what belongs to the kind. */
  emit(what: number, row: number, thread: number): number {
    const { block, threads } = this;
    const stack = STACK_ARGUMENT[this.typeOf(row)]!;
    const stackId = stack === NO_STACK ? 0 : this.stack(row, this.arg(row, stack + 1));
    const proc = threads.proc[thread]!;
    const goroutine = threads.goroutine[thread]!;
    const out = block.add(what, this.decoded.time[row]!);
    block.setNumber(out, Num.Thread, threads.id[thread]!);
    block.setNumber(out, Num.Proc, proc === NOWHERE ? NONE : this.procs.id[proc]!);
    block.setNumber(out, Num.Goroutine, goroutine === NOWHERE ? NONE : this.goroutines.id[goroutine]!);
    block.setNumber(out, Num.Subject, NONE);
    block.setWord(out, Word.Stack, stackId);
    return out;
  }

  /**
   * Emits a state transition of the goroutine or proc with an id, for a reason (string id); returns its row.
   * `subjectStack`: trace-wide id of the stack of what changes, that of the event if left out.
   */
  transition(what: number, row: number, thread: number, subject: number, reason = 0, subjectStack?: number): number {
    const { block } = this;
    const out = this.emit(what, row, thread);
    block.setNumber(out, Num.Subject, subject);
    block.setWord(out, Word.Name, reason);
    block.setWord(out, Word.Text, subjectStack ?? block.words[out * WORDS + Word.Stack]!);
    return out;
  }

  /** Emits an event of a kind that is about nothing in particular; returns its row. */
  plain(kind: EventKind, row: number, thread: number): number {
    return this.emit(whatOf(kind, ResourceKind.None), row, thread);
  }

  /** Adds a goroutine that did not exist; returns its place. */
  addGoroutine(id: number, status: GoStatus, row: number): number {
    if (this.goroutines.find(id) !== NOWHERE) {
      throw this.contradiction(row, `goroutine ${this.idText(id)} exists already`);
    }
    return this.goroutines.add(id, status, this.epoch);
  }

  /** Place of the goroutine on the thread, which must exist. */
  current(row: number, thread: number): number {
    const goroutine = this.threads.goroutine[thread]!;
    if (goroutine === NOWHERE || this.goroutines.statusOf(goroutine) === GONE) {
      throw this.contradiction(row, 'the goroutine of the thread does not exist');
    }
    return goroutine;
  }

  /** Binds a goroutine to the thread, or with `NOWHERE` lets go of it. */
  run(thread: number, goroutine: number): void {
    this.threads.run(thread, goroutine, this.goroutines);
  }

  /** Checks that the thread holds what the event table demands of it. */
  require(row: number, thread: number): void {
    if ((NEEDS[this.typeOf(row)]! & ~this.threads.holds(thread)) !== 0) throw this.#unmetNeeds(row, thread);
  }

  /** Trace-wide id of a string of the generation. Throws `TraceFormatError` when there is none. */
  string(row: number, id: number): number {
    const known = this.strings.get(id);
    if (known === UNKNOWN) throw this.#unknown(row, 'string', id);
    return known;
  }

  /** Trace-wide id of a stack of the generation. Throws `TraceFormatError` when there is none. */
  stack(row: number, id: number): number {
    const known = this.stacks.get(id);
    if (known === UNKNOWN) throw this.#unknown(row, 'stack', id);
    return known;
  }

  /** A value of any size as a quantity. */
  quantity(value: number): number {
    return this.#wide.quantity(value);
  }

  idText(id: number): string {
    return id === NONE ? '-1' : this.#wide.valueOf(id).toString();
  }

  /** The error for an event that contradicts the state. */
  contradiction(row: number, reason: string): TraceFormatError {
    return this.error('inconsistent', row, reason);
  }

  error(code: TraceErrorCode, row: number, reason: string): TraceFormatError {
    return new TraceFormatError(code, reason, {
      offset: this.cursor!.offset,
      generation: this.generation,
      thread: this.idText(this.cursor!.thread),
      event: eventName(this.typeOf(row)),
    });
  }

  #unknown(row: number, what: string, id: number): TraceFormatError {
    return this.error('unknown-id', row, `the event names ${what} ${this.idText(id)}, which the generation lacks`);
  }

  #unmetNeeds(row: number, thread: number): TraceFormatError {
    const show = (what: string, place: number, id: Float64Array) =>
      place === NOWHERE ? `no ${what}` : `${what} ${this.idText(id[place]!)}`;
    const proc = show('proc', this.threads.proc[thread]!, this.procs.id);
    const held = `${proc} and ${show('goroutine', this.threads.goroutine[thread]!, this.goroutines.id)}`;
    const where = thread === NO_THREAD ? 'it stands in a batch without a thread' : `its thread holds ${held}`;
    return this.contradiction(row, `the event cannot happen here: ${where}`);
  }
}
