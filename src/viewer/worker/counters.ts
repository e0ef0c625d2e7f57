/**
 * The lines over time of the timeline: the heap, as the trace measured it; counts of ready and living goroutines, of
 * threads that run, and of open tasks; and how late the event loop came around.
 *
 * Goroutines change state millions of times, so of them only the greatest count per bucket is made beforehand, by the
 * model's builder; where one zooms in, the page works the steps out (state/living-steps.ts).
 */
import {
  buildMetricPyramid,
  countOverlaps,
  type LivingKind,
  loopDelaySeries,
  METRIC_HEAP,
  METRIC_HEAP_GOAL,
  type MetricPyramid,
  metricSeries,
  pyramidOf,
  type StepSeries,
  type TaskType,
  type TraceModel,
} from '../../analysis/index.ts';

export interface CounterLine {
  /** Its steps; or what is counted, where they are not kept. */
  readonly steps: StepSeries | LivingKind;
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
  counters.push({ kind: 'ready', ...livingLine(model, 'ready'), limit: undefined });
  if (model.info.dialect === 'node') {
    const delay = loopDelaySeries(model);
    if (delay.time.length > 1) add('delay', delay);
  }
  counters.push({ kind: 'alive', ...livingLine(model, 'alive'), limit: undefined });
  if (model.procs.count > 1) add('threads', runningThreads(model));
  return counters;
}

function livingLine({ living }: TraceModel, kind: LivingKind): CounterLine {
  const pyramid = pyramidOf(living.level, living[kind].slice());
  return { steps: kind, pyramid, peak: pyramid.levels.at(-1)![0]! };
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
  return { steps: { time, value }, pyramid: buildMetricPyramid(series, model.info.end), peak };
}
