/**
 * Where the time went: sums of display states over a range of time, for any track, and the buckets of Go's own
 * goroutine analysis.
 */
import { GoState } from '../reader/index.ts';
import type { TraceModel } from './model.ts';
import { DISPLAY_STATES } from './states.ts';
import { firstEndingAfter, goroutineTrack, groupTrack, rowAt, type Track } from './tracks.ts';

/** Time per display state that a track spends in [from, to), ns: DISPLAY_STATES numbers. */
export function trackTotals(track: Track, from: number, to: number): Float64Array {
  const { start, end, display, runs } = track;
  const totals = new Float64Array(DISPLAY_STATES);
  for (let run = 0; run < runs.length; run += 2) {
    const last = runs[run + 1]!;
    for (let position = firstEndingAfter(track, from, runs[run]!, last); position < last; position++) {
      const row = rowAt(track, position);
      if (start[row]! >= to) break;
      totals[display[row]!]! += Math.min(end[row]!, to) - Math.max(start[row]!, from);
    }
  }
  return totals;
}

/** Time per display state of a goroutine in [from, to), ns. */
export function stateTotals(
  model: TraceModel,
  goroutine: number,
  from = model.info.start,
  to = model.info.end,
): Float64Array {
  return trackTotals(goroutineTrack(model, goroutine), from, to);
}

/** Time per display state of all goroutines of a group in [from, to), ns. */
export function groupTotals(
  model: TraceModel,
  group: number,
  from = model.info.start,
  to = model.info.end,
): Float64Array {
  return trackTotals(groupTrack(model, group), from, to);
}

/**
 * The buckets of `go tool trace`'s goroutine analysis, under its names: `Execution time`, `Sched wait time`,
 * `Syscall execution time`, `Block time (syscall)` (from when the syscall lost its proc), and `Block time (REASON)`; ns,
 * without the empty ones. There is no `Unknown time`: what a goroutine was at its first mention it has been from the
 * start.
 */
export function goBuckets(model: TraceModel, goroutine: number): Map<string, number> {
  const { intervals, goroutines, strings } = model;
  const buckets = new Map<string, number>();
  let before: number = GoState.NotExist;
  for (let row = goroutines.offset[goroutine]!; row < goroutines.offset[goroutine + 1]!; row++) {
    const state = intervals.state[row] as GoState;
    const lostProc = state === GoState.Syscall && before === GoState.Syscall && intervals.proc[row]! < 0;
    const name = bucketOf(state, strings[intervals.reason[row]!]!, lostProc);
    buckets.set(name, (buckets.get(name) ?? 0) + intervals.end[row]! - intervals.start[row]!);
    before = state;
  }
  return buckets;
}

function bucketOf(state: GoState, reason: string, lostProc: boolean): string {
  switch (state) {
    case GoState.Running:
      return 'Execution time';
    case GoState.Runnable:
      return 'Sched wait time';
    case GoState.Syscall:
      return lostProc ? 'Block time (syscall)' : 'Syscall execution time';
    default:
      return `Block time (${reason})`;
  }
}
