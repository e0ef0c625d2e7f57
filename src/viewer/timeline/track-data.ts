/**
 * What some rows of the timeline need beyond the summary: worked out when such a row is first shown, and kept. Nothing
 * of it is needed for the first picture of a trace but the path of its slowest request.
 */
import {
  buildPyramid,
  criticalPath,
  DisplayState,
  goroutinesTrack,
  intervalProc,
  isPoolThread,
  jobGoroutines,
  type PathStretch,
  parseFact,
  pathThroughHolders,
  poolQueue,
  RECORDER_CATEGORY,
  type StepSeries,
  type ThreadTable,
  type TraceModel,
  type Track,
  threadTable,
  threadTrack,
} from '../../analysis/index.ts';
import type { Counter } from '../worker/counters.ts';
import type { Summary } from '../worker/summarise.ts';
import type { Shares } from './share-cache.ts';

/** Records that were lost on a proc, between its last record before and the first behind, ns. */
export interface Loss {
  readonly start: number;
  readonly end: number;
  readonly records: number;
}

export interface Pool {
  /** Its jobs; and the same with the queue on top of them, where there is one. */
  readonly shares: Shares;
  readonly stacked: Shares;
  /** Jobs that wait for a thread, over time. Inferred. */
  readonly queue: StepSeries;
  readonly size: number;
}

export class TrackData {
  readonly #model: TraceModel;
  readonly #summary: Summary;
  readonly #paths = new Map<number, readonly PathStretch[]>();
  readonly #threadShares = new Map<number, Shares>();
  #threads: ThreadTable | undefined;
  #pool: Pool | undefined;
  #poolKnown = false;
  #losses: ReadonlyMap<number, readonly Loss[]> | undefined;

  constructor(model: TraceModel, summary: Summary) {
    this.#model = model;
    this.#summary = summary;
  }

  get counters(): readonly Counter[] {
    return this.#summary.counters;
  }

  /** The critical path of a task, through who held the loop for it. */
  path(task: number): readonly PathStretch[] {
    let path = this.#paths.get(task);
    if (path === undefined) {
      path = pathThroughHolders(this.#model, criticalPath(this.#model, this.#summary.taskIndex, task));
      this.#paths.set(task, path);
    }
    return path;
  }

  get threads(): ThreadTable {
    this.#threads ??= threadTable(this.#model);
    return this.#threads;
  }

  threadShares(thread: number): Shares {
    let shares = this.#threadShares.get(thread);
    if (shares === undefined) {
      const track = threadTrack(this.#model, this.threads, thread);
      shares = { track, pyramid: buildPyramid(track, 1) };
      this.#threadShares.set(thread, shares);
    }
    return shares;
  }

  isPool(thread: number): boolean {
    return isPoolThread(this.threads.id[thread]!);
  }

  /** Jobs of libuv's thread pool, and its size; undefined when the trace has none. */
  get pool(): Pool | undefined {
    if (!this.#poolKnown) {
      this.#poolKnown = true;
      this.#pool = findPool(this.#model);
    }
    return this.#pool;
  }

  /** Stretches of a proc whose records were lost, in time order. */
  losses(proc: number): readonly Loss[] {
    this.#losses ??= findLosses(this.#model);
    return this.#losses.get(proc) ?? [];
  }
}

function findPool(model: TraceModel): Pool | undefined {
  if (model.info.dialect !== 'node') return undefined;
  const isJob = jobGoroutines(model);
  const jobs: number[] = [];
  isJob.forEach((job, goroutine) => {
    if (job === 1) jobs.push(goroutine);
  });
  if (jobs.length === 0) return undefined;
  const size = Number(model.info.facts.pool ?? 4);
  const queue = poolQueue(model);
  const hasQueue = queue.value.some((value) => value > 0);
  const track = goroutinesTrack(model, jobs);
  // Threads at work fill the lower half, if there is a queue to fill the upper one.
  const scale = Math.max(1, size) * (hasQueue ? 2 : 1);
  const shares = { track, pyramid: buildPyramid(track, scale) };
  if (!hasQueue) return { shares, stacked: shares, queue, size };
  const stacked = withQueue(model, jobs, queue, Math.max(1, size));
  return { shares, stacked: { track: stacked, pyramid: buildPyramid(stacked, scale) }, queue, size };
}

/** Intervals of the jobs, and above them the queue: a run per place in it, as far as it is drawn. */
function withQueue({ intervals, goroutines }: TraceModel, jobs: number[], queue: StepSeries, most: number): Track {
  const start: number[] = [];
  const end: number[] = [];
  const display: number[] = [];
  const runs: number[] = [];
  for (const job of jobs) {
    runs.push(start.length);
    for (let row = goroutines.offset[job]!; row < goroutines.offset[job + 1]!; row++) {
      start.push(intervals.start[row]!);
      end.push(intervals.end[row]!);
      display.push(intervals.display[row]!);
    }
    runs.push(start.length);
  }
  for (let place = 1; place <= most; place++) {
    runs.push(start.length);
    queue.value.forEach((value, at) => {
      const to = queue.time[at + 1];
      if (value < place || to === undefined) return;
      if (end.length > runs.at(-1)! && end.at(-1) === queue.time[at]) end[end.length - 1] = to;
      else {
        start.push(queue.time[at]!);
        end.push(to);
        display.push(DisplayState.Ready);
      }
    });
    runs.push(start.length);
  }
  return {
    start: Float64Array.from(start),
    end: Float64Array.from(end),
    display: Uint8Array.from(display),
    rows: undefined,
    runs: Int32Array.from(runs),
  };
}

/** The recorder says where records are missing, in a line on the thread's background strand. */
function findLosses(model: TraceModel): Map<number, Loss[]> {
  const { logs, strings, intervals, goroutines, procs } = model;
  const found = new Map<number, Loss[]>();
  if (model.info.lost === 0) return found;
  for (let log = 0; log < logs.count; log++) {
    if (strings[logs.category[log]!] !== RECORDER_CATEGORY) continue;
    const fact = parseFact(strings[logs.message[log]!]!);
    if (fact?.kind !== 'loss' || typeof fact.records !== 'number') continue;
    const time = logs.time[log]!;
    const proc = procOf(logs.goroutine[log]!, time);
    if (proc < 0) continue;
    const list = found.get(proc) ?? [];
    list.push({ start: lastBefore(proc, time), end: time, records: fact.records });
    found.set(proc, list);
  }
  return found;

  /** The proc on which a goroutine was at a time: what says so may have no length. */
  function procOf(goroutine: number, time: number): number {
    if (goroutine < 0) return -1;
    for (let row = goroutines.offset[goroutine]!; row < goroutines.offset[goroutine + 1]!; row++) {
      if (intervals.start[row]! <= time && intervals.end[row]! >= time && intervalProc(intervals, row) >= 0) {
        return intervalProc(intervals, row);
      }
    }
    return -1;
  }

  /** End of what ran last on a proc before a time. */
  function lastBefore(proc: number, time: number): number {
    let end = model.info.start;
    for (let at = procs.offset[proc]!; at < procs.offset[proc + 1]!; at++) {
      const row = procs.running[at]!;
      if (intervals.start[row]! >= time) break;
      if (intervals.end[row]! < time) end = intervals.end[row]!;
    }
    return end;
  }
}
