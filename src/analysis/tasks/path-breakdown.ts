/**
 * Where the wall time of a task went, by its critical path: each instant counts as what the end of the task depended on.
 *
 * It answers what the states of the task's own goroutines (task-breakdown.ts) leave open when all of them await something
 * of others: a connection of a pool that serves many requests is nobody's strand, and yet its network is what the request
 * waited for. Same shape, same law: the parts add up to the length of the task.
 */
import type { TraceModel } from '../model.ts';
import { DISPLAY_STATES, DisplayState } from '../states.ts';
import { type TaskBreakdown, type TaskIndex, taskBreakdown } from '../task-breakdown.ts';
import { Part } from '../wait-parts.ts';
import { criticalPath, type PathStep } from './critical-path.ts';

const DISPLAY: Readonly<Record<Part, DisplayState>> = {
  [Part.Run]: DisplayState.Run,
  [Part.Gc]: DisplayState.Gc,
  [Part.Stopped]: DisplayState.Gc,
  [Part.Ready]: DisplayState.Ready,
  [Part.Syscall]: DisplayState.Sys,
  [Part.Pool]: DisplayState.Sys,
  [Part.Network]: DisplayState.Net,
  [Part.File]: DisplayState.Net,
  [Part.Child]: DisplayState.Net,
  [Part.Timer]: DisplayState.Sleep,
  [Part.Other]: DisplayState.Sync,
  [Part.Unknown]: DisplayState.Off,
};

/** The display state, and so the colour, of a part. */
export function displayOfPart(part: Part): DisplayState {
  return DISPLAY[part];
}

/**
 * Where the time of a task went, as every place tells it. A Go trace: by the states of its goroutines. A Node trace: by its
 * critical path, as strands mostly await each other, which explains nothing.
 */
export function explainedBreakdown(model: TraceModel, index: TaskIndex, task: number): TaskBreakdown {
  return (model.info.dialect === 'node' ? pathBreakdown : taskBreakdown)(model, index, task);
}

/** A task by its critical path; segments of one state that adjoin are one. */
export function pathBreakdown(model: TraceModel, index: TaskIndex, task: number): TaskBreakdown {
  return breakdownOfPath(criticalPath(model, index, task), model, task);
}

/** The same of a path that is known. */
export function breakdownOfPath(path: readonly PathStep[], { tasks, info }: TraceModel, task: number): TaskBreakdown {
  const totals = new Float64Array(DISPLAY_STATES);
  const starts: number[] = [];
  const states: number[] = [];
  for (const { start, end, part } of path) {
    const state = DISPLAY[part];
    totals[state]! += end - start;
    if (states.at(-1) === state) continue;
    starts.push(start);
    states.push(state);
  }
  const begin = Number.isNaN(tasks.start[task]!) ? info.start : tasks.start[task]!;
  const start = path[0]?.start ?? begin;
  return {
    start,
    end: path.at(-1)?.end ?? start,
    totals,
    segmentStart: Float64Array.from(starts),
    segmentState: Uint8Array.from(states),
  };
}
