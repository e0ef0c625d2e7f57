/**
 * All checks. To add a finding: one file with a `Check`, one line here, and a test on a trace that has it and on one that
 * nearly has it.
 */
import type { TraceModel } from '../model.ts';
import { assistShare } from './assist-share.ts';
import { bottleneck } from './bottleneck.ts';
import { collectorShare } from './collector-share.ts';
import { contendedWait } from './contended-wait.ts';
import { type KnownFacts, TraceFacts } from './facts.ts';
import type { Check, Finding } from './finding.ts';
import { lateTimers } from './late-timers.ts';
import { longStop } from './long-stop.ts';
import { loopBlocked } from './loop-blocked.ts';
import { lostRecords } from './lost-records.ts';
import { neverEnding } from './never-ending.ts';
import { readyTasks } from './ready-tasks.ts';
import { serialAwaits } from './serial-awaits.ts';
import { slowestTask } from './slowest-task.ts';
import { starvedPool } from './starved-pool.ts';
import { waitingToRun } from './waiting-to-run.ts';

/** In the order in which findings of the same severity are told. */
export const CHECKS: readonly Check[] = [
  loopBlocked,
  readyTasks,
  contendedWait,
  bottleneck,
  slowestTask,
  starvedPool,
  lateTimers,
  collectorShare,
  assistShare,
  longStop,
  neverEnding,
  waitingToRun,
  serialAwaits,
  lostRecords,
];

/** What stands out in a trace, the most serious first. */
export function findFindings(model: TraceModel, known?: KnownFacts): Finding[] {
  return findingsOf(new TraceFacts(model, known));
}

/** The same for who asks more of the facts. */
export function findingsOf(facts: TraceFacts): Finding[] {
  return CHECKS.map((check) => check(facts))
    .filter((finding) => finding !== undefined)
    .sort((a, b) => b.severity - a.severity);
}
