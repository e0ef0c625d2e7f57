/**
 * How much of the procs the program itself could use over time, its collector taken off: step functions with values from
 * 0 to 1, as in `MutatorUtilizationV2` of Go's internal/trace/gc.go.
 *
 * One pass over changes in time order: of how many pieces of collector work are on each proc, of whether the world is
 * stopped, and of the number of procs. A proc is the collector's while any piece is on it. The series begins when the
 * number of procs is first known, and ends with a 0.
 *
 * `goCompatible` reproduces errors of Go's code (up to 1.26 at least). A background worker, once seen, is marked for ever,
 * so that each of its further runs counts twice when it starts and once when it stops, and the proc stays busy. What began
 * before the number of procs was known is missed, but its end counts. An assist that was under way when the trace began
 * does not count unless its goroutine ran.
 */

import { Float64List, finish, Int32List, lowerBound, type Steps, upperBound } from '../../base/index.ts';
import { GoState, ResourceKind } from '../../reader/index.ts';
import { METRIC_PROCS, metricSeries } from '../counter-series.ts';
import { intervalProc } from '../interval-links.ts';
import type { StepSeries } from '../metric-pyramid.ts';
import type { TraceModel } from '../model.ts';
import type { TimeRange } from '../time-range.ts';
import { firstEndingAfter, goroutineTrack } from '../tracks.ts';

/** What counts as the collector's, and how. Those of Go's page, under its names. */
export interface UtilizationFlags {
  /** Stop-the-world of the collector. */
  readonly stw?: boolean;
  /** Background mark workers, idle ones excepted; per proc also dedicated ones, which leave no goroutine waiting there. */
  readonly background?: boolean;
  readonly assist?: boolean;
  readonly sweep?: boolean;
  /** One series per proc instead of one for all: what a single goroutine can count on. */
  readonly perProc?: boolean;
  readonly goCompatible?: boolean;
}

/** A step function: `util[i]` from `time[i]` on. Ascending; the last value is 0 and marks the end. */
export interface UtilizationSeries {
  readonly time: Float64Array;
  readonly util: Float64Array;
}

/** The utilization of a trace: one series, or one per proc; none when the number of procs is never told. */
export function utilization(model: TraceModel, flags: UtilizationFlags): UtilizationSeries[] {
  return finish(utilizationSteps(model, flags));
}

/** `utilization` in pieces. */
export function* utilizationSteps(model: TraceModel, flags: UtilizationFlags): Steps<UtilizationSeries[]> {
  const changes = new Changes(model.procs.id);
  if (flags.stw === true) addStops(model, changes);
  yield;
  if (flags.sweep === true) addSweeps(model, changes);
  yield;
  if (flags.assist === true) addAssists(model, changes, flags.goCompatible === true);
  yield;
  if (flags.background === true) {
    if (flags.goCompatible === true) addWorkersAsGo(model, flags, changes);
    else addWorkers(model, flags, changes);
  }
  yield;
  const procs = metricSeries(model, METRIC_PROCS);
  if (procs === undefined) return [];
  const order = changes.inOrder();
  yield;
  const seen = flags.goCompatible === true ? order.filter((i) => changes.time.at(i) >= procs.time[0]!) : order;
  return new Sweep(flags.perProc === true).run(changes, seen, procs, model.info.end);
}

/** The part of a series that lies in a range, ns; undefined when nothing of it does. */
export function clipSeries({ time, util }: UtilizationSeries, range: TimeRange): UtilizationSeries | undefined {
  const last = time.length - 1;
  const start = Math.max(range.start, time[0] ?? Number.POSITIVE_INFINITY);
  const end = Math.min(range.end, time[last] ?? Number.NEGATIVE_INFINITY);
  if (!(start < end)) return undefined;
  const first = upperBound(time, start) - 1;
  const behind = lowerBound(time, end);
  const inner = time.subarray(first + 1, behind);
  return {
    time: Float64Array.from([start, ...inner, end]),
    util: Float64Array.from([...util.subarray(first, behind), 0]),
  };
}

const WORLD = -1;

/** Changes of the number of pieces of collector work, on a proc or on the world. */
class Changes {
  readonly time = new Float64List();
  /** Ids of procs, from 0 to one less than their number, or `WORLD`. */
  readonly proc = new Int32List();
  readonly by = new Int32List();
  readonly #procIds: Int32Array;

  constructor(procIds: Int32Array) {
    this.#procIds = procIds;
  }

  /** Collector work on a proc index (or `WORLD`) from `start` to `end`, ns. */
  add(proc: number, start: number, end: number): void {
    this.change(proc, start, 1);
    this.change(proc, end, -1);
  }

  /** @param proc index, or `WORLD` */
  change(proc: number, time: number, by: number): void {
    this.time.push(time);
    this.proc.push(proc === WORLD ? WORLD : this.#procIds[proc]!);
    this.by.push(by);
  }

  /** Numbers of the changes in time order. */
  inOrder(): Int32Array {
    const { array } = this.time;
    return new Int32Array(this.time.length).map((_, i) => i).sort((a, b) => array[a]! - array[b]! || a - b);
  }
}

function rangeEnd({ ranges, info }: TraceModel, row: number): number {
  return Number.isNaN(ranges.end[row]!) ? info.end + 1 : ranges.end[row]!;
}

/** Rows of the ranges whose name passes. */
function rangesNamed({ ranges, strings }: TraceModel, accept: (name: string) => boolean): number[] {
  const accepted = new Map<number, boolean>();
  const isWanted = (row: number): boolean => {
    const name = ranges.name[row]!;
    if (!accepted.has(name)) accepted.set(name, accept(strings[name]!));
    return accepted.get(name)!;
  };
  return Array.from(ranges.name.keys()).filter(isWanted);
}

function addStops(model: TraceModel, changes: Changes): void {
  const { ranges, info } = model;
  for (const row of rangesNamed(model, (name) => name.startsWith('stop-the-world') && name.includes('GC'))) {
    // In a Node trace a stop is of one event loop.
    const proc = info.dialect === 'node' ? ranges.proc[row]! : WORLD;
    changes.add(proc, ranges.start[row]!, rangeEnd(model, row));
  }
}

function addSweeps(model: TraceModel, changes: Changes): void {
  const { ranges } = model;
  for (const row of rangesNamed(model, (name) => name === 'GC incremental sweep'))
    if (ranges.scope[row] === ResourceKind.Proc)
      changes.add(ranges.subject[row]!, ranges.start[row]!, rangeEnd(model, row));
}

/**
 * An assist counts on the proc that its goroutine runs on, while it does. Go leaves out one that began before the trace, in
 * a goroutine that was not running then, however long it runs later.
 */
function addAssists(model: TraceModel, changes: Changes, goCompatible: boolean): void {
  const { ranges, intervals, info } = model;
  for (const range of rangesNamed(model, (name) => name === 'GC mark assist')) {
    if (ranges.subject[range]! < 0) continue;
    const start = ranges.start[range]!;
    const end = rangeEnd(model, range);
    const track = goroutineTrack(model, ranges.subject[range]!);
    const [first, last] = [track.runs[0]!, track.runs[1]!];
    if (goCompatible && start === info.start && !isExecuting(model, first)) continue;
    for (let row = firstEndingAfter(track, start, first, last); row < last; row++) {
      if (intervals.start[row]! >= end) break;
      if (intervalProc(intervals, row) < 0) continue;
      changes.add(
        intervalProc(intervals, row),
        Math.max(start, intervals.start[row]!),
        Math.min(end, intervals.end[row]!),
      );
    }
  }
}

/** Whether a label makes a run of its goroutine one of a worker that counts. */
function workerLabels({ strings }: TraceModel, { perProc }: UtilizationFlags): (label: number) => boolean {
  return (label) => {
    const name = strings[label]!;
    return name.startsWith('GC ') && name !== 'GC (idle)' && !(perProc === true && name === 'GC (dedicated)');
  };
}

function isExecuting({ intervals }: TraceModel, row: number): boolean {
  return intervals.state[row] === GoState.Running || intervals.state[row] === GoState.Syscall;
}

/** The row in which a goroutine is at a time, and the first row behind its run. */
function runAt(model: TraceModel, goroutine: number, time: number): { readonly row: number; readonly next: number } {
  const track = goroutineTrack(model, goroutine);
  const last = track.runs[1]!;
  const row = firstEndingAfter(track, time, track.runs[0]!, last);
  let next = row;
  while (next < last && isExecuting(model, next)) next++;
  return { row, next };
}

/** A worker is labelled anew each time it starts: from the label to the end of the run it is the collector's. */
function addWorkers(model: TraceModel, flags: UtilizationFlags, changes: Changes): void {
  const { labels, intervals } = model;
  const counts = workerLabels(model, flags);
  for (let label = 0; label < labels.count; label++) {
    if (!counts(labels.name[label]!)) continue;
    const { row, next } = runAt(model, labels.goroutine[label]!, labels.time[label]!);
    for (let run = row; run < next; run++)
      if (intervalProc(intervals, run) >= 0)
        changes.add(
          intervalProc(intervals, run),
          Math.max(labels.time[label]!, intervals.start[run]!),
          intervals.end[run]!,
        );
  }
}

function addWorkersAsGo(model: TraceModel, flags: UtilizationFlags, changes: Changes): void {
  const { labels, intervals, goroutines } = model;
  const counts = workerLabels(model, flags);
  const markedSince = new Map<number, number>();
  for (let label = 0; label < labels.count; label++) {
    const goroutine = labels.goroutine[label]!;
    if (!counts(labels.name[label]!)) continue;
    const { row } = runAt(model, goroutine, labels.time[label]!);
    changes.change(intervalProc(intervals, row), labels.time[label]!, 1);
    if (!markedSince.has(goroutine)) markedSince.set(goroutine, labels.time[label]!);
  }
  for (const [goroutine, since] of markedSince) {
    for (let row = goroutines.offset[goroutine]!; row < goroutines.offset[goroutine + 1]!; row++) {
      if (!isExecuting(model, row)) continue;
      const begins = row === goroutines.offset[goroutine] || !isExecuting(model, row - 1);
      const ends = row + 1 < goroutines.offset[goroutine + 1]! && !isExecuting(model, row + 1);
      if (begins && intervals.start[row]! > since)
        changes.change(intervalProc(intervals, row), intervals.start[row]!, 1);
      if (ends && intervals.end[row]! > since) changes.change(intervalProc(intervals, row), intervals.end[row]!, -1);
    }
  }
}

/** A step function under construction. */
class GrowingSeries {
  readonly #time = new Float64List();
  readonly #util = new Float64List();

  /** The utilization from a time on; of several at one time the lowest holds. */
  add(time: number, util: number): void {
    const last = this.#time.length - 1;
    if (last >= 0) {
      if (util === this.#util.at(last)) return;
      if (time === this.#time.at(last)) {
        if (util < this.#util.at(last)) this.#util.set(last, util);
        return;
      }
    }
    this.#time.push(time);
    this.#util.push(util);
  }

  finish(): UtilizationSeries {
    return { time: this.#time.toArray(), util: this.#util.toArray() };
  }
}

/** Runs over the changes and builds the series. */
class Sweep {
  readonly #perProc: boolean;
  readonly #series: GrowingSeries[] = [];
  /** Pieces of work by proc id, whether the proc exists or not, and on the world. */
  readonly #work: number[] = [];
  #stopped = 0;
  /** Number of the series of each proc that exists. */
  #procs: number[] = [];

  constructor(perProc: boolean) {
    this.#perProc = perProc;
  }

  /** @param order numbers of the changes to take, in time order */
  run(changes: Changes, order: Int32Array, procs: StepSeries, end: number): UtilizationSeries[] {
    const { time: procTime, value: procCount } = procs;
    for (let p = 0, at = 0; p < procTime.length || at < order.length; ) {
      const change = at < order.length ? changes.time.at(order[at]!) : Number.POSITIVE_INFINITY;
      const now = p < procTime.length ? Math.min(change, procTime[p]!) : change;
      if (now > end) break;
      for (; at < order.length && changes.time.at(order[at]!) === now; at++)
        this.#apply(changes.proc.at(order[at]!), changes.by.at(order[at]!));
      for (; p < procTime.length && procTime[p] === now; p++) this.#setProcs(now, procCount[p]!);
      this.#record(now);
    }
    for (const number of new Set(this.#procs)) this.#series[number]!.add(end, 0);
    return this.#series.map((series) => series.finish());
  }

  #apply(proc: number, by: number): void {
    if (proc === WORLD) this.#stopped += by;
    else this.#work[proc] = (this.#work[proc] ?? 0) + by;
  }

  #setProcs(now: number, count: number): void {
    if (this.#perProc) for (const number of this.#procs.slice(count)) this.#series[number]!.add(now, 0);
    this.#procs = this.#procs.slice(0, count);
    while (this.#procs.length < count) {
      const isNew = this.#perProc || this.#series.length === 0;
      if (isNew) {
        this.#series.push(new GrowingSeries());
        this.#series.at(-1)!.add(now, 1);
      }
      this.#procs.push(this.#perProc ? this.#series.length - 1 : 0);
    }
  }

  #record(now: number): void {
    const count = this.#procs.length;
    if (count === 0) return;
    if (this.#perProc) {
      this.#procs.forEach((number, proc) => {
        this.#series[number]!.add(now, this.#stopped > 0 || (this.#work[proc] ?? 0) > 0 ? 0 : 1);
      });
      return;
    }
    let busy = count;
    if (this.#stopped <= 0) {
      busy = 0;
      for (let proc = 0; proc < count; proc++) if ((this.#work[proc] ?? 0) > 0) busy++;
    }
    this.#series[0]!.add(now, 1 - busy / count);
  }
}
