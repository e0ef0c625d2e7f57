/** Works out what the filter is about, and steps through it. Loaded when something is first typed there. */
import { FilterError, matchFilter, stepMatch } from '../../analysis/index.ts';
import { revealStrand } from '../state/move.ts';
import type { OpenTrace } from '../state/open-trace.ts';
import type { Viewer } from '../state/viewer.ts';
import { ActiveFilter } from './active-filter.ts';

/** A filter that cannot be understood: what is wrong, and which characters are meant. */
export interface FilterProblem {
  readonly message: string;
  readonly at: number;
  readonly length: number;
}

export function runFilter(trace: OpenTrace, text: string): ActiveFilter | FilterProblem {
  try {
    return new ActiveFilter(matchFilter(trace.model, trace.names, text));
  } catch (error) {
    if (error instanceof FilterError) return { message: error.message, at: error.at, length: error.length };
    throw error;
  }
}

/** Selects the next (1) or previous (-1) match, from the selection or the middle of the window; says if there is none. */
export function stepFilter(viewer: Viewer, step: 1 | -1): void {
  const { app, timeline } = viewer;
  const trace = app.trace.peek();
  const filter = timeline.filter.peek();
  if (trace === undefined || filter === undefined) return;
  const { intervals } = trace.model;
  const { interval } = app.selection.peek();
  const { start, end } = app.window.peek();
  const time = interval >= 0 ? intervals.start[interval]! : step > 0 ? start : end;
  const from = interval >= 0 ? interval : step > 0 ? -1 : intervals.count;
  const found = stepMatch(trace.model, filter.matches, time, from, step);
  if (found < 0) {
    app.announcement.value = step > 0 ? 'There is no match after this one.' : 'There is no match before this one.';
    return;
  }
  const strand = intervals.goroutine[found]!;
  app.selectStrand(strand, found);
  showTime(viewer, intervals.start[found]!, intervals.end[found]!);
  revealStrand(viewer, trace, strand);
}

/** Moves the window so that a stretch is in it. */
function showTime({ app }: Viewer, from: number, to: number): void {
  const { start, end } = app.window.peek();
  if (from >= start && to <= end) return;
  const middle = (from + to) / 2;
  const half = Math.max((end - start) / 2, (to - from) * 0.6);
  app.goTo({ start: middle - half, end: middle + half });
}
