/** The report of `exectrace explain` in sentences. */
import { type Dialect, PART_NAMES, type Part, partWord, reasonWord } from '../analysis/index.ts';
import { duration, figures3, oneLine, percent } from '../base/index.ts';
import type { ExplainedTask, ExplainReport } from './explain-report.ts';
import { capital, plural, shortName } from './names.ts';

/** Parts and waits that are worth a word: this share of the task. */
const WORTH = 0.02;
/** The same for a step of its path, and for what may have been waiting for the loop. */
const PATH_WORTH = 0.01;
const HIDDEN_WORTH = 0.1;
const SIGNS = { 1: '·', 2: '◆', 3: '▲' } as const;

/** The whole report, ending with a line break. */
export function explainText(report: ExplainReport): string {
  const head = `${oneLine(report.file)}: ${duration(report.duration)}, ${plural(report.tasks.total, report.tasks.word)}.`;
  return `${[head, ...findings(report), ...slowest(report)].join('\n')}\n`;
}

function findings({ findings: found }: ExplainReport): string[] {
  if (found.length === 0) return ['', 'Nothing stands out: no check passed its threshold.'];
  const lines = found.flatMap(({ severity, value, title, detail, why }) => [
    `  ${SIGNS[severity]} ${value} ${title}. ${detail.replace(/\.$/, '')}.`,
    `      ${why.definition} Found: ${why.found}`,
  ]);
  return ['', 'What stands out (▲ serious, ◆ notable, · for your information)', ...lines.map(oneLine)];
}

function slowest({ dialect, slowest: tasks, tasks: { word } }: ExplainReport): string[] {
  if (tasks.length === 0) return [];
  return ['', `The slowest ${word}s`, ...tasks.flatMap((task) => taskLines(dialect, task))];
}

function taskLines(dialect: Dialect, task: ExplainedTask): string[] {
  const typical = task.median > 0 ? `, ${figures3(task.duration / task.median)} times the median of its kind` : '';
  return [
    `  ${shortName(task.name)} #${task.id} took ${duration(task.duration)}${typical}.`,
    `      ${parts(dialect, task)}`,
    ...hidden(task).map((line) => `      ${line}`),
    ...waits(dialect, task).map((line) => `      ${line}`),
    ...path(dialect, task).map((line) => `      ${line}`),
  ];
}

function wordOf(dialect: Dialect, part: string): string {
  return partWord(dialect, PART_NAMES.indexOf(part) as Part);
}

/** `Running 515 ms (38 %), files 806 ms (60 %), ready 1.2 ms, while renderReport ran for 1.1 ms.` */
function parts(dialect: Dialect, task: ExplainedTask): string {
  const told = Object.entries(task.parts)
    .filter(([, time]) => time >= WORTH * task.duration)
    .sort((a, b) => b[1] - a[1])
    .map(([part, time]) => {
      const [holder] = task.behind;
      const isHeld = part === 'ready' && holder !== undefined && holder.time >= time / 4;
      const held = isHeld ? ` (while ${shortName(holder.name)} ran for ${duration(holder.time)})` : '';
      return `${wordOf(dialect, part)} ${duration(time)} = ${percent(time / task.duration)}${held}`;
    });
  return `${capital(told.join(', ') || 'nothing is known')}.`;
}

/** What of the waiting may have been for the loop. */
function hidden({ hidden: { time, behind }, duration: length }: ExplainedTask): string[] {
  const [holder] = behind;
  if (time < HIDDEN_WORTH * length || holder === undefined) return [];
  const by = `${shortName(holder.name)} ran for ${duration(holder.time)} of it`;
  return [`Answers may have waited up to ${duration(time)} of that for the event loop, which was busy; ${by}.`];
}

function waits(dialect: Dialect, task: ExplainedTask): string[] {
  return task.waits
    .filter(({ time }) => time >= WORTH * task.duration)
    .map(({ reason, of, endedBy, count, time }) => {
      const what = reasonWord(dialect, reason) || 'another one';
      const ended = endedBy === '' ? '' : `, ended by ${shortName(endedBy)}`;
      return `${shortName(of)} waited ${duration(time)} for ${what}${ended}${count > 1 ? `, ${count} times` : ''}.`;
    });
}

/** The path in time order; what one strand did on it stands together. */
function path(dialect: Dialect, task: ExplainedTask): string[] {
  const turns: { readonly who: string; readonly did: Map<string, number> }[] = [];
  for (const { who, part, time } of task.path) {
    if (time < PATH_WORTH * task.duration) continue;
    if (turns.at(-1)?.who !== who) turns.push({ who, did: new Map() });
    const { did } = turns.at(-1)!;
    const word = wordOf(dialect, part);
    did.set(word, (did.get(word) ?? 0) + time);
  }
  if (turns.length === 0) return [];
  const told = turns.map(({ who, did }) => {
    const words = Array.from(did, ([word, time]) => `${word} ${duration(time)}`);
    return `${who === '' ? 'somebody' : shortName(who)} (${words.join(', ')})`;
  });
  return [`Its end depended on: ${told.join(', then ')}.`];
}
