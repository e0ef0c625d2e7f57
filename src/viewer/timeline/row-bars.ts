/**
 * Rows made of states over time: procs, strands, tasks and groups. Slices and their labels where there is room, shares
 * from the tile pyramid where there are more intervals than pixels.
 */
import { DisplayState, goroutineTrack, stateWord, type Track } from '../../analysis/index.ts';
import { duration } from '../theme/numbers.ts';
import { boostOf, type DrawnSlice, drawBuckets, drawIntervals, intervalsInWindow } from './bars.ts';
import type { RowContext } from './row-context.ts';
import { columnLevel, type Shares } from './share-cache.ts';
import { addSliceLabel, strandLadder } from './slice-labels.ts';

/** Intervals per column of the window from which the pyramid is used. */
const DENSE = 4;
const NO_COLOUR = -1;

/** A proc: what ran on it, in group colours where slices are wide, in states where they are not. */
export function drawProc(context: RowContext): void {
  const { trace, row } = context;
  const { intervals, goroutines } = trace.model;
  const shares = trace.procShares(row.ref);
  if (drawIfDense(context, row.key, shares)) return;
  const colourOf = (interval: number) =>
    intervals.display[interval] === DisplayState.Run
      ? trace.groupColour(goroutines.group[intervals.goroutine[interval]!]!)
      : NO_COLOUR;
  drawSlices(context, shares.track, colourOf, (slice) => {
    const ladder = strandLadder(context, slice.row, slice.display);
    const running = slice.display === DisplayState.Run;
    addSliceLabel(context, slice, ladder, running, running ? 'text' : undefined);
  });
}

/** A strand: its own states. */
export function drawStrand(context: RowContext): void {
  const track = goroutineTrack(context.trace.model, context.row.ref);
  drawSlices(
    context,
    track,
    () => NO_COLOUR,
    (slice) =>
      addSliceLabel(
        context,
        slice,
        strandLadder(context, slice.row, slice.display),
        slice.display === DisplayState.Run,
      ),
  );
}

/** A task: where its time went, in time order. */
export function drawTask(context: RowContext): void {
  pointToTask(context);
  const { trace, row } = context;
  const track = trace.taskTrack(row.ref);
  drawSlices(
    context,
    track,
    () => NO_COLOUR,
    (slice) => {
      const time = duration(track.end[slice.row]! - track.start[slice.row]!);
      addSliceLabel(context, slice, [`${stateWord(trace.model.info.dialect, slice.display)} ${time}`, time], false);
    },
  );
}

/** A task that is not in the window says where it is. */
function pointToTask(context: RowContext): void {
  const { trace, row, window, geometry, frame, measures, box } = context;
  const { start, end } = trace.breakdown(row.ref);
  if (start < window.end && end > window.start) return;
  const { ratio } = geometry;
  const earlier = end <= window.start;
  const text = earlier ? `‹ ${duration(window.start - end)} earlier` : `${duration(start - window.end)} later ›`;
  const inset = Math.round(5 * ratio);
  const width = Math.round(measures.normal.width(text) * ratio);
  const x = earlier ? geometry.left + inset : geometry.right - inset - width;
  const y = box.base - Math.round(box.height / 2) + Math.round(4 * ratio);
  frame.labels.push({ x, y, text, colour: 'muted', patch: -1 });
}

/** A group: the mix of its strands' states. */
export function drawGroup(context: RowContext): void {
  const { trace, row, cache, scale, window, box, frame, geometry } = context;
  const level = columnLevel(scale, geometry.ratio);
  const buckets = cache.read(row.key, trace.groupShares(row.ref), level, window.start, window.end);
  drawBuckets(buckets.shares, buckets.first, buckets.bucketNs, boostOf(buckets.shares), scale, box, frame.bars);
}

function drawSlices(
  context: RowContext,
  track: Track,
  colourOf: (row: number) => number,
  onSlice: (slice: DrawnSlice) => void,
): void {
  drawIntervals(track, context.scale, context.box, colourOf, context.frame.bars, onSlice);
}

/** Draws shares instead of slices if there are too many; returns whether it did. */
function drawIfDense(context: RowContext, key: string, shares: Shares): boolean {
  const { scale, window, box, frame, geometry, cache } = context;
  const columns = (geometry.right - geometry.left) / geometry.ratio;
  if (intervalsInWindow(shares.track, window.start, window.end) <= columns * DENSE) return false;
  const level = columnLevel(scale, geometry.ratio);
  const buckets = cache.read(key, shares, level, window.start, window.end);
  drawBuckets(buckets.shares, buckets.first, buckets.bucketNs, 1, scale, box, frame.bars);
  return true;
}
