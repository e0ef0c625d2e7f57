/**
 * Two traces of the same program: what got worse, what got better, and how sure that is.
 *
 * Kinds of tasks are compared by the lengths of their tasks, groups by the running time of their members that began and
 * ended in the trace, both by the test of Mann and Whitney (mann-whitney.ts). As many comparisons are made at once, the
 * chance of being wrong that is accepted is divided by their number (Bonferroni). A difference must be sure and at least 5 %
 * of the median to be called one. Where time went is told as a mean per task, of tasks evenly spaced by length.
 */

import { finish, type Steps } from '../../base/index.ts';
import { GoState } from '../../reader/index.ts';
import { groupBucketsSteps, type TimeBuckets } from '../buckets/time-buckets.ts';
import { TraceFacts } from '../findings/facts.ts';
import type { Finding } from '../findings/finding.ts';
import { findingsOf } from '../findings/table.ts';
import { percentileOfDescending, taskLength } from '../latency.ts';
import type { TraceModel } from '../model.ts';
import { PART_NAMES, PARTS } from '../wait-parts.ts';
import { LEAST_SAMPLE, mannWhitney } from './mann-whitney.ts';

/** Chance of calling anything in a comparison of two traces different though nothing is. */
const ERROR = 0.01;
/** Smaller differences of the median do not matter. */
const LEAST_CHANGE = 0.05;
/** Tasks per kind whose time is broken down. */
const BROKEN_DOWN = 300;

export type Verdict = 'worse' | 'better' | 'same' | 'unsure' | 'new' | 'gone';

/** One side of a comparison; times in ns. */
export interface Side {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  /** Mean time per task by part, or mean time per member by bucket and reason. */
  readonly means: Readonly<Record<string, number>>;
}

export interface Comparison {
  readonly name: string;
  readonly verdict: Verdict;
  readonly a: Side;
  readonly b: Side;
  /** Chance that such a difference shows up by accident. */
  readonly p: number;
  /** Chance that one of B takes longer than one of A. */
  readonly greater: number;
}

export interface TraceComparison {
  /** p below which a difference is called sure, and how many comparisons share the error. */
  readonly threshold: number;
  readonly comparisons: number;
  readonly tasks: readonly Comparison[];
  readonly groups: readonly Comparison[];
  readonly findings: {
    readonly gained: readonly Finding[];
    readonly lost: readonly Finding[];
    /** In both; as B has them. */
    readonly same: readonly Finding[];
  };
}

/** What is compared, before the verdict. */
interface Pair {
  readonly name: string;
  readonly a: Side;
  readonly b: Side;
  readonly lengths: readonly [Float64Array, Float64Array];
}

/** Compares B with A, the state before. */
export function compareTraces(a: TraceModel, b: TraceModel): TraceComparison {
  return finish(compareTracesSteps(new TraceFacts(a), new TraceFacts(b)));
}

/**
 * `compareTraces` in pieces, with what is known of both.
 *
 * @param findings what stands out in them, where it is known
 */
export function* compareTracesSteps(
  a: TraceFacts,
  b: TraceFacts,
  findings?: readonly [a: readonly Finding[], b: readonly Finding[]],
): Steps<TraceComparison> {
  const facts = [a, b] as const;
  const taskSidesOf: Sides[] = [];
  const groupSidesOf: Sides[] = [];
  for (const one of facts) {
    taskSidesOf.push(taskSides(one));
    yield;
    groupSidesOf.push(groupSides(one.model, yield* groupBucketsSteps(one.model)));
    yield;
  }
  const tasks = pairs(taskSidesOf);
  const groups = pairs(groupSidesOf);
  const testable = [...tasks, ...groups].filter(({ lengths }) =>
    lengths.every(({ length }) => length >= LEAST_SAMPLE),
  ).length;
  const threshold = ERROR / Math.max(1, testable);
  const judged: Comparison[][] = [];
  for (const list of [tasks, groups]) {
    const own: Comparison[] = [];
    for (const pair of list) {
      own.push(compared(pair, threshold));
      yield;
    }
    judged.push(own.sort(byImportance));
  }
  const before = findings?.[0] ?? findingsOf(a);
  yield;
  const after = findings?.[1] ?? findingsOf(b);
  const without = (found: readonly Finding[], others: readonly Finding[]): Finding[] =>
    found.filter(({ id }) => !others.some((other) => other.id === id));
  return {
    threshold,
    comparisons: testable,
    tasks: judged[0]!,
    groups: judged[1]!,
    findings: {
      gained: without(after, before),
      lost: without(before, after),
      same: after.filter(({ id }) => before.some((other) => other.id === id)),
    },
  };
}

function compared({ name, a, b, lengths }: Pair, threshold: number): Comparison {
  const { p, greater } = mannWhitney(lengths[0], lengths[1]);
  return { name, verdict: verdictOf(a, b, p, threshold, lengths), a, b, p, greater };
}

function verdictOf(a: Side, b: Side, p: number, threshold: number, lengths: Pair['lengths']): Verdict {
  // Tasks that are all open have no length to compare.
  if (a.count === 0 && b.count === 0) return 'unsure';
  if (a.count === 0) return 'new';
  if (b.count === 0) return 'gone';
  if (lengths.some(({ length }) => length < LEAST_SAMPLE)) return 'unsure';
  if (p >= threshold || Math.abs(b.p50 - a.p50) < LEAST_CHANGE * a.p50) return 'same';
  return b.p50 > a.p50 ? 'worse' : 'better';
}

const ORDER: readonly Verdict[] = ['worse', 'better', 'new', 'gone', 'same', 'unsure'];

/** By verdict, then by how much time the difference of the medians makes. */
function byImportance(x: Comparison, y: Comparison): number {
  const weight = ({ a, b }: Comparison): number => Math.abs((b.p50 || 0) - (a.p50 || 0)) * Math.max(a.count, b.count);
  return ORDER.indexOf(x.verdict) - ORDER.indexOf(y.verdict) || weight(y) - weight(x);
}

type Sides = Map<string, { readonly side: Side; readonly lengths: Float64Array }>;

const NOTHING: Side = { count: 0, p50: Number.NaN, p99: Number.NaN, means: {} };

function pairs([a, b]: readonly Sides[]): Pair[] {
  const names = new Set([...a!.keys(), ...b!.keys()]);
  return Array.from(names, (name) => {
    const [first, second] = [a!.get(name), b!.get(name)];
    return {
      name,
      a: first?.side ?? NOTHING,
      b: second?.side ?? NOTHING,
      lengths: [first?.lengths ?? new Float64Array(0), second?.lengths ?? new Float64Array(0)],
    };
  });
}

function taskSides(facts: TraceFacts): Sides {
  const sides: Sides = new Map();
  for (const { name, tasks, p50, p99 } of facts.taskTypes) {
    const lengths = Float64Array.from(tasks, (task) => taskLength(facts.model, task));
    sides.set(name, { lengths, side: { count: tasks.length, p50, p99, means: meanParts(facts, tasks) } });
  }
  return sides;
}

function meanParts(facts: TraceFacts, tasks: Int32Array): Record<string, number> {
  const sums = new Float64Array(PARTS);
  const stride = Math.max(1, Math.ceil(tasks.length / BROKEN_DOWN));
  let looked = 0;
  for (let i = 0; i < tasks.length; i += stride, looked++)
    facts.account(tasks[i]!).parts.forEach((time, part) => {
      sums[part]! += time;
    });
  return Object.fromEntries(Array.from(sums, (sum, part) => [PART_NAMES[part]!, looked > 0 ? sum / looked : 0]));
}

function groupSides(model: TraceModel, all: readonly TimeBuckets[]): Sides {
  const { groups, strings } = model;
  const sides: Sides = new Map();
  for (const [group, buckets] of all.entries()) {
    const members = groups.members.subarray(groups.offset[group], groups.offset[group + 1]);
    const lengths = Float64Array.from(
      Array.from(members).filter((member) => isWhole(model, member)),
      (member) => runningTime(model, member),
    ).sort((x, y) => y - x);
    const perMember = (time: number): number => time / members.length;
    sides.set(strings[groups.name[group]!]!, {
      lengths,
      side: {
        count: members.length,
        p50: percentileOfDescending(lengths, 0.5),
        p99: percentileOfDescending(lengths, 0.99),
        means: {
          running: perMember(buckets.execution),
          ready: perMember(buckets.schedulerWait),
          syscall: perMember(buckets.syscall + buckets.syscallBlocked),
          ...Object.fromEntries(
            Object.entries(buckets.blocked).map(([reason, time]) => [reason || 'unknown', perMember(time)]),
          ),
        },
      },
    });
  }
  return sides;
}

/** Did a goroutine begin and end in the trace? Only then its running time is all of it. */
function isWhole({ goroutines }: TraceModel, goroutine: number): boolean {
  return !Number.isNaN(goroutines.created[goroutine]!) && !Number.isNaN(goroutines.ended[goroutine]!);
}

function runningTime({ intervals, goroutines }: TraceModel, goroutine: number): number {
  let sum = 0;
  for (let row = goroutines.offset[goroutine]!; row < goroutines.offset[goroutine + 1]!; row++)
    if (intervals.state[row] === GoState.Running) sum += intervals.end[row]! - intervals.start[row]!;
  return sum;
}
