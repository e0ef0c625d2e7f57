/**
 * Which tasks each block of an event loop or proc delayed, and for how long.
 *
 * A goroutine that was ready during a block, and ran on the blocked proc when it was over, was delayed by the part of its
 * ready time that lies within the block. The task is the one that it then worked for: of the region that it had open or
 * opened in that run, else the one that it always works for. One pass over the intervals.
 */

import { upperBound } from '../base/index.ts';
import { groupRows } from './build/group-rows.ts';
import { intervalProc } from './interval-links.ts';
import type { LoopBlock } from './loop-blocks.ts';
import type { TraceModel } from './model.ts';
import { procAfter } from './proc-holders.ts';
import { DisplayState } from './states.ts';

export interface LoopDelay {
  readonly task: number;
  /** Time for which the task was ready behind the block, ns. */
  readonly time: number;
}

/**
 * The delayed tasks of each block, most delayed first; the culprit's own are left out.
 *
 * @param blocks as from `loopBlocks`: by proc, in time order
 */
export function loopDelays(model: TraceModel, blocks: readonly LoopBlock[]): LoopDelay[][] {
  const { intervals, procs } = model;
  const byProc = groupRows(
    Int32Array.from(blocks, (block) => block.proc),
    undefined,
    procs.count,
  );
  const ends = Float64Array.from(byProc.rows, (row) => blocks[row]!.end);
  const delayed = blocks.map(() => new Map<number, number>());
  const taskAt = taskFinder(model);
  const blocked = blockedTimes(model, blocks);
  for (let row = 0; row < intervals.count; row++) {
    if (intervals.display[row] !== DisplayState.Ready) continue;
    if (!blocked(intervals.start[row]!, intervals.end[row]!)) continue;
    const proc = procAfter(model, row);
    if (proc < 0) continue;
    const last = byProc.offset[proc + 1]!;
    const end = intervals.end[row]!;
    for (let at = upperBound(ends, intervals.start[row]!, byProc.offset[proc]!, last); at < last; at++) {
      const number = byProc.rows[at]!;
      const block = blocks[number]!;
      if (block.start >= end) break;
      const task = block.goroutine === intervals.goroutine[row] ? -1 : taskAt(row);
      if (task < 0) continue;
      const time = Math.min(end, block.end) - Math.max(intervals.start[row]!, block.start);
      delayed[number]!.set(task, (delayed[number]!.get(task) ?? 0) + time);
    }
  }
  return delayed.map((times, number) => {
    const own = taskAt(blocks[number]!.interval);
    return Array.from(times, ([task, time]) => ({ task, time }))
      .filter(({ task }) => task !== own)
      .sort((a, b) => b.time - a.time || a.task - b.task);
  });
}

/** Parts of the trace's time that `blockedTimes` tells apart. */
const TIMES = 65_536;

/** Whether any proc may have been blocked at some time between two: cheap, and never no when one was. */
function blockedTimes({ info }: TraceModel, blocks: readonly LoopBlock[]): (start: number, end: number) => boolean {
  const perTime = TIMES / Math.max(1, info.end - info.start);
  const at = (time: number): number => Math.min(TIMES - 1, Math.max(0, ((time - info.start) * perTime) | 0));
  const before = new Int32Array(TIMES + 1);
  for (const { start, end } of blocks) before.fill(1, at(start) + 1, at(end) + 2);
  for (let time = 1; time <= TIMES; time++) before[time]! += before[time - 1]!;
  return (start, end) => before[at(end) + 1]! > before[at(start)]!;
}

/** Rows behind a ready one in which the run that follows is looked for. */
const NEAR = 4;

/** Finds the task for which a goroutine works in the run that an interval row belongs to or leads to, or -1. */
export function taskFinder(model: TraceModel): (row: number) => number {
  const { intervals, regions, goroutines } = model;
  const own = groupRows(
    Int32Array.from(regions.goroutine, (goroutine, region) => (regions.task[region]! < 0 ? -1 : goroutine)),
    undefined,
    goroutines.count,
  );
  const starts = Float64Array.from(own.rows, (region) => regions.start[region]!);
  return (row) => {
    const goroutine = intervals.goroutine[row]!;
    const runEnd = endOfRun(model, row);
    // The last region that begins before the run is over.
    let at = upperBound(starts, runEnd, own.offset[goroutine]!, own.offset[goroutine + 1]!) - 1;
    for (let looked = 0; at >= own.offset[goroutine]! && looked < NEAR; at--, looked++) {
      const region = own.rows[at]!;
      if (!(regions.end[region]! < intervals.start[row]!)) return regions.task[region]!;
    }
    return goroutines.task[goroutine]!;
  };
}

/** End of the run that an interval row leads to. */
function endOfRun({ intervals, goroutines }: TraceModel, row: number): number {
  const last = Math.min(goroutines.offset[intervals.goroutine[row]! + 1]!, row + NEAR);
  for (let next = row; next < last; next++) if (intervalProc(intervals, next) >= 0) return intervals.end[next]!;
  return intervals.end[row]!;
}
