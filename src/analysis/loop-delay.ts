/**
 * How late a Node program's event loops came around, as its recorder says it once a second in lines of the reserved
 * category: Node's own histogram of the delay, over turns of the loop, or good to 50 ms on older versions.
 */
import { parseFact, RECORDER_CATEGORY } from './build/process-facts.ts';
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
