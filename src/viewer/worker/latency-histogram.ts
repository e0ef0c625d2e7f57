/**
 * Latency of tasks as a histogram whose columns say where the time went: bins on a logarithmic axis, each with its count
 * and its mean share per state.
 */
import { DISPLAY_STATES, type TraceModel, taskLength } from '../../analysis/index.ts';

const BINS = 40;
/** Tasks that are broken down per histogram; of more, evenly spaced ones by length stand for the rest. */
export const BROKEN_DOWN = 1000;

export interface LatencyHistogram {
  /** Lengths at the edges of all bins, ns: lowest · (highest / lowest) ^ (i / bins). */
  readonly lowest: number;
  readonly highest: number;
  readonly counts: Int32Array;
  /** DISPLAY_STATES shares per bin, summing to 1 where a task of the bin was broken down. */
  readonly shares: Float64Array;
}

/**
 * @param tasks with a known length, slowest first; undefined is returned for none
 * @param totalsOf time of a task per state, ns
 * @param most tasks that are broken down
 */
export function latencyHistogram(
  model: TraceModel,
  tasks: Int32Array,
  totalsOf: (task: number) => Float64Array,
  most: number,
): LatencyHistogram | undefined {
  if (tasks.length === 0) return undefined;
  const [lowest, highest] = edges(taskLength(model, tasks.at(-1)!), taskLength(model, tasks[0]!));
  const counts = new Int32Array(BINS);
  const shares = new Float64Array(BINS * DISPLAY_STATES);
  const stride = Math.max(1, Math.ceil(tasks.length / most));
  tasks.forEach((task, rank) => {
    const bin = binOf(taskLength(model, task), lowest, highest);
    counts[bin]!++;
    if (rank % stride !== 0) return;
    const totals = totalsOf(task);
    for (let state = 0; state < DISPLAY_STATES; state++) shares[bin * DISPLAY_STATES + state]! += totals[state]!;
  });
  for (let bin = 0; bin < BINS; bin++) normalise(shares.subarray(bin * DISPLAY_STATES, (bin + 1) * DISPLAY_STATES));
  return { lowest, highest, counts, shares };
}

/** Position of a length on the axis, 0 to 1. */
export function positionOf(length: number, { lowest, highest }: { lowest: number; highest: number }): number {
  return Math.log(length / lowest) / Math.log(highest / lowest);
}

/** Length at the left edge of a bin, ns. */
export function binEdge({ lowest, highest, counts }: LatencyHistogram, bin: number): number {
  return lowest * (highest / lowest) ** (bin / counts.length);
}

/** The range of the axis: what was measured, with a little room, and at least a factor of ten. */
function edges(least: number, most: number): [number, number] {
  const low = Math.max(1, least) * 0.9;
  return [low, Math.max(most * 1.1, low * 10)];
}

function binOf(length: number, lowest: number, highest: number): number {
  const position = positionOf(Math.max(length, lowest), { lowest, highest });
  return Math.min(BINS - 1, Math.max(0, Math.floor(position * BINS)));
}

function normalise(shares: Float64Array): void {
  const sum = shares.reduce((a, b) => a + b, 0);
  if (sum > 0)
    shares.forEach((share, i) => {
      shares[i] = share / sum;
    });
}
