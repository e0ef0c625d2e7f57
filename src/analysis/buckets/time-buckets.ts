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

import { finish, type Steps } from '../../base/index.ts';
import { GoState, ResourceKind } from '../../reader/index.ts';
import { intervalProc, intervalReason } from '../interval-links.ts';
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
    const { intervals } = this.#model;
    const { start, end, state } = intervals;
    const { offset } = this.#model.goroutines;
    const { start: from, end: to } = this.#range;
    // What is found in a syscall without a proc has lost it before the trace began.
    const wasThere = Number.isNaN(this.#model.goroutines.created[goroutine]!);
    let before: number = wasThere ? GoState.Syscall : GoState.NotExist;
    for (let row = offset[goroutine]!; row < offset[goroutine + 1]! && start[row]! < to; row++) {
      const own = state[row]!;
      if (end[row]! > from) {
        const lostProc = own === GoState.Syscall && before === GoState.Syscall && intervalProc(intervals, row) < 0;
        const time = Math.min(end[row]!, to) - Math.max(start[row]!, from);
        this.#add(subject, this.#bucketOf(own, intervalReason(intervals, row), lostProc), time);
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

/** Interval rows, and ranges, between two pauses. */
const ROWS_PER_STEP = 60_000;
const RANGES_PER_STEP = 4000;

/**
 * Buckets of several subjects.
 *
 * @param subjects how many
 * @param members the goroutines that count
 * @param subjectOf the subject of a goroutine; negative: none
 */
function* bucketSteps(
  model: TraceModel,
  range: TimeRange,
  subjects: number,
  members: Iterable<number>,
  subjectOf: (goroutine: number) => number,
): Steps<TimeBuckets[]> {
  const { goroutines, ranges } = model;
  const sums = new BucketSums(model, range, subjects);
  let rows = 0;
  for (const goroutine of members) {
    sums.addGoroutine(subjectOf(goroutine), goroutine);
    // A goroutine without rows costs something too.
    rows += goroutines.offset[goroutine + 1]! - goroutines.offset[goroutine]! + 4;
    if (rows < ROWS_PER_STEP) continue;
    rows = 0;
    yield;
  }
  for (let row = 0; row < ranges.count; row++) {
    if (row % RANGES_PER_STEP === RANGES_PER_STEP - 1) yield;
    if (overlap(range, ranges.start[row]!, ranges.end[row]!) <= 0) continue;
    const goroutine = goroutineOfRange(model, row);
    const subject = goroutine < 0 ? -1 : subjectOf(goroutine);
    if (subject >= 0) sums.addRange(subject, row);
  }
  return Array.from({ length: subjects }, (_, subject) => sums.bucketsOf(subject));
}

/** The buckets of one goroutine, by index. */
export function goroutineBuckets(model: TraceModel, goroutine: number, range = wholeTrace(model)): TimeBuckets {
  return finish(bucketSteps(model, range, 1, [goroutine], (other) => (other === goroutine ? 0 : -1)))[0]!;
}

/** The buckets of all groups, by group index. Linear in intervals and ranges. */
export function groupBuckets(model: TraceModel, range = wholeTrace(model)): TimeBuckets[] {
  return finish(groupBucketsSteps(model, range));
}

/** `groupBuckets` in pieces. */
export function groupBucketsSteps(model: TraceModel, range = wholeTrace(model)): Steps<TimeBuckets[]> {
  const { goroutines, groups } = model;
  const all = goroutines.group.keys();
  return bucketSteps(model, range, groups.count, all, (goroutine) => goroutines.group[goroutine]!);
}

/** The buckets of each goroutine of a group, in the order of `groups.members`, in pieces. */
export function memberBucketsSteps(model: TraceModel, group: number, range = wholeTrace(model)): Steps<TimeBuckets[]> {
  const { offset, members } = model.groups;
  const own = members.subarray(offset[group], offset[group + 1]);
  const subjects = new Map(Array.from(own, (goroutine, i) => [goroutine, i]));
  return bucketSteps(model, range, own.length, own, (goroutine) => subjects.get(goroutine) ?? -1);
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
