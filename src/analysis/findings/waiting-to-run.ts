/** Goroutines of a Go program wait for a proc. */
import { count, duration, percent } from '../../base/index.ts';
import { DisplayState } from '../states.ts';
import type { TraceFacts } from './facts.ts';
import type { Finding } from './finding.ts';

const SHARE = 0.3;
const SERIOUS = 0.5;

export function waitingToRun({ model, totals }: TraceFacts): Finding | undefined {
  if (model.info.dialect !== 'go') return undefined;
  const ready = totals[DisplayState.Ready]!;
  const wanted = totals[DisplayState.Run]! + ready;
  const share = wanted > 0 ? ready / wanted : 0;
  if (share < SHARE) return undefined;
  const { start, end } = model.info;
  return {
    id: 'waiting-to-run',
    severity: share >= SERIOUS ? 3 : 2,
    value: percent(share),
    title: 'of run time spent runnable',
    detail: `${count(model.procs.count)} procs; ${duration(ready)} in all`,
    why: {
      definition: `Of the time that goroutines ran or could have run, they waited for a proc for more than ${percent(SHARE)}.`,
      found: `Runnable ${duration(ready)}, running ${duration(totals[DisplayState.Run]!)}.`,
    },
    measure: { value: share, threshold: SHARE, unit: 'share' },
    target: { kind: 'time', start, end },
    evidence: [],
  };
}
