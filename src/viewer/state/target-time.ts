/** When a finding's place is: what `Show` fits, and what decides whether it has to do with a range. */
import type { FindingTarget } from '../../analysis/index.ts';
import type { TimeWindow } from '../timeline/scale.ts';
import type { OpenTrace } from './open-trace.ts';

export function targetTime(trace: OpenTrace, target: FindingTarget): TimeWindow {
  const { intervals } = trace.model;
  if (target.kind === 'time') return target;
  if (target.kind === 'task') {
    const { start, end } = trace.breakdown(target.task);
    return { start, end };
  }
  if (target.kind === 'interval') {
    // A block of the loop may be several intervals, with collections in between.
    const block = trace.summary.blocks.find(({ interval }) => interval === target.interval);
    if (block !== undefined) return block;
    return { start: intervals.start[target.interval]!, end: intervals.end[target.interval]! };
  }
  return trace.bounds;
}
