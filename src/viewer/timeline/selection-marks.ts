/**
 * Marks of what is selected or under the pointer: outlines around slices, and the wake-up lines of the selection. Cause
 * and effect share one instant, so a wake-up is a vertical line; only direct neighbours are shown.
 */
import { type DisplayState, goroutineTrack, rowAtTime } from '../../analysis/index.ts';
import { stateHeight } from '../theme/tokens.ts';
import type { Frame, OutlineKind } from './frame.ts';
import { barBox, type FrameInput, rowTop } from './frame-input.ts';
import type { TimeScale } from './scale.ts';

/** Adds the outlines of rows `first` to `last`, and the wake-ups. */
export function composeSelection(input: FrameInput, scale: TimeScale, first: number, last: number, frame: Frame): void {
  const { hover, selection, rows, trace } = input;
  const { intervals, goroutines } = trace.model;
  for (let i = first; i < last; i++) {
    const row = rows[i]!;
    const ownsSelected =
      selection.interval >= 0 &&
      ((row.kind === 'strand' && row.ref === selection.strand) ||
        (row.kind === 'proc' && intervals.proc[selection.interval] === row.ref));
    if (ownsSelected) outlineInterval(input, scale, i, selection.interval, 'selected', frame);
    else if (row.kind === 'strand' && row.ref === selection.strand && selection.interval < 0) {
      const from = goroutines.offset[row.ref]!;
      const to = goroutines.offset[row.ref + 1]! - 1;
      if (from <= to) outlineBox(input, scale, i, intervals.start[from]!, intervals.end[to]!, 'selected', frame);
    } else if (row.kind === 'task' && row.ref === selection.task && selection.strand < 0) {
      const { start, end } = trace.breakdown(row.ref);
      outlineBox(input, scale, i, start, end, 'selected', frame);
    }
    if (hover.row !== i) continue;
    if (hover.interval >= 0 && hover.interval !== selection.interval) {
      outlineInterval(input, scale, i, hover.interval, 'hover', frame);
    }
    if (hover.gap !== undefined && row.kind === 'proc')
      outlineBox(input, scale, i, hover.gap.start, hover.gap.end, 'gap', frame);
  }
  if (selection.interval >= 0) composeWakes(input, scale, frame);
}

/** A box of a full bar's height between two times. */
function outlineBox(
  input: FrameInput,
  scale: TimeScale,
  index: number,
  start: number,
  end: number,
  kind: OutlineKind,
  frame: Frame,
): void {
  const box = barBox(input, index);
  const x0 = scale.edge(start);
  const x1 = Math.max(x0 + 1, scale.edge(end));
  if (x1 < box.left || x0 > box.right) return;
  frame.outlines.push({ x0, x1, top: box.base - box.height, height: box.height, kind });
}

function outlineInterval(
  input: FrameInput,
  scale: TimeScale,
  index: number,
  interval: number,
  kind: OutlineKind,
  frame: Frame,
): void {
  const { intervals } = input.trace.model;
  const box = barBox(input, index);
  const display = intervals.display[interval]! as DisplayState;
  const height = Math.round(stateHeight(display, box.height / box.ratio) * box.ratio);
  const x0 = scale.edge(intervals.start[interval]!);
  const x1 = Math.max(x0 + Math.round(box.ratio), scale.edge(intervals.end[interval]!) - Math.round(box.ratio));
  if (x1 < box.left || x0 > box.right) return;
  frame.outlines.push({ x0, x1, top: box.base - height, height, kind });
}

/** Wake-ups that begin or end at the selected interval: who made it ready, and whom it made ready. */
function composeWakes(input: FrameInput, scale: TimeScale, frame: Frame): void {
  const { trace, selection } = input;
  const { intervals } = trace.model;
  for (const row of input.wakes) {
    const time = intervals.start[row]!;
    const waker = intervals.waker[row]!;
    const effect = rowOfStrand(input, intervals.goroutine[row]!, -1);
    const cause = waker < 0 ? -1 : rowOfStrand(input, waker, time);
    if (effect < 0 || cause < 0 || effect === cause) continue;
    const x = scale.edge(time);
    if (x < input.geometry.left || x > input.geometry.right) continue;
    const text = intervals.goroutine[row] === selection.strand ? `woken by ${trace.names.strand(waker)}` : '';
    frame.wakes.push({ x, from: nearEdge(input, cause, effect), to: nearEdge(input, effect, cause), text });
  }
}

/** The row that shows a strand: its own, or (for a cause at `time`) that of the proc it ran on. */
function rowOfStrand(input: FrameInput, strand: number, time: number): number {
  const own = input.rows.findIndex((row) => row.kind === 'strand' && row.ref === strand);
  if (own >= 0 || time < 0) return own;
  const { model } = input.trace;
  const row = rowAtTime(goroutineTrack(model, strand), 0, time);
  const proc = row < 0 ? -1 : model.intervals.proc[row]!;
  return proc < 0 ? -1 : input.rows.findIndex((candidate) => candidate.kind === 'proc' && candidate.ref === proc);
}

/** Pixel at which a vertical line from or to another row meets the bar of a row. */
function nearEdge(input: FrameInput, row: number, other: number): number {
  const box = barBox(input, row);
  return rowTop(input, row) < rowTop(input, other) ? box.base : box.base - box.height;
}
