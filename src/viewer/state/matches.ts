/**
 * What a text finds: in the field on top and in the palette alike. Requests, groups, strands, regions and logs by name or
 * number; `>` finds commands, `@` rows of the timeline. Loaded when it is first needed.
 */
import { search, wordsOf } from '../../analysis/index.ts';
import { pageNames } from '../pages/page-list.ts';
import { duration } from '../theme/numbers.ts';
import { COMMANDS, isAvailable } from './commands.ts';
import { exportsOf, runExport } from './exports.ts';
import { fuzzyPick } from './fuzzy.ts';
import type { Match } from './match.ts';
import type { OpenTrace } from './open-trace.ts';
import { taskNoun } from './task-words.ts';
import type { Viewer } from './viewer.ts';

/** Matches per kind of thing, and in all. */
const PER_KIND = 6;
const MOST = 14;
const MOST_COMMANDS = 60;
/** Groups that are looked through letter by letter; of more, the busiest. */
const MOST_FUZZY = 5000;

export const COMMAND_SIGN = '>';
export const ROW_SIGN = '@';

export function findMatches(viewer: Viewer, text: string): Match[] {
  const trace = viewer.app.trace.peek();
  if (text.startsWith(COMMAND_SIGN)) return commandMatches(viewer, text.slice(1).trim(), MOST_COMMANDS);
  if (text.startsWith(ROW_SIGN)) return rowMatches(viewer, text.slice(1).trim());
  const typed = text.trim();
  if (typed === '' || trace === undefined) return commandMatches(viewer, typed, MOST_COMMANDS);
  const found = [...taskMatches(viewer, trace, typed), ...groupMatches(viewer, trace, typed)];
  found.push(...strandMatches(viewer, trace, typed), ...markMatches(viewer, trace, typed));
  const commands = commandMatches(viewer, typed, 3);
  return [...found.slice(0, MOST - commands.length), ...commands];
}

function commandMatches(viewer: Viewer, typed: string, most: number): Match[] {
  const pages = viewer.app.trace.peek() === undefined ? [] : pageNames(viewer);
  const toPages = pages.map(({ page, name }) => ({
    title: `page: ${name}`,
    match: {
      key: `p:${page}`,
      kind: 'page',
      name,
      detail: '',
      go: () => viewer.app.goToPage(page),
      place: false,
    },
  }));
  const available = COMMANDS.filter((command) => command.id !== 'palette' && isAvailable(command, viewer));
  const toCommands = available.map((command) => ({
    title: command.title,
    match: {
      key: `c:${command.id}`,
      kind: 'command',
      name: command.title,
      detail: '',
      keys: command.keys.map((key) => key.label),
      go: () => command.run(viewer),
      place: false,
    },
  }));
  const toExports = exportsOf(viewer)
    .filter(({ section }) => section !== 'Text')
    .map((item) => ({
      title: `export ${item.section}: ${item.title}`,
      match: {
        key: `e:${item.id}`,
        kind: 'export',
        name: `${item.section}: ${item.title}`,
        detail: '',
        go: () => void runExport(viewer, item),
        place: false,
      },
    }));
  return fuzzyPick(typed, [...toCommands, ...toPages, ...toExports], ({ title }) => title, most).map(
    ({ match }) => match,
  );
}

function rowMatches({ app, timeline }: Viewer, typed: string): Match[] {
  const rows = timeline.rows.peek().filter((row) => row.kind !== 'more' && row.name !== '');
  return fuzzyPick(typed, rows, ({ name, detail }) => `${name} ${detail}`, MOST_COMMANDS).map((row) => ({
    key: `@:${row.key}`,
    kind: row.kind === 'head' ? 'section' : 'row',
    name: row.name,
    detail: row.value,
    go: () => {
      app.page.value = 'overview';
      app.activate(row.key);
    },
    place: true,
  }));
}

/** The slowest tasks first: they are what one looks for. */
function taskMatches({ app }: Viewer, trace: OpenTrace, typed: string): Match[] {
  const { tasks } = trace.model;
  const length = (task: number) => tasks.end[task]! - tasks.start[task]! || 0;
  const isNumber = /^#?\d+$/.test(typed);
  const found = search(trace.model, typed.replace(/^#(?=\d)/, ''), tasks.count).tasks.slice();
  const id = Number(typed.replace('#', ''));
  const rank = (task: number) => (isNumber && tasks.id[task] === id ? 1 : 0);
  found.sort((a, b) => rank(b) - rank(a) || length(b) - length(a));
  return found.slice(0, PER_KIND).map((task) => ({
    key: `t${task}`,
    kind: taskNoun(trace).singular,
    name: trace.names.task(task),
    detail: duration(tasks.end[task]! - tasks.start[task]!),
    go: () => app.showTask(task),
    place: true,
  }));
}

function groupMatches({ app }: Viewer, trace: OpenTrace, typed: string): Match[] {
  const { groups } = trace.model;
  const busiest = [...trace.summary.groupOrder.subarray(0, MOST_FUZZY)];
  return fuzzyPick(typed, busiest, (group) => trace.names.group(group), PER_KIND).map((group) => ({
    key: `g${group}`,
    kind: 'group',
    name: trace.names.group(group),
    detail: `×${groups.offset[group + 1]! - groups.offset[group]!}`,
    go: () => app.showGroup(group),
    place: true,
  }));
}

function strandMatches({ app }: Viewer, trace: OpenTrace, typed: string): Match[] {
  const { goroutines, info } = trace.model;
  const word = wordsOf(info.dialect).goroutine;
  return search(trace.model, typed.replace(/^g\s+(?=\d)/i, ''), PER_KIND).goroutines.map((strand) => {
    const created = goroutines.created[strand]!;
    const since = Number.isNaN(created) ? '' : ` from ${trace.clock(created, 1e6)}`;
    return {
      key: `s${strand}`,
      kind: word,
      name: trace.names.functionOf(strand),
      detail: `${goroutines.id[strand]}${since}`,
      go: () => app.showStrand(strand),
      place: true,
    };
  });
}

function markMatches({ app }: Viewer, trace: OpenTrace, typed: string): Match[] {
  const { regions, logs } = trace.model;
  const { names } = trace;
  const found = search(trace.model, typed, PER_KIND);
  const match = (key: string, kind: string, name: string, time: number, go: () => void): Match => {
    return { key, kind, name, detail: trace.clock(time, 1e6), go, place: true };
  };
  return [
    ...found.regions.map((region) => {
      const time = regions.start[region]!;
      const go = () => app.showMark(regions.task[region]!, regions.goroutine[region]!, time, regions.end[region]!);
      return match(`r${region}`, 'region', names.text(regions.type[region]!), time, go);
    }),
    ...found.logs.map((log) => {
      const name = `${names.text(logs.category[log]!)} ${names.text(logs.message[log]!)}`;
      const time = logs.time[log]!;
      return match(`l${log}`, 'log', name, time, () => app.showMark(logs.task[log]!, logs.goroutine[log]!, time, time));
    }),
  ];
}
