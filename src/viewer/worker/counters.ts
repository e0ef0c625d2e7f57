/**
 * The lines over time of the timeline: the heap, as the trace measured it; counts of ready and living goroutines, of
 * threads that run, and of open tasks; and how late the event loop came around.
 */
import {
  buildMetricPyramid,
  countOverlaps,
  countSeries,
  DisplayState,
  loopDelaySeries,
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
  readonly kind: 'heap' | 'ready' | 'alive' | 'threads' | 'delay';
  /** A limit, drawn dashed: the heap goal. */
  readonly limit: CounterLine | undefined;
}

/** Counters that the trace can answer. */
export function findCounters(model: TraceModel): Counter[] {
  const counters: Counter[] = [];
  const add = (kind: Counter['kind'], series: StepSeries) =>
    counters.push({ kind, ...lineOf(series, model), limit: undefined });
  const heap = metricSeries(model, METRIC_HEAP);
  if (heap !== undefined && heap.time.length > 0) {
    const goal = metricSeries(model, METRIC_HEAP_GOAL);
    // V8's limit of some GB would press the heap's line to the ground; Go's goal is what the heap grows to.
    const limit = goal !== undefined && model.info.dialect === 'go' ? lineOf(goal, model) : undefined;
    const line = lineOf(heap, model);
    counters.push({ kind: 'heap', ...line, peak: Math.max(line.peak, limit?.peak ?? 0), limit });
  }
  add('ready', countSeries(model, DisplayState.Ready));
  if (model.info.dialect === 'node') {
    const delay = loopDelaySeries(model);
    if (delay.time.length > 1) add('delay', delay);
  }
  add('alive', livingGoroutines(model));
  if (model.procs.count > 1) add('threads', runningThreads(model));
  return counters;
}

/** How many goroutines there are. */
function livingGoroutines({ goroutines, info }: TraceModel): StepSeries {
  const known = (time: number, otherwise: number) => (Number.isNaN(time) ? otherwise : time);
  return countOverlaps(
    info.start,
    goroutines.created.map((time) => known(time, info.start)),
    goroutines.ended.map((time) => known(time, info.end)),
  );
}

/** How many threads have a proc, and so may run the program's code. */
function runningThreads({ procs, info }: TraceModel): StepSeries {
  return countOverlaps(info.start, procs.busyStart.slice(), procs.busyEnd.slice());
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
