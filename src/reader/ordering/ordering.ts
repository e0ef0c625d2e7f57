/**
 * Replays Go's scheduler: it knows the state of every goroutine, proc and thread, decides for the next event of a
 * thread whether it may come now, must wait for an event of another thread, or contradicts what was, and turns it
 * into the events that the reader delivers.
 *
 * The idea: timestamps are hints, sequence numbers and states are law. There is a handler per event of the table
 * (one file per family, collected in dispatch.ts), all with one signature. A handler returns false to wait, without
 * having changed anything; throws when the event contradicts the state; else it changes the state, emits, and returns
 * true. This file has what handlers share: the state, the checks, and the queue of emitted events.
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
import { EventKind, NONE, type ResourceKind, TraceEvent } from '../event.ts';
import { type IdMap, UNKNOWN } from '../id-map.ts';
import type { StringTable } from '../string-table.ts';
import { type ActiveTask, GONE, Goroutine, type Proc, Thread } from './states.ts';

/** Tries the decoded event in a row, which `thread` emitted. */
export type Handler = (order: Ordering, row: number, thread: Thread) => boolean;

/** Whether a GC is running; unknown until its first event. */
export const GcState = { Unknown: 0, Off: 1, Running: 2 } as const;
export type GcState = (typeof GcState)[keyof typeof GcState];

export class Ordering {
  readonly goroutines = new NumberMap<Goroutine>();
  readonly procs = new NumberMap<Proc>();
  readonly threads = new NumberMap<Thread>();
  readonly tasks = new NumberMap<ActiveTask>();
  gcState: GcState = GcState.Unknown;
  gcSequence = 0;

  /** The generation that the events belong to, and the first one of the trace. */
  generation = 0;
  firstGeneration = 0;

  readonly names: StringTable;
  readonly #wide: WideValues;
  #strings: IdMap | undefined;
  #stacks: IdMap | undefined;
  /**
   * The events that are delivered: one object per kind, used again and again, so that what does not belong to a kind
   * need not be reset; three of state transitions, as many as one event of the file can become.
   */
  readonly #events: readonly TraceEvent[] = Object.values(EventKind).map((kind) => new TraceEvent(kind));
  readonly #transitions = [1, 2, 3].map(() => new TraceEvent(EventKind.StateTransition));
  /** What the last event of the file has become: the first `emitted` of these. */
  readonly queue: TraceEvent[] = this.#transitions.slice();
  /** How many events the last one of the file has become. */
  emitted = 0;
  #decoded = new DecodedEvents(0);
  /** The cursor whose event is tried. */
  cursor: BatchCursor | undefined;

  constructor(names: StringTable, wide: WideValues) {
    this.names = names;
    this.#wide = wide;
  }

  /** Events from now on belong to this generation, and stand in the rows of `events`. */
  enterGeneration(generation: number, strings: IdMap, stacks: IdMap, events: DecodedEvents): void {
    this.#decoded = events;
    this.generation = generation;
    if (this.firstGeneration === 0) this.firstGeneration = generation;
    this.#strings = strings;
    this.#stacks = stacks;
  }

  get inFirstGeneration(): boolean {
    return this.generation === this.firstGeneration;
  }

  /** The state of the thread with this id, made when first asked for. Thread -1 never holds anything. */
  threadOf(id: number): Thread {
    if (id === NONE) return new Thread(NONE);
    let thread = this.threads.get(id);
    if (thread === undefined) {
      thread = new Thread(id);
      this.threads.set(id, thread);
    }
    return thread;
  }

  /** Id of the event in a row. */
  typeOf(row: number): number {
    return this.#decoded.type[row]!;
  }

  /** Argument of the event in a row, in the place that the event table gives it. */
  arg(row: number, place: number): number {
    return this.#decoded.arg(row, place);
  }

  /** Passes on an event that does not come from here. */
  deliver(event: TraceEvent): void {
    this.queue[this.emitted++] = event;
  }

  /** Emits an event in the context that `thread` has now; the caller fills in what belongs to the kind. */
  emit(kind: EventKind, row: number, thread: Thread): TraceEvent {
    const event = this.#events[kind]!;
    this.queue[this.emitted++] = event;
    this.#fill(event, row, thread);
    return event;
  }

  /** Emits a state transition. */
  transition(
    row: number,
    thread: Thread,
    resource: ResourceKind,
    subject: number,
    from: number,
    to: number,
  ): TraceEvent {
    const event = this.#transitions[this.emitted]!;
    this.queue[this.emitted++] = event;
    this.#fill(event, row, thread);
    event.resource = resource;
    event.subject = subject;
    event.from = from;
    event.to = to;
    event.reason = 0;
    event.subjectStack = 0;
    return event;
  }

  #fill(event: TraceEvent, row: number, thread: Thread): void {
    const { proc, goroutine } = thread;
    event.time = this.#decoded.time[row]!;
    event.thread = thread.id;
    event.proc = proc === undefined ? NONE : proc.id;
    event.goroutine = goroutine === undefined ? NONE : goroutine.id;
    const stack = STACK_ARGUMENT[this.typeOf(row)]!;
    event.stack = stack === NO_STACK ? 0 : this.stack(row, this.arg(row, stack + 1));
  }

  /** Adds a goroutine that did not exist. */
  addGoroutine(id: number, status: GoStatus, row: number): Goroutine {
    if (this.goroutines.has(id)) throw this.contradiction(row, `goroutine ${this.idText(id)} exists already`);
    const goroutine = new Goroutine(id, status, this.generation);
    this.goroutines.set(id, goroutine);
    return goroutine;
  }

  /** Removes a goroutine that ended; its id may come again. */
  removeGoroutine(goroutine: Goroutine): void {
    goroutine.status = GONE;
    this.goroutines.delete(goroutine.id);
  }

  /** The goroutine on the thread, which must exist. */
  current(row: number, thread: Thread): Goroutine {
    const { goroutine } = thread;
    if (goroutine === undefined || goroutine.status === GONE) {
      throw this.contradiction(row, 'the goroutine of the thread does not exist');
    }
    return goroutine;
  }

  /** Checks that the thread holds what the event table demands of it. */
  require(row: number, thread: Thread): void {
    if ((NEEDS[this.typeOf(row)]! & ~thread.holds) !== 0) throw this.#unmetNeeds(row, thread);
  }

  /** Trace-wide id of a string of the generation. Throws `TraceFormatError` when there is none. */
  string(row: number, id: number): number {
    const known = this.#strings!.get(id);
    if (known === UNKNOWN) throw this.#unknown(row, 'string', id);
    return known;
  }

  /** Trace-wide id of a stack of the generation. Throws `TraceFormatError` when there is none. */
  stack(row: number, id: number): number {
    const known = this.#stacks!.get(id);
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

  #unmetNeeds(row: number, thread: Thread): TraceFormatError {
    const show = (what: string, id: number | undefined) =>
      id === undefined ? `no ${what}` : `${what} ${this.idText(id)}`;
    const held = `${show('proc', thread.proc?.id)} and ${show('goroutine', thread.goroutine?.id)}`;
    const where = thread.id === NONE ? 'it stands in a batch without a thread' : `its thread holds ${held}`;
    return this.contradiction(row, `the event cannot happen here: ${where}`);
  }
}
