/**
 * The timeline's own state: which rows there are, how far they are scrolled, what the pointer is over. Signals without
 * DOM; the view and the gutter read them.
 */
import { computed, type ReadonlySignal, signal } from '@preact/signals';
import { firstEndingAfter, goroutineTrack, rowAt, rowAtTime, type Track } from '../../analysis/index.ts';
import type { AppState } from '../state/app-state.ts';
import type { OpenTrace } from '../state/open-trace.ts';
import { type Hover, NO_HOVER } from './frame-input.ts';
import { buildRows, layoutRows, type Row, type RowLayout, rowAtHeight } from './rows.ts';
import type { TimeScale, TimeWindow } from './scale.ts';

export class TimelineModel {
  /** CSS pixels by which the rows are scrolled, and the height of the viewport of rows. */
  readonly scroll = signal(0);
  readonly viewport = signal(400);
  readonly hover = signal<Hover>(NO_HOVER);
  readonly rows: ReadonlySignal<readonly Row[]>;
  readonly layout: ReadonlySignal<RowLayout>;

  /** @param tasks 1 per task that is listed; undefined: all are */
  constructor(app: AppState, tasks: ReadonlySignal<Uint8Array | undefined>) {
    // Only the members of an expanded group depend on the window; without one, rows stay as they are while panning.
    const window = computed<TimeWindow>(() => {
      const expanded = [...app.toggled.value].some((key) => key.startsWith('g:'));
      const trace = app.trace.value;
      return expanded || trace === undefined ? app.window.value : trace.bounds;
    });
    this.rows = computed(() => {
      const trace = app.trace.value;
      if (trace === undefined) return [];
      return buildRows(trace, {
        toggled: app.toggled.value,
        focus: app.focusTask.value,
        chosen: app.selection.value.task >= 0,
        window: window.value,
        compact: app.compact.value,
        narrow: app.narrow.value,
        tasks: tasks.value,
      });
    });
    this.layout = computed(() => layoutRows(this.rows.value));
  }

  /** What is at a place of the rows' area. @param y design pixels from the top of the rows, scroll included */
  hoverAt(trace: OpenTrace, scale: TimeScale, x: number, y: number): Hover {
    const row = rowAtHeight(this.layout.value, y);
    const inTime = x >= scale.left && x < scale.right;
    if (row < 0 || !inTime) return { ...NO_HOVER, row, time: inTime ? scale.time(x) : undefined };
    const time = scale.time(x);
    if (time > trace.readTo) return { ...NO_HOVER, row };
    const { interval, gap } = intervalUnder(trace, this.rows.value[row]!, time, scale.perPixel);
    return { row, interval, time, gap };
  }
}

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
