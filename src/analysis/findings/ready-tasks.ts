/** Slow tasks could have run, but the event loop or all procs were busy with something else. */
import { count, duration, percent } from '../../base/index.ts';
import { taskLength } from '../latency.ts';
import { Part, partWord } from '../wait-parts.ts';
import type { TraceFacts } from './facts.ts';
import type { Finding } from './finding.ts';

const SHARE = 0.3;
const SERIOUS = 0.5;
/** Parts that are worth a word: this share of the whole. */
const WORTH = 0.05;

export function readyTasks(facts: TraceFacts): Finding | undefined {
  const { model, slowTasks, slowParts, noun, names } = facts;
  if (slowTasks.length === 0) return undefined;
  const sum = slowParts.reduce((a, b) => a + b, 0);
  const share = slowParts[Part.Ready]! / sum;
  if (share < SHARE) return undefined;
  const { dialect } = model.info;
  const others = [...slowParts.keys()]
    .filter((part) => part !== Part.Ready && slowParts[part]! / sum >= WORTH)
    .sort((a, b) => slowParts[b]! - slowParts[a]!)
    .map((part) => `${percent(slowParts[part]! / sum)} ${partWord(dialect, part as Part)}`);
  const limit = duration(taskLength(model, slowTasks.at(-1)!));
  const word = dialect === 'node' ? 'ready' : 'runnable';
  const what = dialect === 'node' ? 'the busy event loop' : 'a free P';
  const [group, held] = holderOfAll(facts);
  const who = group < 0 ? '' : `Meanwhile ${names.group(group)} ran, for ${duration(held)}`;
  const rest = others.length > 0 ? `else ${others.slice(0, 2).join(', ')}` : '';
  const behind = group < 0 ? '' : ` For ${duration(held)} of it, ${names.group(group)} ran.`;
  return {
    id: 'slow-and-ready',
    severity: share >= SERIOUS ? 3 : 2,
    value: percent(share),
    title: `of slow ${noun.plural}' time is waiting for ${what}`,
    detail: [who, rest].filter((text) => text !== '').join('; '),
    why: {
      definition: `The slowest 5 % of ${noun.plural}, at least five, could have run for more than ${percent(SHARE)} of their time, but something else held the processor.`,
      found: `${count(slowTasks.length)} ${noun.of(slowTasks.length)} from ${limit} on were ${word} for ${duration(slowParts[Part.Ready]!)} of ${duration(sum)}.${behind}`,
    },
    measure: { value: share, threshold: SHARE, unit: 'share' },
    target: { kind: 'task', task: slowTasks[0]! },
    evidence: Array.from(slowTasks.subarray(0, 5), (task) => ({ kind: 'task', task })),
  };
}

/** The group that ran for longest while slow tasks were ready, and for how long; -1 for none. */
function holderOfAll(facts: TraceFacts): readonly [group: number, time: number] {
  const byGroup = new Map<number, number>();
  for (const task of facts.slowTasks)
    for (const { group, time } of facts.account(task).behind) byGroup.set(group, (byGroup.get(group) ?? 0) + time);
  return [...byGroup].reduce((a, b) => (b[1] > a[1] ? b : a), [-1, 0]);
}
