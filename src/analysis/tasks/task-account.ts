/**
 * Where the wall time of a task went, in words that can be acted upon: by part, with who held the event loop while it was
 * ready, and with what it waited for, and who ended that.
 *
 * The law: the parts add up to the length of the task, exactly. They are the steps of what explains it everywhere, as in
 * `explainedBreakdown`, told apart by reason: in a Go trace of the states of its goroutines, in a Node trace of its critical
 * path. Time in which the whole world was stopped is taken out of running and ready time.
 *
 * When an answer from outside arrived cannot be seen in a Node trace, only when its callback ran. If the event loop was busy
 * just before that, the answer may have been there for as long as the loop had been busy: `hidden` says at most how long, and
 * behind whom.
 */

import { lowerBound, upperBound } from '../../base/index.ts';
import { intervalReason } from '../interval-links.ts';
import type { TraceModel } from '../model.ts';
import { holdersOf, procAfter } from '../proc-holders.ts';
import { RangeClass } from '../states.ts';
import { type TaskIndex, taskSteps } from '../task-breakdown.ts';
import { PARTS, Part, partOf } from '../wait-parts.ts';
import { culpritOf } from '../wakeups.ts';
import { criticalPath } from './critical-path.ts';

export interface TaskAccount {
  readonly task: number;
  /** As used: of the trace, where the task's own are not known; ns. */
  readonly start: number;
  readonly end: number;
  /** Time by `Part`, ns; the sum is end − start. */
  readonly parts: Float64Array;
  /** Who held the event loop or proc while the task was ready, longest first. */
  readonly behind: readonly Holder[];
  /** What it waited for, longest first. */
  readonly waits: readonly TaskWait[];
  /** Of the waits for the outside world, what may have been waiting for the event loop; only in a Node trace. */
  readonly hidden: HiddenWait;
}

/** An upper bound: time of waits in which the event loop was busy without a pause until the wait ended. */
export interface HiddenWait {
  readonly time: number;
  /** Who held the loop meanwhile, longest first. */
  readonly behind: readonly Holder[];
}

export interface Holder {
  /** Group index of what ran. */
  readonly group: number;
  /** Time within the task's ready time, ns. */
  readonly time: number;
}

/** Waits of one kind. */
export interface TaskWait {
  readonly part: Part;
  /** String id. */
  readonly reason: number;
  /** Group of the goroutine that waited, and of the one that it waited for (`culpritOf`); -1 = nobody, such as a timer. */
  readonly group: number;
  readonly waker: number;
  readonly count: number;
  readonly time: number;
  /** Interval row of the longest of them. */
  readonly row: number;
}

/** Stretches in which the whole world was stopped: ascending, not overlapping. */
export interface Stops {
  readonly start: Float64Array;
  readonly end: Float64Array;
}

/** The stops of a trace; none in a Node trace, where a stop is of one event loop and shown as the collector. */
export function stopsOf({ ranges, info }: TraceModel): Stops {
  const rows = Array.from(ranges.class.keys()).filter((row) => ranges.class[row] === RangeClass.StopTheWorld);
  const sorted = rows
    .map((row) => [ranges.start[row]!, Number.isNaN(ranges.end[row]!) ? info.end : ranges.end[row]!] as const)
    .sort((a, b) => a[0] - b[0]);
  const start: number[] = [];
  const end: number[] = [];
  for (const [from, to] of sorted) {
    const last = end.at(-1);
    if (last !== undefined && from <= last) end[end.length - 1] = Math.max(last, to);
    else {
      start.push(from);
      end.push(to);
    }
  }
  return { start: Float64Array.from(start), end: Float64Array.from(end) };
}

/** Time within [from, to) in which the world was stopped, ns. */
function stoppedWithin({ start, end }: Stops, from: number, to: number): number {
  let sum = 0;
  for (let at = lowerBound(end, from); at < start.length && start[at]! < to; at++)
    sum += Math.max(0, Math.min(to, end[at]!) - Math.max(from, start[at]!));
  return sum;
}

/** Accounts for a task. Time: that of its breakdown, and of what ran while it was ready. */
export function taskAccount(model: TraceModel, index: TaskIndex, task: number, stops: Stops): TaskAccount {
  const steps = stepsOf(model, index, task);
  const begin = model.tasks.start[task]!;
  const start = steps[0]?.start ?? (Number.isNaN(begin) ? model.info.start : begin);
  const end = steps.at(-1)?.end ?? start;
  const parts = new Float64Array(PARTS);
  const behind = new Map<number, number>();
  const hidden = new Map<number, number>();
  let hiddenTime = 0;
  for (const step of steps) {
    const { part } = step;
    const stopped = part === Part.Run || part === Part.Ready ? stoppedWithin(stops, step.start, step.end) : 0;
    parts[part]! += step.end - step.start - stopped;
    parts[Part.Stopped]! += stopped;
    if (part === Part.Ready) addHolders(model, step.row, step.start, step.end, behind);
    if (isOutside(model, step)) hiddenTime += addHidden(model, step, hidden);
  }
  return {
    task,
    start,
    end,
    parts,
    behind: longestFirst(behind),
    waits: waitsOf(model, steps),
    hidden: { time: hiddenTime, behind: longestFirst(hidden) },
  };
}

/** A stretch of a task's life; `row` is the interval that explains it, -1 = none. */
interface Step {
  readonly row: number;
  readonly start: number;
  readonly end: number;
  readonly part: Part;
}

/** Adjoining steps from the task's start to its end, none if it has no length. */
function stepsOf(model: TraceModel, index: TaskIndex, task: number): readonly Step[] {
  if (model.info.dialect === 'node') return criticalPath(model, index, task);
  const { steps } = taskSteps(model, index, task);
  return steps.map(({ row, state, start, end }) => ({ row, start, end, part: partOf(model, row, state) }));
}

function longestFirst(byGroup: ReadonlyMap<number, number>): Holder[] {
  return Array.from(byGroup, ([group, time]) => ({ group, time })).sort((a, b) => b.time - a.time);
}

/** Is a step the end of a wait for something outside of a Node program? */
function isOutside({ info, intervals }: TraceModel, { row, end, part }: Step): boolean {
  const isAnswer = part === Part.Network || part === Part.File || part === Part.Pool || part === Part.Child;
  return isAnswer && info.dialect === 'node' && row >= 0 && intervals.end[row] === end;
}

/** Adds who held the loop at the end of a wait, back to when it was last idle; returns for how long it was busy. */
function addHidden(model: TraceModel, { row, start, end }: Step, behind: Map<number, number>): number {
  const proc = procAfter(model, row);
  if (proc < 0) return 0;
  const { busyOffset, busyStart } = model.procs;
  const at = upperBound(busyStart, end, busyOffset[proc]!, busyOffset[proc + 1]!) - 1;
  if (at < busyOffset[proc]!) return 0;
  const since = Math.max(start, busyStart[at]!);
  addHolders(model, row, since, end, behind);
  return Math.max(0, end - since);
}

/** Adds who held, within [start, end), the proc that the goroutine of an interval row ran on next. */
function addHolders(model: TraceModel, row: number, start: number, end: number, behind: Map<number, number>): void {
  const proc = row < 0 ? -1 : procAfter(model, row);
  if (proc < 0) return;
  const { intervals, goroutines } = model;
  holdersOf(model, proc, start, end, (holder, time) => {
    const group = goroutines.group[intervals.goroutine[holder]!]!;
    behind.set(group, (behind.get(group) ?? 0) + time);
  });
}

const IS_WAIT: readonly boolean[] = Array.from(
  { length: PARTS },
  (_, part) => part >= Part.Pool && part < Part.Unknown,
);

function waitsOf(model: TraceModel, steps: readonly Step[]): TaskWait[] {
  const { intervals, goroutines } = model;
  const groupOf = (goroutine: number): number => (goroutine < 0 ? -1 : goroutines.group[goroutine]!);
  const found = new Map<string, { -readonly [Key in keyof TaskWait]: TaskWait[Key] }>();
  const longest = new Map<string, number>();
  let last = -1;
  for (const { row, part, start, end } of steps) {
    if (row < 0 || !IS_WAIT[part]) continue;
    const group = groupOf(intervals.goroutine[row]!);
    const waker = groupOf(culpritOf(model, row));
    const key = `${part} ${intervalReason(intervals, row)} ${group} ${waker}`;
    const known = found.get(key) ?? {
      part,
      reason: intervalReason(intervals, row),
      group,
      waker,
      count: 0,
      time: 0,
      row,
    };
    if (end - start > (longest.get(key) ?? 0)) {
      longest.set(key, end - start);
      known.row = row;
    }
    if (row !== last) known.count++;
    known.time += end - start;
    found.set(key, known);
    last = row;
  }
  return [...found.values()].sort((a, b) => b.time - a.time);
}
