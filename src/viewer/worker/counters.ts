/**
 * The lines over time of the timeline: the heap, as the trace measured it, and counts of ready strands and open tasks.
 */
import {
  buildMetricPyramid,
  countOverlaps,
  countSeries,
  DisplayState,
  METRIC_HEAP,
  METRIC_HEAP_GOAL,
  type MetricPyramid,
  metricSeries,
  type StepSeries,
  type TaskType,
  type TraceModel,
} from '../../analysis/index.ts';

export interface CounterLine {
  readonly series: StepSeries;
  readonly pyramid: MetricPyramid;
  /** Largest value of the whole trace. */
  readonly peak: number;
}

export interface Counter extends CounterLine {
  readonly kind: 'heap' | 'ready';
  /** A limit, drawn dashed: the heap goal. */
  readonly limit: CounterLine | undefined;
}

/** Counters that the trace can answer. */
export function findCounters(model: TraceModel): Counter[] {
  const counters: Counter[] = [];
  const heap = metricSeries(model, METRIC_HEAP);
  if (heap !== undefined && heap.time.length > 0) {
    const goal = metricSeries(model, METRIC_HEAP_GOAL);
    // V8's limit of some GB would press the heap's line to the ground; Go's goal is what the heap grows to.
    const limit = goal !== undefined && model.info.dialect === 'go' ? lineOf(goal, model) : undefined;
    const line = lineOf(heap, model);
    counters.push({ kind: 'heap', ...line, peak: Math.max(line.peak, limit?.peak ?? 0), limit });
  }
  counters.push({ kind: 'ready', ...lineOf(countSeries(model, DisplayState.Ready), model), limit: undefined });
  return counters;
}

/** How many tasks of a type are open, over time. */
export function openTasks(model: TraceModel, type: TaskType): CounterLine {
  const begins = Float64Array.from(type.tasks, (task) => model.tasks.start[task]!);
  const ends = Float64Array.from(type.tasks, (task) => model.tasks.end[task]!);
  return lineOf(countOverlaps(model.info.start, begins, ends), model);
}

function lineOf(series: StepSeries, model: TraceModel): CounterLine {
  let peak = 0;
  for (const value of series.value) if (value > peak) peak = value;
  const { time, value } = series;
  return { series: { time, value }, pyramid: buildMetricPyramid(series, model.info.end), peak };
}
