/** Flow edges: who made whom runnable, at one moment. They are kept on the runnable interval that they begin. */

import { lowerBound } from '../base/index.ts';
import { GoState } from '../reader/index.ts';
import { type GroupedRows, groupRows } from './build/group-rows.ts';
import { intervalWaker } from './interval-links.ts';
import type { TraceModel } from './model.ts';
import type { TimeRange } from './time-range.ts';
import { goroutineTrack, rowAtTime } from './tracks.ts';

export interface Flow {
  readonly time: number;
  /** Goroutine that did it, and its interval row then (-1 = not known). */
  readonly from: number;
  readonly fromRow: number;
  /** Goroutine that became runnable, and the runnable interval's row. */
  readonly to: number;
  readonly toRow: number;
  readonly kind: 'create' | 'wake';
}

/** Runnable rows by the goroutine that began them, in time order. Made once per model; linear, and a sort per waker. */
export function indexFlows(model: TraceModel): GroupedRows {
  const { start, count } = model.intervals;
  const wakers = new Int32Array(count);
  for (let row = 0; row < count; row++) wakers[row] = intervalWaker(model.intervals, row);
  const index = groupRows(wakers, undefined, model.goroutines.count);
  for (let goroutine = 0; goroutine < model.goroutines.count; goroutine++)
    index.rows.subarray(index.offset[goroutine], index.offset[goroutine + 1]).sort((a, b) => start[a]! - start[b]!);
  return index;
}

/** What a goroutine made runnable within a range, in time order. */
export function flowsFrom(model: TraceModel, index: GroupedRows, goroutine: number, range: TimeRange): Flow[] {
  const rows = index.rows.subarray(index.offset[goroutine], index.offset[goroutine + 1]);
  const starts = Float64Array.from(rows, (row) => model.intervals.start[row]!);
  return Array.from(rows.subarray(lowerBound(starts, range.start), lowerBound(starts, range.end)), (row) =>
    flowAt(model, row),
  );
}

/** What made some goroutines runnable within a range, in time order. Linear in their intervals. */
export function flowsTo(model: TraceModel, goroutines: Iterable<number>, range: TimeRange): Flow[] {
  const { start } = model.intervals;
  const { offset } = model.goroutines;
  const found: Flow[] = [];
  for (const goroutine of goroutines)
    for (let row = offset[goroutine]!; row < offset[goroutine + 1]! && start[row]! < range.end; row++)
      if (intervalWaker(model.intervals, row) >= 0 && start[row]! >= range.start) found.push(flowAt(model, row));
  return found.sort((a, b) => a.time - b.time);
}

function flowAt(model: TraceModel, row: number): Flow {
  const { intervals, goroutines } = model;
  const time = intervals.start[row]!;
  const from = intervalWaker(intervals, row);
  const to = intervals.goroutine[row]!;
  const isFirst = row === goroutines.offset[to] && intervals.state[row] === GoState.Runnable;
  return {
    time,
    from,
    fromRow: rowAtTime(goroutineTrack(model, from), 0, time),
    to,
    toRow: row,
    kind: isFirst ? 'create' : 'wake',
  };
}
