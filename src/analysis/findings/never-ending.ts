/** Goroutines or strands of one place are created and never end. */
import { count, duration, figures3, percent } from '../../base/index.ts';
import { reasonWord, wordsOf } from '../dialect.ts';
import { type LeakSite, leakSites } from '../leaks.ts';
import type { TraceFacts } from './facts.ts';
import type { Finding } from './finding.ts';

const LEAST = 100;
const SHARE = 0.9;
/** Of a site where some end: share of the created that has outlived all of those by far. */
const OUTLIVED_SHARE = 0.05;
const SERIOUS = 1000;

export function neverEnding({ model, names, length }: TraceFacts): Finding | undefined {
  const sites = leakSites(model).filter(isLeak);
  const worst = sites[0];
  if (worst === undefined) return undefined;
  const { dialect } = model.info;
  const words = wordsOf(dialect);
  const place = names.place(model.goroutines.entryStack[worst.oldest]!) || names.innermost(worst.createStack);
  const reason = reasonWord(dialect, names.text(worst.reason));
  const perSecond = figures3(worst.stuck / (length / 1e9));
  return {
    id: 'never-ending',
    severity: worst.stuck >= SERIOUS ? 3 : 2,
    value: count(worst.stuck),
    title: `${words.goroutines} never end`,
    detail: `${names.group(worst.group)}${place === '' ? '' : `, ${place}`}: +${perSecond} per second${reason === '' ? '' : `; most wait for ${reason}`}`,
    why: {
      definition: `At least ${LEAST} ${words.goroutines} of one function were created at one place in the trace, and ${percent(SHARE)} of them were still waiting at its end; or so many have been waiting for far longer than any of the others lived.`,
      found: `${count(worst.stuck)} of ${count(worst.created)}, the oldest for ${duration(model.info.end - worst.since)}${reason === '' ? '' : `, most for ${reason}`}.`,
    },
    measure: { value: worst.stuck, threshold: LEAST, unit: 'count' },
    target: { kind: 'group', group: worst.group },
    evidence: sites.slice(0, 5).map(({ group }) => ({ kind: 'group', group })),
  };
}

function isLeak({ created, stuck, outlived }: LeakSite): boolean {
  if (stuck >= LEAST && stuck >= SHARE * created) return true;
  return outlived >= LEAST && outlived >= OUTLIVED_SHARE * created;
}
