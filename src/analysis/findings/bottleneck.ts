/**
 * One goroutine of a Go program runs most of the time while others wait for it, on channels or locks: the slow stage of a
 * pipeline, whatever it is called. More of the others do not help; a second one of its kind may.
 */
import { count, duration, percent } from '../../base/index.ts';
import { isSystemGoroutine } from '../dialect.ts';
import { intervalWaker } from '../interval-links.ts';
import type { TraceModel } from '../model.ts';
import { DisplayState } from '../states.ts';
import type { TraceFacts } from './facts.ts';
import type { Finding } from './finding.ts';

const SHARE = 0.5;
const SERIOUS = 0.7;

export function bottleneck({ model, names, length }: TraceFacts): Finding | undefined {
  if (model.info.dialect !== 'go') return undefined;
  const { goroutine: busiest, ran } = busiestGoroutine(model, SHARE * length);
  const share = ran / length;
  if (share < SHARE) return undefined;
  const waited = waitedFor(model, busiest);
  if (waited < SHARE * length) return undefined;
  const { goroutines } = model;
  const who = names.functionOf(busiest);
  return {
    id: 'bottleneck',
    severity: share >= SERIOUS ? 3 : 2,
    value: percent(share),
    title: `of the time, ${who} runs while others wait for it`,
    detail: `One goroutine; others waited ${duration(waited)} for it on channels and locks`,
    why: {
      definition: `One goroutine runs for more than ${percent(SHARE)} of the trace, and ended waits of others that are together as long or longer.`,
      found: `G ${goroutines.id[busiest]} ran for ${duration(ran)} of ${duration(length)}; ${count(goroutines.count)} goroutines in the trace.`,
    },
    measure: { value: share, threshold: SHARE, unit: 'share' },
    target: { kind: 'group', group: goroutines.group[busiest]! },
    evidence: [{ kind: 'group', group: goroutines.group[busiest]! }],
  };
}

/** The goroutine of the program that ran for longest, of those that were there for `least` ns; -1 for none. */
function busiestGoroutine(model: TraceModel, least: number): { readonly goroutine: number; readonly ran: number } {
  const { goroutines, intervals, strings } = model;
  let busiest = { goroutine: -1, ran: 0 };
  for (let goroutine = 0; goroutine < goroutines.count; goroutine++) {
    const [first, last] = [goroutines.offset[goroutine]!, goroutines.offset[goroutine + 1]!];
    if (first === last || intervals.end[last - 1]! - intervals.start[first]! < least) continue;
    if (isSystemGoroutine('go', strings[goroutines.name[goroutine]!]!)) continue;
    let ran = 0;
    for (let row = first; row < last; row++)
      if (intervals.display[row] === DisplayState.Run) ran += intervals.end[row]! - intervals.start[row]!;
    if (ran > busiest.ran) busiest = { goroutine, ran };
  }
  return busiest;
}

/** How long others waited on locks and channels until a goroutine woke them, ns. */
function waitedFor({ intervals }: TraceModel, waker: number): number {
  let waited = 0;
  for (let row = 1; row < intervals.count; row++) {
    const wait = row - 1;
    const isSame = intervals.goroutine[row] === intervals.goroutine[wait] && intervals.goroutine[row] !== waker;
    if (intervalWaker(intervals, row) === waker && isSame && intervals.display[wait] === DisplayState.Sync)
      waited += intervals.end[wait]! - intervals.start[wait]!;
  }
  return waited;
}
