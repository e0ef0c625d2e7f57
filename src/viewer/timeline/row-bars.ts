/**
 * Rows made of states over time: procs, threads, strands, tasks and groups. Slices and their labels where there is room,
 * shares from the tile pyramid where there are more intervals than pixels.
 */
import { DisplayState, goroutineTrack, stateWord, type Track } from '../../analysis/index.ts';
import { count, duration } from '../theme/numbers.ts';
import { boostOf, type DrawnSlice, drawBuckets, drawIntervals, intervalsInWindow, type Look } from './bars.ts';
import { fitLabel } from './labels.ts';
import type { RowContext } from './row-context.ts';
import { columnLevel, type Shares } from './share-cache.ts';
import { addSliceLabel, strandLadder } from './slice-labels.ts';
import { Fade, Style } from './styles.ts';

/** Intervals per column of the window from which the pyramid is used. */
const DENSE = 4;
const NO_COLOUR = () => -1;

/** A proc: what ran on it, in group colours where slices are wide, in states where they are not; and what was lost. */
export function drawProc(context: RowContext): void {
  const { trace, row } = context;
  drawRunning(context, trace.procShares(row.ref));
  drawLosses(context);
}

/** A thread: what it ran, with syscalls in which its goroutine had no proc. */
export function drawThread(context: RowContext): void {
  drawRunning(context, context.trace.tracks.threadShares(context.row.ref));
}

function drawRunning(context: RowContext, shares: Shares): void {
  const { trace, row, filter } = context;
  const { intervals, goroutines } = trace.model;
  if (drawIfDense(context, row.id, shares)) return;
  const look: Look = {
    colourOf: (interval) =>
      intervals.display[interval] === DisplayState.Run
        ? trace.groupColour(goroutines.group[intervals.goroutine[interval]!]!)
        : -1,
    fadeOf: filterFade(filter),
  };
  drawSlices(context, shares.track, look, (slice) => {
    const running = slice.display === DisplayState.Run;
    const ladder = strandLadder(context, slice.row, slice.display);
    addSliceLabel(context, slice, ladder, running, running ? 'text' : undefined);
    underlineSame(context, slice);
  });
}

/** A strand: its own states; pale where they are off the critical path that leads through it. */
export function drawStrand(context: RowContext): void {
  const { trace, row, filter, path } = context;
  const track = goroutineTrack(trace.model, row.ref);
  const byFilter = filterFade(filter);
  const fadeOf =
    path === undefined
      ? byFilter
      : (interval: number) => {
          const fade = byFilter === undefined ? Fade.None : byFilter(interval);
          if (fade !== Fade.None) return fade;
          return isOnPath(path, track.start[interval]!, track.end[interval]!) ? Fade.None : Fade.Pale;
        };
  drawSlices(context, track, { colourOf: NO_COLOUR, fadeOf }, (slice) => {
    addSliceLabel(context, slice, strandLadder(context, slice.row, slice.display), slice.display === DisplayState.Run);
    underlineSame(context, slice);
  });
}

/** Does one of the stretches, as pairs of times, overlap [start, end)? */
function isOnPath(path: Float64Array, start: number, end: number): boolean {
  for (let i = 0; i < path.length; i += 2) if (path[i]! < end && path[i + 1]! > start) return true;
  return false;
}

function filterFade(filter: RowContext['filter']): ((row: number) => Fade) | undefined {
  if (filter === undefined) return undefined;
  const { rows } = filter.matches;
  return (row) => (rows[row] === 1 ? Fade.None : Fade.Dim);
}

/** A task: where its time went, in time order. */
export function drawTask(context: RowContext): void {
  pointToTask(context);
  const { trace, row, filter } = context;
  const track = trace.taskTrack(row.ref);
  const isOut = filter !== undefined && filter.matches.tasks[row.ref] !== 1;
  const look: Look = { colourOf: NO_COLOUR, fadeOf: isOut ? () => Fade.Dim : undefined };
  drawSlices(context, track, look, (slice) => {
    const time = duration(track.end[slice.row]! - track.start[slice.row]!);
    addSliceLabel(context, slice, [`${stateWord(trace.model.info.dialect, slice.display)} ${time}`, time], false);
  });
}

/** A task that is not in the window says where it is. */
function pointToTask(context: RowContext): void {
  const { trace, row, window, geometry, layer, measures, box } = context;
  const { start, end } = trace.breakdown(row.ref);
  if (start < window.end && end > window.start) return;
  const { ratio } = geometry;
  const earlier = end <= window.start;
  const text = earlier ? `‹ ${duration(window.start - end)} earlier` : `${duration(start - window.end)} later ›`;
  const inset = Math.round(5 * ratio);
  const width = Math.round(measures.normal.width(text) * ratio);
  const x = earlier ? geometry.left + inset : geometry.right - inset - width;
  const y = box.base - Math.round(box.height / 2) + Math.round(4 * ratio);
  layer.labels.push({ x, y, text, colour: 'muted', patch: -1 });
}

/** A group: the mix of its strands' states. */
export function drawGroup(context: RowContext): void {
  drawShares(context, context.row.id, context.trace.groupShares(context.row.ref), true);
}

/** All procs in one row: the share of them that ran something. */
export function drawProcs(context: RowContext): void {
  drawShares(context, 'procs', context.trace.allProcs, false);
}

/** The thread pool: how many of its threads were occupied, and above that the queue; under a filter, jobs only. */
export function drawPool(context: RowContext): void {
  const { shares, stacked } = context.trace.tracks.pool!;
  if (context.filter === undefined) drawShares(context, 'pool queue', stacked, false);
  else drawShares(context, 'pool', shares, false);
}

/** Draws a row from its pyramid; under a filter, what matches over all of it, which is dim. */
function drawShares(context: RowContext, key: string, shares: Shares, boosted: boolean): void {
  const { cache, scale, window, box, layer, geometry, filter } = context;
  const level = columnLevel(scale, geometry.ratio);
  const all = cache.read(key, shares, level, window.start, window.end);
  const boost = boosted ? boostOf(all.shares) : 1;
  const { first, bucketNs } = all;
  drawBuckets(all.shares, first, bucketNs, boost, scale, box, layer.bars, filter === undefined ? Fade.None : Fade.Dim);
  if (filter === undefined) return;
  const matching = filter.sharesOf(key, shares);
  const own = cache.read(`${key}?${filter.matches.query}`, matching, level, window.start, window.end);
  drawBuckets(own.shares, own.first, own.bucketNs, boost, scale, box, layer.over);
}

function drawSlices(context: RowContext, track: Track, look: Look, onSlice: (slice: DrawnSlice) => void): void {
  drawIntervals(track, context.scale, context.box, look, context.layer.bars, onSlice);
}

/** Draws shares instead of slices if there are too many; returns whether it did. */
function drawIfDense(context: RowContext, key: string, shares: Shares): boolean {
  const { window, geometry } = context;
  const columns = (geometry.right - geometry.left) / geometry.ratio;
  if (intervalsInWindow(shares.track, window.start, window.end) <= columns * DENSE) return false;
  drawShares(context, key, shares, false);
  return true;
}

/** Where the recorder lost records: hatched, with their number. */
function drawLosses({ trace, row, scale, box, layer, measures, geometry }: RowContext): void {
  const { ratio } = geometry;
  for (const { start, end, records } of trace.tracks.losses(row.ref)) {
    if (end <= scale.start || start >= scale.end) continue;
    const x0 = Math.max(box.left, scale.edge(start));
    const x1 = Math.min(box.right, Math.max(x0 + Math.round(3 * ratio), scale.edge(end)));
    layer.bars.add(x0, box.base - box.height, x1 - x0, box.height, Style.Loss);
    const room = (x1 - x0) / ratio - 10;
    const text = fitLabel(
      [`${count(records)} records dropped`, `${count(records)} dropped`],
      room,
      measures.normal,
      false,
    );
    if (text === '') continue;
    const y = box.base - Math.round(box.height / 2) + Math.round(4 * ratio);
    layer.labels.push({ x: x0 + Math.round(5 * ratio), y, text, colour: 'muted', patch: -1 });
  }
}

/** A line under what is called like the slice under the pointer. */
function underlineSame(
  { trace, layer, hoverName, box }: RowContext,
  { row, x0, x1, top, height, display }: DrawnSlice,
) {
  if (hoverName < 0 || display !== DisplayState.Run) return;
  const { goroutines, intervals } = trace.model;
  if (goroutines.name[intervals.goroutine[row]!] !== hoverName) return;
  layer.outlines.push({ x0: Math.max(x0, box.left), x1: Math.min(x1, box.right), top, height, kind: 'same' });
}
