/** Goroutines of a Go program wait for a proc. */
import { count, duration, percent } from '../../base/index.ts';
import { DisplayState } from '../states.ts';
import type { TraceFacts } from './facts.ts';
import type { Finding } from './finding.ts';

const SHARE = 0.3;
const SERIOUS = 0.5;
/** And so much of all the time of the procs: what wakes and runs at once waits for a moment too. */
const WORTH = 0.1;

export function waitingToRun({ model, totals, length }: TraceFacts): Finding | undefined {
  if (model.info.dialect !== 'go') return undefined;
  const ready = totals[DisplayState.Ready]!;
  const wanted = totals[DisplayState.Run]! + ready;
  const share = wanted > 0 ? ready / wanted : 0;
  const { start, end } = model.info;
  if (share < SHARE || ready < WORTH * length * model.procs.count) return undefined;
  return {
    id: 'waiting-to-run',
    severity: share >= SERIOUS ? 3 : 2,
    value: percent(share),
    title: "of goroutines' time to run is waiting for a P",
    detail: `${count(model.procs.count)} P; ${duration(ready)} in all`,
    why: {
      definition: `Of the time that goroutines ran or could have run, they waited for a proc for more than ${percent(SHARE)}, and for ${percent(WORTH)} of what all procs have.`,
      found: `Runnable ${duration(ready)}, running ${duration(totals[DisplayState.Run]!)}.`,
    },
    measure: { value: share, threshold: SHARE, unit: 'share' },
    target: { kind: 'time', start, end },
    evidence: [],
  };
}
