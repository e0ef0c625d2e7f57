/**
 * What ran on each thread (M): the running intervals of the procs that it started, and the syscalls in which its
 * goroutine lost its proc. Threads are not columns of the interval table: which thread ran a proc follows from who
 * started it, and a syscall goes on where the goroutine was. Worked out when it is asked for.
 *
 * The jobs of libuv's thread pool lie on threads that the recorder infers (docs/node-mapping.md); here each job is on the
 * first one that is free, as libuv does it.
 */

import { GoState } from '../reader/index.ts';
import { intervalProc } from './interval-links.ts';
import type { TraceModel } from './model.ts';
import { jobGoroutines } from './thread-pool.ts';
import type { Track } from './tracks.ts';

/** Id of the first thread of libuv's pool, as the recorder numbers them. */
const POOL_THREAD = 2_000_000;

export interface ThreadTable {
  readonly count: number;
  /** As in the trace, ascending. */
  readonly id: Float64Array;
  /** Interval rows of thread i, in time order, are rows[offset[i]] to rows[offset[i + 1]]. */
  readonly offset: Int32Array;
  readonly rows: Int32Array;
}

/** Is this one of libuv's pool, inferred? */
export function isPoolThread(id: number): boolean {
  return id >= POOL_THREAD;
}

/** The threads of a trace. Linear in the intervals, and a sort of the stretches in which procs were started. */
export function threadTable(model: TraceModel): ThreadTable {
  const byThread = new Map<number, number[][]>();
  const listOf = (id: number): number[][] => {
    let lists = byThread.get(id);
    if (lists === undefined) {
      lists = [];
      byThread.set(id, lists);
    }
    return lists;
  };
  const threadOf = new Float64Array(model.intervals.count).fill(Number.NaN);
  addProcs(model, listOf, threadOf);
  addSyscalls(model, listOf, threadOf);
  addPool(model, listOf);
  const ids = [...byThread.keys()].sort((a, b) => a - b);
  const { start } = model.intervals;
  const sorted = ids.map((id) => mergeSorted(byThread.get(id)!, start));
  const offset = new Int32Array(ids.length + 1);
  sorted.forEach((rows, i) => {
    offset[i + 1] = offset[i]! + rows.length;
  });
  const rows = new Int32Array(offset[ids.length]!);
  sorted.forEach((own, i) => {
    rows.set(own, offset[i]!);
  });
  return { count: ids.length, id: Float64Array.from(ids), offset, rows };
}

/** What a thread ran, as a track. */
export function threadTrack({ intervals }: TraceModel, threads: ThreadTable, thread: number): Track {
  const { start, end, display } = intervals;
  const runs = Int32Array.of(threads.offset[thread]!, threads.offset[thread + 1]!);
  return { start, end, display, rows: threads.rows, runs };
}

/** The rows of each stretch in which a proc was started, to the thread that did it. */
function addProcs({ procs, intervals }: TraceModel, listOf: (id: number) => number[][], threadOf: Float64Array): void {
  for (let proc = 0; proc < procs.count; proc++) {
    const last = procs.busyOffset[proc + 1]!;
    let stretch = procs.busyOffset[proc]!;
    let list: number[] = [];
    for (let at = procs.offset[proc]!; at < procs.offset[proc + 1]!; at++) {
      const row = procs.running[at]!;
      const before = stretch;
      while (stretch + 1 < last && procs.busyStart[stretch + 1]! <= intervals.start[row]!) stretch++;
      if (stretch >= last) continue;
      if (list.length === 0 || stretch !== before) {
        list = [];
        listOf(procs.busyThread[stretch]!).push(list);
      }
      list.push(row);
      threadOf[row] = procs.busyThread[stretch]!;
    }
  }
}

/** Syscalls without a proc stay on the thread on which the goroutine was before. */
function addSyscalls(
  { intervals, goroutines }: TraceModel,
  listOf: (id: number) => number[][],
  threadOf: Float64Array,
) {
  const { count, state, goroutine } = intervals;
  for (let row = 1; row < count; row++) {
    if (state[row] !== GoState.Syscall || intervalProc(intervals, row) >= 0) continue;
    if (row === goroutines.offset[goroutine[row]!] || Number.isNaN(threadOf[row - 1]!)) continue;
    threadOf[row] = threadOf[row - 1]!;
    listOf(threadOf[row]!).push([row]);
  }
}

/** Jobs of libuv's pool, each to the first thread that is free. */
function addPool(model: TraceModel, listOf: (id: number) => number[][]): void {
  if (model.info.dialect !== 'node') return;
  const { count, goroutine, start, end } = model.intervals;
  const isJob = jobGoroutines(model);
  const rows: number[] = [];
  for (let row = 0; row < count; row++) if (isJob[goroutine[row]!] === 1) rows.push(row);
  rows.sort((a, b) => start[a]! - start[b]!);
  const lanes: { free: number; rows: number[] }[] = [];
  for (const row of rows) {
    let lane = lanes.find(({ free }) => free <= start[row]!);
    if (lane === undefined) {
      lane = { free: 0, rows: [] };
      listOf(POOL_THREAD + lanes.push(lane) - 1).push(lane.rows);
    }
    lane.free = end[row]!;
    lane.rows.push(row);
  }
}

/** Lists that are sorted by time each, as one; most do not overlap, so that it is enough to sort the lists. */
function mergeSorted(lists: readonly number[][], start: Float64Array): Int32Array {
  const size = lists.reduce((sum, list) => sum + list.length, 0);
  const rows = new Int32Array(size);
  let at = 0;
  let isSorted = true;
  const ordered = [...lists].sort((a, b) => start[a[0]!]! - start[b[0]!]!);
  for (const list of ordered) {
    if (at > 0 && start[rows[at - 1]!]! > start[list[0]!]!) isSorted = false;
    rows.set(list, at);
    at += list.length;
  }
  return isSorted ? rows : rows.sort((a, b) => start[a]! - start[b]!);
}
