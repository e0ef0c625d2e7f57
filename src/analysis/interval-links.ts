/**
 * What an interval is linked to, by its state: its proc, the reason of its wait, or who made it runnable.
 *
 * The idea: no state has more than one of them, so one column holds all three (`IntervalTable.link`), and the state says
 * which it is. Intervals are most of a model's memory; three columns would be a sixth of it.
 *
 *     running, syscall    proc index; -1 = none, a syscall without its proc
 *     waiting             string id of the reason; 0 = none is known
 *     runnable            goroutine index of the waker or creator; -1 = nobody; -2 and below: stopped for a reason
 */
import { GoState } from '../reader/index.ts';
import type { IntervalTable } from './model.ts';

/** The columns that the link of a row is read from. */
type Links = Pick<IntervalTable, 'state' | 'link'>;

const STOPPED = -2;

/** Link of a runnable interval whose goroutine was stopped, not woken. */
export function stopLink(reason: number): number {
  return STOPPED - reason;
}

/** Has such an interval a proc for a link? */
export function holdsProc(state: number): boolean {
  return state === GoState.Running || state === GoState.Syscall;
}

/** Proc index while running, or in a syscall that still holds its proc; else -1. */
export function intervalProc({ state, link }: Links, row: number): number {
  return holdsProc(state[row]!) ? link[row]! : -1;
}

/** String id of the reason of a wait or a stop; 0 = none. */
export function intervalReason({ state, link }: Links, row: number): number {
  const own = state[row]!;
  if (own === GoState.Waiting) return link[row]!;
  return holdsProc(own) || link[row]! > STOPPED ? 0 : STOPPED - link[row]!;
}

/** Of a runnable interval, goroutine index of who made it so (waker or creator); -1 = nobody, the loop or a timer. */
export function intervalWaker({ state, link }: Links, row: number): number {
  return state[row] === GoState.Runnable && link[row]! >= 0 ? link[row]! : -1;
}
