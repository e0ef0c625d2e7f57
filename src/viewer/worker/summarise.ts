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
  type LockWaits,
  type LoopBlock,
  lockWaits,
  loopBlocks,
  type RangeIndex,
  runOf,
  type TaskIndex,
  type TaskType,
  type TilePyramid,
  type TraceModel,
  type Track,
  tasksByLength,
  taskTypes,
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
  const groupTime = timeByGroup(model);
  const types = taskTypes(model);
  const slowest = tasksByLength(model);
  const taskIndex = indexTasks(model);
  const blocks = loopBlocks(model);
  return {
    all: buildPyramid(allTrack(model), undefined, OVERVIEW_BUCKETS),
    allProcs: buildPyramid(procs, Math.max(1, model.procs.count), OVERVIEW_BUCKETS),
    procs: Array.from({ length: model.procs.count }, (_, proc) => buildPyramid(runOf(procs, proc), 1, buckets)),
    groups: Array.from({ length: model.groups.count }, (_, group) =>
      buildPyramid(groupTrack(model, group), undefined, buckets),
    ),
    groupTime,
    groupOrder: orderOfGroups(groupTime),
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
    findings: find(model, { taskIndex, taskTypes: types, slowest, blocks }),
    locks: model.info.dialect === 'go' ? lockWaits(model) : { total: 0, sites: [] },
    rangeIndex: buildRangeIndex(model),
    counters: findCounters(model),
  };
}

function timeByGroup(model: TraceModel): Float64Array {
  const { count, start, end, goroutine, display } = model.intervals;
  const time = new Float64Array(model.groups.count * DISPLAY_STATES);
  for (let row = 0; row < count; row++) {
    const group = model.goroutines.group[goroutine[row]!]!;
    time[group * DISPLAY_STATES + display[row]!]! += end[row]! - start[row]!;
  }
  return time;
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
