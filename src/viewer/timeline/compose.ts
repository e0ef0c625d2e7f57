/**
 * Fills a frame: which rows are on screen, and what is drawn in each of them, in the order of the design (tints, grid,
 * bands, slices, lines, labels). Lines are laid out first, as labels give way to them.
 */
import type { OpenTrace } from '../state/open-trace.ts';
import { duration } from '../theme/numbers.ts';
import { axisTicks } from './axis.ts';
import { composeBands } from './bands.ts';
import type { Frame, Geometry, Layer } from './frame.ts';
import { barBox, type FrameInput, rowTop, scrollTop } from './frame-input.ts';
import { addPathLines, composePath, layoutPath, PathLayout } from './path-marks.ts';
import { drawGroup, drawPool, drawProc, drawProcs, drawStrand, drawTask, drawThread } from './row-bars.ts';
import type { RowContext } from './row-context.ts';
import { RowLines } from './row-lines.ts';
import { drawLine, drawLogs, drawRegions, drawSamples } from './row-marks.ts';
import { rowsInView } from './rows.ts';
import { TimeScale } from './scale.ts';
import { composeOutlines, composeWakes, layoutWakes } from './selection-marks.ts';
import { Style } from './styles.ts';

/** Design pixels between two ticks of the axis. */
const TICK_DISTANCE = 110;
const TICK_DISTANCE_NARROW = 80;
/** First design pixel of grid lines: they begin under the labels of the axis. */
const GRID_TOP = 18;

/** Used again by each frame. */
const lines = new RowLines();
const path = new PathLayout();

export function composeFrame(input: FrameInput, frame: Frame): void {
  frame.clear();
  lines.clear();
  const { geometry, trace, window, layout } = input;
  const scale = new TimeScale(window, geometry.left, geometry.right);
  const viewport = (geometry.height - scrollTop(input)) / geometry.ratio;
  const [first, last] = rowsInView(layout, input.scroll, viewport);
  const eachRow = (visit: (index: number, layer: Layer, top: number) => void) => {
    for (let i = first; i < last; i++) visit(i, frame.rows, scrollTop(input));
    for (let i = 0; i < layout.pinned; i++) visit(i, frame.pinned, geometry.rowsTop);
  };

  layoutPath(input, scale, path);
  addPathLines(path, lines);
  const wakes = layoutWakes(input, scale, lines);
  const hoverName = nameUnderPointer(input);

  eachRow((i, _, top) => tintRow(input, i, top, frame));
  composeAxis(scale, geometry, trace, frame);
  eachRow((i, _, top) => composeRule(input, i, top, frame));
  composeRange(input, scale, frame);
  composeBands(trace, scale, geometry, input.measures, input.hidden, frame);
  eachRow((i, layer) => drawRow(input, scale, i, hoverName, layer));
  composePath(input, path, frame);
  eachRow((i, layer) => composeOutlines(input, scale, i, layer));
  composeWakes(input, wakes, frame);
  composePointer(input, scale, frame);
}

/** Name, as a string id, of the slice under the pointer; -1 for none. */
function nameUnderPointer({ hover, trace }: FrameInput): number {
  const { goroutines, intervals } = trace.model;
  return hover.interval < 0 ? -1 : goroutines.name[intervals.goroutine[hover.interval]!]!;
}

function tintRow(input: FrameInput, index: number, clip: number, frame: Frame): void {
  const { selection, hover, geometry } = input;
  const row = input.rows[index]!;
  const selected =
    (row.kind === 'strand' && row.ref === selection.strand) ||
    (row.kind === 'task' && row.ref === selection.task && selection.strand < 0);
  if (!selected && (hover.row !== index || row.kind === 'head')) return;
  const top = Math.max(clip, rowTop(input, index));
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

/** 1 px under each row that has a rule; a stronger one under the last pinned row. */
function composeRule(input: FrameInput, index: number, clip: number, frame: Frame): void {
  const { geometry, rows, layout } = input;
  const isLastPinned = index === layout.pinned - 1;
  if (!rows[index]!.rule && !isLastPinned) return;
  const pixel = Math.max(1, Math.round(geometry.ratio));
  const y = rowTop(input, index) + Math.round(rows[index]!.height * geometry.ratio) - pixel;
  if (y >= clip) frame.under.add(0, y, geometry.width, pixel, isLastPinned ? Style.Line2 : Style.Grid);
}

function drawRow(input: FrameInput, scale: TimeScale, index: number, hoverName: number, layer: Layer): void {
  const { trace, geometry, window, cache, measures, filter } = input;
  const row = input.rows[index]!;
  const box = barBox(input, index);
  const onPath = row.onPath && row.kind === 'strand' ? (path.times.get(row.ref) ?? OFF_PATH) : undefined;
  const context: RowContext = {
    trace,
    layer,
    geometry,
    scale,
    window,
    cache,
    measures,
    row,
    box,
    filter,
    path: onPath,
    crossings: lines,
    hoverName,
  };
  switch (row.kind) {
    case 'proc':
      return drawProc(context);
    case 'procs':
      return drawProcs(context);
    case 'pool':
      return drawPool(context);
    case 'thread':
      return drawThread(context);
    case 'samples':
      return drawSamples(context, input.selection.strand);
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

/** A strand that works for the task in focus, and that its path does not lead through. */
const OFF_PATH = new Float64Array(0);

function drawType(context: RowContext): void {
  const line = context.trace.summary.openTasks[context.row.ref]!;
  drawLine(context, line, line.peak, 'type');
}

function drawCounter(context: RowContext): void {
  const counter = context.trace.tracks.counters[context.row.ref]!;
  drawLine(context, counter, counter.peak, counter.kind);
  if (counter.limit !== undefined) drawLine(context, counter.limit, counter.peak, 'limit');
}

/** Design pixels: around the text of a range's label, and of its arrows with the lines they need at least. */
const RANGE_PADDING = 8;
const RANGE_ARROW = 12;

/** The label of a measured range, in the middle of its visible part; right of it where it is too narrow. */
function composeRange({ range, geometry, measures }: FrameInput, scale: TimeScale, frame: Frame): void {
  if (range === undefined) return;
  const { left, right, ratio } = geometry;
  const x0 = Math.max(left, scale.edge(range.start));
  const x1 = Math.min(right, scale.edge(range.end));
  if (x1 <= left || x0 >= right) return;
  const text = duration(range.end - range.start);
  const textWidth = Math.round((measures.bold.width(text) + 2 * RANGE_PADDING) * ratio);
  const isWide = x1 - x0 >= textWidth + 2 * RANGE_ARROW * ratio;
  const beside = x1 + textWidth <= right ? x1 : x0 - textWidth;
  const textX = isWide ? Math.round((x0 + x1 - textWidth) / 2) : Math.max(left, beside);
  frame.range = { x0, x1, text, textX, textWidth };
}

/** The cursor line, and a range that is being measured. */
function composePointer(input: FrameInput, scale: TimeScale, frame: Frame): void {
  const { geometry, hover, range } = input;
  const pixel = Math.max(1, Math.round(geometry.ratio));
  const height = geometry.height - geometry.axisBottom;
  if (range !== undefined) {
    const { left, right, axisBottom } = geometry;
    const x0 = Math.max(left, scale.edge(range.start));
    const x1 = Math.min(right, scale.edge(range.end));
    frame.over.add(x0, axisBottom, x1 - x0, height, Style.Range);
    // An edge that is not in view is not drawn where the view ends.
    if (range.start >= scale.start && x0 < right) frame.over.add(x0, axisBottom, pixel, height, Style.Accent);
    if (range.end <= scale.end && x1 > left) frame.over.add(x1 - pixel, axisBottom, pixel, height, Style.Accent);
  } else if (hover.time !== undefined) {
    frame.over.add(scale.edge(hover.time), geometry.axisBottom, pixel, height, Style.Cursor);
  }
}
