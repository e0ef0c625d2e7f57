/**
 * What a task (a request) was doing at each instant of its life, and so where its wall time went.
 *
 * The law: the parts add up to the length of the task, exactly. At every instant the task is in the most active
 * state among the goroutines that work for it or for a task below it (`BY_ACTIVITY`); where none does, it is Off.
 *
 * A goroutine works for a task while a region of that task is open on it. The goroutine that began the task and has
 * no region of it works for it until the task ends: the plain use of tasks in Go.
 */
import { type GroupedRows, groupRows } from './build/group-rows.ts';
import type { TraceModel } from './model.ts';
import { BY_ACTIVITY, DISPLAY_STATES, DisplayState } from './states.ts';
import { firstEndingAfter, goroutineTrack } from './tracks.ts';

/** Regions and subtasks by task, made once per model. */
export interface TaskIndex {
  readonly regions: GroupedRows;
  readonly children: GroupedRows;
}

export function indexTasks(model: TraceModel): TaskIndex {
  const { count } = model.tasks;
  return {
    regions: groupRows(model.regions.task, undefined, count),
    children: groupRows(model.tasks.parent, undefined, count),
  };
}

/** A task's life as adjoining segments of different states, in time order. */
export interface TaskBreakdown {
  /** Start and end as used: of the trace, where the task's own are not known. */
  readonly start: number;
  readonly end: number;
  /** Time per display state, ns: DISPLAY_STATES numbers whose sum is end − start. */
  readonly totals: Float64Array;
  readonly segmentStart: Float64Array;
  readonly segmentState: Uint8Array;
}

/** A stretch of a goroutine's life that belongs to a task. */
interface Extent {
  readonly goroutine: number;
  readonly start: number;
  readonly end: number;
}

/** Breaks the life of a task down. Time: intervals of its goroutines × log. */
export function taskBreakdown(model: TraceModel, index: TaskIndex, task: number): TaskBreakdown {
  const start = known(model.tasks.start[task]!, model.info.start);
  const end = known(model.tasks.end[task]!, model.info.end);
  const changes = changesOf(model, extentsOf(model, index, task), start, end);
  const inState = new Int32Array(DISPLAY_STATES);
  const totals = new Float64Array(DISPLAY_STATES);
  const segmentStart: number[] = [];
  const segmentState: number[] = [];
  let now = start;
  const advance = (to: number): void => {
    if (to <= now) return;
    const state = BY_ACTIVITY.find((candidate) => inState[candidate]! > 0) ?? DisplayState.Off;
    totals[state]! += to - now;
    if (segmentState.at(-1) !== state) {
      segmentStart.push(now);
      segmentState.push(state);
    }
    now = to;
  };
  for (const change of changes) {
    advance(change.time);
    inState[change.state]! += change.by;
  }
  advance(end);
  return {
    start,
    end,
    totals,
    segmentStart: Float64Array.from(segmentStart),
    segmentState: Uint8Array.from(segmentState),
  };
}

/** A task and all tasks below it. */
export function taskTree(index: TaskIndex, task: number): number[] {
  const tree = [task];
  for (let i = 0; i < tree.length; i++) {
    const { offset, rows } = index.children;
    for (let at = offset[tree[i]!]!; at < offset[tree[i]! + 1]!; at++) tree.push(rows[at]!);
  }
  return tree;
}

function known(time: number, otherwise: number): number {
  return Number.isNaN(time) ? otherwise : time;
}

function extentsOf(model: TraceModel, index: TaskIndex, task: number): Extent[] {
  const { regions, tasks, goroutines, info } = model;
  const extents: Extent[] = [];
  for (const member of taskTree(index, task)) {
    const beginner = tasks.beginGoroutine[member]!;
    let hasRegion = false;
    for (let at = index.regions.offset[member]!; at < index.regions.offset[member + 1]!; at++) {
      const region = index.regions.rows[at]!;
      const goroutine = regions.goroutine[region]!;
      hasRegion ||= goroutine === beginner;
      const lastTime = known(goroutines.ended[goroutine]!, info.end);
      const end = known(regions.end[region]!, lastTime);
      extents.push({ goroutine, start: known(regions.start[region]!, info.start), end });
    }
    if (beginner >= 0 && !hasRegion)
      extents.push({ goroutine: beginner, start: tasks.start[member]!, end: known(tasks.end[member]!, info.end) });
  }
  return extents;
}

interface Change {
  readonly time: number;
  readonly state: number;
  readonly by: 1 | -1;
}

/** Begins and ends of the states of the extents inside of [from, to), in time order. */
function changesOf(model: TraceModel, extents: readonly Extent[], from: number, to: number): Change[] {
  const { start, end, display } = model.intervals;
  const changes: Change[] = [];
  for (const extent of extents) {
    const low = Math.max(from, extent.start);
    const high = Math.min(to, extent.end);
    const last = model.goroutines.offset[extent.goroutine + 1]!;
    const track = goroutineTrack(model, extent.goroutine);
    for (let row = firstEndingAfter(track, low, track.runs[0]!, last); row < last && start[row]! < high; row++) {
      const state = display[row]!;
      changes.push({ time: Math.max(low, start[row]!), state, by: 1 });
      changes.push({ time: Math.min(high, end[row]!), state, by: -1 });
    }
  }
  return changes.sort((a, b) => a.time - b.time);
}
