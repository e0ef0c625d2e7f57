/**
 * How many goroutines there are, or are ready, at a moment or over a stretch of time, exactly: from the intervals
 * themselves. For the whole trace there is `TraceModel.living`.
 *
 * Cost: that of a range total (range-index.ts), plus the intervals within the stretch, which should be short.
 */
import { countOverlaps } from './counter-series.ts';
import type { StepSeries } from './metric-pyramid.ts';
import type { TraceModel } from './model.ts';
import { type RangeIndex, visitLiving } from './range-index.ts';
import { DisplayState } from './states.ts';
import type { TimeRange } from './time-range.ts';
import { firstEndingAfter, goroutineTrack } from './tracks.ts';

/** What is counted: goroutines that are ready, or all that there are. */
export type LivingKind = 'ready' | 'alive';

/** How many there are within a range of time: a step at every change, beginning with the count at its start. */
export function livingSteps(model: TraceModel, index: RangeIndex, kind: LivingKind, range: TimeRange): StepSeries {
  const begins: number[] = [];
  const ends: number[] = [];
  const visit = kind === 'ready' ? eachReady : eachLife;
  visitLiving(
    model,
    index,
    range,
    (goroutine) => visit(model, goroutine, range, add),
    (first, last) => {
      for (let goroutine = first; goroutine < last; goroutine++) visit(model, goroutine, range, add);
    },
  );
  return countOverlaps(range.start, Float64Array.from(begins), Float64Array.from(ends));

  function add(start: number, end: number): void {
    begins.push(Math.max(range.start, start));
    ends.push(end);
  }
}

type Add = (start: number, end: number) => void;

function eachReady(model: TraceModel, goroutine: number, range: TimeRange, add: Add): void {
  const { start, end, display } = model.intervals;
  const to = model.goroutines.offset[goroutine + 1]!;
  const track = goroutineTrack(model, goroutine);
  for (let row = firstEndingAfter(track, range.start, track.runs[0]!, to); row < to && start[row]! < range.end; row++)
    if (display[row] === DisplayState.Ready) add(start[row]!, end[row]!);
}

function eachLife({ goroutines, intervals }: TraceModel, goroutine: number, range: TimeRange, add: Add): void {
  const first = goroutines.offset[goroutine]!;
  const last = goroutines.offset[goroutine + 1]! - 1;
  if (first > last || intervals.start[first]! >= range.end || intervals.end[last]! <= range.start) return;
  add(intervals.start[first]!, intervals.end[last]!);
}
