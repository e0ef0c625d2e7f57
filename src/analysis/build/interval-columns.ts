/**
 * The rows of the interval table while they are found, in time order, and their sort by goroutine at the end.
 *
 * Intervals are by far the most rows of a model (one per event, nearly), so memory is planned here. While building, a row
 * has 21 bytes:
 *
 *     start 8 · goroutine 4 · stack 4 · link 4 · state and display 1
 *
 * No end, as the intervals of a goroutine adjoin: an end is the next start. The rows stand in chunks, so that nothing is
 * copied as they become more, and that each chunk is given back as soon as its rows are in the result, whose memory is
 * taken only as it is written: the peak is the 28 to 30 bytes per row of the result.
 */
import { releaseBuffer } from '../../base/index.ts';
import type { GoState } from '../../reader/index.ts';
import { holdsProc } from '../interval-links.ts';
import type { IdColumn, IntervalTable } from '../model.ts';
import type { DisplayState } from '../states.ts';
import type { GroupedRows } from './group-rows.ts';
import type { RowsInOrder } from './living-counts.ts';

/** The first chunk becomes longer in these steps, so that small traces take little. */
const FIRST_ROWS: readonly number[] = [2 ** 10, 2 ** 16];
/** Rows of any other: so many that allocators give its columns pages of their own, which go back when they are freed. */
const CHUNK_BITS = 22;
const CHUNK = 2 ** CHUNK_BITS;
const IN_CHUNK = CHUNK - 1;
const DISPLAY_SHIFT = 4;
const STATE_MASK = 15;

/** The sorted table, and the rows that belong to the procs. */
export interface SortedIntervals {
  readonly intervals: IntervalTable;
  /** Rows of goroutine g are offset[g] to offset[g + 1]. */
  readonly offset: Int32Array;
  /** Interval rows per proc, in time order. */
  readonly onProcs: GroupedRows;
}

class Chunk {
  readonly start: Float64Array<ArrayBuffer>;
  readonly goroutine: Int32Array<ArrayBuffer>;
  readonly stack: Int32Array<ArrayBuffer>;
  readonly link: Int32Array<ArrayBuffer>;
  readonly states: Uint8Array<ArrayBuffer>;

  constructor(rows: number) {
    this.start = new Float64Array(rows);
    this.goroutine = new Int32Array(rows);
    this.stack = new Int32Array(rows);
    this.link = new Int32Array(rows);
    this.states = new Uint8Array(rows);
  }

  /** As many rows, with those of another one, which is used up, at its start. */
  static from(before: Chunk, rows: number): Chunk {
    const chunk = new Chunk(rows);
    for (const name of COLUMNS) {
      chunk[name].set(before[name]);
      releaseBuffer(before[name].buffer);
    }
    return chunk;
  }
}

const COLUMNS = ['start', 'goroutine', 'stack', 'link', 'states'] as const;

export class IntervalColumns {
  count = 0;
  readonly #chunks: Chunk[] = [];
  /** The last chunk, and its place for the next row. */
  #last = new Chunk(FIRST_ROWS[0]!);
  #next = 0;

  constructor() {
    this.#chunks.push(this.#last);
  }

  /** Appends a row and returns its number. */
  push(start: number, goroutine: number, state: number, display: DisplayState, stack: number, link: number): number {
    if (this.#next === this.#last.start.length) this.#makeRoom();
    const at = this.#next++;
    const chunk = this.#last;
    chunk.start[at] = start;
    chunk.goroutine[at] = goroutine;
    chunk.stack[at] = stack;
    chunk.link[at] = link;
    chunk.states[at] = (display << DISPLAY_SHIFT) | state;
    return this.count++;
  }

  #makeRoom(): void {
    if (this.#next < CHUNK) {
      const rows = FIRST_ROWS.find((step) => step > this.#next) ?? CHUNK;
      this.#last = Chunk.from(this.#last, rows);
      this.#chunks[0] = this.#last;
    } else {
      this.#last = new Chunk(CHUNK);
      this.#chunks.push(this.#last);
      this.#next = 0;
    }
  }

  #chunkOf(row: number): Chunk {
    return this.#chunks[row >> CHUNK_BITS]!;
  }

  startOf(row: number): number {
    return this.#chunkOf(row).start[row & IN_CHUNK]!;
  }

  stateOf(row: number): GoState {
    return (this.#chunkOf(row).states[row & IN_CHUNK]! & STATE_MASK) as GoState;
  }

  displayOf(row: number): DisplayState {
    return (this.#chunkOf(row).states[row & IN_CHUNK]! >> DISPLAY_SHIFT) as DisplayState;
  }

  goroutineOf(row: number): number {
    return this.#chunkOf(row).goroutine[row & IN_CHUNK]!;
  }

  stackOf(row: number): number {
    return this.#chunkOf(row).stack[row & IN_CHUNK]!;
  }

  linkOf(row: number): number {
    return this.#chunkOf(row).link[row & IN_CHUNK]!;
  }

  /** Changes how a row is shown and what it is linked to. */
  amend(row: number, display: DisplayState, link: number): void {
    const chunk = this.#chunkOf(row);
    const at = row & IN_CHUNK;
    chunk.states[at] = (display << DISPLAY_SHIFT) | (chunk.states[at]! & STATE_MASK);
    chunk.link[at] = link;
  }

  setStack(row: number, stack: number): void {
    this.#chunkOf(row).stack[row & IN_CHUNK] = stack;
  }

  /** The rows in time order; to be read at once, before they are used up. */
  inOrder(): RowsInOrder[] {
    return this.#chunks.map(({ start, goroutine, states }, number) => {
      return { count: Math.min(CHUNK, this.count - number * CHUNK), start, goroutine, states };
    });
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
    const { offset, procOffset, mostStack } = this.#survey(ended.length, procRank);
    const sorter = new Sorter(offset);
    const states = {
      state: new Uint8Array(count),
      display: new Uint8Array(count),
      link: new Int32Array(count),
      procNext: procOffset.slice(),
      running: new Int32Array(procOffset[procRank.length]!),
    };
    this.#each(keep, (chunk, rows) => sorter.states(chunk, rows, states, procRank), 'link', 'states');
    sorter.restart();
    const stack = idColumn(count, mostStack);
    this.#each(keep, (chunk, rows) => sorter.stacks(chunk, rows, stack), 'stack');
    sorter.restart();
    const start = new Float64Array(count);
    this.#each(keep, (chunk, rows) => sorter.starts(chunk, rows, start), 'start', 'goroutine');
    const { goroutine, end } = ownersAndEnds(offset, start, ended, traceEnd);
    const { state, display, link, running } = states;
    return {
      intervals: { count, start, end, goroutine, state, display, stack, link },
      offset,
      onProcs: { offset: procOffset, rows: running },
    };
  }

  /** Passes every chunk with the number of its rows; `columns` of it are not needed any more then, unless they are kept. */
  #each(keep: boolean, take: (chunk: Chunk, rows: number) => void, ...columns: readonly (keyof Chunk)[]): void {
    for (const [number, chunk] of this.#chunks.entries()) {
      take(chunk, Math.min(CHUNK, this.count - number * CHUNK));
      if (!keep) for (const name of columns) releaseBuffer(chunk[name].buffer);
    }
  }

  /** Counts what the result needs to know beforehand: rows per goroutine and proc, and the greatest stack. */
  #survey(goroutines: number, procRank: Int32Array) {
    const offset = new Int32Array(goroutines + 1);
    const procOffset = new Int32Array(procRank.length + 1);
    let mostStack = 0;
    let left = this.count;
    for (const chunk of this.#chunks) {
      const { goroutine, stack, link, states } = chunk;
      const rows = Math.min(left, CHUNK);
      left -= rows;
      for (let at = 0; at < rows; at++) {
        offset[goroutine[at]! + 1]!++;
        if (stack[at]! > mostStack) mostStack = stack[at]!;
        if (link[at]! >= 0 && holdsProc(states[at]! & STATE_MASK)) procOffset[procRank[link[at]!]! + 1]!++;
      }
    }
    for (let owner = 0; owner < goroutines; owner++) offset[owner + 1]! += offset[owner]!;
    for (let proc = 0; proc < procRank.length; proc++) procOffset[proc + 1]! += procOffset[proc]!;
    return { offset, procOffset, mostStack };
  }
}

/** The columns of the result that states and links become; `procNext`: where in `running` the next row of each proc goes. */
interface StateColumns extends Pick<IntervalTable, 'state' | 'display' | 'link'> {
  readonly procNext: Int32Array;
  readonly running: Int32Array;
}

/** Puts rows, in time order, to their places in the result. */
class Sorter {
  readonly #offset: Int32Array;
  /** Place of the next row of each goroutine. */
  readonly #next: Int32Array;

  constructor(offset: Int32Array) {
    this.#offset = offset;
    this.#next = offset.slice();
  }

  /** Begins with the first chunk again. */
  restart(): void {
    this.#next.set(this.#offset);
  }

  states(chunk: Chunk, rows: number, columns: StateColumns, procRank: Int32Array): void {
    const { goroutine, states, link: links } = chunk;
    const { state, display, link, procNext, running } = columns;
    const next = this.#next;
    for (let at = 0; at < rows; at++) {
      const row = next[goroutine[at]!]!++;
      const both = states[at]!;
      const own = both & STATE_MASK;
      state[row] = own;
      display[row] = both >> DISPLAY_SHIFT;
      let to = links[at]!;
      if (to >= 0 && holdsProc(own)) {
        to = procRank[to]!;
        running[procNext[to]!++] = row;
      }
      link[row] = to;
    }
  }

  stacks({ goroutine, stack }: Chunk, rows: number, to: IdColumn): void {
    const next = this.#next;
    for (let at = 0; at < rows; at++) to[next[goroutine[at]!]!++] = stack[at]!;
  }

  starts({ goroutine, start }: Chunk, rows: number, to: Float64Array): void {
    const next = this.#next;
    for (let at = 0; at < rows; at++) to[next[goroutine[at]!]!++] = start[at]!;
  }
}

/** The columns that follow from the rows of each goroutine and their starts. */
function ownersAndEnds(offset: Int32Array, start: Float64Array, ended: Float64Array, traceEnd: number) {
  const goroutine = new Int32Array(start.length);
  const end = new Float64Array(start.length);
  for (let owner = 0; owner < ended.length; owner++) {
    const last = offset[owner + 1]! - 1;
    for (let row = offset[owner]!; row < last; row++) {
      goroutine[row] = owner;
      end[row] = start[row + 1]!;
    }
    if (last < offset[owner]!) continue;
    goroutine[last] = owner;
    end[last] = Number.isNaN(ended[owner]!) ? traceEnd : ended[owner]!;
  }
  return { goroutine, end };
}

/** A column for ids up to `most`. */
function idColumn(count: number, most: number): Int32Array<ArrayBuffer> | Uint16Array<ArrayBuffer> {
  return most <= 0xffff ? new Uint16Array(count) : new Int32Array(count);
}
