/**
 * The timeline's own state: which rows there are, how far they are scrolled, what the pointer is over. Signals without
 * DOM; the view and the gutter read them.
 */
import { computed, type ReadonlySignal, signal } from '@preact/signals';
import { firstEndingAfter, goroutineTrack, rowAt, rowAtTime, type Track } from '../../analysis/index.ts';
import type { AppState } from '../state/app-state.ts';
import type { OpenTrace } from '../state/open-trace.ts';
import type { ActiveFilter } from './active-filter.ts';
import { buildRows } from './build-rows.ts';
import { type Hover, NO_HOVER } from './frame-input.ts';
import { layoutRows, pinnedRowAt, type Row, type RowKind, type RowLayout, rowAtHeight } from './rows.ts';
import type { TimeScale, TimeWindow } from './scale.ts';

export class TimelineModel {
  /** Design pixels by which the rows are scrolled, and the height of the viewport of rows that scroll. */
  readonly scroll = signal(0);
  readonly viewport = signal(400);
  readonly hover = signal<Hover>(NO_HOVER);
  /** What the filter holds of; undefined without one, and while it is worked out. */
  readonly filter = signal<ActiveFilter | undefined>(undefined);
  readonly rows: ReadonlySignal<readonly Row[]>;
  readonly layout: ReadonlySignal<RowLayout>;

  /**
   * @param settled the window once it has stopped changing: rows stay as they are while panning
   * @param tasks 1 per task that is listed; undefined: all are
   */
  constructor(app: AppState, settled: ReadonlySignal<TimeWindow>, tasks: ReadonlySignal<Uint8Array | undefined>) {
    this.rows = computed(() => {
      const trace = app.trace.value;
      if (trace === undefined) return [];
      return buildRows(trace, {
        toggled: app.toggled.value,
        focus: app.focusTask.value,
        chosen: app.selection.value.task >= 0,
        window: settled.value,
        compact: app.compact.value,
        narrow: app.narrow.value,
        tasks: tasks.value,
        pinned: app.pinned.value,
        hiddenRows: app.hiddenRows.value,
        sort: app.sort.value,
        matches: this.filter.value?.matches,
        selected: app.selection.value.strand,
      });
    });
    this.layout = computed(() => layoutRows(this.rows.value));
  }

  /**
   * What is at a place of the rows' area.
   * @param y design pixels from the top of the rows' area, what is scrolled not counted
   */
  hoverAt(trace: OpenTrace, scale: TimeScale, x: number, y: number): Hover {
    const layout = this.layout.value;
    const row =
      y < layout.pinnedHeight
        ? pinnedRowAt(layout, y)
        : rowAtHeight(layout, y - layout.pinnedHeight + this.scroll.peek());
    const inTime = x >= scale.left && x < scale.right;
    if (row < 0 || !inTime) return { ...NO_HOVER, row, time: inTime ? scale.time(x) : undefined };
    const time = scale.time(x);
    if (time > trace.readTo) return { ...NO_HOVER, row };
    const { interval, gap } = intervalUnder(trace, this.rows.value[row]!, time, scale.perPixel);
    return { row, interval, time, gap };
  }
}

/** Rows that say something about the pixel under the pointer, rather than about an interval. */
const POINTWISE: ReadonlySet<RowKind> = new Set([
  'group',
  'procs',
  'pool',
  'counter',
  'type',
  'regions',
  'logs',
  'task',
]);

/** The interval of a row at a time, or the idle stretch of a proc. Thin slices are found a pixel beside them. */
function intervalUnder(
  trace: OpenTrace,
  row: Row,
  time: number,
  slack: number,
): { interval: number; gap: TimeWindow | undefined } {
  if (row.kind === 'strand') {
    const interval = near(goroutineTrack(trace.model, row.ref), time, slack);
    return { interval, gap: interval >= 0 ? undefined : absence(trace, row.ref, time) };
  }
  if (row.kind === 'thread') {
    return { interval: near(trace.tracks.threadShares(row.ref).track, time, slack), gap: undefined };
  }
  if (row.kind === 'samples') return { interval: -1, gap: { start: time - 2 * slack, end: time + 2 * slack } };
  if (POINTWISE.has(row.kind)) return { interval: -1, gap: { start: time, end: time + slack } };
  if (row.kind !== 'proc') return { interval: -1, gap: undefined };
  const { track } = trace.procShares(row.ref);
  const interval = near(track, time, slack);
  return {
    interval,
    gap: interval >= 0 ? undefined : gapAt(track, time, { start: trace.bounds.start, end: trace.readTo }),
  };
}

function near(track: Track, time: number, slack: number): number {
  for (const at of [time, time - slack, time + slack]) {
    const row = rowAtTime(track, 0, at);
    if (row >= 0) return row;
  }
  return -1;
}

/** The time before a strand was born, or after it ended. */
function absence({ model, bounds }: OpenTrace, strand: number, time: number): TimeWindow {
  const { created, ended } = model.goroutines;
  if (time < created[strand]!) return { start: bounds.start, end: created[strand]! };
  return { start: Number.isNaN(ended[strand]!) ? time : ended[strand]!, end: bounds.end };
}

function gapAt(track: Track, time: number, bounds: TimeWindow): TimeWindow {
  const [from, to] = [track.runs[0]!, track.runs[1]!];
  const next = firstEndingAfter(track, time, from, to);
  const start = next > from ? track.end[rowAt(track, next - 1)]! : bounds.start;
  const end = next < to ? track.start[rowAt(track, next)]! : bounds.end;
  return { start, end };
}
