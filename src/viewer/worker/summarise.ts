/**
 * What the viewer needs to know about a whole trace before it draws anything: tile pyramids, totals, the order of groups,
 * the slowest tasks. Computed once, in the worker, as plain data that is moved to the page with the model.
 */
import {
  allTrack,
  buildPyramid,
  buildRangeIndex,
  CHECKS,
  copiedProcsTrack,
  DISPLAY_STATES,
  DisplayState,
  explainedBreakdown,
  type Finding,
  findFindings,
  type GroupedRows,
  groupRows,
  groupTrack,
  indexTasks,
  LOOP_BLOCK_THRESHOLD,
  type LockWaits,
  type LoopBlock,
  lockWaits,
  loopBlocks,
  percentileOf,
  type RangeIndex,
  runOf,
  type TaskIndex,
  type TaskType,
  type TilePyramid,
  type TraceModel,
  type Track,
  tasksByLength,
  taskTypes,
  trackTotals,
  wholeGroupTotals,
} from '../../analysis/index.ts';
import { type Counter, type CounterLine, findCounters, openTasks } from './counters.ts';
import { BROKEN_DOWN, type LatencyHistogram, latencyHistogram } from './latency-histogram.ts';

export interface Summary {
  readonly all: TilePyramid;
  readonly allProcs: TilePyramid;
  readonly procs: readonly TilePyramid[];
  readonly groups: readonly TilePyramid[];
  /** Time per state, ns: DISPLAY_STATES values per group. */
  readonly groupTime: Float64Array;
  /** Groups, those with most running and ready time first. */
  readonly groupOrder: Int32Array;
  /** Per group: 99th percentile of the lives that ended in the trace, ns; NaN if none did. */
  readonly lifeP99: Float64Array;
  /** Share of the trace in which the proc ran something. */
  readonly procBusy: Float64Array;
  /** Tasks with a known length, slowest first. */
  readonly slowest: Int32Array;
  readonly taskTypes: readonly TaskType[];
  /** How many tasks of each of `taskTypes` were open. */
  readonly openTasks: readonly CounterLine[];
  readonly taskIndex: TaskIndex;
  readonly taskLogs: GroupedRows;
  readonly strandRegions: GroupedRows;
  readonly strandLogs: GroupedRows;
  /** Of all tasks with a known length; undefined without any. */
  readonly latency: LatencyHistogram | undefined;
  readonly blocks: readonly LoopBlock[];
  /** What stands out, the most serious first. */
  readonly findings: readonly Finding[];
  /** How many checks looked for it. */
  readonly checks: number;
  /** Waits for locks; only in a Go trace. */
  readonly locks: LockWaits;
  /** For exact totals over any range. */
  readonly rangeIndex: RangeIndex;
  readonly counters: readonly Counter[];
}

/** Buckets of what is only drawn as a whole: twice the columns of a wide screen. */
const OVERVIEW_BUCKETS = 8192;
/** Buckets per row while a trace is read: what one zooms into beyond that is worked out from the intervals. */
const PART_BUCKETS = 16_384;

/** The summary of a whole trace. */
export function summarise(model: TraceModel): Summary {
  return summary(model, findFindings, Number.POSITIVE_INFINITY);
}

/** The summary of what was read so far: without findings, which are ranked when all is known. */
export function summarisePart(model: TraceModel): Summary {
  return summary(model, () => [], PART_BUCKETS);
}

function summary(model: TraceModel, find: typeof findFindings, buckets: number): Summary {
  const procs = copiedProcsTrack(model);
  const rangeIndex = buildRangeIndex(model);
  const groupTime = wholeGroupTotals(model, rangeIndex);
  const types = taskTypes(model);
  const slowest = tasksByLength(model);
  const taskIndex = indexTasks(model);
  const blocks = loopBlocks(model, LOOP_BLOCK_THRESHOLD, procs);
  const totals = sumOf(groupTime);
  const procTotals = Array.from({ length: model.procs.count }, (_, proc) =>
    trackTotals(runOf(procs, proc), model.info.start, model.info.end),
  );
  return {
    all: buildPyramid(allTrack(model), undefined, OVERVIEW_BUCKETS),
    allProcs: buildPyramid(procs, Math.max(1, model.procs.count), OVERVIEW_BUCKETS),
    procs: Array.from({ length: model.procs.count }, (_, proc) => buildPyramid(runOf(procs, proc), 1, buckets)),
    groups: Array.from({ length: model.groups.count }, (_, group) =>
      buildPyramid(groupTrack(model, group), undefined, buckets),
    ),
    groupTime,
    groupOrder: orderOfGroups(groupTime),
    lifeP99: Float64Array.from({ length: model.groups.count }, (_, group) => lifeP99(model, group)),
    procBusy: busyShares(model, procs),
    slowest,
    taskTypes: types,
    openTasks: types.map((type) => openTasks(model, type)),
    taskIndex,
    latency: latencyHistogram(model, slowest, (task) => explainedBreakdown(model, taskIndex, task).totals, BROKEN_DOWN),
    taskLogs: groupRows(model.logs.task, undefined, model.tasks.count),
    strandRegions: groupRows(model.regions.goroutine, undefined, model.goroutines.count),
    strandLogs: groupRows(model.logs.goroutine, undefined, model.goroutines.count),
    blocks,
    checks: CHECKS.length,
    findings: find(model, { taskIndex, taskTypes: types, slowest, blocks, totals, procTotals }),
    locks: model.info.dialect === 'go' ? lockWaits(model) : { total: 0, sites: [] },
    rangeIndex,
    counters: findCounters(model),
  };
}

/** Time per display state of all groups together. */
function sumOf(groupTime: Float64Array): Float64Array {
  const totals = new Float64Array(DISPLAY_STATES);
  groupTime.forEach((time, i) => {
    totals[i % DISPLAY_STATES]! += time;
  });
  return totals;
}

function lifeP99({ groups, goroutines }: TraceModel, group: number): number {
  const { created, ended } = goroutines;
  const members = groups.members.subarray(groups.offset[group]!, groups.offset[group + 1]!);
  const lives = new Float64Array(members.length);
  let known = 0;
  for (const goroutine of members) {
    const life = ended[goroutine]! - created[goroutine]!;
    if (life >= 0) lives[known++] = life;
  }
  return percentileOf(lives.subarray(0, known), 0.99);
}

function orderOfGroups(time: Float64Array): Int32Array {
  const weight = (group: number) =>
    time[group * DISPLAY_STATES + DisplayState.Run]! + time[group * DISPLAY_STATES + DisplayState.Ready]!;
  return Int32Array.from({ length: time.length / DISPLAY_STATES }, (_, i) => i).sort(
    (a, b) => weight(b) - weight(a) || a - b,
  );
}

function busyShares({ info }: TraceModel, { start, end, runs }: Track): Float64Array {
  const whole = Math.max(1, info.end - info.start);
  return Float64Array.from({ length: runs.length / 2 }, (_, proc) => {
    let busy = 0;
    for (let at = runs[2 * proc]!; at < runs[2 * proc + 1]!; at++) busy += end[at]! - start[at]!;
    return busy / whole;
  });
}
