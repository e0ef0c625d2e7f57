/** Numbers over time: metrics of the trace by name, and how many goroutines are in some state. */
import type { StepSeries } from './metric-pyramid.ts';
import type { TraceModel } from './model.ts';
import type { DisplayState } from './states.ts';

/** Metrics under Go's names. In a Node trace the heap goal is V8's limit. */
export const METRIC_HEAP = '/memory/classes/heap/objects:bytes';
export const METRIC_HEAP_GOAL = '/gc/heap/goal:bytes';
export const METRIC_PROCS = '/sched/gomaxprocs:threads';

/** A metric of the trace by name; undefined when the trace has none. */
export function metricSeries(model: TraceModel, name: string): StepSeries | undefined {
  return model.metrics.find((series) => model.strings[series.name] === name);
}

/** How many goroutines are in a display state, over time: a step at every change, beginning with 0 at the start. */
export function countSeries(model: TraceModel, state: DisplayState): StepSeries {
  const { count, start, end, display } = model.intervals;
  let intervals = 0;
  for (let row = 0; row < count; row++) if (display[row] === state) intervals++;
  const begins = new Float64Array(intervals);
  const ends = new Float64Array(intervals);
  let next = 0;
  for (let row = 0; row < count; row++) {
    if (display[row] !== state) continue;
    begins[next] = start[row]!;
    ends[next++] = end[row]!;
  }
  return countOverlaps(model.info.start, begins, ends);
}

/**
 * How many stretches are open, over time: a step up at every begin and down at every end, changes at one moment in one
 * step. Sorts the columns, which need not belong together row by row.
 */
export function countOverlaps(origin: number, begins: Float64Array, ends: Float64Array): StepSeries {
  begins.sort();
  ends.sort();
  const time = new Float64Array(2 * begins.length + 1);
  const value = new Float64Array(2 * begins.length + 1);
  time[0] = origin;
  let points = 1;
  let current = 0;
  for (let b = 0, e = 0; e < ends.length; ) {
    const now = b < begins.length ? Math.min(begins[b]!, ends[e]!) : ends[e]!;
    for (; b < begins.length && begins[b] === now; b++) current++;
    for (; e < ends.length && ends[e] === now; e++) current--;
    if (current === value[points - 1]) continue;
    if (time[points - 1] === now) points--;
    time[points] = now;
    value[points++] = current;
  }
  return { time: time.slice(0, points), value: value.slice(0, points) };
}
