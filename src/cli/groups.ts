/** `exectrace groups`: goroutines or strands by their entry function, and where the time of each group went. */
import {
  type Dialect,
  groupBuckets,
  reasonWord,
  type TimeBuckets,
  type TraceModel,
  wordsOf,
} from '../analysis/index.ts';
import { count, duration } from '../base/index.ts';
import { type Command, parseOptions, someFiles } from './command.ts';
import { EXIT_OK } from './errors.ts';
import { capital, shortName } from './names.ts';
import { write, writeJson } from './output.ts';
import { headedTable } from './text-table.ts';
import { TIME_OPTIONS, timeRange } from './time-options.ts';
import { loadSet } from './trace-set.ts';

/** Rows without `--all`. */
const MOST_ROWS = 25;

const OPTIONS = {
  json: { type: 'boolean', description: 'Print everything as JSON; times are ns' },
  ...TIME_OPTIONS,
  name: { type: 'string', value: 'TEXT', description: 'Only groups whose name contains TEXT' },
  all: { type: 'boolean', description: `Print all groups, not only the first ${MOST_ROWS}` },
} as const;

interface GroupReport {
  readonly name: string;
  readonly goroutines: number;
  readonly time: TimeBuckets;
}

export const groups: Command = {
  name: 'groups',
  summary: 'Print where the time went, by entry function',
  usage: 'groups [--json] [--from TIME] [--to TIME] [--name TEXT] [--all] FILE…',
  options: OPTIONS,
  details: `Running, runnable, syscall and blocked times add up to the time that the members of a group were there. Assist,
sweep and stop-the-world lie across these.`,
  async run(args) {
    const { values, positionals } = parseOptions('groups', OPTIONS, args);
    const paths = someFiles('groups', positionals);
    const file = paths.join(', ');
    const rangeOf = timeRange(values);
    const model = await loadSet(paths);
    const range = rangeOf(model);
    const wanted = (values.name ?? '').toLowerCase();
    const reports = groupReports(model, groupBuckets(model, range)).filter((group) =>
      group.name.toLowerCase().includes(wanted),
    );
    if (values.json === true)
      await writeJson({ file, dialect: model.info.dialect, start: range.start, end: range.end, groups: reports });
    else await write(groupsText(model.info.dialect, reports, values.all === true ? reports.length : MOST_ROWS));
    return EXIT_OK;
  },
};

function groupReports({ groups: table, strings }: TraceModel, buckets: readonly TimeBuckets[]): GroupReport[] {
  return buckets
    .map((time, group) => ({
      name: strings[table.name[group]!]!,
      goroutines: table.offset[group + 1]! - table.offset[group]!,
      time,
    }))
    .sort((a, b) => b.time.execution - a.time.execution || b.time.total - a.time.total);
}

function groupsText(dialect: Dialect, reports: readonly GroupReport[], most: number): string {
  const words = wordsOf(dialect);
  const rows = reports.slice(0, most).map(({ name, goroutines, time }) => {
    const blocked = Object.entries(time.blocked);
    const blockedFor = blocked.reduce((sum, [, ns]) => sum + ns, 0);
    const [reason] = blocked[0] ?? [''];
    return [
      shortName(name),
      count(goroutines),
      ...[time.execution, time.schedulerWait, time.syscall + time.syscallBlocked, blockedFor].map(duration),
      shortName(blockedFor > 0 ? reasonWord(dialect, reason) || 'unknown reason' : '–'),
      duration(Object.values(time.ranges).reduce((sum, ns) => sum + ns, 0)),
    ];
  });
  const left = reports.length - rows.length;
  const head = [
    capital(words.groups),
    'count',
    'running',
    words.states[3]!,
    'syscall',
    'blocked',
    'mostly',
    'in ranges',
  ];
  const lines = headedTable([head, ...rows]);
  if (left > 0) lines.push(`  and ${count(left)} more; --all prints them`);
  return `${lines.join('\n')}\n`;
}
