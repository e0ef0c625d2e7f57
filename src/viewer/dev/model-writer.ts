/**
 * Builds a `TraceModel` by hand: for unit tests and for the synthetic traces of this folder, never in the product.
 *
 * The idea: strands, intervals, tasks and marks are handed over in any readable order as plain objects and numbers;
 * `finish` sorts them into the columns that the model promises.
 */
import type { Dialect, DisplayState, RangeClass, TraceModel } from '../../analysis/index.ts';
import { GoState, ResourceKind } from '../../reader/index.ts';

export interface StrandOptions {
  readonly created?: number;
  readonly ended?: number;
  readonly creator?: number;
  readonly task?: number;
  readonly file?: string;
  readonly line?: number;
}

interface IntervalRow {
  readonly start: number;
  readonly end: number;
  readonly display: DisplayState;
  readonly reason: number;
  readonly proc: number;
  readonly waker: number;
}

interface StrandRow {
  readonly name: number;
  readonly options: StrandOptions;
  readonly stack: number;
  readonly intervals: IntervalRow[];
  ended: number;
}

interface RangeRow {
  readonly start: number;
  readonly end: number;
  readonly name: number;
  readonly class: RangeClass;
  readonly proc: number;
}

const WIRE_STATE: readonly GoState[] = [
  GoState.Running,
  GoState.Syscall,
  GoState.Running,
  GoState.Runnable,
  GoState.Waiting,
  GoState.Waiting,
  GoState.Waiting,
  GoState.Undetermined,
];

export class ModelWriter {
  readonly #strings: string[] = [''];
  readonly #ids = new Map<string, number>([['', 0]]);
  readonly #strands: StrandRow[] = [];
  readonly #procs: { name: number; busy: [number, number][] }[] = [];
  readonly #ranges: RangeRow[] = [];
  readonly #tasks: { type: number; start: number; end: number; begin: number; strands: number[]; parent: number }[] =
    [];
  readonly #regions: { start: number; end: number; strand: number; task: number; type: number; depth: number }[] = [];
  readonly #logs: { time: number; strand: number; task: number; category: number; message: number }[] = [];
  readonly #metrics = new Map<number, { time: number[]; value: number[] }>();
  readonly #frames: { func: number; file: number; line: number }[] = [];

  /** Id of a string. */
  text(value: string): number {
    let id = this.#ids.get(value);
    if (id === undefined) {
      id = this.#strings.length;
      this.#strings.push(value);
      this.#ids.set(value, id);
    }
    return id;
  }

  proc(name: string): number {
    return this.#procs.push({ name: this.text(name), busy: [] }) - 1;
  }

  busy(proc: number, start: number, end: number): void {
    this.#procs[proc]!.busy.push([start, end]);
  }

  strand(name: string, options: StrandOptions = {}): number {
    const file = this.text(options.file ?? `${name.replace(/[^\w.]+/g, '-')}.ts`);
    const stack = this.#frames.push({ func: this.text(name), file, line: options.line ?? 1 });
    const row = { name: this.text(name), options, stack, intervals: [], ended: options.ended ?? Number.NaN };
    if (options.task !== undefined) this.#tasks[options.task]!.strands.push(this.#strands.length);
    return this.#strands.push(row) - 1;
  }

  endStrand(strand: number, time: number): void {
    this.#strands[strand]!.ended = time;
  }

  /** Intervals of a strand are given in time order. */
  interval(
    strand: number,
    start: number,
    end: number,
    display: DisplayState,
    more: { reason?: string; proc?: number; waker?: number } = {},
  ): void {
    if (end <= start) return;
    this.#strands[strand]!.intervals.push({
      start,
      end,
      display,
      reason: this.text(more.reason ?? ''),
      proc: more.proc ?? -1,
      waker: more.waker ?? -1,
    });
  }

  range(name: string, kind: RangeClass, start: number, end: number, proc = -1): void {
    this.#ranges.push({ start, end, name: this.text(name), class: kind, proc });
  }

  task(type: string, start: number, end: number, parent = -1): number {
    return this.#tasks.push({ type: this.text(type), start, end, begin: -1, strands: [], parent }) - 1;
  }

  taskTimes(task: number, begin: number, end: number): void {
    Object.assign(this.#tasks[task]!, { begin, end });
  }

  region(strand: number, type: string, start: number, end: number, depth = 0): void {
    const task = this.#strands[strand]!.options.task ?? -1;
    this.#regions.push({ start, end, strand, task, type: this.text(type), depth });
  }

  log(strand: number, time: number, category: string, message: string): void {
    const task = this.#strands[strand]!.options.task ?? -1;
    this.#logs.push({ time, strand, task, category: this.text(category), message: this.text(message) });
  }

  metric(name: string, time: number, value: number): void {
    const id = this.text(name);
    const series = this.#metrics.get(id) ?? { time: [], value: [] };
    series.time.push(time);
    series.value.push(value);
    this.#metrics.set(id, series);
  }

  finish(dialect: Dialect, end: number, facts: Record<string, string | number> = {}): TraceModel {
    const intervals = this.#strands.flatMap((strand, g) => strand.intervals.map((row) => ({ ...row, goroutine: g })));
    const groups = this.#groups();
    const regions = this.#regions.sort((a, b) => a.start - b.start);
    const logs = this.#logs.sort((a, b) => a.time - b.time);
    const ranges = this.#ranges.sort((a, b) => a.start - b.start);
    const events = new Array<number>(15).fill(0);
    events[13] = intervals.length + this.#strands.length;
    return {
      info: {
        dialect,
        version: 25,
        origin: 0n,
        wallOrigin: undefined,
        start: 0,
        end,
        bytes: events[13] * 9,
        generations: Math.max(1, Math.round(end / 1e9)),
        events,
        facts,
        lost: 0,
        problem: undefined,
      },
      strings: this.#strings,
      stacks: {
        count: this.#frames.length + 1,
        offset: Int32Array.from([0, ...this.#frames.map((_, i) => i), this.#frames.length]),
        func: Int32Array.from(this.#frames, (frame) => frame.func),
        file: Int32Array.from(this.#frames, (frame) => frame.file),
        line: Int32Array.from(this.#frames, (frame) => frame.line),
      },
      goroutines: {
        count: this.#strands.length,
        id: Float64Array.from(this.#strands, (_, i) => i + 1),
        name: Int32Array.from(this.#strands, (row) => row.name),
        group: groups.of,
        entryStack: Int32Array.from(this.#strands, (row) => row.stack),
        createStack: new Int32Array(this.#strands.length),
        creator: Int32Array.from(this.#strands, (row) => row.options.creator ?? -1),
        created: Float64Array.from(this.#strands, (row) => row.options.created ?? Number.NaN),
        ended: Float64Array.from(this.#strands, (row) => row.ended),
        task: Int32Array.from(this.#strands, (row) => row.options.task ?? -1),
        offset: offsets(this.#strands.map((row) => row.intervals.length)),
      },
      groups: groups.table,
      intervals: {
        count: intervals.length,
        start: Float64Array.from(intervals, (row) => row.start),
        end: Float64Array.from(intervals, (row) => row.end),
        goroutine: Int32Array.from(intervals, (row) => row.goroutine),
        state: Uint8Array.from(intervals, (row) => WIRE_STATE[row.display]!),
        display: Uint8Array.from(intervals, (row) => row.display),
        reason: Int32Array.from(intervals, (row) => row.reason),
        stack: Int32Array.from(intervals, (row) => this.#strands[row.goroutine]!.stack),
        proc: Int16Array.from(intervals, (row) => row.proc),
        waker: Int32Array.from(intervals, (row) => row.waker),
      },
      procs: this.#procTable(intervals),
      ranges: {
        count: ranges.length,
        start: Float64Array.from(ranges, (row) => row.start),
        end: Float64Array.from(ranges, (row) => row.end),
        name: Int32Array.from(ranges, (row) => row.name),
        class: Uint8Array.from(ranges, (row) => row.class),
        scope: Uint8Array.from(ranges, (row) => (row.proc < 0 ? ResourceKind.None : ResourceKind.Proc)),
        subject: Int32Array.from(ranges, (row) => row.proc),
        proc: Int32Array.from(ranges, (row) => row.proc),
      },
      metrics: [...this.#metrics].map(([name, { time, value }]) => ({
        name,
        time: Float64Array.from(time),
        value: Float64Array.from(value),
      })),
      tasks: {
        count: this.#tasks.length,
        id: Float64Array.from(this.#tasks, (_, i) => i + 1),
        parent: Int32Array.from(this.#tasks, (row) => row.parent),
        type: Int32Array.from(this.#tasks, (row) => row.type),
        start: Float64Array.from(this.#tasks, (row) => row.start),
        end: Float64Array.from(this.#tasks, (row) => row.end),
        beginGoroutine: Int32Array.from(this.#tasks, (row) => row.begin),
        endGoroutine: Int32Array.from(this.#tasks, (row) => row.begin),
        goroutineOffset: offsets(this.#tasks.map((row) => row.strands.length)),
        goroutines: Int32Array.from(this.#tasks.flatMap((row) => row.strands)),
      },
      regions: {
        count: regions.length,
        start: Float64Array.from(regions, (row) => row.start),
        end: Float64Array.from(regions, (row) => row.end),
        goroutine: Int32Array.from(regions, (row) => row.strand),
        task: Int32Array.from(regions, (row) => row.task),
        type: Int32Array.from(regions, (row) => row.type),
        depth: Uint8Array.from(regions, (row) => row.depth),
      },
      logs: {
        count: logs.length,
        time: Float64Array.from(logs, (row) => row.time),
        goroutine: Int32Array.from(logs, (row) => row.strand),
        task: Int32Array.from(logs, (row) => row.task),
        category: Int32Array.from(logs, (row) => row.category),
        message: Int32Array.from(logs, (row) => row.message),
      },
      samples: {
        count: 0,
        time: new Float64Array(0),
        goroutine: new Int32Array(0),
        proc: new Int32Array(0),
        stack: new Int32Array(0),
      },
    };
  }

  #procTable(intervals: readonly (IntervalRow & { goroutine: number })[]): TraceModel['procs'] {
    const running: number[][] = this.#procs.map(() => []);
    intervals.forEach((row, i) => {
      if (row.proc >= 0) running[row.proc]!.push(i);
    });
    for (const rows of running) rows.sort((a, b) => intervals[a]!.start - intervals[b]!.start);
    return {
      count: this.#procs.length,
      id: Int32Array.from(this.#procs, (_, i) => i),
      thread: Float64Array.from(this.#procs, (_, i) => i),
      name: Int32Array.from(this.#procs, (row) => row.name),
      offset: offsets(running.map((rows) => rows.length)),
      running: Int32Array.from(running.flat()),
      busyOffset: offsets(this.#procs.map((row) => row.busy.length)),
      busyStart: Float64Array.from(this.#procs.flatMap((row) => row.busy.map(([start]) => start))),
      busyEnd: Float64Array.from(this.#procs.flatMap((row) => row.busy.map(([, end]) => end))),
    };
  }

  #groups(): { of: Int32Array; table: TraceModel['groups'] } {
    const index = new Map<number, number>();
    const members: number[][] = [];
    const of = Int32Array.from(this.#strands, (row, strand) => {
      const group = index.get(row.name) ?? members.push([]) - 1;
      index.set(row.name, group);
      members[group]!.push(strand);
      return group;
    });
    return {
      of,
      table: {
        count: members.length,
        name: Int32Array.from(index.keys()),
        offset: offsets(members.map((rows) => rows.length)),
        members: Int32Array.from(members.flat()),
      },
    };
  }
}

function offsets(lengths: readonly number[]): Int32Array {
  const out = new Int32Array(lengths.length + 1);
  lengths.forEach((length, i) => {
    out[i + 1] = out[i]! + length;
  });
  return out;
}
