/** A task with all that belongs to it, nested: subtasks, the program's own regions, and logs, in time order. */
import { type GroupedRows, groupRows } from '../build/group-rows.ts';
import type { TraceModel } from '../model.ts';
import { marksTask } from '../region-types.ts';
import type { TaskIndex } from '../task-breakdown.ts';

/** Something that belongs to a task; times in ns, NaN = not in the trace. */
export type TaskEntry =
  | { readonly kind: 'task'; readonly node: TaskNode; readonly start: number; readonly end: number }
  | { readonly kind: 'region'; readonly region: number; readonly start: number; readonly end: number }
  | { readonly kind: 'log'; readonly log: number; readonly start: number; readonly end: number };

export interface TaskNode {
  readonly task: number;
  /** In time order; what began before the trace comes first. */
  readonly entries: readonly TaskEntry[];
}

/** Logs by task, made once per model. */
export function indexLogs(model: TraceModel): GroupedRows {
  return groupRows(model.logs.task, undefined, model.tasks.count);
}

/** The tree below a task. */
export function taskNode(model: TraceModel, index: TaskIndex, logs: GroupedRows, task: number): TaskNode {
  const { tasks, regions } = model;
  const entries: TaskEntry[] = [
    ...rowsOf(index.children, task).map(
      (child): TaskEntry => ({
        kind: 'task',
        node: taskNode(model, index, logs, child),
        start: tasks.start[child]!,
        end: tasks.end[child]!,
      }),
    ),
    ...rowsOf(index.regions, task)
      .filter((region) => !marksTask(model, region))
      .map(
        (region): TaskEntry => ({ kind: 'region', region, start: regions.start[region]!, end: regions.end[region]! }),
      ),
    ...rowsOf(logs, task).map(
      (log): TaskEntry => ({ kind: 'log', log, start: model.logs.time[log]!, end: model.logs.time[log]! }),
    ),
  ];
  const order = ({ start }: TaskEntry): number => (Number.isNaN(start) ? Number.NEGATIVE_INFINITY : start);
  return { task, entries: entries.sort((a, b) => order(a) - order(b)) };
}

function rowsOf(index: GroupedRows, i: number): number[] {
  return Array.from(index.rows.subarray(index.offset[i], index.offset[i + 1]));
}
