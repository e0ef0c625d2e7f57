/** Where the time went: sums of display states over a range of time, for any track. */
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
