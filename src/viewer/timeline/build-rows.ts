/**
 * Which rows the timeline has, as a flat list: a pure function of the trace, of what is expanded, pinned, hidden,
 * filtered and sorted, and of the task in focus, so that it can be tested as data.
 *
 * Longer than most files: a short function for each section, which all add to the one list.
 */
import {
  DISPLAY_STATES,
  DisplayState,
  groupRangeTotals,
  type Matches,
  type ProcessTable,
  wordsOf,
} from '../../analysis/index.ts';
import type { OpenTrace } from '../state/open-trace.ts';
import { taskNoun } from '../state/task-words.ts';
import { count } from '../theme/numbers.ts';
import { rowFields } from './row-fields.ts';
import { parseRowId } from './row-id.ts';
import { largest, type RowSort, sortedStrands, sortWords, weightOf } from './row-sort.ts';
import { compactRow, EXPANDED, makeRow, narrowRow, type Row, type RowFields } from './rows.ts';
import type { TimeWindow } from './scale.ts';

export interface RowOptions {
  /** Keys whose state differs from the default of their row. */
  readonly toggled: ReadonlySet<string>;
  /** Task whose strands are shown in a section of their own, or -1. */
  readonly focus: number;
  /** True when the focus was chosen by a person, false when it is the slowest task. */
  readonly chosen: boolean;
  /** What matters is what happens in here: by it rows are sorted, and members of a group shown. */
  readonly window: TimeWindow;
  /** Bars of 10 px without text. */
  readonly compact: boolean;
  /** No gutter: names stand above their bars. */
  readonly narrow: boolean;
  /** Ids of the rows that stand on top, in this order, and of those that are not wanted. */
  readonly pinned: readonly string[];
  readonly hiddenRows: ReadonlySet<string>;
  readonly sort: RowSort;
  /** What the filter holds of; undefined without one. */
  readonly matches: Matches | undefined;
  /** 1 per task that is listed; undefined: all are. */
  readonly tasks: Uint8Array | undefined;
  /** The selected strand, which an open group always shows; -1 for none. */
  readonly selected: number;
}

/** Rows of a section before the rest is folded away. */
export const GROUPS_SHOWN = 4;
const STRANDS_SHOWN = 24;
const STRANDS_OF_SLOWEST = 5;
const STRANDS_OF_CHOSEN = 10;
const TASKS_SHOWN = 20;
/** More rows than these help nobody, and a filter does. */
const MOST_STRANDS = 2000;
/** More procs than these are folded to one row. */
const PROCS_SHOWN = 8;
const LOOPS_SHOWN = 4;

/** All rows, from top to bottom. */
export function buildRows(trace: OpenTrace, options: RowOptions): Row[] {
  const builder = new RowBuilder(trace, options);
  builder.pins();
  // A narrow page is about one path; the rest is below it.
  if (options.narrow) builder.focus();
  builder.procs();
  if (!options.narrow) builder.focus();
  builder.requests();
  builder.groups();
  builder.counters();
  builder.threads();
  const { hiddenRows } = options;
  const rows =
    hiddenRows.size === 0 ? builder.rows : builder.rows.filter((row) => row.pinned || !hiddenRows.has(row.id));
  if (options.narrow) return rows.map(narrowRow);
  return options.compact ? rows.map(compactRow) : rows;
}

class RowBuilder {
  readonly rows: Row[] = [];
  readonly #trace: OpenTrace;
  readonly #options: RowOptions;
  readonly #isWhole: boolean;

  constructor(trace: OpenTrace, options: RowOptions) {
    this.#trace = trace;
    this.#options = options;
    const { start, end } = trace.bounds;
    this.#isWhole = options.window.start <= start && options.window.end >= end;
  }

  /** What was pinned, whatever the filter says. */
  pins(): void {
    for (const id of this.#options.pinned) {
      const what = parseRowId(this.#trace, id);
      const fields = what && rowFields(this.#trace, what.kind, what.ref);
      if (fields !== undefined) this.#add({ ...fields, key: `pin/${id}`, level: 0, open: undefined, pinned: true });
    }
    const last = this.rows.at(-1);
    if (last !== undefined) this.rows[this.rows.length - 1] = { ...last, rule: true };
  }

  procs(): void {
    const { model, tracks, names } = this.#trace;
    const all = Array.from({ length: model.procs.count }, (_, proc) => proc);
    const { processes } = names;
    if (processes === undefined) this.#procsOf(all, 'procs', model.info.dialect === 'node');
    for (let process = 0; process < (processes?.count ?? 0); process++) this.#process(processes!, process, all);
    if (tracks.pool !== undefined) this.#add(rowFields(this.#trace, 'pool', 0)!);
    if (model.samples.count > 0) this.#add(rowFields(this.#trace, 'samples', 0)!);
  }

  /** One process of a trace that was merged of several: a section of its own. */
  #process(processes: ProcessTable, process: number, all: readonly number[]): void {
    const { names } = this.#trace;
    const own = all.filter((proc) => processes.ofProc[proc] === process);
    const isNode = processes.name[process] !== 'Go program';
    const key = `section:process:${process}`;
    const detail = `${count(own.length)} ${isNode ? (own.length === 1 ? 'event loop' : 'event loops') : 'P'}`;
    if (this.#section({ key, name: names.clean(processes.name[process]!), detail })) {
      this.#procsOf(own, `procs:${process}`, isNode);
    }
  }

  /** Rows of the procs of a process; more than a few are folded to one. */
  #procsOf(procs: readonly number[], key: string, node: boolean): void {
    const { model } = this.#trace;
    const ran = procs.filter((proc) => model.procs.offset[proc + 1]! > model.procs.offset[proc]!);
    const first = node ? ran.slice(0, 1) : [];
    const rest = ran.slice(first.length);
    for (const proc of first) this.#proc(proc, 0);
    // What all procs do together is known of the whole trace only.
    const canFold = key === 'procs' && (node ? ran.length > LOOPS_SHOWN : ran.length > 1);
    const open = canFold && this.#isOpen(key, ran.length <= (node ? LOOPS_SHOWN : PROCS_SHOWN));
    if (canFold) this.#add({ ...rowFields(this.#trace, 'procs', 0)!, open });
    if (!canFold || open) for (const proc of rest) this.#proc(proc, canFold ? 1 : 0);
    const idle = procs.length - ran.length;
    if (idle > 0 && key === 'procs' && (!canFold || open)) this.#idleProcs(idle, canFold ? 1 : 0);
  }

  #idleProcs(idle: number, level: number): void {
    const { model } = this.#trace;
    const all = this.#isOpen('more:procs', false);
    const word = model.info.dialect === 'node' ? 'event loops' : 'P';
    for (let proc = 0; all && proc < model.procs.count; proc++) {
      if (model.procs.offset[proc + 1] === model.procs.offset[proc]) this.#proc(proc, level);
    }
    this.#more('more:procs', all ? `without idle ${word}` : `${count(idle)} more ${word} ran nothing`, level);
  }

  #proc(proc: number, level: number): void {
    this.#add({ ...rowFields(this.#trace, 'proc', proc)!, level });
  }

  /** The task in focus with the strands that its end depended on. */
  focus(): void {
    const { focus, chosen } = this.#options;
    if (focus < 0) return;
    const { model, names } = this.#trace;
    const { goroutineOffset } = model.tasks;
    const strands = goroutineOffset[focus + 1]! - goroutineOffset[focus]!;
    const words = wordsOf(model.info.dialect);
    const title = names.task(focus);
    const open = this.#section({
      key: 'section:focus',
      name: chosen ? title : `Slowest ${taskNoun(this.#trace).singular}`,
      detail: chosen
        ? `its ${words.goroutines} in the order of the critical path; off it is pale`
        : `${title}. The line is its critical path: read it left to right.`,
      value: `${count(strands)} ${strands === 1 ? words.goroutine : words.goroutines}`,
    });
    if (!open) return;
    this.#task(focus, `f:${focus}`, 1, true, true, true);
  }

  requests(): void {
    const { summary } = this.#trace;
    if (summary.taskTypes.length === 0) return;
    const open = this.#section(
      {
        key: 'section:requests',
        name: taskNoun(this.#trace).Plural,
        detail: 'how many are open, by kind; the slowest of a kind inside',
      },
      false,
    );
    if (!open) return;
    summary.taskTypes.forEach((type, index) => {
      const tasks = this.#listed(type.tasks);
      if (tasks.length === 0) return;
      const key = `y:${index}`;
      const isOpen = this.#isOpen(key, false);
      this.#add({
        ...rowFields(this.#trace, 'type', index)!,
        level: 1,
        open: isOpen,
        detail: `×${count(tasks.length)}`,
      });
      if (!isOpen) return;
      for (const task of this.#sortTasks(tasks)) this.#task(task, `t:${task}`, 2, false, false, false);
    });
  }

  /** Those of some tasks that other panels and the filter leave. */
  #listed(all: Int32Array): Int32Array {
    const { tasks, matches } = this.#options;
    if (tasks === undefined && matches === undefined) return all;
    return all.filter((task) => (tasks?.[task] ?? 1) === 1 && (matches?.tasks[task] ?? 1) === 1);
  }

  groups(): void {
    const { model, summary } = this.#trace;
    const { sort, matches } = this.#options;
    const words = wordsOf(model.info.dialect);
    const name = words.groups.charAt(0).toUpperCase() + words.groups.slice(1);
    const by = model.info.dialect === 'node' ? 'by function' : 'by entry function';
    if (!this.#section({ key: 'section:groups', name, detail: `${by}, ${sortWords(sort, words.states)}` })) return;
    const { inWindow, idle } = this.#sortGroups();
    const wanted = matches === undefined ? inWindow : inWindow.filter((group) => this.#countOf(group, matches) > 0);
    const all = this.#isOpen('more:groups', false) || matches !== undefined;
    const shown = all ? [...wanted, ...(matches === undefined ? idle : [])] : wanted.slice(0, GROUPS_SHOWN);
    const { selected } = this.#options;
    const own = selected < 0 ? -1 : model.goroutines.group[selected]!;
    if (own >= 0 && !shown.includes(own) && this.#isOpen(`g:${own}`, false)) shown.push(own);
    for (const group of shown) this.#group(group);
    const hidden = summary.groupOrder.length - shown.length;
    if (matches !== undefined) {
      if (hidden > 0)
        this.#add({
          key: 'note:groups',
          kind: 'more',
          ref: -1,
          name: `${count(hidden)} groups do not match`,
          level: 1,
        });
    } else if (hidden > 0 || all) this.#more('more:groups', all ? 'fewer groups' : `${count(hidden)} more groups`, 1);
  }

  #group(group: number): void {
    const { offset, members } = this.#trace.model.groups;
    const { matches } = this.#options;
    const key = `g:${group}`;
    const open = this.#isOpen(key, false);
    const fields = rowFields(this.#trace, 'group', group)!;
    const found = matches === undefined ? '' : `${count(this.#countOf(group, matches))} of `;
    this.#add({
      ...fields,
      level: 1,
      open,
      detail: matches === undefined ? fields.detail! : `${found}${fields.detail!.slice(1)}`,
    });
    if (!open) return;
    const strands = members
      .subarray(offset[group]!, offset[group + 1]!)
      .filter((strand) => strand === this.#options.selected || this.#isShown(strand));
    this.#strands(strands, key, 2, STRANDS_SHOWN, false);
  }

  /** Does a member of a group live in the window, and match? */
  #isShown(strand: number): boolean {
    const { window, matches } = this.#options;
    return this.#trace.isAliveIn(strand, window) && (matches?.goroutines[strand] ?? 1) === 1;
  }

  counters(): void {
    this.#trace.tracks.counters.forEach((_, ref) => {
      const fields = rowFields(this.#trace, 'counter', ref);
      if (fields !== undefined) this.#add(fields);
    });
  }

  /** Threads, closed at first: which there are takes a pass over the trace. */
  threads(): void {
    const node = this.#trace.model.info.dialect === 'node';
    const detail = node ? 'threads of event loops, and of the thread pool (inferred)' : 'M, with their syscalls';
    if (!this.#section({ key: 'section:threads', name: 'Threads', detail }, false)) return;
    const { threads } = this.#trace.tracks;
    for (let thread = 0; thread < threads.count; thread++)
      this.#add({ ...rowFields(this.#trace, 'thread', thread)!, level: 1 });
  }

  #add(fields: RowFields): void {
    this.rows.push(makeRow(fields));
  }

  /** A section head; returns whether the section is open. */
  #section(fields: Pick<Row, 'key' | 'name'> & Partial<Row>, byDefault = true): boolean {
    const open = this.#isOpen(fields.key, byDefault);
    this.#add({ kind: 'head', ref: -1, rule: false, open, ...fields });
    return open;
  }

  #task(task: number, key: string, level: number, strong: boolean, openByDefault: boolean, onPath: boolean): void {
    const { model } = this.#trace;
    const open = this.#isOpen(key, openByDefault);
    const { goroutineOffset, goroutines } = model.tasks;
    const expanded = onPath && this.#options.chosen ? EXPANDED : {};
    this.#add({ ...rowFields(this.#trace, 'task', task)!, key, level, strong, open, onPath, ...expanded });
    if (!open) return;
    const depths = this.#trace.regionDepths(task);
    for (const depth of depths) {
      const name = depth === depths[0] ? 'regions' : '';
      this.#add({ key: `${key}:r${depth}`, kind: 'regions', ref: task, level: level + 1, name, depth, rule: false });
    }
    if (this.#trace.logsOf(task).length > 0) {
      this.#add({ key: `${key}:l`, kind: 'logs', ref: task, level: level + 1, name: 'logs' });
    }
    const own = goroutines.subarray(goroutineOffset[task]!, goroutineOffset[task + 1]!);
    if (!onPath) return this.#strands(own, key, level + 1, STRANDS_SHOWN, false);
    const most = this.#options.chosen ? STRANDS_OF_CHOSEN : STRANDS_OF_SLOWEST;
    this.#strands(own, key, level + 1, most, true);
  }

  /**
   * Some strands by the sort, in order of their first run if it is the usual one; all of them if `more` is open. On a
   * path, those that are on it come before others, in its order.
   */
  #strands(strands: Int32Array, key: string, level: number, most: number, onPath: boolean): void {
    const { model, names } = this.#trace;
    const { sort } = this.#options;
    const more = `more:${key}`;
    const path = onPath ? this.#pathStrands(most) : [];
    const others = onPath ? strands.filter((strand) => !path.includes(strand)) : strands;
    const isOpen = this.#isOpen(more, false);
    const room = isOpen ? MOST_STRANDS : Math.max(0, most - path.length);
    const picked = sortedStrands(model, others, sort, this.#options.window, room, (strand) => names.strand(strand));
    const { selected } = this.#options;
    if (selected >= 0 && !picked.includes(selected) && others.includes(selected)) picked.push(selected);
    // The path goes down the rows like stairs; what is beside it comes after.
    const rest = sort === 'active' || onPath ? this.#trace.byFirstRun(Int32Array.from(picked)) : picked;
    const shown = [...path, ...rest];
    const expanded = onPath && this.#options.chosen ? EXPANDED : {};
    for (const strand of shown) {
      this.#add({
        ...rowFields(this.#trace, 'strand', strand)!,
        key: `${key}/s:${strand}`,
        level,
        onPath,
        ...expanded,
      });
    }
    const words = wordsOf(model.info.dialect);
    const left = others.length - picked.length;
    if (left > 0) this.#more(more, `${count(left)} more ${words.goroutines}`, level);
    else if (isOpen && others.length > most) this.#more(more, `fewer ${words.goroutines}`, level);
  }

  /** The strands that the path of the task in focus spends most time in, in the order in which it gets to them. */
  #pathStrands(most: number): number[] {
    // A map keeps its keys in the order in which they came.
    const time = new Map<number, number>();
    for (const { goroutine, start, end } of this.#trace.tracks.path(this.#options.focus)) {
      if (goroutine >= 0) time.set(goroutine, (time.get(goroutine) ?? 0) + end - start);
    }
    const kept = new Set(largest([...time.keys()], most, (strand) => time.get(strand)!));
    return [...time.keys()].filter((strand) => kept.has(strand));
  }

  #more(key: string, name: string, level: number): void {
    this.#add({ key, kind: 'more', ref: -1, name, level, open: false });
  }

  #isOpen(key: string, byDefault: boolean): boolean {
    return this.#options.toggled.has(key) !== byDefault;
  }

  /** Groups that do something in the window, sorted; and those that do not. */
  #sortGroups(): { inWindow: number[]; idle: number[] } {
    const { model, summary, names } = this.#trace;
    const { sort, window } = this.#options;
    const order = [...summary.groupOrder];
    if (this.#isWhole && sort === 'active') return { inWindow: order, idle: [] };
    const totals = this.#isWhole ? summary.groupTime : groupRangeTotals(model, summary.rangeIndex, window);
    const sum = (group: number) => {
      let all = 0;
      for (let state = 0; state < DISPLAY_STATES; state++) all += totals[group * DISPLAY_STATES + state]!;
      return all;
    };
    const inWindow = order.filter((group) => sum(group) > 0);
    const idle = order.filter((group) => sum(group) === 0);
    if (sort === 'name') inWindow.sort((a, b) => names.group(a).localeCompare(names.group(b)));
    else if (sort === 'start') inWindow.sort((a, b) => this.#firstMember(a) - this.#firstMember(b));
    else if (sort === 'length') inWindow.sort((a, b) => sum(b) - sum(a));
    else {
      const weight = (group: number) =>
        sort === 'active'
          ? totals[group * DISPLAY_STATES + DisplayState.Run]! + totals[group * DISPLAY_STATES + DisplayState.Ready]!
          : weightOf(sort, totals, group * DISPLAY_STATES);
      const weights = new Map(inWindow.map((group) => [group, weight(group)]));
      inWindow.sort((a, b) => weights.get(b)! - weights.get(a)!);
    }
    return { inWindow, idle };
  }

  #firstMember(group: number): number {
    const { groups, goroutines, intervals } = this.#trace.model;
    const first = groups.members[groups.offset[group]!];
    return first === undefined ? 0 : (intervals.start[goroutines.offset[first]!] ?? 0);
  }

  /** The first tasks of a kind by the sort: slowest first, else by when they began or by name. */
  #sortTasks(tasks: Int32Array): Iterable<number> {
    const { model, names } = this.#trace;
    const { sort } = this.#options;
    if (sort === 'start') return largest(tasks, TASKS_SHOWN, (task) => -model.tasks.start[task]!);
    if (sort !== 'name') return tasks.subarray(0, TASKS_SHOWN);
    return [...tasks].sort((a, b) => names.task(a).localeCompare(names.task(b))).slice(0, TASKS_SHOWN);
  }

  /** Strands of a group that a filter holds of. */
  #countOf(group: number, { goroutines }: Matches): number {
    const { offset, members } = this.#trace.model.groups;
    let found = 0;
    for (let at = offset[group]!; at < offset[group + 1]!; at++) found += goroutines[members[at]!]!;
    return found;
  }
}
