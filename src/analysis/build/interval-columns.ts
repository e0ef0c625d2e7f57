/**
 * The rows of the interval table while they are found, in time order, and their sort by goroutine at the end.
 *
 * Intervals are by far the most rows of a model (one per two to three events), so memory is planned here. While
 * building, a row has 21 bytes:
 *
 *     start 8 · goroutine 4 · stack 4 · link 4 · state and display 1
 *
 * No end, as the intervals of a goroutine adjoin: an end is the next start. And one `link` column, as what an interval
 * is linked to follows from its state: running and syscall to a proc, waiting to its reason, runnable to its waker or
 * to the reason why it was stopped. The sort is a counting sort, one column at a time from the largest to the
 * smallest, each let go once its successor is there, so that the peak stays near the 32 to 36 bytes
 * of the result.
 */
import { GoState } from '../../reader/index.ts';
import type { IdColumn, IntervalTable } from '../model.ts';
import type { DisplayState } from '../states.ts';
import type { GroupedRows } from './group-rows.ts';

const INITIAL_CAPACITY = 1024;
const DISPLAY_SHIFT = 4;
const STATE_MASK = 15;
/** Links of runnable rows: -1 woken by nobody, -2 and below stopped for a reason. */
const STOPPED = -2;

/** Link of a runnable row whose goroutine was stopped, not woken. */
export function stopLink(reason: number): number {
  return STOPPED - reason;
}

function holdsProc(state: number): boolean {
  return state === GoState.Running || state === GoState.Syscall;
}

/** The sorted table, and the rows that belong to the procs. */
export interface SortedIntervals {
  readonly intervals: IntervalTable;
  /** Rows of goroutine g are offset[g] to offset[g + 1]. */
  readonly offset: Int32Array;
  /** Interval rows per proc, in time order. */
  readonly onProcs: GroupedRows;
}

export class IntervalColumns {
  count = 0;
  #capacity = INITIAL_CAPACITY;
  #start = new Float64Array(INITIAL_CAPACITY);
  #goroutine = new Int32Array(INITIAL_CAPACITY);
  #stack = new Int32Array(INITIAL_CAPACITY);
  #link = new Int32Array(INITIAL_CAPACITY);
  #states = new Uint8Array(INITIAL_CAPACITY);

  /** Appends a row and returns its number. */
  push(start: number, goroutine: number, state: number, display: DisplayState, stack: number, link: number): number {
    const row = this.count;
    if (row === this.#capacity) this.#grow();
    this.#start[row] = start;
    this.#goroutine[row] = goroutine;
    this.#stack[row] = stack;
    this.#link[row] = link;
    this.#states[row] = (display << DISPLAY_SHIFT) | state;
    this.count = row + 1;
    return row;
  }

  startOf(row: number): number {
    return this.#start[row]!;
  }

  stateOf(row: number): GoState {
    return (this.#states[row]! & STATE_MASK) as GoState;
  }

  displayOf(row: number): DisplayState {
    return (this.#states[row]! >> DISPLAY_SHIFT) as DisplayState;
  }

  goroutineOf(row: number): number {
    return this.#goroutine[row]!;
  }

  stackOf(row: number): number {
    return this.#stack[row]!;
  }

  linkOf(row: number): number {
    return this.#link[row]!;
  }

  /** Changes how a row is shown and what it is linked to. */
  amend(row: number, display: DisplayState, link: number): void {
    this.#states[row] = (display << DISPLAY_SHIFT) | this.stateOf(row);
    this.#link[row] = link;
  }

  setStack(row: number, stack: number): void {
    this.#stack[row] = stack;
  }

  #grow(): void {
    this.#capacity *= 2;
    const longer = <T extends Float64Array | Int32Array | Uint8Array>(from: T, to: T): T => {
      to.set(from);
      return to;
    };
    this.#start = longer(this.#start, new Float64Array(this.#capacity));
    this.#goroutine = longer(this.#goroutine, new Int32Array(this.#capacity));
    this.#stack = longer(this.#stack, new Int32Array(this.#capacity));
    this.#link = longer(this.#link, new Int32Array(this.#capacity));
    this.#states = longer(this.#states, new Uint8Array(this.#capacity));
  }

  /**
   * Sorts the rows by goroutine, in time order within each. The columns are used up, unless they are to be kept.
   *
   * @param ended per goroutine the time of its end, NaN when it was there to the last
   * @param procRank final index per proc number of the links
   * @param traceEnd time of the trace's last event, ns
   * @param keep more rows may follow: the columns stay, at the price of memory
   */
  finish(ended: Float64Array, procRank: Int32Array, traceEnd: number, keep = false): SortedIntervals {
    const { count } = this;
    const offset = this.#offsets(ended.length);
    const target = this.#targets(offset);
    const onProcs = this.#onProcs(procRank, target);
    if (!keep) this.#goroutine = new Int32Array(0);
    const start = scatterNumbers(this.#start, target);
    if (!keep) this.#start = new Float64Array(0);
    const stack = scatterIds(this.#stack, target);
    if (!keep) this.#stack = new Int32Array(0);
    const state = new Uint8Array(count);
    const display = new Uint8Array(count);
    const reason = this.#reasonColumn();
    const waker = new Int32Array(count).fill(-1);
    const proc = new Int16Array(count).fill(-1);
    for (let row = 0; row < count; row++) {
      const to = target[row]!;
      const own = this.stateOf(row);
      const link = this.#link[row]!;
      state[to] = own;
      display[to] = this.displayOf(row);
      if (own === GoState.Waiting) reason[to] = link;
      else if (holdsProc(own)) proc[to] = link < 0 ? -1 : procRank[link]!;
      else if (link <= STOPPED) reason[to] = STOPPED - link;
      else waker[to] = link;
    }
    if (!keep) {
      this.#link = new Int32Array(0);
      this.#states = new Uint8Array(0);
    }
    const goroutine = new Int32Array(count);
    const end = new Float64Array(count);
    for (let owner = 0; owner < ended.length; owner++) {
      const from = offset[owner]!;
      const to = offset[owner + 1]!;
      goroutine.fill(owner, from, to);
      if (from === to) continue;
      end.set(start.subarray(from + 1, to), from);
      end[to - 1] = Number.isNaN(ended[owner]!) ? traceEnd : ended[owner]!;
    }
    return { intervals: { count, start, end, goroutine, state, display, reason, stack, proc, waker }, offset, onProcs };
  }

  #offsets(goroutines: number): Int32Array {
    const offset = new Int32Array(goroutines + 1);
    for (let row = 0; row < this.count; row++) offset[this.#goroutine[row]! + 1]!++;
    for (let owner = 0; owner < goroutines; owner++) offset[owner + 1]! += offset[owner]!;
    return offset;
  }

  /** Final row per row. */
  #targets(offset: Int32Array): Int32Array {
    const next = offset.slice();
    const target = new Int32Array(this.count);
    for (let row = 0; row < this.count; row++) target[row] = next[this.#goroutine[row]!]!++;
    return target;
  }

  #reasonColumn(): IdColumn {
    let most = 0;
    for (let row = 0; row < this.count; row++) {
      const link = this.#link[row]!;
      const state = this.stateOf(row);
      if (state === GoState.Waiting) most = Math.max(most, link);
      else if (!holdsProc(state)) most = Math.max(most, STOPPED - link);
    }
    return idColumn(this.count, most);
  }

  #onProcs(procRank: Int32Array, target: Int32Array): GroupedRows {
    const offset = new Int32Array(procRank.length + 1);
    for (let row = 0; row < this.count; row++)
      if (holdsProc(this.stateOf(row)) && this.#link[row]! >= 0) offset[procRank[this.#link[row]!]! + 1]!++;
    for (let proc = 0; proc < procRank.length; proc++) offset[proc + 1]! += offset[proc]!;
    const next = offset.slice();
    const rows = new Int32Array(offset[procRank.length]!);
    for (let row = 0; row < this.count; row++)
      if (holdsProc(this.stateOf(row)) && this.#link[row]! >= 0)
        rows[next[procRank[this.#link[row]!]!]!++] = target[row]!;
    return { offset, rows };
  }
}

// One function per kind of column: a loop that sees only one kind of typed array is several times as fast.
function scatterNumbers(from: Float64Array, target: Int32Array): Float64Array<ArrayBuffer> {
  const to = new Float64Array(target.length);
  for (let row = 0; row < target.length; row++) to[target[row]!] = from[row]!;
  return to;
}

function scatterIds(from: Int32Array, target: Int32Array): IdColumn {
  let most = 0;
  for (let row = 0; row < target.length; row++) most = Math.max(most, from[row]!);
  const to = idColumn(target.length, most);
  for (let row = 0; row < target.length; row++) to[target[row]!] = from[row]!;
  return to;
}

/** A column for ids up to `most`. */
function idColumn(count: number, most: number): IdColumn {
  return most <= 0xffff ? new Uint16Array(count) : new Int32Array(count);
}
