/**
 * Moving by keyboard: along the intervals of a row, to the rows above and below, and along wake-ups. The row that has
 * the keyboard is `AppState.activeRow`.
 */

import { batch } from '@preact/signals';
import {
  firstEndingAfter,
  goroutineTrack,
  intervalWaker,
  rowAt,
  rowAtTime,
  type Track,
  wakeupOf,
  wokenBy,
} from '../../analysis/index.ts';
import type { Row } from '../timeline/rows.ts';
import type { AppState } from './app-state.ts';
import type { OpenTrace } from './open-trace.ts';
import type { Viewer } from './viewer.ts';

/** To the row above (-1) or below (1); its interval at the time of the selection is selected. */
export function moveToRow({ app, timeline }: Viewer, step: -1 | 1): void {
  const trace = app.trace.peek();
  const rows = timeline.rows.peek();
  if (trace === undefined || rows.length === 0) return;
  const index = activeIndex(app, rows);
  const next = rows[Math.min(Math.max(index + step, 0), rows.length - 1)]!;
  app.activate(next.key);
  const track = trackOf(trace, next);
  if (track !== undefined) selectPosition(app, trace, track, positionAt(track, centreTime(app, trace)));
  else if (next.kind === 'task') app.selectTask(next.ref);
  else app.announcement.value = [next.name, next.detail, next.value].filter((text) => text !== '').join(', ');
}

/** To the next (1) or previous (-1) interval of the row; what has no intervals opens and folds. */
export function moveInRow({ app, timeline }: Viewer, step: -1 | 1): void {
  const trace = app.trace.peek();
  const rows = timeline.rows.peek();
  const row = rows[activeIndex(app, rows)];
  if (trace === undefined || row === undefined) return;
  const track = trackOf(trace, row);
  if (track === undefined) {
    if (row.open !== undefined && row.open !== step > 0) app.toggleRow(row.key);
    return;
  }
  const { interval } = app.selection.peek();
  const time = interval >= 0 ? trace.model.intervals.start[interval]! : centreTime(app, trace);
  const at = positionAt(track, time);
  const moved = interval >= 0 && rowAt(track, at) === interval ? at + step : at;
  if (moved < track.runs[0]! || moved >= track.runs[1]!) return;
  selectPosition(app, trace, track, moved);
}

/** Back to who made the selection ready (-1), or on to the first that it made ready (1). */
export function followWake(viewer: Viewer, step: -1 | 1): void {
  const { app } = viewer;
  const trace = app.trace.peek();
  const { strand, interval } = app.selection.peek();
  if (trace === undefined || interval < 0) return;
  const { model } = trace;
  const { start, end, goroutine } = model.intervals;
  if (step > 0) {
    const woken = wokenBy(model, strand, start[interval]!, end[interval]!)[0];
    if (woken !== undefined) showWake(viewer, trace, goroutine[woken]!, woken);
    else app.announcement.value = 'It woke nobody.';
    return;
  }
  // From a running interval, what made it ready lies before it.
  for (let row = interval; row >= model.goroutines.offset[strand]! && row > interval - 3; row--) {
    const waker = intervalWaker(model.intervals, row);
    const by = waker >= 0 ? waker : (wakeupOf(model, row)?.waker ?? -1);
    if (by < 0) continue;
    const time = waker >= 0 ? start[row]! : end[row]!;
    showWake(viewer, trace, by, rowAtTime(goroutineTrack(model, by), 0, time));
    return;
  }
  app.announcement.value = 'Nobody in the program woke it.';
}

/** Selects what is at the other end of a wake-up, and brings its row into view; a folded group is opened for it. */
function showWake(viewer: Viewer, trace: OpenTrace, strand: number, interval: number): void {
  batch(() => {
    selectInterval(viewer.app, trace, strand, interval);
    revealStrand(viewer, trace, strand);
  });
}

/** Scrolls the row of a strand into view. One that has none gets it in its group. */
export function revealStrand({ app, timeline }: Viewer, trace: OpenTrace, strand: number): void {
  const own = timeline.rows.peek().find((row) => row.kind === 'strand' && row.ref === strand);
  if (own !== undefined) {
    if (!own.pinned) app.revealed.value = own.key;
    return;
  }
  const group = `g:${trace.model.goroutines.group[strand]}`;
  const keys = new Set(app.toggled.peek());
  keys.delete('section:groups');
  keys.add(group);
  app.toggled.value = keys;
  app.revealed.value = `${group}/s:${strand}`;
}

function activeIndex(app: AppState, rows: readonly Row[]): number {
  const active = app.activeRow.peek();
  const index = rows.findIndex((row) => row.key === active);
  if (index >= 0) return index;
  const { strand } = app.selection.peek();
  return Math.max(
    0,
    rows.findIndex((row) => row.kind === 'strand' && row.ref === strand),
  );
}

/** The row that a command is about: the one under the pointer, else the one that has the keyboard or is selected. */
export function rowInHand({ app, timeline }: Viewer): Row | undefined {
  const rows = timeline.rows.peek();
  const hovered = rows[timeline.hover.peek().row];
  if (hovered !== undefined) return hovered;
  const { task, strand } = app.selection.peek();
  if (app.activeRow.peek() === undefined && strand < 0 && task < 0) return undefined;
  if (app.activeRow.peek() === undefined && strand < 0)
    return rows.find((row) => row.kind === 'task' && row.ref === task);
  return rows[activeIndex(app, rows)];
}

/** Pins the row in hand, or unpins it, and says so. */
export function pinRow(viewer: Viewer): void {
  const row = rowInHand(viewer);
  if (row === undefined || row.id === '') return;
  const { app } = viewer;
  app.togglePin(row.id);
  app.announcement.value = `${row.name} ${app.pinned.peek().includes(row.id) ? 'stays on top' : 'is no longer pinned'}`;
}

/** Hides the row in hand, and says how to bring it back. */
export function hideRow(viewer: Viewer): void {
  const row = rowInHand(viewer);
  if (row === undefined || row.id === '') return;
  viewer.app.hideRow(row.id);
  viewer.app.announcement.value = `${row.name} is hidden; the menu Rows brings it back`;
}

function trackOf(trace: OpenTrace, row: Row): Track | undefined {
  if (row.kind === 'strand') return goroutineTrack(trace.model, row.ref);
  if (row.kind === 'proc') return trace.procShares(row.ref).track;
  if (row.kind === 'thread') return trace.tracks.threadShares(row.ref).track;
  return undefined;
}

/** Time that a change of rows keeps: the middle of what is selected, if it is in view, else of the window. */
function centreTime(app: AppState, trace: OpenTrace): number {
  const window = app.window.peek();
  const { interval } = app.selection.peek();
  const middle = (window.start + window.end) / 2;
  if (interval < 0) return middle;
  const start = Math.max(window.start, trace.model.intervals.start[interval]!);
  const end = Math.min(window.end, trace.model.intervals.end[interval]!);
  return start < end ? (start + end) / 2 : middle;
}

/** Position of a one-run track at a time: the interval that holds it, else the next, else the last. */
function positionAt(track: Track, time: number): number {
  const [first, last] = [track.runs[0]!, track.runs[1]!];
  return Math.min(firstEndingAfter(track, time, first, last), last - 1);
}

function selectPosition(app: AppState, trace: OpenTrace, track: Track, position: number): void {
  if (position < track.runs[0]!) return;
  const interval = rowAt(track, position);
  selectInterval(app, trace, trace.model.intervals.goroutine[interval]!, interval);
}

/** Selects, and brings the interval into the window if it is outside. */
function selectInterval(app: AppState, trace: OpenTrace, strand: number, interval: number): void {
  app.selectStrand(strand, interval);
  if (interval < 0) return;
  const { start, end } = app.window.peek();
  const from = trace.model.intervals.start[interval]!;
  const to = trace.model.intervals.end[interval]!;
  if (to > start && from < end) return;
  const shift = (from + to) / 2 - (start + end) / 2;
  app.moveWindow({ start: start + shift, end: end + shift });
}
