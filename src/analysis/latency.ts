/**
 * Tasks by kind: how many, how long, which are the slowest. A task that was not begun or not ended in the trace has no
 * length and is counted apart.
 */
import { selectKth } from '../base/index.ts';
import type { TraceModel } from './model.ts';

export interface TaskType {
  /** Name of the kind: `tasks.kind` of the model. */
  readonly name: string;
  /** Task indices with a known length, slowest first. */
  readonly tasks: Int32Array;
  /** Tasks without a known length. */
  readonly open: number;
  /** Median and 99th percentile of the length, ns; NaN without tasks. */
  readonly p50: number;
  readonly p99: number;
}

/**
 * The value below or at which a part `q` of the values lies: nearest rank.
 * @param descending values, largest first
 */
export function percentileOfDescending(descending: ArrayLike<number>, q: number): number {
  const n = descending.length;
  if (n === 0) return Number.NaN;
  const rank = Math.max(1, Math.ceil(q * n));
  return descending[n - rank]!;
}

/** Likewise, of values in any order, which are moved about. @param q in (0, 1] */
export function percentileOf(values: Float64Array, q: number): number {
  const n = values.length;
  return n === 0 ? Number.NaN : selectKth(values, Math.max(1, Math.ceil(q * n)) - 1);
}

/** Length of a task, ns; NaN while it is open. */
export function taskLength(model: TraceModel, task: number): number {
  return model.tasks.end[task]! - model.tasks.start[task]!;
}

/** Task indices with a known length, slowest first. */
export function tasksByLength(model: TraceModel): Int32Array {
  const known = new Int32Array(model.tasks.count);
  let count = 0;
  for (let task = 0; task < model.tasks.count; task++) if (taskLength(model, task) >= 0) known[count++] = task;
  return known.subarray(0, count).sort((a, b) => taskLength(model, b) - taskLength(model, a) || a - b);
}

/** Types of tasks, those with most tasks first. */
export function taskTypes(model: TraceModel): TaskType[] {
  const known = new Map<string, number[]>();
  const open = new Map<string, number>();
  const kindOf = (task: number): string => model.strings[model.tasks.kind[task]!]!;
  for (const task of tasksByLength(model)) {
    const kind = kindOf(task);
    const list = known.get(kind);
    if (list === undefined) known.set(kind, [task]);
    else list.push(task);
  }
  for (let task = 0; task < model.tasks.count; task++) {
    if (!(taskLength(model, task) >= 0)) open.set(kindOf(task), (open.get(kindOf(task)) ?? 0) + 1);
  }
  return [...new Set([...known.keys(), ...open.keys()])]
    .map((name) => {
      const tasks = Int32Array.from(known.get(name) ?? []);
      const lengths = Float64Array.from(tasks, (task) => taskLength(model, task));
      return {
        name,
        tasks,
        open: open.get(name) ?? 0,
        p50: percentileOfDescending(lengths, 0.5),
        p99: percentileOfDescending(lengths, 0.99),
      };
    })
    .sort((a, b) => b.tasks.length - a.tasks.length || b.open - a.open);
}
