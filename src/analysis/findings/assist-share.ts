/** Goroutines of a Go program spend much of their running time helping the collector. */

import { duration, percent } from '../../base/index.ts';
import { intervalProc } from '../interval-links.ts';
import { DISPLAY_STATES, DisplayState } from '../states.ts';
import type { TraceFacts } from './facts.ts';
import type { Finding } from './finding.ts';

const SHARE = 0.05;
const SERIOUS = 0.2;

export function assistShare({ model, names }: TraceFacts): Finding | undefined {
  if (model.info.dialect !== 'go') return undefined;
  const { intervals, goroutines, groups, labels } = model;
  // A label marks the collector's own workers.
  const isWorker = new Uint8Array(goroutines.count);
  for (const goroutine of labels.goroutine) isWorker[goroutine] = 1;
  const totals = new Float64Array(groups.count * DISPLAY_STATES);
  for (let row = 0; row < intervals.count; row++) {
    const display = intervals.display[row]!;
    if (display !== DisplayState.Run && display !== DisplayState.Gc) continue;
    const goroutine = intervals.goroutine[row]!;
    if (isWorker[goroutine] === 1 || intervalProc(intervals, row) < 0) continue;
    const cell = goroutines.group[goroutine]! * DISPLAY_STATES + display;
    totals[cell]! += intervals.end[row]! - intervals.start[row]!;
  }
  let [assist, run, worst] = [0, 0, 0];
  const assistOf = (group: number): number => totals[group * DISPLAY_STATES + DisplayState.Gc]!;
  for (let group = 0; group < groups.count; group++) {
    assist += assistOf(group);
    run += totals[group * DISPLAY_STATES + DisplayState.Run]!;
    if (assistOf(group) > assistOf(worst)) worst = group;
  }
  const share = run + assist > 0 ? assist / (run + assist) : 0;
  if (share < SHARE) return undefined;
  return {
    id: 'gc-assist',
    severity: share >= SERIOUS ? 3 : 2,
    value: percent(share),
    title: 'of running time goes to GC assists',
    detail: `${names.group(worst)} pays most: ${duration(assistOf(worst))}`,
    why: {
      definition: `Goroutines that allocate help the collector for more than ${percent(SHARE)} of the time in which they run. Fewer allocations or a higher GOGC reduce it.`,
      found: `${duration(assist)} of ${duration(run + assist)}.`,
    },
    measure: { value: share, threshold: SHARE, unit: 'share' },
    target: { kind: 'group', group: worst },
    evidence: [{ kind: 'group', group: worst }],
  };
}
