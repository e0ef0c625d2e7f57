/**
 * Goroutines and their intervals, from state transitions.
 *
 * The law: the intervals of a goroutine adjoin. One begins at every transition (and where collector work begins or
 * ends inside of a running stretch, or a syscall loses its proc) and ends where the next begins; so no end is kept
 * while building. What a goroutine was at its first mention it has been since the trace began: every event about a
 * goroutine makes the runtime write its status first, so nothing happened to it before. Go's summarizer calls that
 * stretch unknown; here it has its true state.
 *
 * Rows are written in time order and sorted by goroutine at the end (counting sort, one column at a time, so that the
 * peak of memory is one column above the result).
 */
import { Float64List, Int32List, Uint8List } from '../../base/index.ts';
import { GoState, type TraceEvent } from '../../reader/index.ts';
import type { GoroutineTable, IntervalTable } from '../model.ts';
import { DisplayState, displayState, isCollectorLabel } from '../states.ts';

/** Finished intervals, and where the rows went. */
export interface SortedIntervals {
  readonly intervals: Omit<IntervalTable, 'proc'>;
  /** Rows of goroutine g are offset[g] to offset[g + 1]. */
  readonly offset: Int32Array;
  /** Proc number of the builder per row in time order, and the final row of each: for the tables of procs. */
  readonly procInTime: Int32Array;
  readonly rowInTime: Int32Array;
}

export class GoroutineBuilder {
  readonly id = new Float64List();
  readonly created = new Float64List();
  readonly ended = new Float64List();
  readonly creator = new Int32List();
  readonly createStack = new Int32List();
  readonly entryStack = new Int32List();
  /** First stack seen: its outermost frame names the goroutine. */
  readonly nameStack = new Int32List();
  /** Time of the trace's first event, ns. */
  start = 0;

  /** Living goroutines: id to index. */
  readonly #index = new Map<number, number>();
  /** Per goroutine: row of its current interval, -1 when it has ended; open ranges in which it works for the collector. */
  readonly #current = new Int32List();
  readonly #collecting = new Int32List();

  readonly #strings: readonly string[];
  #startTime = new Float64List(1024);
  #goroutine = new Int32List(1024);
  #state = new Uint8List(1024);
  #display = new Uint8List(1024);
  #reason = new Int32List(1024);
  #stack = new Int32List(1024);
  #proc = new Int32List(1024);
  #waker = new Int32List(1024);

  /** @param strings the reader's strings, which may grow */
  constructor(strings: readonly string[]) {
    this.#strings = strings;
  }

  get count(): number {
    return this.id.length;
  }

  /** Index of the living goroutine with this id, or -1. */
  indexOf(id: number): number {
    return this.#index.get(id) ?? -1;
  }

  /** State of a goroutine by index. */
  stateOf(goroutine: number): GoState {
    const row = this.#current.at(goroutine);
    return row < 0 ? GoState.NotExist : (this.#state.at(row) as GoState);
  }

  /** Builder's proc number of the current interval of a goroutine, or -1. */
  procOf(goroutine: number): number {
    const row = this.#current.at(goroutine);
    return row < 0 ? -1 : this.#proc.at(row);
  }

  /** A goroutine changes state. `proc` is the builder's number of the event's proc. Returns the goroutine's index. */
  transition(event: TraceEvent, proc: number): number {
    const { subject, from, to, time } = event;
    const known = this.indexOf(subject);
    const goroutine = known >= 0 ? known : this.#add(event);
    if (event.subjectStack !== 0 && this.nameStack.at(goroutine) === 0)
      this.nameStack.set(goroutine, event.subjectStack);
    if (to === GoState.NotExist) {
      this.ended.set(goroutine, time);
      this.#current.set(goroutine, -1);
      this.#index.delete(subject);
    } else if (from !== to) {
      this.#begin(goroutine, event, proc);
    }
    return goroutine;
  }

  /** The running goroutine `goroutine` carries a label from now on. */
  label(goroutine: number, label: number): void {
    const row = this.#current.at(goroutine);
    if (row >= 0 && this.#state.at(row) === GoState.Running && isCollectorLabel(this.#strings[label]!))
      this.#display.set(row, DisplayState.Gc);
  }

  /** Collector work begins (`change` 1) or ends (-1) on a goroutine; its running time is the collector's meanwhile. */
  collect(goroutine: number, time: number, stack: number, change: 1 | -1): void {
    const depth = this.#collecting.at(goroutine) + change;
    if (depth < 0) return;
    this.#collecting.set(goroutine, depth);
    const row = this.#current.at(goroutine);
    if (row < 0 || this.#state.at(row) !== GoState.Running) return;
    const display = depth > 0 ? DisplayState.Gc : DisplayState.Run;
    if (this.#display.at(row) !== display) this.#split(goroutine, time, stack, display, this.#proc.at(row));
  }

  /** A goroutine in a syscall loses its proc: from now on it is blocked there. */
  loseProc(goroutine: number, time: number): void {
    const row = this.#current.at(goroutine);
    this.#split(goroutine, time, this.#stack.at(row), this.#display.at(row) as DisplayState, -1);
  }

  #add(event: TraceEvent): number {
    const isNew = event.from === GoState.NotExist;
    const goroutine = this.id.push(event.subject);
    this.created.push(isNew ? event.time : Number.NaN);
    this.ended.push(Number.NaN);
    this.creator.push(isNew ? this.indexOf(event.goroutine) : -1);
    this.createStack.push(isNew ? event.stack : 0);
    this.entryStack.push(isNew ? event.subjectStack : 0);
    this.nameStack.push(0);
    this.#current.push(-1);
    this.#collecting.push(0);
    this.#index.set(event.subject, goroutine);
    return goroutine;
  }

  #begin(goroutine: number, event: TraceEvent, proc: number): void {
    const { from, to, reason } = event;
    let display = displayState(to as GoState, this.#strings[reason]!, from as GoState);
    if (to === GoState.Running && this.#collecting.at(goroutine) > 0) display = DisplayState.Gc;
    const woken = to === GoState.Runnable && (from === GoState.Waiting || from === GoState.NotExist);
    const onProc = to === GoState.Running || to === GoState.Syscall;
    this.#push(
      goroutine,
      from === GoState.Undetermined ? this.start : event.time,
      to as GoState,
      display,
      reason,
      event.stack !== 0 ? event.stack : event.subjectStack,
      onProc ? proc : -1,
      woken ? this.indexOf(event.goroutine) : -1,
    );
  }

  /** Continues the current interval under other signs; one that has no length yet is changed in place. */
  #split(goroutine: number, time: number, stack: number, display: DisplayState, proc: number): void {
    const row = this.#current.at(goroutine);
    if (this.#startTime.at(row) === time) {
      this.#display.set(row, display);
      this.#proc.set(row, proc);
      return;
    }
    this.#push(goroutine, time, this.#state.at(row) as GoState, display, this.#reason.at(row), stack, proc, -1);
  }

  #push(
    goroutine: number,
    start: number,
    state: GoState,
    display: DisplayState,
    reason: number,
    stack: number,
    proc: number,
    waker: number,
  ): void {
    this.#current.set(goroutine, this.#startTime.push(start));
    this.#goroutine.push(goroutine);
    this.#state.push(state);
    this.#display.push(display);
    this.#reason.push(reason);
    this.#stack.push(stack);
    this.#proc.push(proc);
    this.#waker.push(waker);
  }

  /** Sorts the intervals by goroutine. The builder is used up. `end` is the time of the trace's last event, ns. */
  finishIntervals(end: number): SortedIntervals {
    const count = this.#startTime.length;
    const offset = new Int32Array(this.count + 1);
    for (let row = 0; row < count; row++) offset[this.#goroutine.at(row) + 1]!++;
    for (let i = 0; i < this.count; i++) offset[i + 1]! += offset[i]!;
    const next = offset.slice();
    const rowInTime = new Int32Array(count);
    for (let row = 0; row < count; row++) rowInTime[row] = next[this.#goroutine.at(row)]!++;
    const sortInts = (list: Int32List) => permute(list.array, rowInTime, new Int32Array(count));
    const sortBytes = (list: Uint8List) => permute(list.array, rowInTime, new Uint8Array(count));

    // Each list is let go before the next column is made.
    this.#goroutine = new Int32List(0);
    const start = permute(this.#startTime.array, rowInTime, new Float64Array(count));
    this.#startTime = new Float64List(0);
    const state = sortBytes(this.#state);
    this.#state = new Uint8List(0);
    const display = sortBytes(this.#display);
    this.#display = new Uint8List(0);
    const reason = sortInts(this.#reason);
    this.#reason = new Int32List(0);
    const stack = sortInts(this.#stack);
    this.#stack = new Int32List(0);
    const waker = sortInts(this.#waker);
    this.#waker = new Int32List(0);
    const goroutine = new Int32Array(count);
    const endTime = new Float64Array(count);
    for (let i = 0; i < this.count; i++) {
      goroutine.fill(i, offset[i]!, offset[i + 1]!);
      endTime.set(start.subarray(offset[i]! + 1, offset[i + 1]!), offset[i]!);
      if (offset[i]! < offset[i + 1]!)
        endTime[offset[i + 1]! - 1] = Number.isNaN(this.ended.at(i)) ? end : this.ended.at(i);
    }
    return {
      intervals: { count, start, end: endTime, goroutine, state, display, reason, stack, waker },
      offset,
      procInTime: this.#proc.array.subarray(0, count),
      rowInTime,
    };
  }

  /** The table of goroutines; name, group and task are found by others. */
  finishTable(columns: Pick<GoroutineTable, 'name' | 'group' | 'task' | 'offset'>): GoroutineTable {
    return {
      count: this.count,
      id: this.id.toArray(),
      entryStack: this.entryStack.toArray(),
      createStack: this.createStack.toArray(),
      creator: this.creator.toArray(),
      created: this.created.toArray(),
      ended: this.ended.toArray(),
      ...columns,
    };
  }
}

function permute<T extends Float64Array | Int32Array | Uint8Array>(from: T, position: Int32Array, to: T): T {
  for (let i = 0; i < position.length; i++) to[position[i]!] = from[i]!;
  return to;
}
