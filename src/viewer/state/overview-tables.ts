/**
 * The tables of the first screen as data, for files and the clipboard: all rows and all digits of what its panels show in
 * short, of the chosen range and the brushed requests like the panels.
 */
import { DISPLAY_STATES, type DisplayState, stateWord, taskLength, wordsOf } from '../../analysis/index.ts';
import type { Cell } from '../../exporters/index.ts';
import type { OpenTrace } from './open-trace.ts';
import { groupsByWeight } from './scope.ts';
import type { NamedTable } from './shown-tables.ts';
import { targetTime } from './target-time.ts';
import { taskNoun } from './task-words.ts';
import type { Viewer } from './viewer.ts';

export function overviewTables(viewer: Viewer): NamedTable[] {
  const trace = viewer.app.trace.peek()!;
  const noun = taskNoun(trace);
  const words = wordsOf(trace.model.info.dialect);
  const { tasks } = viewer.scope.requests.peek();
  const tables: NamedTable[] = [{ name: 'findings', table: () => findings(viewer, trace) }];
  const { task } = viewer.app.selection.peek();
  if (task >= 0) tables.push({ name: `states of the ${noun.singular}`, table: () => states(trace, task) });
  if (tasks.length > 0) {
    tables.push({ name: noun.plural, table: () => requests(viewer, trace) });
    tables.push({ name: `kinds of ${noun.plural}`, table: () => kinds(viewer) });
  }
  tables.push({ name: words.groups, table: () => groups(viewer, trace) });
  if (viewer.scope.blocks.peek().length > 0)
    tables.push({ name: 'blocks of the loop', table: () => blocks(viewer, trace) });
  if (trace.summary.locks.sites.length > 0) tables.push({ name: 'waits for locks', table: () => locks(trace) });
  return tables;
}

function stateHeads({ model }: OpenTrace): string[] {
  const { dialect } = model.info;
  return Array.from({ length: DISPLAY_STATES }, (_, state) => `${stateWord(dialect, state as DisplayState)}, ns`);
}

function findings(viewer: Viewer, trace: OpenTrace): Cell[][] {
  return [
    ['severity', 'number', 'finding', 'detail', 'value', 'threshold', 'unit', 'start, ns', 'end, ns'],
    ...viewer.scope.findings.peek().map(({ severity, value, title, detail, measure, target }) => {
      const { start, end } = targetTime(trace, target);
      return [severity, value, title, detail, measure.value, measure.threshold, measure.unit, start, end];
    }),
  ];
}

function requests(viewer: Viewer, trace: OpenTrace): Cell[][] {
  const { tasks } = trace.model;
  return [
    ['id', 'name', 'kind', 'start, ns', 'length, ns', ...stateHeads(trace)],
    ...Array.from(viewer.scope.requests.peek().tasks, (task) => [
      tasks.id[task]!,
      trace.names.task(task),
      trace.kindOf(task)?.name,
      tasks.start[task]!,
      taskLength(trace.model, task),
      ...trace.breakdown(task).totals,
    ]),
  ];
}

/** Where the time of a task went, beside a typical one of its kind. */
function states(trace: OpenTrace, task: number): Cell[][] {
  const typical = trace.typicalOf(task);
  const median = typical < 0 ? undefined : trace.breakdown(typical).totals;
  const { dialect } = trace.model.info;
  return [
    ['state', 'this, ns', 'typical, ns'],
    ...Array.from(trace.breakdown(task).totals, (time, state) => [
      stateWord(dialect, state as DisplayState),
      time,
      median?.[state],
    ]),
  ];
}

function kinds(viewer: Viewer): Cell[][] {
  return [
    ['kind', 'n', 'open', 'p50, ns', 'p99, ns', 'longest, ns'],
    ...viewer.scope.requests.peek().kinds.map(({ name, tasks, open, p50, p99 }) => {
      const longest = tasks.length === 0 ? undefined : taskLength(viewer.app.trace.peek()!.model, tasks[0]!);
      return [name, tasks.length, open, p50, p99, longest];
    }),
  ];
}

function groups(viewer: Viewer, trace: OpenTrace): Cell[][] {
  const time = viewer.scope.groupTime.peek();
  const number = viewer.scope.groupCount.peek();
  return [
    ['function', 'n', ...stateHeads(trace)],
    ...groupsByWeight(time).map((group) => [
      trace.names.group(group),
      number[group]!,
      ...time.subarray(group * DISPLAY_STATES, (group + 1) * DISPLAY_STATES),
    ]),
  ];
}

function blocks(viewer: Viewer, trace: OpenTrace): Cell[][] {
  const { goroutines } = trace.model;
  return [
    ['function', 'id', 'start, ns', 'length, ns', 'delayed'],
    ...viewer.scope.blocks
      .peek()
      .map(({ goroutine, start, end, delayed }) => [
        trace.names.group(goroutines.group[goroutine]!),
        goroutines.id[goroutine]!,
        start,
        end - start,
        delayed,
      ]),
  ];
}

function locks({ names, summary }: OpenTrace): Cell[][] {
  return [
    ['waited in', 'waits', 'time, ns', 'longest, ns', 'held most by', 'held by it, ns'],
    ...summary.locks.sites.map(({ stack, count, time, longest, holder, held }) => {
      return [names.caller(stack), count, time, longest, holder < 0 ? '' : names.group(holder), held];
    }),
  ];
}
