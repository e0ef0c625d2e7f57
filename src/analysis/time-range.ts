/** A stretch of the trace that a question is asked about. */
import type { TraceModel } from './model.ts';

/** From `start` up to, and without, `end`; ns since the trace's origin. */
export interface TimeRange {
  readonly start: number;
  readonly end: number;
}

/** The whole trace. */
export function wholeTrace({ info }: TraceModel): TimeRange {
  return { start: info.start, end: info.end };
}

/** How much of [start, end) lies in the range, ns; an open end is that of the range. */
export function overlap(range: TimeRange, start: number, end: number): number {
  const last = Number.isNaN(end) ? range.end : Math.min(range.end, end);
  const first = Number.isNaN(start) ? range.start : Math.max(range.start, start);
  return Math.max(0, last - first);
}
