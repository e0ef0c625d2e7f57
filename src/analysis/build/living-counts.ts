/**
 * How many goroutines there are, and how many of them are ready, over time: the most per bucket.
 *
 * The idea: while a model is built its rows stand in time order, so both counts follow from one walk, without the sort of
 * all begins and ends that a finished table would need. What is kept is a bucket per some rows; finer than that, the
 * counts are worked out from the table, for the stretch that is looked at (living.ts).
 */
import type { LivingCounts } from '../model.ts';
import { DisplayState } from '../states.ts';

/** Rows per bucket: two numbers of 4 bytes, twice for all levels, make half a byte per row. */
const ROWS_PER_BUCKET = 32;
const NOT_THERE = 255;

/** A stretch of rows in time order; those that begin with the trace may stand anywhere. */
export interface RowsInOrder {
  readonly count: number;
  readonly start: Float64Array;
  readonly goroutine: Int32Array;
  /** Display state, times 16, plus something. */
  readonly states: Uint8Array;
}

/** Goroutines that ended. */
export interface Ends {
  /** In the order of their ends. */
  readonly order: Int32Array;
  /** By goroutine, ns. */
  readonly time: Float64Array;
}

/** @param begin time of the trace's first event, `end` of its last, ns */
export function countLiving(
  rows: readonly RowsInOrder[],
  ends: Ends,
  goroutines: number,
  begin: number,
  end: number,
): LivingCounts {
  const total = rows.reduce((sum, { count }) => sum + count, 0);
  const counter = new LivingCounter(levelFor(total, end), ends, goroutines, begin, end);
  for (const stretch of rows) counter.takeFirst(stretch);
  for (const stretch of rows) counter.take(stretch);
  return counter.finish(end);
}

function levelFor(rows: number, end: number): number {
  const buckets = Math.max(1, rows / ROWS_PER_BUCKET);
  return Math.max(0, Math.ceil(Math.log2(end / buckets || 1)));
}

class LivingCounter {
  readonly #level: number;
  readonly #width: number;
  readonly #ready: Int32Array;
  readonly #alive: Int32Array;
  readonly #begin: number;
  readonly #ends: Ends;
  #nextEnd = 0;
  /** Per goroutine what it is now. */
  readonly #current: Uint8Array;
  /** The counts since the moment `#now`, in `#bucket`. Changes at one moment are one change. */
  #countReady = 0;
  #countAlive = 0;
  #now: number;
  #bucket: number;

  constructor(level: number, ends: Ends, goroutines: number, begin: number, end: number) {
    this.#level = level;
    this.#width = 2 ** level;
    const buckets = Math.floor(end / this.#width) + 1;
    this.#ready = new Int32Array(buckets);
    this.#alive = new Int32Array(buckets);
    this.#begin = begin;
    this.#ends = ends;
    this.#current = new Uint8Array(goroutines).fill(NOT_THERE);
    this.#now = begin;
    this.#bucket = Math.floor(begin / this.#width);
  }

  /** Takes in what begins with the trace: of all rows, before the first others. */
  takeFirst({ count, start, goroutine, states }: RowsInOrder): void {
    for (let at = 0; at < count; at++) if (start[at]! <= this.#begin) this.#change(goroutine[at]!, states[at]! >> 4);
  }

  take({ count, start, goroutine, states }: RowsInOrder): void {
    const begin = this.#begin;
    let ending = this.#ending();
    for (let at = 0; at < count; at++) {
      const time = start[at]!;
      if (time <= begin) continue;
      while (ending <= time) ending = this.#end(ending);
      if (time > this.#now) this.#moveTo(time);
      this.#change(goroutine[at]!, states[at]! >> 4);
    }
  }

  finish(end: number): LivingCounts {
    for (let ending = this.#ending(); ending < end; ) ending = this.#end(ending);
    if (end > this.#now) this.#moveTo(end);
    return { level: this.#level, ready: this.#ready, alive: this.#alive };
  }

  /** Time of the next end. */
  #ending(): number {
    const { order, time } = this.#ends;
    return this.#nextEnd < order.length ? time[order[this.#nextEnd]!]! : Number.POSITIVE_INFINITY;
  }

  /** The next goroutine ends; returns the time of the end after it. */
  #end(time: number): number {
    if (time > this.#now) this.#moveTo(time);
    this.#change(this.#ends.order[this.#nextEnd++]!, NOT_THERE);
    return this.#ending();
  }

  #change(goroutine: number, to: number): void {
    const from = this.#current[goroutine]!;
    this.#current[goroutine] = to;
    this.#countAlive += Number(to !== NOT_THERE) - Number(from !== NOT_THERE);
    this.#countReady += Number(to === DisplayState.Ready) - Number(from === DisplayState.Ready);
  }

  /** The counts have held until `time`. In a bucket that begins then, they are of the past. */
  #moveTo(time: number): void {
    const bucket = Math.min(this.#ready.length - 1, Math.floor(time / this.#width));
    this.#hold(this.#bucket);
    for (let next = this.#bucket + 1; next <= bucket && next * this.#width < time; next++) this.#hold(next);
    this.#bucket = bucket;
    this.#now = time;
  }

  #hold(bucket: number): void {
    if (this.#countReady > this.#ready[bucket]!) this.#ready[bucket] = this.#countReady;
    if (this.#countAlive > this.#alive[bucket]!) this.#alive[bucket] = this.#countAlive;
  }
}
