/** The report of `exectrace stat` as text. All names of the trace are disarmed here. */
import { DisplayState, wordsOf } from '../analysis/index.ts';
import { byteSize, count, duration, oneLine, percent } from '../base/index.ts';
import { capital, plural, shortName } from './names.ts';
import type { StateTimes, StatReport } from './stat-report.ts';
import { headedTable, textTable } from './text-table.ts';

/** Rows of long tables; the rest is counted. */
const MOST_ROWS = 12;

/** The whole report, ending with a line break. */
export function reportText(report: StatReport): string {
  const sections = [
    summary(report),
    states(report),
    section('Events', textTable(Object.entries(report.events.byKind).map(([kind, n]) => [kind, count(n)]))),
    procs(report),
    pool(report),
    tasks(report),
    slowest(report),
    groups(report),
    ranges(report),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [title, ...lines];
}

function summary(report: StatReport): string[] {
  const words = wordsOf(report.dialect);
  const { facts } = report;
  const rows: [string, string][] = [
    ['format', `${report.format}, ${report.dialect === 'node' ? 'of a Node program' : 'of a Go program'}`],
    ['length', `${duration(report.duration)} in ${plural(report.generations, 'generation')}`],
    ['size', `${byteSize(report.bytes)}, ${plural(report.events.total, 'event')}`],
    [words.goroutines, `${count(report.goroutines.total)}, of which ${count(report.goroutines.ended)} ended`],
    ['tasks', `${count(report.tasks.total)}, ${plural(report.regions, 'region')}, ${plural(report.logs, 'log')}`],
    ['lost', report.lost === 0 ? 'nothing' : `${count(report.lost)} records, which the recorder dropped`],
  ];
  const leftOut = Number(facts.threadsLeftOut ?? 0);
  if (leftOut > 0) rows.push(['left out', `${plural(leftOut, 'thread')}, for which there was no room`]);
  const { loopDelay: delay } = report;
  if (delay !== undefined) {
    rows.push(['loop delay', `mean ${duration(delay.mean)}, longest ${duration(delay.longest)}`]);
  }
  if (report.recorded !== undefined) rows.splice(1, 0, ['recorded', report.recorded]);
  for (const each of report.processes ?? [facts]) {
    const told = Object.entries(each).map(([key, value]) => oneLine(`${key} ${value}`));
    if (told.length > 0) rows.push(['process', told.join(', ')]);
  }
  if (report.problem !== undefined) rows.push(['damaged', oneLine(report.problem.message)]);
  const width = Math.max(...rows.map(([key]) => key.length));
  return [oneLine(report.file), ...rows.map(([key, value]) => `  ${key.padEnd(width)}  ${value}`)];
}

/** Shares of the states that occur, most active first. */
function mix(report: StatReport, times: StateTimes): string {
  const words = wordsOf(report.dialect).states;
  const total = Object.values(times).reduce((a, b) => a + b, 0);
  return Object.entries(DisplayState)
    .map(([key, state]) => [words[state]!, times[key.toLowerCase()]!] as const)
    .filter(([, time]) => time > 0)
    .sort((a, b) => b[1] - a[1])
    .map(([word, time]) => `${word} ${percent(time / total)}`)
    .join(' · ');
}

function states(report: StatReport): string[] {
  const text = mix(report, report.goroutines.states);
  return section(`Time of all ${wordsOf(report.dialect).goroutines}`, text === '' ? [] : [`  ${text}`]);
}

function procs(report: StatReport): string[] {
  const rows = report.procs.map((proc) => [shortName(proc.name), percent(proc.busy / report.duration)]);
  return rows.length === 0 ? [] : headedTable([[capital(wordsOf(report.dialect).procs), 'busy'], ...capped(rows)]);
}

function pool({ pool: use, duration: length }: StatReport): string[] {
  if (use === undefined) return [];
  const { size, kinds, most, full, queued } = use;
  const rows = kinds.map(({ kind, jobs, time }) => [
    shortName(kind),
    count(jobs),
    duration(time),
    percent(time / (size * length)),
  ]);
  const waits =
    queued.jobs === 0
      ? 'none'
      : `${count(queued.jobs)} for ${duration(queued.total)}, longest ${duration(queued.longest)}`;
  return [
    ...headedTable([['Thread pool (inferred)', 'jobs', 'time', 'of the pool'], ...capped(rows)]),
    `  ${size} threads, at most ${most} busy at a time, all of them for ${percent(full)} of the trace; queued: ${waits}`,
  ];
}

function tasks(report: StatReport): string[] {
  const rows = report.tasks.types.map((type) => [
    shortName(type.type),
    count(type.count),
    count(type.open),
    ...(type.count === 0 ? ['', '', ''] : [type.p50, type.p99, type.slowest[0]!.duration].map(duration)),
  ]);
  if (rows.length === 0) return [];
  return headedTable([['Tasks by type', 'ended', 'open', 'p50', 'p99', 'slowest'], ...capped(rows)]);
}

function slowest(report: StatReport): string[] {
  const types = report.tasks.types.filter((type) => type.count > 0).slice(0, MOST_ROWS);
  const lines = types.map((type) => `  ${shortName(type.type)}: ${mix(report, type.slowest[0]!.states)}`);
  return section('What the slowest of each type was doing', lines);
}

function groups(report: StatReport): string[] {
  const rows = report.groups.map((group) => [
    shortName(group.name),
    count(group.goroutines),
    ...['run', 'ready', 'net', 'sync'].map((state) => duration(group.states[state]!)),
  ]);
  if (rows.length === 0) return [];
  const words = wordsOf(report.dialect);
  const { Run, Ready, Net, Sync } = DisplayState;
  const heads = [Run, Ready, Net, Sync].map((state) => words.states[state]!);
  return headedTable([[capital(words.groups), 'count', ...heads], ...capped(rows)]);
}

function ranges(report: StatReport): string[] {
  const rows = report.ranges.map((range) => [
    shortName(range.name),
    count(range.count),
    duration(range.total),
    duration(range.longest),
  ]);
  return rows.length === 0 ? [] : headedTable([['Ranges', 'count', 'total', 'longest'], ...capped(rows)]);
}

function capped(rows: readonly (readonly string[])[]): (readonly string[])[] {
  if (rows.length <= MOST_ROWS) return [...rows];
  return [...rows.slice(0, MOST_ROWS), [`and ${count(rows.length - MOST_ROWS)} more`]];
}
