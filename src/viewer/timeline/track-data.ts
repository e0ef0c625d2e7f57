/**
 * What some rows of the timeline need beyond the summary: worked out when such a row is first shown, and kept. Nothing
 * of it is needed for the first picture of a trace but the path of its slowest request.
 */
import {
  buildPyramid,
  criticalPath,
  goroutinesTrack,
  intervalProc,
  isPoolThread,
  jobGoroutines,
  type PathStretch,
  parseFact,
  pathThroughHolders,
  RECORDER_CATEGORY,
  type ThreadTable,
  type TilePyramid,
  type TraceModel,
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

export class TrackData {
  readonly #model: TraceModel;
  readonly #summary: Summary;
  readonly #paths = new Map<number, readonly PathStretch[]>();
  readonly #threadShares = new Map<number, Shares>();
  #threads: ThreadTable | undefined;
  #pool: { readonly shares: Shares; readonly size: number } | undefined;
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
  get pool(): { readonly shares: Shares; readonly size: number } | undefined {
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

function findPool(model: TraceModel): { shares: Shares; size: number } | undefined {
  if (model.info.dialect !== 'node') return undefined;
  const isJob = jobGoroutines(model);
  const jobs: number[] = [];
  isJob.forEach((job, goroutine) => {
    if (job === 1) jobs.push(goroutine);
  });
  if (jobs.length === 0) return undefined;
  const size = Number(model.info.facts.pool ?? 4);
  const track = goroutinesTrack(model, jobs);
  const pyramid: TilePyramid = buildPyramid(track, Math.max(1, size));
  return { shares: { track, pyramid }, size };
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
