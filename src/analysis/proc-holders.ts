/** Who held a proc (an event loop) while somebody else was ready for it. */

import { GoState } from '../reader/index.ts';
import { intervalProc } from './interval-links.ts';
import type { TraceModel } from './model.ts';
import { firstEndingAfter, procTrack, rowAt } from './tracks.ts';

/** Rows behind a ready one that are searched for the run that follows; between them are only splits. */
const NEAR = 4;

/** The proc on which a goroutine ran after an interval row in which it was ready, or -1. */
export function procAfter({ intervals, goroutines }: TraceModel, row: number): number {
  const last = Math.min(goroutines.offset[intervals.goroutine[row]! + 1]!, row + 1 + NEAR);
  for (let next = row + 1; next < last; next++)
    if (intervals.state[next] === GoState.Running) return intervalProc(intervals, next);
  return -1;
}

/**
 * Calls `visit` for each goroutine that held a proc within [from, to): interval row, and how long, ns. Walks what ran
 * there, after one binary search.
 */
export function holdersOf(
  model: TraceModel,
  proc: number,
  from: number,
  to: number,
  visit: (row: number, time: number) => void,
): void {
  const track = procTrack(model, proc);
  const last = track.runs[1]!;
  for (let at = firstEndingAfter(track, from, track.runs[0]!, last); at < last; at++) {
    const row = rowAt(track, at);
    if (track.start[row]! >= to) break;
    visit(row, Math.min(to, track.end[row]!) - Math.max(from, track.start[row]!));
  }
}
