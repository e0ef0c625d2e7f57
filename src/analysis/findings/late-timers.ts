/** Timers were due, but what they were to start ran much later, as the event loop or all procs were busy. */

import { count, duration } from '../../base/index.ts';
import { GoState } from '../../reader/index.ts';
import { intervalReason } from '../interval-links.ts';
import type { TraceModel } from '../model.ts';
import { holdersOf, procAfter } from '../proc-holders.ts';
import type { TraceFacts } from './facts.ts';
import type { Finding } from './finding.ts';

const LATE = 20e6;
const NOTABLE = 100e6;

export function lateTimers({ model, names }: TraceFacts): Finding | undefined {
  const { intervals } = model;
  const sleep = model.strings.indexOf('sleep');
  let [late, worst] = [0, -1];
  for (let row = 1; row < intervals.count; row++) {
    if (lateness(model, row) < LATE || !isTimer(model, row, sleep)) continue;
    late++;
    if (worst < 0 || lateness(model, row) > lateness(model, worst)) worst = row;
  }
  if (worst < 0) return undefined;
  let timers = 0;
  for (let row = 1; row < intervals.count; row++) if (isTimer(model, row, sleep)) timers++;
  const by = lateness(model, worst);
  const holder = longestHolder(model, worst);
  const behind = holder < 0 ? '' : `, behind ${names.functionOf(holder)}`;
  return {
    id: 'late-timers',
    severity: by >= NOTABLE ? 2 : 1,
    value: duration(by),
    title: 'late fired the worst timer',
    detail: `${names.strand(intervals.goroutine[worst]!)}${behind}; ${count(late)} of ${count(timers)} were more than ${LATE / 1e6} ms late`,
    why: {
      definition: `What a timer starts runs more than ${LATE / 1e6} ms after it was due.`,
      found: `${count(late)} of ${count(timers)} timers.`,
    },
    measure: { value: by, threshold: LATE, unit: 'ns' },
    target: { kind: 'interval', strand: intervals.goroutine[worst]!, interval: worst },
    evidence: [],
  };
}

/** Is a row what comes of a timer: ready, after a sleep? */
function isTimer({ intervals }: TraceModel, row: number, sleep: number): boolean {
  if (intervals.state[row] !== GoState.Runnable) return false;
  const before = row - 1;
  const isSame = intervals.goroutine[before] === intervals.goroutine[row];
  return isSame && intervals.state[before] === GoState.Waiting && intervalReason(intervals, before) === sleep;
}

function lateness({ intervals }: TraceModel, row: number): number {
  return intervals.end[row]! - intervals.start[row]!;
}

/** Goroutine that held the proc for longest meanwhile, or -1. */
function longestHolder(model: TraceModel, row: number): number {
  const proc = procAfter(model, row);
  let [goroutine, longest] = [-1, 0];
  if (proc < 0) return goroutine;
  holdersOf(model, proc, model.intervals.start[row]!, model.intervals.end[row]!, (holder, time) => {
    if (time > longest) [goroutine, longest] = [model.intervals.goroutine[holder]!, time];
  });
  return goroutine;
}
