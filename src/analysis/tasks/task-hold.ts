/**
 * What a task mostly waited for of others: the longest of its waits for a lock or channel, or in a Node trace for its turn in
 * a queue of promises, with who held it meanwhile. Other awaits are told by the critical path; a queue is not, as the path
 * leads through all who had their turn.
 */
import { upperBound } from '../../base/index.ts';
import { GoState } from '../../reader/index.ts';
import type { Extent } from '../extents.ts';
import { type Meanwhile, meanwhileOf } from '../meanwhile.ts';
import type { TraceModel } from '../model.ts';
import { DisplayState } from '../states.ts';
import { type TaskIndex, taskExtents } from '../task-breakdown.ts';

/** Share of the task that a wait must take to be told, and waits that are looked at, longest first. */
const WORTH = 0.2;
const LOOKED_AT = 4;

export interface TaskHold {
  /** Interval row of the wait, and how long it is, ns. */
  readonly row: number;
  readonly time: number;
  readonly held: Meanwhile;
}

/** The longest such wait; undefined when none takes a fifth of the task, or nobody in the program held. */
export function taskHold(model: TraceModel, index: TaskIndex, task: number): TaskHold | undefined {
  const { tasks, intervals, info } = model;
  const end = Number.isNaN(tasks.end[task]!) ? info.end : tasks.end[task]!;
  const least = WORTH * (end - tasks.start[task]!);
  const waits = taskExtents(model, index, task)
    .flatMap((extent) => waitsOf(model, extent, least))
    .sort((a, b) => b.time - a.time);
  for (const { row } of waits.slice(0, LOOKED_AT)) {
    const held = meanwhileOf(model, row);
    if (held === undefined || (info.dialect === 'node' && held.turns < 2)) continue;
    return { row: held.wait, time: intervals.end[held.wait]! - intervals.start[held.wait]!, held };
  }
  return undefined;
}

/** Waits within an extent that are for others, or may be, and how long they are in it, ns. */
function waitsOf({ goroutines, intervals, info }: TraceModel, extent: Extent, least: number) {
  const found: { readonly row: number; readonly time: number }[] = [];
  const last = goroutines.offset[extent.goroutine + 1]!;
  const first = upperBound(intervals.end, extent.start, goroutines.offset[extent.goroutine]!, last);
  for (let row = first; row < last && intervals.start[row]! < extent.end; row++) {
    const time = Math.min(intervals.end[row]!, extent.end) - Math.max(intervals.start[row]!, extent.start);
    const isWait =
      info.dialect === 'go'
        ? intervals.display[row] === DisplayState.Sync && intervals.stack[row]! > 0
        : intervals.state[row] === GoState.Waiting;
    if (isWait && time >= least) found.push({ row, time });
  }
  return found;
}
