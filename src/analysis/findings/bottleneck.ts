/**
 * One goroutine of a Go program runs most of the time while others wait for it, on channels or locks: the slow stage of a
 * pipeline, whatever it is called. More of the others do not help; a second one of its kind may.
 */
import { count, duration, percent } from '../../base/index.ts';
import { isSystemGoroutine } from '../dialect.ts';
import { intervalWaker } from '../interval-links.ts';
import { DisplayState } from '../states.ts';
import type { TraceFacts } from './facts.ts';
import type { Finding } from './finding.ts';

const SHARE = 0.5;
const SERIOUS = 0.7;

export function bottleneck({ model, names, length }: TraceFacts): Finding | undefined {
  const { intervals, goroutines, strings, info } = model;
  if (info.dialect !== 'go') return undefined;
  const ran = new Float64Array(goroutines.count);
  const waited = new Float64Array(goroutines.count);
  const isSystem = goroutines.name.map((name) => Number(isSystemGoroutine('go', strings[name]!)));
  for (let row = 0; row < intervals.count; row++) {
    const goroutine = intervals.goroutine[row]!;
    if (isSystem[goroutine] === 1) continue;
    const time = intervals.end[row]! - intervals.start[row]!;
    const display = intervals.display[row];
    if (display === DisplayState.Run) ran[goroutine]! += time;
    const next = row + 1;
    const isWoken = next < intervals.count && intervals.goroutine[next] === goroutine;
    if (display !== DisplayState.Sync || !isWoken) continue;
    const waker = intervalWaker(intervals, next);
    if (waker >= 0 && waker !== goroutine) waited[waker]! += time;
  }
  const busiest = ran.indexOf(ran.reduce((a, b) => Math.max(a, b), 0));
  const share = busiest < 0 ? 0 : ran[busiest]! / length;
  if (share < SHARE || isSystem[busiest] === 1 || waited[busiest]! < SHARE * length) return undefined;
  const who = names.functionOf(busiest);
  return {
    id: 'bottleneck',
    severity: share >= SERIOUS ? 3 : 2,
    value: percent(share),
    title: `of the time, ${who} runs while others wait for it`,
    detail: `One goroutine; others waited ${duration(waited[busiest]!)} for it on channels and locks`,
    why: {
      definition: `One goroutine runs for more than ${percent(SHARE)} of the trace, and ended waits of others that are together as long or longer.`,
      found: `G ${goroutines.id[busiest]} ran for ${duration(ran[busiest]!)} of ${duration(length)}; ${count(goroutines.count)} goroutines in the trace.`,
    },
    measure: { value: share, threshold: SHARE, unit: 'share' },
    target: { kind: 'group', group: goroutines.group[busiest]! },
    evidence: [{ kind: 'group', group: goroutines.group[busiest]! }],
  };
}
