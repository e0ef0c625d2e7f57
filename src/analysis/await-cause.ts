/**
 * What an `await` waited for in the end.
 *
 * A strand that awaits says no more than that. But it was woken by another strand, which had itself just been waiting:
 * for a socket, a timer, the thread pool, or for a third one. That last wait is the cause: a request that awaits the
 * answer of a shared database connection waits for the network. Only awaits are followed; a lock or a channel of a Go
 * program is a cause by itself, whatever its holder did.
 */

import { AWAIT_REASON, GoState } from '../reader/index.ts';
import { intervalReason } from './interval-links.ts';
import type { TraceModel } from './model.ts';
import { DisplayState } from './states.ts';
import { wakeupOf } from './wakeups.ts';

/** Longer chains than this do not explain anything. */
const MOST_HOPS = 32;

/** The part of a wait that its cause covers, and the display state of that. */
export interface AwaitCause {
  readonly start: number;
  readonly end: number;
  readonly display: DisplayState;
  /** The interval row that is the cause. */
  readonly row: number;
}

/** String id of the reason of awaits in a model, or -1. */
export function awaitReason(model: TraceModel): number {
  return model.info.dialect === 'node' ? model.strings.indexOf(AWAIT_REASON) : -1;
}

/**
 * The cause of the wait in an interval row; undefined when it is no await, or its end is not in the trace, or the
 * strands that led to it did not wait for anything outside meanwhile.
 *
 * @param reason as from `awaitReason`
 */
export function causeOfAwait(model: TraceModel, row: number, reason: number): AwaitCause | undefined {
  const { intervals } = model;
  let wait = row;
  let from = intervals.start[row]!;
  for (let hops = 0; hops < MOST_HOPS && isAwait(model, wait, reason); hops++) {
    const waker = wakeupOf(model, wait)?.wakerRow ?? -1;
    wait = waker < 0 ? -1 : lastWait(model, waker, from);
    if (wait < 0) return undefined;
    from = Math.max(from, intervals.start[wait]!);
  }
  const display = intervals.display[wait] as DisplayState;
  const isCause = display === DisplayState.Net || display === DisplayState.Sleep || display === DisplayState.Sys;
  return isCause ? { start: from, end: intervals.end[wait]!, display, row: wait } : undefined;
}

function isAwait({ intervals }: TraceModel, row: number, reason: number): boolean {
  return intervals.state[row] === GoState.Waiting && intervalReason(intervals, row) === reason;
}

/** The newest wait of a goroutine before `row` that ended after `from`, or -1. */
function lastWait({ intervals, goroutines }: TraceModel, row: number, from: number): number {
  const first = goroutines.offset[intervals.goroutine[row]!]!;
  for (let at = row - 1; at >= first && intervals.end[at]! > from; at--)
    if (intervals.state[at] === GoState.Waiting) return at;
  return -1;
}
