/**
 * What a task (a request) was doing at each instant of its life, and so where its wall time went.
 *
 * The law: the parts add up to the length of the task, exactly. At every instant the task is in the most active
 * state among the goroutines that work for it or for a task below it (`BY_ACTIVITY`); where none does, it is Off. A
 * goroutine that waits for another one of the same task explains nothing: it counts last. One that awaits something
 * of another task, or of none, counts as what that waited for (await-cause.ts).
 *
 * Who works for a task:
 * - all its life, a goroutine that was created while the task went on and has regions of no other task: a promise, a
 *   timer, a file that was opened for a request has its region only once it runs, but was on its behalf before;
 * - while a region of the task is open on it, any other goroutine: sockets and workers serve one after another;
 * - until the task ends, the goroutine that began it: the plain use of tasks in Go, where regions are for parts of the
 *   work. Not so in a Node trace, whose recorder marks all work for a task by regions, once there is one.
 */
import { type AwaitCause, awaitReason, causeOfAwait } from './await-cause.ts';
import { type GroupedRows, groupRows } from './build/group-rows.ts';
import type { Extent } from './extents.ts';
import type { TraceModel } from './model.ts';
import { BY_ACTIVITY, DISPLAY_STATES, DisplayState } from './states.ts';
import { firstEndingAfter, goroutineTrack } from './tracks.ts';
import { wakeupOf } from './wakeups.ts';

/** Regions and subtasks by task, made once per model. */
export interface TaskIndex {
  readonly regions: GroupedRows;
  readonly children: GroupedRows;
  /** Per goroutine: the task of all its regions that carry one, or of its creator; -1 = none, or more than one. */
  readonly onlyTask: Int32Array;
  /** String id of the reason of awaits. */
  readonly awaitReason: number;
}

export function indexTasks(model: TraceModel): TaskIndex {
  const { tasks, regions, goroutines } = model;
  const onlyTask = new Int32Array(goroutines.count).fill(NO_TASK);
  for (let region = 0; region < regions.count; region++) {
    const task = regions.task[region]!;
    const goroutine = regions.goroutine[region]!;
    if (task < 0 || onlyTask[goroutine] === task) continue;
    onlyTask[goroutine] = onlyTask[goroutine] === NO_TASK ? task : SEVERAL_TASKS;
  }
  return {
    regions: groupRows(regions.task, undefined, tasks.count),
    children: groupRows(tasks.parent, undefined, tasks.count),
    onlyTask: onlyTask.map((task, goroutine) =>
      task === NO_TASK ? goroutines.impliedTask[goroutine]! : Math.max(task, -1),
    ),
    awaitReason: awaitReason(model),
  };
}

const NO_TASK = -2;
const SEVERAL_TASKS = -1;

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

/** Waiting for a goroutine of the same task: as a state of its own, so that it can count last. */
const WAITS_WITHIN = DISPLAY_STATES;
const ORDER: readonly number[] = BY_ACTIVITY.flatMap((state) =>
  state === DisplayState.Off ? [WAITS_WITHIN, state] : [state],
);

/** A stretch of a task's life in which one interval explains what it was doing. */
export interface TaskStep {
  readonly start: number;
  readonly end: number;
  readonly state: DisplayState;
  /** The interval row that explains it: of a goroutine that works for the task, or of what that one waited for; -1 = none. */
  readonly row: number;
}

/** A task's life as adjoining steps, in time order; start and end are those of the trace where its own are not known. */
export interface TaskSteps {
  readonly start: number;
  readonly end: number;
  readonly steps: readonly TaskStep[];
}

/** What a task was doing, step by step. Time: intervals of its goroutines × log. */
export function taskSteps(model: TraceModel, index: TaskIndex, task: number): TaskSteps {
  const start = known(model.tasks.start[task]!, model.info.start);
  const end = known(model.tasks.end[task]!, model.info.end);
  // A subtask that begins after the end has no part in it, nor has what is below: connections that are kept alive can
  // make long chains of such.
  const tree = taskTree(index, task, (subtask) => !(model.tasks.start[subtask]! >= end));
  const changes = changesOf(model, index, extentsOf(model, index, tree), start, end);
  const active = Array.from({ length: DISPLAY_STATES + 1 }, () => new Map<number, number>());
  const steps: TaskStep[] = [];
  let now = start;
  const advance = (to: number): void => {
    if (to <= now) return;
    const most = ORDER.find((candidate) => active[candidate]!.size > 0) ?? DisplayState.Off;
    const [row = -1] = active[most]!.keys();
    steps.push({ start: now, end: to, state: (most === WAITS_WITHIN ? DisplayState.Sync : most) as DisplayState, row });
    now = to;
  };
  for (const { time, state, row, by } of changes) {
    advance(time);
    const rows = active[state]!;
    const count = (rows.get(row) ?? 0) + by;
    if (count > 0) rows.set(row, count);
    else rows.delete(row);
  }
  advance(end);
  return { start, end, steps };
}

/** Breaks the life of a task down by display state. */
export function taskBreakdown(model: TraceModel, index: TaskIndex, task: number): TaskBreakdown {
  const { start, end, steps } = taskSteps(model, index, task);
  const totals = new Float64Array(DISPLAY_STATES);
  const segmentStart: number[] = [];
  const segmentState: number[] = [];
  for (const step of steps) {
    totals[step.state]! += step.end - step.start;
    if (segmentState.at(-1) === step.state) continue;
    segmentStart.push(step.start);
    segmentState.push(step.state);
  }
  return {
    start,
    end,
    totals,
    segmentStart: Float64Array.from(segmentStart),
    segmentState: Uint8Array.from(segmentState),
  };
}

/**
 * A task and the tasks below it, parents first.
 *
 * @param accept tells of a subtask whether it is wanted; what is below an unwanted one is left out too
 */
export function taskTree(index: TaskIndex, task: number, accept: (subtask: number) => boolean = () => true): number[] {
  const { offset, rows } = index.children;
  const tree = [task];
  for (let i = 0; i < tree.length; i++)
    for (let at = offset[tree[i]!]!; at < offset[tree[i]! + 1]!; at++) if (accept(rows[at]!)) tree.push(rows[at]!);
  return tree;
}

function known(time: number, otherwise: number): number {
  return Number.isNaN(time) ? otherwise : time;
}

/** The stretches in which goroutines worked for a task or a task below it, as the breakdown sees them; they may overlap. */
export function taskExtents(model: TraceModel, index: TaskIndex, task: number): Extent[] {
  return extentsOf(model, index, taskTree(index, task));
}

function extentsOf(model: TraceModel, index: TaskIndex, tree: readonly number[]): Extent[] {
  return tree.flatMap((member) => [
    ...wholeLives(model, index, member),
    ...regionExtents(model, index, member),
    ...beginnerExtent(model, index, member),
  ]);
}

/** Is the whole life of a goroutine for this task? */
function livesFor(model: TraceModel, index: TaskIndex, goroutine: number, task: number): boolean {
  return index.onlyTask[goroutine] === task && model.goroutines.created[goroutine]! >= model.tasks.start[task]!;
}

function wholeLives(model: TraceModel, index: TaskIndex, task: number): Extent[] {
  const { tasks, goroutines, info } = model;
  const own = tasks.goroutines.subarray(tasks.goroutineOffset[task], tasks.goroutineOffset[task + 1]);
  return Array.from(own)
    .filter((goroutine) => livesFor(model, index, goroutine, task))
    .map((goroutine) => ({
      goroutine,
      start: goroutines.created[goroutine]!,
      end: known(goroutines.ended[goroutine]!, info.end),
    }));
}

function regionExtents(model: TraceModel, index: TaskIndex, task: number): Extent[] {
  const { regions, goroutines, info } = model;
  const own = index.regions.rows.subarray(index.regions.offset[task], index.regions.offset[task + 1]);
  return Array.from(own)
    .filter((region) => !livesFor(model, index, regions.goroutine[region]!, task))
    .map((region) => {
      const goroutine = regions.goroutine[region]!;
      const last = known(goroutines.ended[goroutine]!, info.end);
      return { goroutine, start: known(regions.start[region]!, info.start), end: known(regions.end[region]!, last) };
    });
}

function beginnerExtent(model: TraceModel, index: TaskIndex, task: number): Extent[] {
  const { tasks, regions, info } = model;
  const goroutine = tasks.beginGoroutine[task]!;
  if (goroutine < 0) return [];
  const own = index.regions.rows.subarray(index.regions.offset[task], index.regions.offset[task + 1]);
  const isMarked = info.dialect === 'node' && own.some((region) => regions.goroutine[region] === goroutine);
  return isMarked ? [] : [{ goroutine, start: tasks.start[task]!, end: known(tasks.end[task]!, info.end) }];
}

interface Change {
  readonly time: number;
  readonly state: number;
  /** Interval row that is in the state. */
  readonly row: number;
  readonly by: 1 | -1;
}

/** Begins and ends of the states of the extents inside of [from, to), in time order. */
function changesOf(
  model: TraceModel,
  index: TaskIndex,
  extents: readonly Extent[],
  from: number,
  to: number,
): Change[] {
  const { start, end } = model.intervals;
  const workers = new Set(extents.map((extent) => extent.goroutine));
  const changes: Change[] = [];
  for (const extent of extents) {
    const low = Math.max(from, extent.start);
    const high = Math.min(to, extent.end);
    const add = (begin: number, stop: number, state: number, row: number): void => {
      const [time, until] = [Math.max(low, begin), Math.min(high, stop)];
      if (time < until) changes.push({ time, state, row, by: 1 }, { time: until, state, row, by: -1 });
    };
    const last = model.goroutines.offset[extent.goroutine + 1]!;
    const track = goroutineTrack(model, extent.goroutine);
    for (let row = firstEndingAfter(track, low, track.runs[0]!, last); row < last && start[row]! < high; row++) {
      const { state, cause } = stateOf(model, index, workers, row);
      if (cause === undefined) {
        add(start[row]!, end[row]!, state, row);
      } else {
        add(start[row]!, cause.start, state, row);
        add(cause.start, cause.end, cause.display, cause.row);
        add(cause.end, end[row]!, state, row);
      }
    }
  }
  return changes.sort((a, b) => a.time - b.time);
}

/** What an interval counts as, and for a part of it what caused it. */
function stateOf(
  model: TraceModel,
  index: TaskIndex,
  workers: ReadonlySet<number>,
  row: number,
): { readonly state: number; readonly cause?: AwaitCause | undefined } {
  const state = model.intervals.display[row]!;
  if (state !== DisplayState.Sync) return { state };
  if (workers.has(wakeupOf(model, row)?.waker ?? -1)) return { state: WAITS_WITHIN };
  return { state, cause: causeOfAwait(model, row, index.awaitReason) };
}
