/** What a task mostly waited for of others, who held it, and what that one did meanwhile: the answer to "what holds the lock". */
import {
  DisplayState,
  type Extent,
  meanwhileOf,
  meanwhileText,
  type TraceModel,
  taskExtents,
} from '../../analysis/index.ts';
import { upperBound } from '../../base/index.ts';
import { GoState } from '../../reader/index.ts';
import { count, duration } from '../theme/numbers.ts';
import type { OpenTrace } from './open-trace.ts';

/** Share of the task that one wait must take to be told, and waits that are looked at, longest first. */
const WORTH = 0.2;
const LOOKED_AT = 4;

interface Wait {
  readonly row: number;
  readonly time: number;
}

/**
 * `It waited 198 ms at main.(*TokenStore).Get (main.go:25), behind 14 others; held meanwhile by …: network 197 ms.` Empty
 * when no long wait was for a lock or a channel; in a Node trace, for a turn in a queue of promises: other awaits are told
 * by the critical path.
 */
export function holdSentence(trace: OpenTrace, task: number): string {
  const { model, names } = trace;
  const { intervals } = model;
  for (const row of longWaits(trace, task)) {
    const held = meanwhileOf(model, row);
    if (held === undefined) continue;
    const isGo = model.info.dialect === 'go';
    if (!isGo && held.turns < 2) continue;
    const where = isGo
      ? `at ${names.caller(intervals.stack[row]!)}`
      : `for its turn in ${names.functionOf(held.holder)}`;
    const behind = held.turns < 2 ? '' : `, behind ${count(held.turns)} others`;
    const time = duration(intervals.end[held.wait]! - intervals.start[held.wait]!);
    return `It waited ${time} ${where}${behind}; held meanwhile by ${meanwhileText(model, names, held)}.`;
  }
  return '';
}

/** The longest waits of a task that are worth a word. */
function longWaits({ model, summary }: OpenTrace, task: number): number[] {
  const { start, end } = model.tasks;
  const least = WORTH * ((end[task]! || model.info.end) - start[task]!);
  return taskExtents(model, summary.taskIndex, task)
    .flatMap((extent) => waitsOf(model, extent, least))
    .sort((a, b) => b.time - a.time)
    .slice(0, LOOKED_AT)
    .map(({ row }) => row);
}

/** Waits within an extent that are for others, or may be, and how long they are in it, ns. */
function waitsOf({ goroutines, intervals, info }: TraceModel, extent: Extent, least: number): Wait[] {
  const found: Wait[] = [];
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
