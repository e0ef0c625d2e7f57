/**
 * What the panels are about: the chosen range of time, or all of it, and the requests that were brushed in the latency
 * histogram, or all of them. Every panel reads its figures here, so that one choice changes all of them at once.
 *
 * While a hand draws the range, figures follow at most every `FOLLOW` ms. Each is computed when it is first asked for.
 */
import { computed, effect, type ReadonlySignal, signal } from '@preact/signals';
import {
  allRangeTotals,
  DISPLAY_STATES,
  DisplayState,
  type Finding,
  groupRangeTotals,
  type LoopBlock,
  percentileOfDescending,
  rangeTotals,
  type TaskType,
  taskLength,
} from '../../analysis/index.ts';
import type { TimeWindow } from '../timeline/scale.ts';
import { type LatencyHistogram, latencyHistogram } from '../worker/latency-histogram.ts';
import type { AppState } from './app-state.ts';
import { findFindings, MOST_FINDINGS } from './findings.ts';
import type { OpenTrace } from './open-trace.ts';
import { targetTime } from './target-time.ts';

const FOLLOW = 80;
/** Tasks that are broken down for the histogram of a range: it is made anew while the range is drawn. */
const BROKEN_DOWN = 200;

/** The requests in scope. */
export interface ScopedTasks {
  /** With a known length, slowest first. */
  readonly tasks: Int32Array;
  readonly kinds: readonly TaskType[];
  readonly p50: number;
  readonly p99: number;
}

export class Scope {
  /** The chosen range, as the panels show it; undefined: the whole trace. */
  readonly range: ReadonlySignal<TimeWindow | undefined>;
  /** Requests that overlap the range, whatever their length. */
  readonly inRange: ReadonlySignal<Int32Array>;
  readonly latency: ReadonlySignal<LatencyHistogram | undefined>;
  /** Those of them that were brushed. */
  readonly requests: ReadonlySignal<ScopedTasks>;
  /** 1 per task that is in scope; undefined: all are. */
  readonly mask: ReadonlySignal<Uint8Array | undefined>;
  /** Time per group and state, ns: DISPLAY_STATES numbers per group. */
  readonly groupTime: ReadonlySignal<Float64Array>;
  /** Strands per group that lived in the range. */
  readonly groupCount: ReadonlySignal<Int32Array>;
  readonly blocks: ReadonlySignal<readonly LoopBlock[]>;
  /** What stands out: of the whole trace, what has to do with the range. */
  readonly findings: ReadonlySignal<readonly Finding[]>;

  constructor(app: AppState) {
    const range = followed(app);
    this.range = range;
    const of = <T>(none: T, find: (trace: OpenTrace, range: TimeWindow | undefined) => T): ReadonlySignal<T> =>
      computed(() => (app.trace.value === undefined ? none : find(app.trace.value, range.value)));
    const noTasks = new Int32Array(0);
    this.inRange = of(noTasks, tasksIn);
    this.latency = of(undefined as LatencyHistogram | undefined, (trace, range) =>
      range === undefined
        ? trace.summary.latency
        : latencyHistogram(trace.model, this.inRange.value, (task) => trace.breakdown(task).totals, BROKEN_DOWN),
    );
    this.requests = of({ tasks: noTasks, kinds: [], p50: Number.NaN, p99: Number.NaN } as ScopedTasks, (trace) =>
      scopedTasks(trace, this.inRange.value, app.lengths.value),
    );
    this.mask = computed(() => {
      const trace = app.trace.value;
      const isAll = range.value === undefined && app.lengths.value === undefined;
      return trace === undefined || isAll ? undefined : maskOf(trace.model.tasks.count, this.requests.value.tasks);
    });
    this.groupTime = of(new Float64Array(0), ({ model, summary }, range) =>
      range === undefined ? summary.groupTime : groupRangeTotals(model, summary.rangeIndex, range),
    );
    this.groupCount = of(new Int32Array(0), livingPerGroup);
    this.blocks = of([] as readonly LoopBlock[], ({ summary }, range) =>
      range === undefined ? summary.blocks : summary.blocks.filter((block) => overlaps(block, range)),
    );
    this.findings = of([] as readonly Finding[], findingsIn);
  }
}

/** The range with a pause between two changes. */
function followed(app: AppState): ReadonlySignal<TimeWindow | undefined> {
  const value = signal<TimeWindow | undefined>(app.range.peek());
  let timer: ReturnType<typeof setTimeout> | undefined;
  effect(() => {
    const range = app.range.value;
    app.trace.value;
    if (range === undefined || value.peek() === undefined) {
      clearTimeout(timer);
      timer = undefined;
      value.value = range;
      return;
    }
    timer ??= setTimeout(() => {
      timer = undefined;
      value.value = app.range.peek();
    }, FOLLOW);
  });
  return value;
}

/** Time per state within a window, ns: of all strands, or of those that work for the requests in scope. */
export function totalsIn(trace: OpenTrace, window: TimeWindow, mask: Uint8Array | undefined): Float64Array {
  const { model, summary } = trace;
  if (mask === undefined) return allRangeTotals(model, summary.rangeIndex, window);
  return rangeTotals(model, summary.rangeIndex, strandsOf(trace, mask), window);
}

/** The strands that work for some tasks, each once, ascending. */
function strandsOf({ model }: OpenTrace, mask: Uint8Array): Iterable<number> {
  const { goroutineOffset, goroutines } = model.tasks;
  const wanted = new Uint8Array(model.goroutines.count);
  for (let task = 0; task < mask.length; task++) {
    if (mask[task] === 0) continue;
    for (let at = goroutineOffset[task]!; at < goroutineOffset[task + 1]!; at++) wanted[goroutines[at]!] = 1;
  }
  const strands: number[] = [];
  for (let strand = 0; strand < wanted.length; strand++) if (wanted[strand] === 1) strands.push(strand);
  return strands;
}

function overlaps(part: TimeWindow, range: TimeWindow): boolean {
  return part.start < range.end && part.end > range.start;
}

function tasksIn({ model, summary }: OpenTrace, range: TimeWindow | undefined): Int32Array {
  if (range === undefined) return summary.slowest;
  const { start, end } = model.tasks;
  return summary.slowest.filter((task) => start[task]! < range.end && end[task]! > range.start);
}

/** Brushed tasks, and the kinds among them. */
function scopedTasks(trace: OpenTrace, inRange: Int32Array, lengths: TimeWindow | undefined): ScopedTasks {
  const { model, summary } = trace;
  const length = (task: number) => taskLength(model, task);
  const tasks =
    lengths === undefined
      ? inRange
      : inRange.filter((task) => length(task) >= lengths.start && length(task) <= lengths.end);
  const kinds = tasks.length === summary.slowest.length ? summary.taskTypes : kindsOf(trace, tasks);
  return { tasks, kinds, p50: quantile(tasks, 0.5, length), p99: quantile(tasks, 0.99, length) };
}

function kindsOf({ model, summary }: OpenTrace, tasks: Int32Array): TaskType[] {
  const mask = maskOf(model.tasks.count, tasks);
  return summary.taskTypes
    .map((type) => {
      const own = type.tasks.filter((task) => mask[task] === 1);
      const length = (task: number) => taskLength(model, task);
      return { ...type, tasks: own, open: 0, p50: quantile(own, 0.5, length), p99: quantile(own, 0.99, length) };
    })
    .filter((type) => type.tasks.length > 0)
    .sort((a, b) => b.tasks.length - a.tasks.length);
}

function quantile(tasks: Int32Array, q: number, length: (task: number) => number): number {
  return percentileOfDescending(
    Float64Array.from(tasks, (task) => length(task)),
    q,
  );
}

function maskOf(count: number, tasks: Int32Array): Uint8Array {
  const mask = new Uint8Array(count);
  for (const task of tasks) mask[task] = 1;
  return mask;
}

function livingPerGroup(trace: OpenTrace, range: TimeWindow | undefined): Int32Array {
  const { groups, goroutines } = trace.model;
  if (range === undefined) {
    return Int32Array.from({ length: groups.count }, (_, group) => groups.offset[group + 1]! - groups.offset[group]!);
  }
  const counts = new Int32Array(groups.count);
  for (let strand = 0; strand < goroutines.count; strand++) {
    if (trace.isAliveIn(strand, range)) counts[goroutines.group[strand]!]!++;
  }
  return counts;
}

/** Findings whose place, or one of whose other places, lies in the range; that place leads. */
function findingsIn(trace: OpenTrace, range: TimeWindow | undefined): readonly Finding[] {
  if (range === undefined) return findFindings(trace);
  const found = trace.summary.findings.flatMap((finding) => {
    const target = [finding.target, ...finding.evidence].find((place) => overlaps(targetTime(trace, place), range));
    return target === undefined ? [] : [{ ...finding, target }];
  });
  return found.slice(0, MOST_FINDINGS);
}

/** Groups, those with most running and ready time first. @param time DISPLAY_STATES numbers per group, ns */
export function groupsByWeight(time: Float64Array): number[] {
  const weight = (group: number) =>
    time[group * DISPLAY_STATES + DisplayState.Run]! + time[group * DISPLAY_STATES + DisplayState.Ready]!;
  return Array.from({ length: time.length / DISPLAY_STATES }, (_, group) => group)
    .filter((group) => weight(group) > 0)
    .sort((a, b) => weight(b) - weight(a) || a - b);
}
