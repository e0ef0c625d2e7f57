/** Who woke whom. The unblock edge is kept on the runnable interval that it begins. */

import { GoState } from '../reader/index.ts';
import { intervalReason, intervalWaker } from './interval-links.ts';
import type { TraceModel } from './model.ts';
import { goroutineTrack, rowAtTime } from './tracks.ts';

export interface Wakeup {
  readonly time: number;
  /** Goroutine index of the waker; -1: nobody, such as a timer or the event loop itself. */
  readonly waker: number;
  /** Interval row of the waker at that time, or -1. */
  readonly wakerRow: number;
}

/** What ended the wait of an interval row; undefined when it is no wait or its end is not in the trace. */
export function wakeupOf(model: TraceModel, row: number): Wakeup | undefined {
  const { intervals, goroutines } = model;
  const next = row + 1;
  const isWait = intervals.state[row] === GoState.Waiting;
  if (!isWait || next >= goroutines.offset[intervals.goroutine[row]! + 1]!) return undefined;
  if (intervals.state[next] !== GoState.Runnable) return undefined;
  const time = intervals.start[next]!;
  const waker = intervalWaker(intervals, next);
  return { time, waker, wakerRow: waker < 0 ? -1 : rowAtTime(goroutineTrack(model, waker), 0, time) };
}

/** Rows before its waking that are searched for what the waker had waited for, and waiters that are followed. */
const NEAR = 4;
const MOST_WAITERS = 256;

/**
 * Whom a wait was for: the goroutine that ended it. But waiters for a lock end each other's waits, one after the other, as
 * each has its turn: of such a queue, it is who ended the wait that takes up most of this one.
 *
 * @returns goroutine index, or -1: nobody
 */
export function culpritOf(model: TraceModel, row: number): number {
  const { start, end } = model.intervals;
  let wait = row;
  let culprit = -1;
  for (let i = 0; i < MOST_WAITERS; i++) {
    const wakeup = wakeupOf(model, wait);
    if (wakeup === undefined || wakeup.waker < 0) return culprit;
    culprit = wakeup.waker;
    wait = waitBefore(model, wakeup, intervalReason(model.intervals, row));
    if (
      wait < 0 ||
      Math.min(end[wait]!, end[row]!) - Math.max(start[wait]!, start[row]!) < (end[row]! - start[row]!) / 2
    )
      return culprit;
  }
  return culprit;
}

/** The wait of the same kind that the waker had just behind it, or -1. */
function waitBefore({ intervals, goroutines }: TraceModel, { waker, wakerRow }: Wakeup, reason: number): number {
  const first = Math.max(goroutines.offset[waker]!, wakerRow - NEAR);
  for (let row = wakerRow - 1; row >= first; row--) {
    if (intervals.state[row] === GoState.Waiting) return intervalReason(intervals, row) === reason ? row : -1;
  }
  return -1;
}

/** Name of the frame by which a Node trace marks a wake-up whose time was inferred (docs/node-mapping.md). */
const INFERRED = 'ready (inferred)';

/** Was the time inferred at which this interval was made runnable? */
export function isInferredWake({ stacks, intervals, strings }: TraceModel, row: number): boolean {
  const stack = intervals.stack[row]!;
  const first = stacks.offset[stack]!;
  return first < stacks.offset[stack + 1]! && strings[stacks.func[first]!] === INFERRED;
}

/** Interval rows that a goroutine made runnable within [from, to): those it woke and those it created. */
export function wokenBy(model: TraceModel, goroutine: number, from: number, to: number): number[] {
  const { count, start, link } = model.intervals;
  const rows: number[] = [];
  for (let row = 0; row < count; row++)
    if (
      link[row] === goroutine &&
      intervalWaker(model.intervals, row) === goroutine &&
      start[row]! >= from &&
      start[row]! < to
    )
      rows.push(row);
  return rows.sort((a, b) => start[a]! - start[b]!);
}
