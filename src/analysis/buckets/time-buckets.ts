/**
 * Where the time of goroutines went, in the buckets of Go's goroutine analysis, by group or one by one, over any range
 * of time.
 *
 * The law: execution, scheduler wait, both kinds of syscall time and the blocked times add up to the total, exactly.
 * Nothing is unknown: what a goroutine was at its first mention it has been since the trace began. Ranges (assist,
 * sweep, stopped world) lie across these and are not part of the sum, as in Go.
 *
 * One pass over the intervals, into one dense row of sums per subject. Reasons are few, so each gets a column when it
 * is first met.
 */
import { GoState, ResourceKind } from '../../reader/index.ts';
import type { TraceModel } from '../model.ts';
import { overlap, type TimeRange, wholeTrace } from '../time-range.ts';
import { procTrack, rowAtTime } from '../tracks.ts';

/** Times in ns. */
export interface TimeBuckets {
  /** The time that the goroutines were there. */
  readonly total: number;
  readonly execution: number;
  readonly schedulerWait: number;
  /** In a syscall that held its proc, and in one that had lost it. */
  readonly syscall: number;
  readonly syscallBlocked: number;
  /** By reason of the wait. */
  readonly blocked: Readonly<Record<string, number>>;
  /** Always 0; Go's tool has a column for it. */
  readonly unknown: 0;
  /** By name of the range; these times overlap the others. */
  readonly ranges: Readonly<Record<string, number>>;
}

const Bucket = { Execution: 0, SchedulerWait: 1, Syscall: 2, SyscallBlocked: 3, FirstReason: 4 } as const;

/** Dense sums: a row per subject, a column per bucket. */
class BucketSums {
  readonly #model: TraceModel;
  readonly #range: TimeRange;
  /** Column by reason's string id, 0 = none yet. */
  readonly #column = new Map<number, number>();
  readonly #reasons: number[] = [];
  readonly #sums: Float64Array[];
  readonly #ranges: Map<number, number>[];

  constructor(model: TraceModel, range: TimeRange, subjects: number) {
    this.#model = model;
    this.#range = range;
    this.#sums = Array.from({ length: subjects }, () => new Float64Array(Bucket.FirstReason));
    this.#ranges = Array.from({ length: subjects }, () => new Map());
  }

  /** Adds all intervals of a goroutine to a subject. */
  addGoroutine(subject: number, goroutine: number): void {
    const { start, end, state, proc, reason } = this.#model.intervals;
    const { offset } = this.#model.goroutines;
    const { start: from, end: to } = this.#range;
    // What is found in a syscall without a proc has lost it before the trace began.
    const wasThere = Number.isNaN(this.#model.goroutines.created[goroutine]!);
    let before: number = wasThere ? GoState.Syscall : GoState.NotExist;
    for (let row = offset[goroutine]!; row < offset[goroutine + 1]! && start[row]! < to; row++) {
      const own = state[row]!;
      if (end[row]! > from) {
        const lostProc = own === GoState.Syscall && before === GoState.Syscall && proc[row]! < 0;
        const time = Math.min(end[row]!, to) - Math.max(start[row]!, from);
        this.#add(subject, this.#bucketOf(own, reason[row]!, lostProc), time);
      }
      before = own;
    }
  }

  #bucketOf(state: number, reason: number, lostProc: boolean): number {
    if (state === GoState.Running) return Bucket.Execution;
    if (state === GoState.Runnable) return Bucket.SchedulerWait;
    if (state === GoState.Syscall) return lostProc ? Bucket.SyscallBlocked : Bucket.Syscall;
    const known = this.#column.get(reason);
    if (known !== undefined) return known;
    const column = Bucket.FirstReason + this.#reasons.push(reason) - 1;
    this.#column.set(reason, column);
    return column;
  }

  #add(subject: number, bucket: number, time: number): void {
    let sums = this.#sums[subject]!;
    if (bucket >= sums.length) {
      const longer = new Float64Array(bucket + 4);
      longer.set(sums);
      this.#sums[subject] = sums = longer;
    }
    sums[bucket]! += time;
  }

  /** Adds a range's time to a subject. */
  addRange(subject: number, range: number): void {
    const { start, end, name } = this.#model.ranges;
    const sums = this.#ranges[subject]!;
    const time = overlap(this.#range, start[range]!, end[range]!);
    if (time > 0) sums.set(name[range]!, (sums.get(name[range]!) ?? 0) + time);
  }

  bucketsOf(subject: number): TimeBuckets {
    const { strings } = this.#model;
    const sums = this.#sums[subject]!;
    const blocked: [string, number][] = [];
    for (let column: number = Bucket.FirstReason; column < sums.length; column++)
      if (sums[column]! > 0) blocked.push([strings[this.#reasons[column - Bucket.FirstReason]!]!, sums[column]!]);
    return {
      total: sums.reduce((a, b) => a + b, 0),
      execution: sums[Bucket.Execution]!,
      schedulerWait: sums[Bucket.SchedulerWait]!,
      syscall: sums[Bucket.Syscall]!,
      syscallBlocked: sums[Bucket.SyscallBlocked]!,
      blocked: Object.fromEntries(blocked.sort((a, b) => b[1] - a[1])),
      unknown: 0,
      ranges: Object.fromEntries(Array.from(this.#ranges[subject]!, ([name, time]) => [strings[name]!, time])),
    };
  }
}

/**
 * The goroutine that a range counts for, or -1: the one it is about, or, for a range of a proc, the one that ran there
 * from its begin to its end, or at its begin if the trace ends first (Go's rule).
 */
export function goroutineOfRange(model: TraceModel, range: number): number {
  const { scope, subject, start, end } = model.ranges;
  if (scope[range] === ResourceKind.Goroutine) return subject[range]!;
  if (scope[range] !== ResourceKind.Proc || subject[range]! < 0) return -1;
  const track = procTrack(model, subject[range]!);
  const first = rowAtTime(track, 0, start[range]!);
  const last = Number.isNaN(end[range]!) ? first : rowAtTime(track, 0, end[range]!);
  if (first < 0 || last < 0) return -1;
  const goroutine = model.intervals.goroutine[first]!;
  return goroutine === model.intervals.goroutine[last] ? goroutine : -1;
}

/** The buckets of one goroutine, by index. */
export function goroutineBuckets(model: TraceModel, goroutine: number, range = wholeTrace(model)): TimeBuckets {
  const sums = new BucketSums(model, range, 1);
  sums.addGoroutine(0, goroutine);
  for (let row = 0; row < model.ranges.count; row++)
    if (goroutineOfRange(model, row) === goroutine) sums.addRange(0, row);
  return sums.bucketsOf(0);
}

/** The buckets of all groups, by group index. Linear in intervals and ranges. */
export function groupBuckets(model: TraceModel, range = wholeTrace(model)): TimeBuckets[] {
  const { goroutines, groups, ranges } = model;
  const sums = new BucketSums(model, range, groups.count);
  for (let goroutine = 0; goroutine < goroutines.count; goroutine++)
    sums.addGoroutine(goroutines.group[goroutine]!, goroutine);
  for (let row = 0; row < ranges.count; row++) {
    const goroutine = goroutineOfRange(model, row);
    if (goroutine >= 0) sums.addRange(goroutines.group[goroutine]!, row);
  }
  return Array.from({ length: groups.count }, (_, group) => sums.bucketsOf(group));
}

/**
 * Buckets under the names of `go tool trace`, without the empty ones: `Execution time`, `Sched wait time`,
 * `Syscall execution time`, `Block time (syscall)`, `Block time (REASON)`.
 */
export function goBucketNames(buckets: TimeBuckets): Map<string, number> {
  const named: [string, number][] = [
    ['Execution time', buckets.execution],
    ['Sched wait time', buckets.schedulerWait],
    ['Syscall execution time', buckets.syscall],
    ['Block time (syscall)', buckets.syscallBlocked],
    ...Object.entries(buckets.blocked).map(([reason, time]): [string, number] => [`Block time (${reason})`, time]),
  ];
  return new Map(named.filter(([, time]) => time > 0));
}
