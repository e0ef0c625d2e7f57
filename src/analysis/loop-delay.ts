/**
 * How late a Node program's event loops came around, as its recorder says it once a second in lines of the reserved
 * category: Node's own histogram of the delay, over turns of the loop, or good to 50 ms on older versions.
 */
import { parseFact, RECORDER_CATEGORY } from './build/process-facts.ts';
import type { StepSeries } from './metric-pyramid.ts';
import type { TraceModel } from './model.ts';

/** Over all event loops; ns. */
export interface MeasuredDelay {
  readonly mean: number;
  readonly longest: number;
}

/** The delay of the loops over the whole trace; undefined when the trace does not tell. */
export function measuredDelay({ logs, strings }: TraceModel): MeasuredDelay | undefined {
  let sum = 0;
  let weight = 0;
  let longest = 0;
  for (let i = 0; i < logs.count; i++) {
    if (strings[logs.category[i]!] !== RECORDER_CATEGORY) continue;
    const fact = parseFact(strings[logs.message[i]!]!);
    if (fact?.kind !== 'loop delay') continue;
    const { mean, max, count } = fact;
    if (typeof mean !== 'number' || typeof max !== 'number' || typeof count !== 'number') continue;
    sum += mean * count;
    weight += count;
    longest = Math.max(longest, max);
  }
  return weight === 0 ? undefined : { mean: sum / weight, longest };
}

/** Steps by which a delay that grows is drawn, and stretches shorter than this are left out: ns. */
const DELAY_STEPS = 16;
const DELAY_WORTH = 1e6;

/**
 * How late something that is ready on the main loop would come around, over time: it grows while one strand keeps the
 * loop, and is nothing once that lets go. A lower bound, from what ran: no measuring disturbs it.
 */
export function loopDelaySeries({ procs, intervals, info }: TraceModel): StepSeries {
  const time: number[] = [info.start];
  const value: number[] = [0];
  const add = (from: number, to: number): void => {
    if (!(to - from >= DELAY_WORTH)) return;
    for (let step = 1; step <= DELAY_STEPS; step++) {
      time.push(from + ((to - from) * (step - 1)) / DELAY_STEPS);
      value.push(((to - from) * step) / DELAY_STEPS);
    }
    time.push(to);
    value.push(0);
  };
  let from = Number.NaN;
  let to = Number.NaN;
  let owner = -1;
  for (let at = procs.offset[0] ?? 0; at < (procs.offset[1] ?? 0); at++) {
    const row = procs.running[at]!;
    const goesOn = intervals.goroutine[row] === owner && intervals.start[row] === to;
    if (!goesOn) {
      add(from, to);
      from = intervals.start[row]!;
      owner = intervals.goroutine[row]!;
    }
    to = intervals.end[row]!;
  }
  add(from, to);
  return { time: Float64Array.from(time), value: Float64Array.from(value) };
}
