/**
 * What is selected as plain text, for a message or a bug report: what it is, the answer in words, its states, its critical
 * path or stack. With nothing selected, what stands out and where the time in view went.
 */
import { DISPLAY_STATES, type DisplayState, partWord, stateTotals, stateWord } from '../../analysis/index.ts';
import { duration, percent } from '../theme/numbers.ts';
import { selectionSentence } from './announce.ts';
import type { OpenTrace } from './open-trace.ts';
import { stackLines } from './stack-lines.ts';
import { strandFacts } from './strand-facts.ts';
import { describeTask } from './task-answer.ts';
import { pathSentence, pathStretches } from './task-path.ts';
import { traceFacts, traceTitle } from './trace-facts.ts';
import type { Viewer } from './viewer.ts';

/** Steps of a path and frames of a stack that are listed. */
const LISTED = 40;

export function selectionReport(viewer: Viewer): string {
  const { app } = viewer;
  const trace = app.trace.peek()!;
  const { task, strand, interval } = app.selection.peek();
  const lines = [
    `${traceTitle(trace)}: ${traceFacts(trace)
      .map((fact) => fact.text)
      .join(', ')}`,
    '',
  ];
  if (strand >= 0) lines.push(...strandLines(viewer, trace, strand, interval));
  else if (task >= 0) lines.push(...taskLines(trace, task));
  else lines.push(...viewLines(viewer, trace));
  return `${lines.join('\n')}\n`;
}

function taskLines(trace: OpenTrace, task: number): string[] {
  const { title, parts } = describeTask(trace, task);
  const { start, end, totals } = trace.breakdown(task);
  const stretches = pathStretches(trace, trace.path(task));
  const { dialect } = trace.model.info;
  const step = (end - start) / 1000;
  const path = stretches.slice(0, LISTED).map((stretch) => {
    const who = stretch.who === '' ? '' : `  ${stretch.who}`;
    return `  +${duration(stretch.start - start)}  ${partWord(dialect, stretch.part)} ${duration(stretch.end - stretch.start)}${who}`;
  });
  const rest = stretches.length - path.length;
  return [
    title,
    parts.map((part) => part.text).join(''),
    `From ${trace.clock(start, step)} to ${trace.clock(end, step)}.`,
    '',
    ...stateLines(trace, totals),
    ...(path.length === 0 ? [] : ['', `Critical path. ${pathSentence(trace, stretches)}`, ...path]),
    ...(rest > 0 ? [`  … and ${rest} more steps`] : []),
  ];
}

function strandLines(viewer: Viewer, trace: OpenTrace, strand: number, interval: number): string[] {
  const { model } = trace;
  const stack = interval >= 0 ? model.intervals.stack[interval]! : model.goroutines.entryStack[strand]!;
  const frames = stackLines(trace, stack).slice(0, LISTED);
  return [
    selectionSentence(trace, { task: -1, strand, interval }),
    ...strandFacts(viewer, trace, strand, interval).map(({ name, text }) => `${name}: ${text}`),
    '',
    ...stateLines(trace, stateTotals(model, strand)),
    ...(frames.length === 0 ? [] : ['', 'Stack', ...frames.map(({ func, place }) => `  ${func} ${place}`.trimEnd())]),
  ];
}

function viewLines(viewer: Viewer, trace: OpenTrace): string[] {
  const range = viewer.scope.range.peek();
  const window = range ?? viewer.app.window.peek();
  const step = (window.end - window.start) / 1000;
  const findings = viewer.scope.findings.peek().map(({ value, title, detail }) => `  ${value}  ${title}. ${detail}`);
  const totals = viewer.inView.peek();
  return [
    ...(findings.length === 0 ? ['Nothing stands out.'] : ['What stands out', ...findings]),
    '',
    `${range === undefined ? 'In view' : 'In the range'}, ${trace.clock(window.start, step)} to ${trace.clock(window.end, step)}`,
    ...(totals === undefined ? [] : stateLines(trace, totals)),
  ];
}

/** States with time in them, largest first. */
function stateLines(trace: OpenTrace, totals: Float64Array): string[] {
  const sum = totals.reduce((a, b) => a + b, 0);
  return Array.from({ length: DISPLAY_STATES }, (_, state) => state as DisplayState)
    .filter((state) => totals[state]! > 0)
    .sort((a, b) => totals[b]! - totals[a]!)
    .map((state) => {
      const word = stateWord(trace.model.info.dialect, state);
      return `  ${word} ${duration(totals[state]!)}, ${percent(totals[state]! / sum)}`;
    });
}
