/** One task took far longer than its kind. */
import { count, duration, figures3 } from '../../base/index.ts';
import { taskLength } from '../latency.ts';
import { type Part, partWord } from '../wait-parts.ts';
import type { TraceFacts } from './facts.ts';
import type { Finding } from './finding.ts';

const FACTOR = 3;
const LEAST_TASKS = 5;

export function slowestTask(facts: TraceFacts): Finding | undefined {
  const { model, names, noun, slowest } = facts;
  const task = slowest[0];
  const kind = task === undefined ? undefined : facts.kindOf(task);
  if (task === undefined || kind === undefined) return undefined;
  const length = taskLength(model, task);
  if (kind.tasks.length < LEAST_TASKS || length < FACTOR * kind.p50) return undefined;
  const { parts } = facts.account(task);
  const most = parts.indexOf(parts.reduce((a, b) => Math.max(a, b), 0)) as Part;
  return {
    id: 'slowest-task',
    severity: 2,
    value: duration(length),
    title: `slowest ${noun.singular}, ${figures3(length / kind.p50)} times typical`,
    detail: `${names.task(task)}: ${duration(parts[most]!)} ${partWord(model.info.dialect, most)}`,
    why: {
      definition: `The slowest ${noun.singular} takes more than ${FACTOR} times the median of its kind.`,
      found: `Median of ${count(kind.tasks.length)} ${names.clean(kind.name)}: ${duration(kind.p50)}.`,
    },
    measure: { value: length / kind.p50, threshold: FACTOR, unit: 'count' },
    target: { kind: 'task', task },
    evidence: Array.from(kind.tasks.subarray(0, 5), (slow) => ({ kind: 'task', task: slow })),
  };
}
