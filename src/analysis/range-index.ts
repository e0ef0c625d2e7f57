/**
 * Totals over any range of time, fast enough to follow a drag of the mouse, and exact.
 *
 * The idea: the intervals of a goroutine adjoin and lie side by side in the table, and so do those of one goroutine after
 * another. So running sums over the rows, kept at every 64th one, give the sum over any stretch of rows by one subtraction
 * and a walk of less than 64 rows at either end. A range cuts each goroutine that lives across its edges in two places, found
 * by binary search; goroutines that lie within it are whole stretches, neighbours together. One byte per interval.
 * Of every 256 goroutines in a row it is known from when to when they live, and their time by group, so that most of them
 * need no look.
 *
 * Cost: goroutines that live across an edge × (log + 64), plus a look at their neighbours.
 */
import type { TraceModel } from './model.ts';
import { DISPLAY_STATES } from './states.ts';
import type { TimeRange } from './time-range.ts';
import { firstEndingAfter, goroutineTrack } from './tracks.ts';

/** Rows between two running sums: a power of two. */
const STRIDE = 64;
/** Goroutines of which the lives are known as one. */
const BLOCK = 256;

/** Running sums over the interval table; plain data that can be moved between threads. */
export interface RangeIndex {
  /** Time per display state of the rows before row i × 64, ns: DISPLAY_STATES numbers each. */
  readonly sums: Float64Array;
  /** Goroutines per block. */
  readonly block: number;
  /** Begin of the first and end of the last interval of the goroutines of block i, ns. */
  readonly blockStart: Float64Array;
  readonly blockEnd: Float64Array;
  /** Groups of the goroutines of block i: entries groupOffset[i] to groupOffset[i + 1], and time per state of each, ns. */
  readonly groupOffset: Int32Array;
  readonly groupOf: Int32Array;
  readonly groupSums: Float64Array;
}

/** Builds the index: a pass over the intervals. @param size goroutines that are summed as one */
export function buildRangeIndex(model: TraceModel, size = BLOCK): RangeIndex {
  const { intervals, goroutines } = model;
  const { start, end, display } = intervals;
  const sums = new Float64Array((Math.floor(intervals.count / STRIDE) + 1) * DISPLAY_STATES);
  const running = new Float64Array(DISPLAY_STATES);
  const count = Math.ceil(goroutines.count / size);
  const blockStart = new Float64Array(count).fill(Number.POSITIVE_INFINITY);
  const blockEnd = new Float64Array(count).fill(Number.NEGATIVE_INFINITY);
  const groupOffset = new Int32Array(count + 1);
  const groupOf: number[] = [];
  const groupSums: number[] = [];
  const own = new Float64Array(DISPLAY_STATES);
  /** Where the entry of a group in this block is. */
  const entries = new Map<number, number>();
  for (let goroutine = 0; goroutine < goroutines.count; goroutine++) {
    const block = Math.floor(goroutine / size);
    if (goroutine % size === 0) {
      entries.clear();
      groupOffset[block] = groupOf.length;
    }
    const first = goroutines.offset[goroutine]!;
    const last = goroutines.offset[goroutine + 1]!;
    if (first === last) continue;
    blockStart[block] = Math.min(blockStart[block]!, start[first]!);
    blockEnd[block] = Math.max(blockEnd[block]!, end[last - 1]!);
    const group = goroutines.group[goroutine]!;
    let entry = entries.get(group);
    if (entry === undefined) {
      entry = groupOf.push(group) - 1;
      entries.set(group, entry);
      for (let state = 0; state < DISPLAY_STATES; state++) groupSums.push(0);
    }
    own.fill(0);
    for (let row = first; row < last; row++) {
      if (row % STRIDE === 0) {
        const at = (row / STRIDE) * DISPLAY_STATES;
        for (let state = 0; state < DISPLAY_STATES; state++) sums[at + state] = running[state]! + own[state]!;
      }
      own[display[row]!]! += end[row]! - start[row]!;
    }
    for (let state = 0; state < DISPLAY_STATES; state++) {
      running[state]! += own[state]!;
      groupSums[entry * DISPLAY_STATES + state]! += own[state]!;
    }
  }
  groupOffset[count] = groupOf.length;
  if (intervals.count % STRIDE === 0) sums.set(running, (intervals.count / STRIDE) * DISPLAY_STATES);
  return {
    sums,
    block: size,
    blockStart,
    blockEnd,
    groupOffset,
    groupOf: Int32Array.from(groupOf),
    groupSums: Float64Array.from(groupSums),
  };
}

/** Time per group and display state over the whole trace, ns: DISPLAY_STATES numbers per group. */
export function wholeGroupTotals({ groups }: TraceModel, { groupOf, groupSums }: RangeIndex): Float64Array {
  const totals = new Float64Array(groups.count * DISPLAY_STATES);
  groupOf.forEach((group, entry) => {
    for (let state = 0; state < DISPLAY_STATES; state++)
      totals[group * DISPLAY_STATES + state]! += groupSums[entry * DISPLAY_STATES + state]!;
  });
  return totals;
}

/**
 * Calls back for the goroutines that may live in the range.
 *
 * @param whole called instead for a block of neighbours that live within it entirely: first, behind the last, block
 */
export function visitLiving(
  { goroutines }: TraceModel,
  { block: size, blockStart, blockEnd }: RangeIndex,
  { start, end }: TimeRange,
  visit: (goroutine: number) => void,
  whole: (first: number, last: number, block: number) => void,
): void {
  for (let block = 0; block < blockStart.length; block++) {
    if (blockStart[block]! >= end || blockEnd[block]! <= start) continue;
    const first = block * size;
    const last = Math.min(goroutines.count, first + size);
    if (blockStart[block]! >= start && blockEnd[block]! <= end) whole(first, last, block);
    else for (let goroutine = first; goroutine < last; goroutine++) visit(goroutine);
  }
}

/** Time per display state of some goroutines within a range, ns: DISPLAY_STATES numbers. */
export function rangeTotals(
  model: TraceModel,
  index: RangeIndex,
  goroutines: Iterable<number>,
  range: TimeRange,
): Float64Array {
  const query = new RangeQuery(model, index, range);
  for (const goroutine of goroutines) query.add(goroutine);
  return query.finish();
}

/** Time per display state of all goroutines within a range, ns. */
export function allRangeTotals(model: TraceModel, index: RangeIndex, range: TimeRange): Float64Array {
  const query = new RangeQuery(model, index, range);
  const { offset } = model.goroutines;
  visitLiving(
    model,
    index,
    range,
    (goroutine) => query.add(goroutine),
    (first, last) => query.addRows(offset[first]!, offset[last]!),
  );
  return query.finish();
}

/** Time per group and display state within a range, ns: DISPLAY_STATES numbers per group. */
export function groupRangeTotals(model: TraceModel, index: RangeIndex, range: TimeRange): Float64Array {
  const { groups, goroutines } = model;
  const { groupOffset, groupOf, groupSums } = index;
  const queries: (RangeQuery | undefined)[] = new Array(groups.count);
  const totals = new Float64Array(groups.count * DISPLAY_STATES);
  visitLiving(
    model,
    index,
    range,
    (goroutine) => {
      const group = goroutines.group[goroutine]!;
      queries[group] ??= new RangeQuery(model, index, range);
      queries[group].add(goroutine);
    },
    (_first, _last, block) => {
      for (let entry = groupOffset[block]!; entry < groupOffset[block + 1]!; entry++) {
        const at = groupOf[entry]! * DISPLAY_STATES;
        for (let state = 0; state < DISPLAY_STATES; state++)
          totals[at + state]! += groupSums[entry * DISPLAY_STATES + state]!;
      }
    },
  );
  queries.forEach((query, group) => {
    query?.finish().forEach((time, state) => {
      totals[group * DISPLAY_STATES + state]! += time;
    });
  });
  return totals;
}

class RangeQuery {
  readonly #model: TraceModel;
  readonly #sums: Float64Array;
  readonly #range: TimeRange;
  readonly #totals = new Float64Array(DISPLAY_STATES);
  /** A stretch of rows that lie within the range and have not been added yet. */
  #first = 0;
  #last = 0;

  constructor(model: TraceModel, { sums }: RangeIndex, range: TimeRange) {
    this.#model = model;
    this.#sums = sums;
    this.#range = range;
  }

  /** Adds a goroutine. Neighbours that are added one after another cost next to nothing. */
  add(goroutine: number): void {
    const { intervals, goroutines } = this.#model;
    const { start: from, end: to } = this.#range;
    let first = goroutines.offset[goroutine]!;
    let last = goroutines.offset[goroutine + 1]!;
    if (first === last || intervals.start[first]! >= to || intervals.end[last - 1]! <= from) return;
    if (intervals.start[first]! < from) first = this.#cutStart(goroutine, last);
    if (last > first && intervals.end[last - 1]! > to) last = this.#cutEnd(first, last);
    if (first < last) this.addRows(first, last);
  }

  /** Adds the part of the row across the range's start that lies within; returns the row behind it. */
  #cutStart(goroutine: number, last: number): number {
    const { start, end, display } = this.#model.intervals;
    const { start: from, end: to } = this.#range;
    const row = firstEndingAfter(
      goroutineTrack(this.#model, goroutine),
      from,
      this.#model.goroutines.offset[goroutine]!,
      last,
    );
    if (start[row]! >= from) return row;
    this.#totals[display[row]!]! += Math.min(to, end[row]!) - from;
    return row + 1;
  }

  /** Adds the part of the row across the range's end that lies within; returns that row. */
  #cutEnd(first: number, last: number): number {
    const { start, display } = this.#model.intervals;
    const { end: to } = this.#range;
    let low = first;
    let high = last;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (start[middle]! < to) low = middle + 1;
      else high = middle;
    }
    const row = low - 1;
    if (row < first) return first;
    const end = this.#model.intervals.end[row]!;
    if (end <= to) return low;
    this.#totals[display[row]!]! += to - start[row]!;
    return row;
  }

  /** Adds rows that lie within the range. */
  addRows(first: number, last: number): void {
    if (first === last) return;
    if (first === this.#last) {
      this.#last = last;
      return;
    }
    this.#flush();
    this.#first = first;
    this.#last = last;
  }

  #flush(): void {
    const above = Math.ceil(this.#first / STRIDE);
    const below = Math.floor(this.#last / STRIDE);
    if (above >= below) return this.#walk(this.#first, this.#last);
    this.#walk(this.#first, above * STRIDE);
    this.#walk(below * STRIDE, this.#last);
    for (let state = 0; state < DISPLAY_STATES; state++)
      this.#totals[state]! += this.#sums[below * DISPLAY_STATES + state]! - this.#sums[above * DISPLAY_STATES + state]!;
  }

  #walk(first: number, last: number): void {
    const { start, end, display } = this.#model.intervals;
    for (let row = first; row < last; row++) this.#totals[display[row]!]! += end[row]! - start[row]!;
  }

  finish(): Float64Array {
    this.#flush();
    return this.#totals;
  }
}
