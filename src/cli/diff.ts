/** `exectrace diff`: what got worse and what got better between two traces, and how sure that is. */
import { type Comparison, compareTraces, type TraceComparison, type Verdict } from '../analysis/index.ts';
import { count, duration, oneLine, percent } from '../base/index.ts';
import { type Command, parseOptions } from './command.ts';
import { EXIT_OK, UsageError } from './errors.ts';
import { shortName } from './names.ts';
import { write, writeJson } from './output.ts';
import { loadSet } from './trace-set.ts';

/** Rows per verdict that are told without `--all`. */
const MOST_ROWS = 12;
/** Parts of the time that are told, and their least share of the median. */
const MOST_PARTS = 3;
const WORTH = 0.03;

const OPTIONS = {
  json: { type: 'boolean', description: 'Print everything as JSON; times are ns' },
  all: { type: 'boolean', description: 'Print also what did not change, and what cannot be said' },
} as const;

export const diff: Command = {
  name: 'diff',
  summary: 'Compare two traces: what got worse, what got better, and how sure that is',
  usage: 'diff [--json] [--all] BEFORE AFTER',
  options: OPTIONS,
  details: `Kinds of tasks are compared by the length of their tasks, groups by the running time of their members. A difference is
told when it is at least 5 % of the median and is sure (Mann-Whitney test; the chance that any of all differences told is
none is 1 %). Kinds with fewer than 8 tasks on either side are not judged.`,
  async run(args) {
    const { values, positionals } = parseOptions('diff', OPTIONS, args);
    const [before, after, ...more] = positionals;
    if (before === undefined || after === undefined || more.length > 0)
      throw new UsageError(`exectrace diff takes two files, not ${positionals.length}`);
    const comparison = compareTraces(await loadSet([before]), await loadSet([after]));
    if (values.json === true) await writeJson({ before, after, ...comparison });
    else await write(diffText(before, after, comparison, values.all === true));
    return EXIT_OK;
  },
};

const TITLES: readonly (readonly [Verdict, string])[] = [
  ['worse', 'Got worse'],
  ['better', 'Got better'],
  ['new', 'Only after'],
  ['gone', 'Only before'],
  ['same', 'No sure difference'],
  ['unsure', 'Too few to judge'],
];
/** What is told of what changed in any case. */
const ALWAYS = 2;

function diffText(before: string, after: string, comparison: TraceComparison, all: boolean): string {
  const { tasks, groups, findings, threshold, comparisons } = comparison;
  const lines = [`From ${oneLine(before)} to ${oneLine(after)}.`];
  for (const [verdict, title] of all ? TITLES : TITLES.slice(0, ALWAYS)) {
    lines.push(
      ...section(`${title}: tasks`, tasks, verdict),
      ...section(`${title}: running time per call`, groups, verdict),
    );
  }
  for (const [title, list] of [
    ['New findings', findings.gained],
    ['Findings that are gone', findings.lost],
  ] as const)
    if (list.length > 0) lines.push('', title, ...list.map(({ value, title: text }) => `  ${value} ${text}`));
  if (lines.length === 1) lines.push('', 'No sure difference.');
  lines.push(
    '',
    `${count(comparisons)} comparisons; sure means p < ${threshold.toPrecision(2)} in the Mann-Whitney test.`,
  );
  return `${lines.map(oneLine).join('\n')}\n`;
}

function section(title: string, all: readonly Comparison[], verdict: Verdict): string[] {
  const own = all.filter((comparison) => comparison.verdict === verdict);
  if (own.length === 0) return [];
  const left = own.length - MOST_ROWS;
  return ['', title, ...own.slice(0, MOST_ROWS).map(sentence), ...(left > 0 ? [`  and ${count(left)} more`] : [])];
}

/** `GET /orders: median 12 ms → 18 ms (+50 %), p99 …; 412 and 398; p = 0.0001. Per task: network +4 ms.` */
function sentence({ name, a, b, p }: Comparison): string {
  const change = b.p50 / a.p50 - 1;
  const sign = change >= 0 ? '+' : '−';
  const medians = `median ${duration(a.p50)} → ${duration(b.p50)}${Number.isFinite(change) ? ` (${sign}${percent(Math.abs(change))})` : ''}`;
  const tail = `p99 ${duration(a.p99)} → ${duration(b.p99)}`;
  const counts = `${count(a.count)} and ${count(b.count)}`;
  const chance = p < 1e-4 ? 'p < 0.0001' : `p = ${p.toPrecision(2)}`;
  const parts = partsOf(a.means, b.means, a.p50);
  return `  ${shortName(name)}: ${medians}, ${tail}; ${counts}; ${chance}.${parts === '' ? '' : ` On average: ${parts}.`}`;
}

/** What rose or fell most, as a mean. */
function partsOf(a: Comparison['a']['means'], b: Comparison['a']['means'], median: number): string {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])]
    .map((part) => [part, (b[part] ?? 0) - (a[part] ?? 0)] as const)
    .filter(([, change]) => Math.abs(change) >= WORTH * (median || 0))
    .sort((x, y) => Math.abs(y[1]) - Math.abs(x[1]))
    .slice(0, MOST_PARTS)
    .map(([part, change]) => `${part} ${change >= 0 ? '+' : '−'}${duration(Math.abs(change))}`)
    .join(', ');
}
