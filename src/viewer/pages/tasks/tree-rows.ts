/** A task with its subtasks, regions and logs, as rows with a depth. */
import { type TaskEntry, type TaskNode, taskNode } from '../../../analysis/index.ts';
import type { OpenTrace } from '../../state/open-trace.ts';

export interface TreeRow {
  readonly kind: 'task' | 'region' | 'log';
  /** Index into the table of its kind. */
  readonly index: number;
  readonly level: number;
  readonly name: string;
  /** Name of the strand that it was begun on. */
  readonly strand: string;
  /** ns; NaN: not in the trace. */
  readonly start: number;
  readonly end: number;
}

/** @param most rows; what is more is only counted */
export function treeRows(
  trace: OpenTrace,
  task: number,
  most: number,
): { readonly rows: TreeRow[]; readonly more: number } {
  const { model, summary } = trace;
  const rows: TreeRow[] = [];
  let more = 0;
  const add = (row: () => TreeRow) => {
    if (rows.length < most) rows.push(row());
    else more++;
  };
  const walk = (node: TaskNode, level: number): void => {
    add(() => taskRow(trace, node.task, level));
    for (const entry of node.entries) {
      if (entry.kind === 'task') walk(entry.node, level + 1);
      else add(() => entryRow(trace, entry, level + 1 + regionDepth(trace, node.task, entry)));
    }
  };
  walk(taskNode(model, summary.taskIndex, summary.taskLogs, task), 0);
  return { rows, more };
}

function taskRow({ model, names }: OpenTrace, task: number, level: number): TreeRow {
  const { tasks } = model;
  const strand = tasks.beginGoroutine[task]!;
  return {
    kind: 'task',
    index: task,
    level,
    name: names.task(task),
    strand: strand < 0 ? '' : names.strand(strand),
    start: tasks.start[task]!,
    end: tasks.end[task]!,
  };
}

function entryRow({ model, names }: OpenTrace, entry: Exclude<TaskEntry, { kind: 'task' }>, level: number): TreeRow {
  const { regions, logs } = model;
  const { kind, start, end } = entry;
  if (kind === 'region') {
    const strand = regions.goroutine[entry.region]!;
    const name = names.text(regions.type[entry.region]!);
    return { kind, index: entry.region, level, name, strand: strand < 0 ? '' : names.strand(strand), start, end };
  }
  const category = names.text(logs.category[entry.log]!);
  const message = names.text(logs.message[entry.log]!);
  const strand = logs.goroutine[entry.log]!;
  const name = category === '' ? message : `${category}: ${message}`;
  return { kind, index: entry.log, level, name, strand: strand < 0 ? '' : names.strand(strand), start, end };
}

/** Levels that a region is deeper than its task for being within other regions of it, and a log for being in regions. */
function regionDepth(trace: OpenTrace, task: number, entry: Exclude<TaskEntry, { kind: 'task' }>): number {
  const { regions, logs } = trace.model;
  const strand = entry.kind === 'region' ? regions.goroutine[entry.region]! : logs.goroutine[entry.log]!;
  let depth = 0;
  for (const region of trace.regionsOf(task)) {
    if (regions.goroutine[region] !== strand || (entry.kind === 'region' && region === entry.region)) continue;
    const begins = !(regions.start[region]! > entry.start);
    const lasts = !(regions.end[region]! < entry.end) && !(regions.end[region]! <= entry.start);
    const isBefore = entry.kind === 'log' || regions.depth[region]! < regions.depth[entry.region]!;
    if (begins && lasts && isBefore) depth++;
  }
  return depth;
}
