/**
 * What the viewer needs to know about a whole trace before it draws anything: tile pyramids, totals, the order of groups,
 * the slowest tasks. Computed once, in the worker, as plain data that is moved to the page with the model.
 */
import {
  allTrack,
  buildPyramid,
  buildRangeIndex,
  CHECKS,
  DISPLAY_STATES,
  DisplayState,
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
  pathBreakdown,
  procsTrack,
  procTrack,
  type RangeIndex,
  type TaskIndex,
  type TaskType,
  type TilePyramid,
  type TraceModel,
  taskBreakdown,
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

/** The summary of a whole trace. */
export function summarise(model: TraceModel): Summary {
  return summary(model, findFindings);
}

/** The summary of what was read so far: without findings, which are ranked when all is known. */
export function summarisePart(model: TraceModel): Summary {
  return summary(model, () => []);
}

function summary(model: TraceModel, find: typeof findFindings): Summary {
  const groupTime = timeByGroup(model);
  const types = taskTypes(model);
  const slowest = tasksByLength(model);
  const taskIndex = indexTasks(model);
  const blocks = loopBlocks(model);
  return {
    all: buildPyramid(allTrack(model)),
    allProcs: buildPyramid(procsTrack(model), Math.max(1, model.procs.count)),
    procs: Array.from({ length: model.procs.count }, (_, proc) => buildPyramid(procTrack(model, proc), 1)),
    groups: Array.from({ length: model.groups.count }, (_, group) => buildPyramid(groupTrack(model, group))),
    groupTime,
    groupOrder: orderOfGroups(groupTime),
    procBusy: busyShares(model),
    slowest,
    taskTypes: types,
    openTasks: types.map((type) => openTasks(model, type)),
    taskIndex,
    latency: latencyHistogram(model, slowest, totalsBy(model, taskIndex), BROKEN_DOWN),
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

/** Time of a task per state, as the page tells it (`OpenTrace.breakdown`). */
function totalsBy(model: TraceModel, index: TaskIndex): (task: number) => Float64Array {
  const breakdown = model.info.dialect === 'node' ? pathBreakdown : taskBreakdown;
  return (task) => breakdown(model, index, task).totals;
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

function busyShares(model: TraceModel): Float64Array {
  const { offset, running, count } = model.procs;
  const { start, end } = model.intervals;
  const whole = Math.max(1, model.info.end - model.info.start);
  return Float64Array.from({ length: count }, (_, proc) => {
    let busy = 0;
    for (let at = offset[proc]!; at < offset[proc + 1]!; at++) busy += end[running[at]!]! - start[running[at]!]!;
    return busy / whole;
  });
}
