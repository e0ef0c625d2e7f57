/**
 * What a Node trace says of libuv's thread pool: how busy its threads were, and which jobs had to queue.
 *
 * The recorder writes each job as a goroutine of its own in a syscall, named "thread pool: KIND", behind the
 * function that asked for it where that is known, and for a job that had
 * to queue a line of the reserved category. Both are inferred from how the pool works, as docs/node-mapping.md says.
 */
import { upperBound } from '../base/index.ts';
import { GoState } from '../reader/index.ts';
import { parseFact, RECORDER_CATEGORY } from './build/process-facts.ts';
import { countOverlaps } from './counter-series.ts';
import type { StepSeries } from './metric-pyramid.ts';
import type { TraceModel } from './model.ts';

const JOB_NAME = /(?:^|: )thread pool: (.*)$/;

export interface PoolUse {
  /** Threads of the pool; 0 = not said. */
  readonly size: number;
  /** Jobs by kind, the most time first; `time` in ns. */
  readonly kinds: readonly { readonly kind: string; readonly jobs: number; readonly time: number }[];
  /** Most jobs that were worked on at a time, and share of the trace in which all threads were busy. */
  readonly most: number;
  readonly full: number;
  /** Jobs that queued; the sum and the longest of their waits, ns. Inferred. */
  readonly queued: { readonly jobs: number; readonly total: number; readonly longest: number };
}

/** How many threads of the pool were at work, over time. */
export function poolOccupancy(model: TraceModel): StepSeries {
  const { count, goroutine, start, end } = model.intervals;
  const isJob = jobGoroutines(model);
  const rows: number[] = [];
  for (let row = 0; row < count; row++) if (isJob[goroutine[row]!] === 1 && end[row]! > start[row]!) rows.push(row);
  return countOverlaps(
    model.info.start,
    Float64Array.from(rows, (row) => start[row]!),
    Float64Array.from(rows, (row) => Math.min(end[row]!, model.info.end)),
  );
}

/** The use of the thread pool; undefined when the trace has no job of it. */
export function poolUse(model: TraceModel): PoolUse | undefined {
  const kinds = new Map<string, { kind: string; jobs: number; time: number }>();
  const { goroutines, intervals, strings } = model;
  for (let row = 0; row < goroutines.count; row++) {
    const kind = JOB_NAME.exec(strings[goroutines.name[row]!]!)?.[1];
    if (kind === undefined) continue;
    const entry = kinds.get(kind) ?? { kind, jobs: 0, time: 0 };
    kinds.set(kind, entry);
    entry.jobs++;
    for (let i = goroutines.offset[row]!; i < goroutines.offset[row + 1]!; i++) {
      entry.time += Math.min(intervals.end[i]!, model.info.end) - intervals.start[i]!;
    }
  }
  if (kinds.size === 0) return undefined;
  const size = Number(model.info.facts.pool ?? 0);
  const { time, value } = poolOccupancy(model);
  let full = 0;
  for (let i = 0; i < value.length; i++) {
    if (value[i]! >= size) full += (time[i + 1] ?? model.info.end) - time[i]!;
  }
  return {
    size,
    kinds: [...kinds.values()].sort((a, b) => b.time - a.time),
    most: value.reduce((most, now) => Math.max(most, now), 0),
    full: full / (model.info.end - model.info.start),
    queued: queuedJobs(model),
  };
}

/** Is this goroutine a job of the thread pool? */
export function isPoolJob({ goroutines, strings }: TraceModel, goroutine: number): boolean {
  return JOB_NAME.test(strings[goroutines.name[goroutine]!]!);
}

/** How long jobs queued for a thread of the pool, by the goroutine whose callback came then, ns. Inferred. */
export function poolQueueWaits(model: TraceModel): ReadonlyMap<number, number> {
  const waits = new Map<number, number>();
  for (const { log, ns } of queueLines(model)) waits.set(model.logs.goroutine[log]!, ns);
  return waits;
}

/** How many jobs queued for a thread of the pool, over time: each from when it was handed over. Inferred. */
export function poolQueue(model: TraceModel): StepSeries {
  const { intervals, goroutines, logs, info } = model;
  const begins: number[] = [];
  const ends: number[] = [];
  for (const { log, ns } of queueLines(model)) {
    const goroutine = logs.goroutine[log]!;
    if (goroutine < 0) continue;
    const first = goroutines.offset[goroutine]!;
    let row = upperBound(intervals.start, logs.time[log]!, first, goroutines.offset[goroutine + 1]!) - 1;
    while (row >= first && intervals.state[row] !== GoState.Waiting) row--;
    if (row < first) continue;
    begins.push(intervals.start[row]!);
    ends.push(Math.min(intervals.start[row]! + ns, intervals.end[row]!));
  }
  return countOverlaps(info.start, Float64Array.from(begins), Float64Array.from(ends));
}

/** Per goroutine: 1 if it is a job of the thread pool. */
export function jobGoroutines({ goroutines, strings }: TraceModel): Uint8Array {
  return Uint8Array.from(goroutines.name, (name) => (JOB_NAME.test(strings[name]!) ? 1 : 0));
}

function queuedJobs(model: TraceModel): PoolUse['queued'] {
  const queued = { jobs: 0, total: 0, longest: 0 };
  for (const { ns } of queueLines(model)) {
    queued.jobs++;
    queued.total += ns;
    queued.longest = Math.max(queued.longest, ns);
  }
  return queued;
}

/** The lines in which the recorder says that a job had to queue: row of the log, and for how long, ns. */
function* queueLines({ logs, strings }: TraceModel): Generator<{ readonly log: number; readonly ns: number }> {
  for (let log = 0; log < logs.count; log++) {
    if (strings[logs.category[log]!] !== RECORDER_CATEGORY) continue;
    const fact = parseFact(strings[logs.message[log]!]!);
    if (fact?.kind === 'pool queue' && typeof fact.ns === 'number') yield { log, ns: fact.ns };
  }
}
