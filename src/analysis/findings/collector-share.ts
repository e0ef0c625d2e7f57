/** The collector takes a large part of the main event loop, or of all procs. */
import { count, duration, percent } from '../../base/index.ts';
import { DisplayState, RangeClass } from '../states.ts';
import type { TraceFacts } from './facts.ts';
import type { Finding } from './finding.ts';

const SHARE = 0.03;
const NOTABLE = 0.1;
const SERIOUS = 0.25;

export function collectorShare(facts: TraceFacts): Finding | undefined {
  const { model, length } = facts;
  const isNode = model.info.dialect === 'node';
  const procs = isNode ? Math.min(1, model.procs.count) : model.procs.count;
  let time = 0;
  for (let proc = 0; proc < procs; proc++) time += facts.procTotals(proc)[DisplayState.Gc]!;
  const whole = length * Math.max(1, procs);
  const share = time / whole;
  if (share < SHARE) return undefined;
  const { collections, longest } = collectionsOf(facts, isNode);
  const start = longest < 0 ? model.info.start : model.ranges.start[longest]!;
  const end = longest < 0 ? model.info.end : model.ranges.end[longest]!;
  return {
    id: 'gc-share',
    severity: share >= SERIOUS ? 3 : share >= NOTABLE ? 2 : 1,
    value: percent(share),
    title: isNode ? 'of the main loop goes to GC' : 'of processor time goes to GC',
    detail: `${count(collections)} collections${longest < 0 ? '' : `, the longest ${duration(end - start)}`}`,
    why: {
      definition: `GC takes more than ${percent(SHARE)} of the time.`,
      found: `${duration(time)} of ${duration(whole)}.`,
    },
    measure: { value: share, threshold: SHARE, unit: 'share' },
    target: { kind: 'time', start, end },
    evidence: [{ kind: 'time', start, end }],
  };
}

/** How many collections there were, and the range row of the longest; in a Node trace those of the main loop. */
function collectionsOf({ model: { ranges } }: TraceFacts, isNode: boolean): { collections: number; longest: number } {
  let collections = 0;
  let longest = -1;
  const length = (row: number): number => ranges.end[row]! - ranges.start[row]!;
  for (let row = 0; row < ranges.count; row++) {
    const counts = ranges.class[row] === RangeClass.Gc && (isNode ? ranges.proc[row] === 0 : ranges.subject[row]! < 0);
    if (!counts || !(length(row) >= 0)) continue;
    collections++;
    if (longest < 0 || length(row) > length(longest)) longest = row;
  }
  return { collections, longest };
}
