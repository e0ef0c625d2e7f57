/**
 * Marks of what is selected or under the pointer: outlines around slices, and wake-up lines of the selection, of the
 * slice under the pointer and of pinned rows. Cause and effect share one instant, so a wake-up is a vertical line; only
 * direct neighbours are shown.
 */
import {
  type DisplayState,
  firstEndingAfter,
  goroutineTrack,
  intervalProc,
  intervalReason,
  intervalWaker,
  isInferredWake,
  rowAtTime,
  type TraceModel,
} from '../../analysis/index.ts';
import { stateHeight } from '../theme/tokens.ts';
import type { Frame, Label, Layer, OutlineKind } from './frame.ts';
import { barBox, type FrameInput, rowTop } from './frame-input.ts';
import type { RowLines } from './row-lines.ts';
import { EXPANDED, type Row } from './rows.ts';
import type { TimeScale } from './scale.ts';

/** Wake-ups of one pinned row that are drawn. */
const WAKES_OF_PINNED = 60;
/** Design pixels of the line to a strand that something outside of the program woke. */
const OUTSIDE = 12;

/** Adds the outlines of a row. */
export function composeOutlines(input: FrameInput, scale: TimeScale, index: number, layer: Layer): void {
  const { hover, selection, rows, trace } = input;
  const { intervals, goroutines } = trace.model;
  const row = rows[index]!;
  const { interval } = selection;
  const ownsSelected =
    interval >= 0 &&
    ((row.kind === 'strand' && row.ref === selection.strand) ||
      (row.kind === 'proc' && intervalProc(intervals, interval) === row.ref));
  if (ownsSelected) outlineInterval(input, scale, index, interval, 'selected', layer);
  else if (row.kind === 'strand' && row.ref === selection.strand && interval < 0) {
    const from = goroutines.offset[row.ref]!;
    const to = goroutines.offset[row.ref + 1]! - 1;
    if (from <= to) outlineBox(input, scale, index, intervals.start[from]!, intervals.end[to]!, 'selected', layer);
  } else if (row.kind === 'task' && row.ref === selection.task && selection.strand < 0) {
    const { start, end } = trace.breakdown(row.ref);
    outlineBox(input, scale, index, start, end, 'selected', layer);
  }
  if (hover.row !== index) return;
  if (hover.interval >= 0 && hover.interval !== interval) {
    outlineInterval(input, scale, index, hover.interval, 'hover', layer);
  }
  if (hover.gap !== undefined && row.kind === 'proc') {
    outlineBox(input, scale, index, hover.gap.start, hover.gap.end, 'gap', layer);
  }
}

/** A box of a full bar's height between two times. */
function outlineBox(
  input: FrameInput,
  scale: TimeScale,
  index: number,
  start: number,
  end: number,
  kind: OutlineKind,
  layer: Layer,
): void {
  const box = barBox(input, index);
  const x0 = scale.edge(start);
  const x1 = Math.max(x0 + 1, scale.edge(end));
  if (x1 < box.left || x0 > box.right) return;
  layer.outlines.push({ x0, x1, top: box.base - box.height, height: box.height, kind });
}

function outlineInterval(
  input: FrameInput,
  scale: TimeScale,
  index: number,
  interval: number,
  kind: OutlineKind,
  layer: Layer,
): void {
  const { intervals } = input.trace.model;
  const box = barBox(input, index);
  const display = intervals.display[interval]! as DisplayState;
  const height = Math.round(stateHeight(display, box.height / box.ratio) * box.ratio);
  const x0 = scale.edge(intervals.start[interval]!);
  const x1 = Math.max(x0 + Math.round(box.ratio), scale.edge(intervals.end[interval]!) - Math.round(box.ratio));
  if (x1 < box.left || x0 > box.right) return;
  layer.outlines.push({ x0, x1, top: box.base - height, height, kind });
}

/** Where rows of strands and of procs are: worked out once per list of rows. */
interface RowPlaces {
  readonly strands: ReadonlyMap<number, number>;
  readonly procs: ReadonlyMap<number, number>;
}

const places = new WeakMap<readonly Row[], RowPlaces>();

function placesOf(rows: readonly Row[]): RowPlaces {
  let found = places.get(rows);
  if (found === undefined) {
    const strands = new Map<number, number>();
    const procs = new Map<number, number>();
    rows.forEach((row, i) => {
      const map = row.kind === 'strand' ? strands : row.kind === 'proc' ? procs : undefined;
      if (map !== undefined && !map.has(row.ref)) map.set(row.ref, i);
    });
    found = { strands, procs };
    places.set(rows, found);
  }
  return found;
}

/** A wake-up line before its text has a place. */
interface WakeLine {
  readonly x: number;
  readonly from: number;
  readonly to: number;
  readonly inferred: boolean;
  readonly text: string;
  /** Row that is woken. */
  readonly row: number;
}

/** Wake-up lines of this frame, and where they are for labels to give way. */
export function layoutWakes(input: FrameInput, scale: TimeScale, lines: RowLines): WakeLine[] {
  const found: WakeLine[] = [];
  const seen = new Set<number>();
  const add = (runnable: number, said: boolean) => {
    if (runnable < 0 || seen.has(runnable)) return;
    seen.add(runnable);
    const line = wakeLine(input, scale, runnable, said);
    if (line === undefined) return;
    lines.add(line.x, line.from, line.to);
    found.push(line);
  };
  const { selection, hover, rows, layout, trace } = input;
  for (const row of input.wakes) add(row, trace.model.intervals.goroutine[row] === selection.strand);
  if (selection.interval >= 0) add(wokenRow(trace.model, selection.interval), true);
  if (hover.interval >= 0) add(wokenRow(trace.model, hover.interval), false);
  for (let i = 0; i < layout.pinned; i++) {
    if (rows[i]!.kind === 'strand') for (const row of wakesInView(input, scale, rows[i]!.ref)) add(row, false);
  }
  return found;
}

/** The runnable row that a wait ended in, or the row itself if it is one; -1 for any other. */
function wokenRow({ intervals, goroutines }: TraceModel, row: number): number {
  if (isWoken(row)) return row;
  const next = row + 1;
  return next < goroutines.offset[intervals.goroutine[row]! + 1]! && isWoken(next) ? next : -1;

  function isWoken(at: number): boolean {
    return intervals.state[at] === 1 && (intervalWaker(intervals, at) >= 0 || intervalReason(intervals, at) === 0);
  }
}

/** Runnable rows of a strand that begin in the window, at most a few. */
function wakesInView({ trace }: FrameInput, scale: TimeScale, strand: number): number[] {
  const { start } = trace.model.intervals;
  const track = goroutineTrack(trace.model, strand);
  const last = track.runs[1]!;
  const found: number[] = [];
  for (let row = firstEndingAfter(track, scale.start, track.runs[0]!, last); row < last; row++) {
    if (start[row]! >= scale.end || found.length === WAKES_OF_PINNED) break;
    if (intervalWaker(trace.model.intervals, row) >= 0 && start[row]! >= scale.start) found.push(row);
  }
  return found;
}

function wakeLine(input: FrameInput, scale: TimeScale, runnable: number, said: boolean): WakeLine | undefined {
  const { trace, rows } = input;
  const { intervals } = trace.model;
  const time = intervals.start[runnable]!;
  const x = scale.edge(time);
  if (x < input.geometry.left || x > input.geometry.right) return undefined;
  const { strands, procs } = placesOf(rows);
  const effect = strands.get(intervals.goroutine[runnable]!);
  if (effect === undefined) return undefined;
  const waker = intervalWaker(intervals, runnable);
  const inferred = isInferredWake(trace.model, runnable);
  if (waker < 0) {
    if (!said) return undefined;
    const box = barBox(input, effect);
    const top = box.base - box.height;
    const text = `${outsideWords(input, runnable)}${inferred ? ', inferred' : ''}`;
    return { x, from: top - Math.round(OUTSIDE * box.ratio), to: top, inferred, text, row: effect };
  }
  const cause = strands.get(waker) ?? procs.get(procOf(trace.model, waker, time));
  if (cause === undefined || cause === effect) return undefined;
  const text = said ? `woken by ${trace.names.strand(waker)}${inferred ? ', inferred' : ''}` : '';
  return { x, from: nearEdge(input, cause, effect), to: nearEdge(input, effect, cause), inferred, text, row: effect };
}

/** What outside of the program ended the wait before a runnable row. */
function outsideWords({ trace }: FrameInput, runnable: number): string {
  const { intervals, strings } = trace.model;
  const before = runnable - 1;
  const isWait = before >= 0 && intervals.goroutine[before] === intervals.goroutine[runnable];
  const reason = isWait ? strings[intervalReason(intervals, before)] : '';
  if (reason === 'network') return 'socket ready';
  if (reason === 'sleep') return 'timer due';
  if (reason === 'fs') return 'file done';
  if (reason === 'chan receive') return 'message';
  return 'ready';
}

/** The proc that a goroutine ran on at a time, or -1. */
function procOf(model: TraceModel, goroutine: number, time: number): number {
  const row = rowAtTime(goroutineTrack(model, goroutine), 0, time);
  return row < 0 ? -1 : intervalProc(model.intervals, row);
}

/** Pixel at which a vertical line from or to another row meets the bar of a row. */
function nearEdge(input: FrameInput, row: number, other: number): number {
  const box = barBox(input, row);
  return rowTop(input, row) < rowTop(input, other) ? box.base : box.base - box.height;
}

/** Puts the lines into the frame; a text is written only where no other is. */
export function composeWakes(input: FrameInput, lines: readonly WakeLine[], frame: Frame): void {
  const { measures, geometry, rows, layout } = input;
  const { ratio } = geometry;
  for (const { x, from, to, inferred, text, row } of lines) {
    const width = measures.normal.width(text) * ratio;
    const textX = x + Math.round(6 * ratio);
    const top = rowTop(input, row);
    const lane = rows[row]!.top >= EXPANDED.top && rows[row]!.height === EXPANDED.height;
    const textY = lane ? top + Math.round(7 * ratio) : top - Math.round(2 * ratio);
    const layer = row < layout.pinned ? frame.pinned : frame.rows;
    const fits =
      text !== '' &&
      textX + width <= geometry.right &&
      textY - 10 * ratio >= geometry.rowsTop &&
      isFree(layer.labels, measures.normal, ratio, textX, textY, width) &&
      frame.wakes.every((wake) => wake.text === '' || Math.abs(wake.textY - textY) > 12 * ratio || wake.x !== x);
    frame.wakes.push({ x, from, to, inferred, text: fits ? text : '', textX, textY });
  }
}

/** Is there no label where a text of 11 px would stand? */
function isFree(
  labels: readonly Label[],
  measure: { width(text: string): number },
  ratio: number,
  x: number,
  y: number,
  width: number,
): boolean {
  return labels.every((label) => {
    if (Math.abs(label.y - y) >= 11 * ratio) return true;
    const right = label.x + measure.width(label.text) * ratio;
    return right + 4 * ratio <= x || label.x >= x + width + 4 * ratio;
  });
}
