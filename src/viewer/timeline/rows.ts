/**
 * The rows of the timeline, as a flat list: which there are, how high they are, what stands in their gutter. What is
 * drawn in them is decided later, only for the rows on screen.
 *
 * The idea: a row is a small plain object with a stable key. The list is a pure function of the trace, of what is
 * expanded and of the task in focus, so that it can be tested as data; heights follow the row anatomy of the design.
 */
import { DisplayState, wordsOf } from '../../analysis/index.ts';
import type { OpenTrace } from '../state/open-trace.ts';
import { taskNoun } from '../state/task-words.ts';
import { byteSize, count, duration, percent } from '../theme/numbers.ts';
import type { TimeWindow } from './scale.ts';

export type RowKind = 'head' | 'proc' | 'task' | 'strand' | 'regions' | 'logs' | 'type' | 'group' | 'counter' | 'more';

export interface Row {
  /** Stable over rebuilds, and what is stored as "expanded": `g:12`, `section:groups`. */
  readonly key: string;
  readonly kind: RowKind;
  /** Index of the proc, task, goroutine, task type, group or counter. */
  readonly ref: number;
  /** CSS pixels: whole row, full bar, and from the top of the row to the top of the bar. */
  readonly height: number;
  readonly bar: number;
  readonly top: number;
  /** Steps of indent. */
  readonly level: number;
  readonly name: string;
  /** Muted text behind the name; in a head the sentence. */
  readonly detail: string;
  /** Muted text at the right. */
  readonly value: string;
  readonly strong: boolean;
  /** Whether it is expanded; undefined: it cannot be. */
  readonly open: boolean | undefined;
  /** Nesting depth of a regions row. */
  readonly depth: number;
  /** 1 px rule below. */
  readonly rule: boolean;
}

export interface RowOptions {
  /** Keys whose state differs from the default of their row. */
  readonly toggled: ReadonlySet<string>;
  /** Task whose strands are shown in a section of their own, or -1. */
  readonly focus: number;
  /** True when the focus was chosen by a person, false when it is the slowest task. */
  readonly chosen: boolean;
  /** Members of an expanded group are shown if they live in it. */
  readonly window: TimeWindow;
  /** Bars of 10 px without text. */
  readonly compact: boolean;
  /** No gutter: names stand above their bars. */
  readonly narrow: boolean;
  /** 1 per task that is listed; undefined: all are. */
  readonly tasks?: Uint8Array | undefined;
}

/** Rows of a section before the rest is folded away. */
export const GROUPS_SHOWN = 4;
const STRANDS_SHOWN = 24;
const STRANDS_OF_SLOWEST = 5;
const TASKS_SHOWN = 20;

const ANATOMY: Readonly<Record<RowKind, { height: number; bar: number; top: number }>> = {
  head: { height: 26, bar: 0, top: 0 },
  proc: { height: 24, bar: 18, top: 2 },
  task: { height: 24, bar: 18, top: 2 },
  strand: { height: 24, bar: 18, top: 2 },
  regions: { height: 18, bar: 14, top: 2 },
  logs: { height: 18, bar: 14, top: 2 },
  type: { height: 22, bar: 18, top: 2 },
  group: { height: 22, bar: 18, top: 2 },
  counter: { height: 24, bar: 18, top: 3 },
  more: { height: 22, bar: 0, top: 0 },
};

type RowFields = Pick<Row, 'key' | 'kind' | 'ref' | 'name'> & Partial<Row>;

function makeRow(fields: RowFields): Row {
  return {
    ...ANATOMY[fields.kind],
    level: 0,
    detail: '',
    value: '',
    strong: false,
    open: undefined,
    depth: 0,
    rule: true,
    ...fields,
  };
}

/** All rows, from top to bottom. */
export function buildRows(trace: OpenTrace, options: RowOptions): Row[] {
  const builder = new RowBuilder(trace, options);
  builder.procs();
  builder.focus();
  builder.requests();
  builder.groups();
  builder.counters();
  if (options.narrow) return builder.rows.map(narrowRow);
  return options.compact ? builder.rows.map(compactRow) : builder.rows;
}

/** Design pixels for a name above its bar. */
export const NAME_ABOVE = 18;

function narrowRow(row: Row): Row {
  if (row.kind === 'head' || row.kind === 'more') return row;
  return { ...row, height: row.height + NAME_ABOVE, top: row.top + NAME_ABOVE };
}

function compactRow(row: Row): Row {
  if (row.kind === 'head' || row.kind === 'more' || row.kind === 'counter') return row;
  return { ...row, height: 12, bar: 10, top: 1 };
}

class RowBuilder {
  readonly rows: Row[] = [];
  readonly #trace: OpenTrace;
  readonly #options: RowOptions;

  constructor(trace: OpenTrace, options: RowOptions) {
    this.#trace = trace;
    this.#options = options;
  }

  procs(): void {
    const { model, names, summary } = this.#trace;
    const node = model.info.dialect === 'node';
    const all = this.#isOpen('more:procs', false);
    let idle = 0;
    for (let proc = 0; proc < model.procs.count; proc++) {
      const ran = model.procs.offset[proc + 1]! > model.procs.offset[proc]!;
      if (!ran) idle++;
      if (!ran && !all) continue;
      const shape = node ? (proc === 0 ? { height: 26, top: 4 } : {}) : { height: 16, bar: 14, top: 1, rule: false };
      const value = percent(summary.procBusy[proc]!);
      this.rows.push(makeRow({ key: `p:${proc}`, kind: 'proc', ref: proc, name: names.proc(proc), value, ...shape }));
    }
    const word = node ? 'event loops' : 'P';
    if (idle > 0) this.#more('more:procs', all ? `without idle ${word}` : `${count(idle)} more ${word} ran nothing`, 0);
  }

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
        ? `its ${words.goroutines} in order of first run`
        : `${title} and the ${words.goroutines} that worked for it`,
      value: `${count(strands)} ${strands === 1 ? words.goroutine : words.goroutines}`,
    });
    if (open) this.#task(focus, `f:${focus}`, 1, true, true);
  }

  requests(): void {
    const { summary, names } = this.#trace;
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
      const key = `y:${index}`;
      const isOpen = this.#isOpen(key, false);
      const tasks = this.#listed(type.tasks);
      if (tasks.length === 0) return;
      const value = `×${count(tasks.length)}`;
      this.rows.push(
        makeRow({
          key,
          kind: 'type',
          ref: index,
          level: 1,
          name: names.clean(type.name),
          detail: value,
          open: isOpen,
        }),
      );
      if (!isOpen) return;
      for (const task of tasks.subarray(0, TASKS_SHOWN)) this.#task(task, `t:${task}`, 2, false, false);
    });
  }

  groups(): void {
    const { model, names, summary } = this.#trace;
    const words = wordsOf(model.info.dialect);
    const name = words.groups.charAt(0).toUpperCase() + words.groups.slice(1);
    const by = model.info.dialect === 'node' ? 'by function' : 'by entry function';
    const ready = words.states[DisplayState.Ready];
    if (!this.#section({ key: 'section:groups', name, detail: `${by}, most running and ${ready} time first` })) return;
    const all = this.#isOpen('more:groups', false);
    const shown = all ? summary.groupOrder : summary.groupOrder.subarray(0, GROUPS_SHOWN);
    for (const group of shown) {
      const { offset, members } = model.groups;
      const key = `g:${group}`;
      const open = this.#isOpen(key, false);
      const size = offset[group + 1]! - offset[group]!;
      this.rows.push(
        makeRow({
          key,
          kind: 'group',
          ref: group,
          level: 1,
          name: names.group(group),
          detail: `×${count(size)}`,
          open,
        }),
      );
      if (!open) continue;
      const strands = members.subarray(offset[group]!, offset[group + 1]!);
      this.#strands(this.#inView(strands), key, 2, STRANDS_SHOWN);
    }
    const hidden = summary.groupOrder.length - shown.length;
    if (hidden > 0 || all) this.#more('more:groups', all ? 'fewer groups' : `${count(hidden)} more groups`, 1);
  }

  counters(): void {
    const { summary, model } = this.#trace;
    const words = wordsOf(model.info.dialect);
    const ready = `${words.states[DisplayState.Ready]} ${words.goroutines}`;
    summary.counters.forEach((counter, ref) => {
      const heap = counter.kind === 'heap';
      const name = heap ? (counter.limit ? 'Heap and goal' : 'Heap') : ready.charAt(0).toUpperCase() + ready.slice(1);
      const value = `max ${heap ? byteSize(counter.peak) : count(counter.peak)}`;
      this.rows.push(makeRow({ key: `c:${counter.kind}`, kind: 'counter', ref, name, value }));
    });
  }

  /** A section head; returns whether the section is open. */
  #section(fields: Pick<Row, 'key' | 'name'> & Partial<Row>, byDefault = true): boolean {
    const open = this.#isOpen(fields.key, byDefault);
    this.rows.push(makeRow({ kind: 'head', ref: -1, rule: false, open, ...fields }));
    return open;
  }

  #task(task: number, key: string, level: number, strong: boolean, openByDefault: boolean): void {
    const { model, names } = this.#trace;
    const open = this.#isOpen(key, openByDefault);
    const { start, end, goroutineOffset, goroutines } = model.tasks;
    const value = duration(end[task]! - start[task]!);
    this.rows.push(makeRow({ key, kind: 'task', ref: task, level, name: names.task(task), value, strong, open }));
    if (!open) return;
    const depths = this.#trace.regionDepths(task);
    for (const depth of depths) {
      const name = depth === depths[0] ? 'regions' : '';
      this.rows.push(
        makeRow({ key: `${key}:r${depth}`, kind: 'regions', ref: task, level: level + 1, name, depth, rule: false }),
      );
    }
    if (this.#trace.logsOf(task).length > 0) {
      this.rows.push(makeRow({ key: `${key}:l`, kind: 'logs', ref: task, level: level + 1, name: 'logs' }));
    }
    const strands = goroutines.subarray(goroutineOffset[task]!, goroutineOffset[task + 1]!);
    this.#strands(strands, key, level + 1, strong && !this.#options.chosen ? STRANDS_OF_SLOWEST : STRANDS_SHOWN);
  }

  /** The most active of some strands, in order of their first run; all of them if `more` is open. */
  #strands(strands: Int32Array, key: string, level: number, most: number): void {
    const { model, names } = this.#trace;
    const more = `more:${key}`;
    const all = strands.length <= most || this.#isOpen(more, false);
    const shown = this.#trace.byFirstRun(all ? strands : this.#trace.mostActive(strands, most));
    for (const strand of shown) {
      const { created, ended } = model.goroutines;
      const life = ended[strand]! - created[strand]!;
      this.rows.push(
        makeRow({
          key: `${key}/s:${strand}`,
          kind: 'strand',
          ref: strand,
          level,
          name: names.strand(strand),
          detail: names.strandDetail(strand),
          value: Number.isNaN(life) ? '' : duration(life),
        }),
      );
    }
    const words = wordsOf(model.info.dialect);
    if (!all) this.#more(more, `${count(strands.length - most)} more ${words.goroutines}`, level);
  }

  #more(key: string, name: string, level: number): void {
    this.rows.push(makeRow({ key, kind: 'more', ref: -1, name, level, open: false }));
  }

  #isOpen(key: string, byDefault: boolean): boolean {
    return this.#options.toggled.has(key) !== byDefault;
  }

  #listed(tasks: Int32Array): Int32Array {
    const mask = this.#options.tasks;
    return mask === undefined ? tasks : tasks.filter((task) => mask[task] === 1);
  }

  /** Those of some strands that live in the window; all of them if nothing is known. */
  #inView(strands: Int32Array): Int32Array {
    return strands.filter((strand) => this.#trace.isAliveIn(strand, this.#options.window));
  }
}

/** Where the rows are: top of each row in CSS pixels, and the height of all. */
export interface RowLayout {
  readonly tops: Int32Array;
  readonly height: number;
}

export function layoutRows(rows: readonly Row[]): RowLayout {
  const tops = new Int32Array(rows.length);
  let y = 0;
  rows.forEach((row, i) => {
    tops[i] = y;
    y += row.height;
  });
  return { tops, height: y };
}

/** Index of the row at a height, or -1. */
export function rowAtHeight(layout: RowLayout, y: number): number {
  if (y < 0 || y >= layout.height) return -1;
  let low = 0;
  let high = layout.tops.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (layout.tops[middle]! <= y) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Rows that a viewport shows: first, and one behind the last. */
export function rowsInView(layout: RowLayout, scroll: number, height: number): [first: number, last: number] {
  const first = Math.max(0, rowAtHeight(layout, Math.max(0, scroll)));
  let last = first;
  while (last < layout.tops.length && layout.tops[last]! < scroll + height) last++;
  return [first, last];
}
