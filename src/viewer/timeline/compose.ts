/**
 * Fills a frame: which rows are on screen, and what is drawn in each of them, in the order of the design (tints, grid,
 * bands, slices, lines, labels).
 */
import type { OpenTrace } from '../state/open-trace.ts';
import { axisTicks } from './axis.ts';
import { composeBands } from './bands.ts';
import type { Frame, Geometry } from './frame.ts';
import { barBox, type FrameInput, rowTop } from './frame-input.ts';
import { drawGroup, drawProc, drawStrand, drawTask } from './row-bars.ts';
import type { RowContext } from './row-context.ts';
import { drawLine, drawLogs, drawRegions } from './row-marks.ts';
import { rowsInView } from './rows.ts';
import { TimeScale } from './scale.ts';
import { composeSelection } from './selection-marks.ts';
import { Style } from './styles.ts';

/** Design pixels between two ticks of the axis. */
const TICK_DISTANCE = 110;
const TICK_DISTANCE_NARROW = 80;
/** First design pixel of grid lines: they begin under the labels of the axis. */
const GRID_TOP = 18;

export function composeFrame(input: FrameInput, frame: Frame): void {
  frame.clear();
  const { geometry, trace, window, layout } = input;
  const scale = new TimeScale(window, geometry.left, geometry.right);
  const viewport = (geometry.height - geometry.rowsTop) / geometry.ratio;
  const [first, last] = rowsInView(layout, input.scroll, viewport);

  for (let i = first; i < last; i++) tintRow(input, i, frame);
  composeAxis(scale, geometry, trace, frame);
  composeRules(input, first, last, frame);
  composeBands(trace, scale, geometry, input.measures, input.hidden, frame);
  for (let i = first; i < last; i++) drawRow(input, scale, i, frame);
  composeSelection(input, scale, first, last, frame);
  composePointer(input, scale, frame);
}

function tintRow(input: FrameInput, index: number, frame: Frame): void {
  const { selection, hover, geometry } = input;
  const row = input.rows[index]!;
  const selected =
    (row.kind === 'strand' && row.ref === selection.strand) ||
    (row.kind === 'task' && row.ref === selection.task && selection.strand < 0);
  if (!selected && (hover.row !== index || row.kind === 'head')) return;
  const top = Math.max(geometry.rowsTop, rowTop(input, index));
  const bottom = rowTop(input, index) + Math.round(row.height * geometry.ratio);
  frame.under.add(0, top, geometry.width, bottom - top, selected ? Style.Selected : Style.Hover);
}

function composeAxis(scale: TimeScale, geometry: Geometry, trace: OpenTrace, frame: Frame): void {
  const { ratio } = geometry;
  const pixel = Math.max(1, Math.round(ratio));
  const distance = (geometry.right - geometry.left) / ratio < 700 ? TICK_DISTANCE_NARROW : TICK_DISTANCE;
  frame.ticks = axisTicks(scale, distance * ratio, trace.bounds, trace.clockUnit);
  const top = Math.round(GRID_TOP * ratio);
  for (const tick of frame.ticks) {
    if (tick.x >= geometry.left && tick.x < geometry.right) {
      frame.under.add(tick.x, top, pixel, geometry.height - top, Style.Grid);
    }
  }
}

/** 1 px under each row that has a rule. */
function composeRules(input: FrameInput, first: number, last: number, frame: Frame): void {
  const { geometry, rows } = input;
  const pixel = Math.max(1, Math.round(geometry.ratio));
  for (let i = first; i < last; i++) {
    if (!rows[i]!.rule) continue;
    const y = rowTop(input, i) + Math.round(rows[i]!.height * geometry.ratio) - pixel;
    if (y >= geometry.rowsTop) frame.under.add(0, y, geometry.width, pixel, Style.Grid);
  }
}

function drawRow(input: FrameInput, scale: TimeScale, index: number, frame: Frame): void {
  const { trace, geometry, window, cache, measures } = input;
  const row = input.rows[index]!;
  const box = barBox(input, index);
  const context: RowContext = { trace, frame, geometry, scale, window, cache, measures, row, box };
  switch (row.kind) {
    case 'proc':
      return drawProc(context);
    case 'strand':
      return drawStrand(context);
    case 'task':
      return drawTask(context);
    case 'group':
      return drawGroup(context);
    case 'regions':
      return drawRegions(context);
    case 'logs':
      return drawLogs(context);
    case 'type':
      return drawType(context);
    case 'counter':
      return drawCounter(context);
  }
}

function drawType(context: RowContext): void {
  const line = context.trace.summary.openTasks[context.row.ref]!;
  drawLine(context, line, line.peak, 'type');
}

function drawCounter(context: RowContext): void {
  const counter = context.trace.summary.counters[context.row.ref]!;
  drawLine(context, counter, counter.peak, counter.kind);
  if (counter.limit !== undefined) drawLine(context, counter.limit, counter.peak, 'limit');
}

/** The cursor line, and a range that is being measured. */
function composePointer(input: FrameInput, scale: TimeScale, frame: Frame): void {
  const { geometry, hover, range } = input;
  const pixel = Math.max(1, Math.round(geometry.ratio));
  const height = geometry.height - geometry.axisBottom;
  if (range !== undefined) {
    const x0 = Math.max(geometry.left, scale.edge(range.start));
    const x1 = Math.min(geometry.right, scale.edge(range.end));
    frame.over.add(x0, geometry.axisBottom, x1 - x0, height, Style.Range);
    frame.over.add(x0, geometry.axisBottom, pixel, height, Style.Accent);
    frame.over.add(x1 - pixel, geometry.axisBottom, pixel, height, Style.Accent);
  } else if (hover.time !== undefined) {
    frame.over.add(scale.edge(hover.time), geometry.axisBottom, pixel, height, Style.Cursor);
  }
}
