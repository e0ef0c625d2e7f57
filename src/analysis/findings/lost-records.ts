/** The recorder could not keep up, so the trace has gaps. */
import { count } from '../../base/index.ts';
import type { TraceFacts } from './facts.ts';
import type { Finding } from './finding.ts';

export function lostRecords({ model }: TraceFacts): Finding | undefined {
  const { lost, start, end } = model.info;
  if (lost === 0) return undefined;
  return {
    id: 'lost-records',
    severity: 1,
    value: count(lost),
    title: 'records were lost while recording',
    detail: 'Waits and names near the gaps may be wrong',
    why: {
      definition: 'The recorder drops records rather than stop the program, and counts them.',
      found: `${count(lost)} records. A lower level or a larger buffer loses fewer.`,
    },
    measure: { value: lost, threshold: 0, unit: 'count' },
    target: { kind: 'time', start, end },
    evidence: [],
  };
}
