/**
 * Goroutines and their intervals, from state transitions.
 *
 * The law: the intervals of a goroutine adjoin. One begins at every transition (and where collector work begins or
 * ends inside of a running stretch, or a syscall loses its proc) and ends where the next begins. What a goroutine was
 * at its first mention it has been since the trace began: every event about a goroutine makes the runtime write its
 * status first, so nothing happened to it before. Go's summarizer calls that stretch unknown; here it has its true
 * state.
 */
import { Float64List, Int32List, NumberIndex, Uint8List } from '../../base/index.ts';
import { GoState } from '../../reader/index.ts';
import { holdsProc, stopLink } from '../interval-links.ts';
import type { GoroutineTable, LivingCounts } from '../model.ts';
import { DisplayState, displayState, isCollectorLabel } from '../states.ts';
import { IntervalColumns, type SortedIntervals } from './interval-columns.ts';
import { countLiving } from './living-counts.ts';

const NOT_CLASSIFIED = 255;

/** A state transition of a goroutine, as the reader tells it: see `TraceEvent`. */
export interface Transition {
  readonly time: number;
  readonly thread: number;
  readonly proc: number;
  readonly goroutine: number;
  readonly stack: number;
  readonly subject: number;
  readonly from: number;
  readonly to: number;
  readonly reason: number;
  readonly subjectStack: number;
}

export class GoroutineBuilder {
  /** Time of the trace's first event, ns. */
  start = 0;
  readonly #id = new Float64List();
  readonly #created = new Float64List();
  readonly #ended = new Float64List();
  /** Goroutines in the order of their ends. */
  readonly #endOrder = new Int32List();
  /** Those that were there before the trace, and when they were first mentioned. */
  readonly #found = new Int32List();
  readonly #foundAt = new Float64List();
  readonly #creator = new Int32List();
  readonly #createStack = new Int32List();
  readonly #entryStack = new Int32List();
  /** First stack seen: its outermost frame names the goroutine. */
  readonly #nameStack = new Int32List();

  /** Living goroutines: id to index. */
  readonly #index = new NumberIndex();
  /** Per goroutine: row of its current interval, -1 when it has ended; open ranges in which it works for the collector. */
  readonly #current = new Int32List();
  readonly #collecting = new Int32List();
  readonly #intervals = new IntervalColumns();

  readonly #strings: readonly string[];
  /** By reason: display state of a wait for it. */
  readonly #waitDisplay = new Uint8List();

  /** @param strings the reader's strings, which may grow */
  constructor(strings: readonly string[]) {
    this.#strings = strings;
  }

  get count(): number {
    return this.#id.length;
  }

  /** Index of the living goroutine with this id, or -1. */
  indexOf(id: number): number {
    return this.#index.get(id);
  }

  /** Builder's number of the proc that a goroutine runs on, or holds from within a syscall; -1 for none. */
  procOf(goroutine: number): number {
    const row = this.#current.at(goroutine);
    if (row < 0) return -1;
    return holdsProc(this.#intervals.stateOf(row)) ? this.#intervals.linkOf(row) : -1;
  }

  /**
   * A goroutine changes state.
   *
   * @param known its index, or -1 when this is its first mention
   * @param proc the builder's number of the event's proc
   * @returns its index
   */
  transition(change: Transition, known: number, proc: number): number {
    const { from, to, time, stack, subjectStack } = change;
    const goroutine = known >= 0 ? known : this.#add(change);
    if (subjectStack !== 0 && this.#nameStack.at(goroutine) === 0) this.#nameStack.set(goroutine, subjectStack);
    if (to === GoState.NotExist) {
      this.#ended.set(goroutine, time);
      this.#endOrder.push(goroutine);
      this.#current.set(goroutine, -1);
      this.#index.delete(change.subject);
    } else if (from !== to) {
      const start = from === GoState.Undetermined ? this.start : time;
      const display = this.#displayOf(goroutine, from, to, change.reason);
      const link = this.#linkOf(change, proc);
      const row = this.#intervals.push(start, goroutine, to, display, stack !== 0 ? stack : subjectStack, link);
      this.#current.set(goroutine, row);
    }
    return goroutine;
  }

  /** A running goroutine carries a label from now on. */
  label(goroutine: number, label: number): void {
    const row = this.#current.at(goroutine);
    if (row >= 0 && this.#intervals.stateOf(row) === GoState.Running && isCollectorLabel(this.#strings[label]!))
      this.#intervals.amend(row, DisplayState.Gc, this.#intervals.linkOf(row));
  }

  /** Collector work begins (`change` 1) or ends (-1) on a goroutine; its running time is the collector's meanwhile. */
  collect(goroutine: number, time: number, stack: number, change: 1 | -1): void {
    const depth = this.#collecting.at(goroutine) + change;
    this.#collecting.set(goroutine, depth);
    const row = this.#current.at(goroutine);
    if (row < 0 || this.#intervals.stateOf(row) !== GoState.Running) return;
    const display = depth > 0 ? DisplayState.Gc : DisplayState.Run;
    if (this.#intervals.displayOf(row) !== display)
      this.#split(goroutine, time, stack, display, this.#intervals.linkOf(row));
  }

  /** A goroutine in a syscall loses its proc: from now on it is blocked there. */
  loseProc(goroutine: number, time: number): void {
    const row = this.#current.at(goroutine);
    this.#split(goroutine, time, this.#intervals.stackOf(row), this.#intervals.displayOf(row), -1);
  }

  #add({ from, subject, time, goroutine: creator, stack, subjectStack }: Transition): number {
    const isNew = from === GoState.NotExist;
    const goroutine = this.#id.push(subject);
    this.#created.push(isNew ? time : Number.NaN);
    this.#ended.push(Number.NaN);
    if (!isNew) {
      this.#found.push(goroutine);
      this.#foundAt.push(time);
    }
    this.#creator.push(isNew ? this.indexOf(creator) : -1);
    this.#createStack.push(isNew ? stack : 0);
    this.#entryStack.push(isNew ? subjectStack : 0);
    this.#nameStack.push(0);
    this.#current.push(-1);
    this.#collecting.push(0);
    this.#index.set(subject, goroutine);
    return goroutine;
  }

  #displayOf(goroutine: number, from: number, to: number, reason: number): DisplayState {
    if (to === GoState.Running && this.#collecting.at(goroutine) > 0) return DisplayState.Gc;
    if (to !== GoState.Waiting || reason === 0) return displayState(to as GoState, '', from as GoState);
    while (this.#waitDisplay.length <= reason) this.#waitDisplay.push(NOT_CLASSIFIED);
    if (this.#waitDisplay.at(reason) === NOT_CLASSIFIED)
      this.#waitDisplay.set(reason, displayState(GoState.Waiting, this.#strings[reason]!));
    return this.#waitDisplay.at(reason) as DisplayState;
  }

  /** What the interval that begins is linked to: see interval-columns.ts. */
  #linkOf({ from, to, reason, goroutine }: Transition, proc: number): number {
    if (to === GoState.Waiting) return reason;
    if (to !== GoState.Runnable) return proc;
    const woken = from === GoState.Waiting || from === GoState.NotExist;
    return woken ? this.indexOf(goroutine) : stopLink(reason);
  }

  /** Continues the current interval under other signs; one that has no length yet is changed in place. */
  #split(goroutine: number, time: number, stack: number, display: DisplayState, link: number): void {
    const row = this.#current.at(goroutine);
    if (this.#intervals.startOf(row) === time) this.#intervals.amend(row, display, link);
    else {
      const state = this.#intervals.stateOf(row);
      this.#current.set(goroutine, this.#intervals.push(time, goroutine, state, display, stack, link));
    }
  }

  /** How many there are over time; before the intervals are sorted. `end` is the time of the trace's last event, ns. */
  finishLiving(end: number): LivingCounts {
    const ends = { order: this.#endOrder.take(), time: this.#ended.take() };
    return countLiving(this.#intervals.inOrder(), ends, this.count, this.start, end);
  }

  /** Sorts the intervals. `end` is the time of the trace's last event, ns; `keep`: more may follow. */
  finishIntervals(procRank: Int32Array, end: number, keep: boolean): SortedIntervals {
    return this.#intervals.finish(this.#ended.take(), procRank, end, keep);
  }

  /**
   * Waits that began with a goroutine's creation have no reason in the format. Gives them the one that is known of the
   * goroutine: `reasonOf` takes its entry stack and returns a string id and the display state of such a wait. In place of
   * the stack of the creator, which a Node trace never has, there may be one that names a kind of thing that is waited for.
   */
  implyFirstWaits(reasonOf: (stack: number) => { readonly id: number; readonly display: DisplayState }): void {
    const { count } = this.#intervals;
    for (let row = 0; row < count; row++) {
      if (this.#intervals.stateOf(row) !== GoState.Waiting || this.#intervals.linkOf(row) !== 0) continue;
      const goroutine = this.#intervals.goroutineOf(row);
      const stack = this.#entryStack.at(goroutine);
      if (stack === 0 || this.#intervals.startOf(row) !== this.#created.at(goroutine)) continue;
      const kind = this.#createStack.at(goroutine);
      const { id, display } = reasonOf(kind || stack);
      this.#intervals.amend(row, display, id);
      if (kind === 0) continue;
      this.#createStack.set(goroutine, 0);
      this.#intervals.setStack(row, stack);
    }
  }

  creatorOf(goroutine: number): number {
    return this.#creator.at(goroutine);
  }

  entryStackOf(goroutine: number): number {
    return this.#entryStack.at(goroutine);
  }

  /** First stack of each goroutine, 0 = none. */
  finishNameStacks(): Int32Array {
    return this.#nameStack.take();
  }

  /** The table of goroutines; name, group and task are found by others. `keep`: more may follow. */
  finishTable(
    columns: Pick<GoroutineTable, 'name' | 'group' | 'task' | 'impliedTask' | 'offset'>,
    keep: boolean,
  ): GoroutineTable {
    const numbers = (list: Float64List) => (keep ? list.toArray() : list.take());
    const ids = (list: Int32List) => (keep ? list.toArray() : list.take());
    return {
      count: this.count,
      id: numbers(this.#id),
      entryStack: ids(this.#entryStack),
      createStack: ids(this.#createStack),
      creator: ids(this.#creator),
      created: numbers(this.#created),
      ended: numbers(this.#ended),
      found: this.#found.toArray(),
      foundAt: this.#foundAt.toArray(),
      ...columns,
    };
  }
}
