/**
 * What held an event loop: stretches in which one strand ran without giving the loop back, longer than a threshold.
 *
 * The idea: while a strand runs on a proc, nothing else of that proc can. Intervals of the same strand that touch (a
 * collection in between, a nested call that returns at once) are one stretch. The culprit is the strand; how many tasks
 * were open and could not go on is counted from the task table.
 */
import { lowerBound, upperBound } from '../base/index.ts';
import type { TraceModel } from './model.ts';
import { procsTrack, type Track } from './tracks.ts';

/** The usual definition of a blocked event loop, ns. */
export const LOOP_BLOCK_THRESHOLD = 50e6;

/** One stretch. */
export interface LoopBlock {
  readonly proc: number;
  readonly goroutine: number;
  /** Interval row that begins it. */
  readonly interval: number;
  readonly start: number;
  readonly end: number;
  /** Tasks that were open during it, the culprit's own excluded. */
  readonly delayed: number;
}

/** All blocks of one culprit: a group of strands. */
export interface LoopCulprit {
  readonly group: number;
  readonly blocks: readonly LoopBlock[];
  /** Length of the longest, ns, and the sum of all. */
  readonly worst: number;
  readonly total: number;
  /** Tasks that waited behind any of them, at most counted once per block. */
  readonly delayed: number;
}

/**
 * Blocks of at least `threshold` ns on every proc, in time order per proc.
 * Linear in the running intervals.
 *
 * @param track what ran on all procs, run i on proc i; faster with columns of its own (`copiedProcsTrack`)
 */
export function loopBlocks(
  model: TraceModel,
  threshold: number = LOOP_BLOCK_THRESHOLD,
  track: Track = procsTrack(model),
): LoopBlock[] {
  const { procs, intervals } = model;
  const openTasks = taskCounter(model);
  const blocks: LoopBlock[] = [];
  for (let proc = 0; proc < procs.count; proc++) {
    let first = -1;
    let start = Number.NaN;
    let end = Number.NaN;
    const close = () => {
      if (!(end - start >= threshold)) return;
      const goroutine = intervals.goroutine[first]!;
      const own = model.goroutines.task[goroutine]! >= 0 ? 1 : 0;
      const delayed = Math.max(0, openTasks(start, end) - own);
      blocks.push({ proc, goroutine, interval: first, start, end, delayed });
    };
    for (let at = procs.offset[proc]!; at < procs.offset[proc + 1]!; at++) {
      const position = track.rows === undefined ? at : track.rows[at]!;
      const row = procs.running[at]!;
      const continues = track.start[position] === end && intervals.goroutine[row] === intervals.goroutine[first];
      if (!continues) {
        close();
        first = row;
        start = track.start[position]!;
      }
      end = track.end[position]!;
    }
    close();
  }
  return blocks;
}

/** Blocks by group of the strand that held the loop, worst first. */
export function loopCulprits(model: TraceModel, blocks: readonly LoopBlock[]): LoopCulprit[] {
  const byGroup = new Map<number, LoopBlock[]>();
  for (const block of blocks) {
    const group = model.goroutines.group[block.goroutine]!;
    const list = byGroup.get(group);
    if (list === undefined) byGroup.set(group, [block]);
    else list.push(block);
  }
  return [...byGroup]
    .map(([group, own]) => ({
      group,
      blocks: own,
      worst: Math.max(...own.map((block) => block.end - block.start)),
      total: own.reduce((sum, block) => sum + block.end - block.start, 0),
      delayed: own.reduce((sum, block) => sum + block.delayed, 0),
    }))
    .sort((a, b) => b.worst - a.worst);
}

/** Counts the tasks that are open at some time within [start, end]: begun before its end and not ended before its start. */
function taskCounter(model: TraceModel): (start: number, end: number) => number {
  const starts = model.tasks.start.slice().sort();
  const ends = model.tasks.end.map((end) => (Number.isNaN(end) ? Number.POSITIVE_INFINITY : end)).sort();
  return (start, end) => lowerBound(starts, end) - upperBound(ends, start);
}
