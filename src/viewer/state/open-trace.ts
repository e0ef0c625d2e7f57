/**
 * A trace that is open: the model, what the worker worked out about it, and the small queries that panels and rows ask
 * again and again. It never changes; opening another file makes another one.
 */
import {
  allTrack,
  breakdownOfPath,
  criticalPath,
  DisplayState,
  firstEndingAfter,
  type GroupedRows,
  groupTrack,
  intervalProc,
  type PathStep,
  procsTrack,
  procTrack,
  RangeClass,
  rowAt,
  type StepSeries,
  type TaskBreakdown,
  type TaskType,
  type TraceModel,
  type Track,
  taskBreakdown,
} from '../../analysis/index.ts';
import { ResourceKind } from '../../reader/index.ts';
import { clock, clockUnit, type TimeUnit } from '../theme/numbers.ts';
import { groupColour } from '../theme/tokens.ts';
import { type TimeWindow, windowAround } from '../timeline/scale.ts';
import type { Shares } from '../timeline/share-cache.ts';
import { TrackData } from '../timeline/track-data.ts';
import type { CounterLine } from '../worker/counters.ts';
import type { Summary } from '../worker/summarise.ts';
import type { LivingStepsCache } from './living-steps.ts';
import { Names } from './names.ts';

/** Margins around what is fitted, as parts of its length: some past, more future. */
const MARGIN_BEFORE = 0.03;
const MARGIN_AFTER = 0.07;
/** Category of the logs in which the recorder writes what the format has no word for. */
const RECORDER_LOGS = 'exectrace';
/** Shorter stops are formal: a recorder marks its own start with one. ns */
const BAND_MIN = 100;
const NO_STEPS: StepSeries = { time: new Float64Array(0), value: new Float64Array(0) };
/** Intervals that `heldBy` looks at; what holds a proc for long is among the first. */
const HELD_BY_LOOK = 200;

/** How much of the file there is. */
export interface Reading {
  /** Reading was stopped by the person at the page. */
  readonly stopped?: boolean;
  /** More is being read; the trace is likely to end then, ns. */
  readonly expectedEnd?: number;
}

export class OpenTrace {
  readonly model: TraceModel;
  readonly summary: Summary;
  readonly names: Names;
  /** Name of the file, for the title when the trace does not name its program. */
  readonly fileName: string;
  /** Reading was stopped by the person at the page. */
  readonly stopped: boolean;
  /** More of it is being read: this is what there is so far. */
  readonly isPartial: boolean;
  /** Time up to which it was read, ns. */
  readonly readTo: number;
  /** All of its time; of a trace that is being read, as far as it is likely to go. */
  readonly bounds: TimeWindow;
  readonly clockUnit: TimeUnit;
  readonly all: Shares;
  readonly allProcs: Shares;
  /** Ranges that concern all rows: GC and stop-the-world of the whole process, or of the main loop. */
  readonly bandRanges: readonly number[];
  /** What only some rows of the timeline need. */
  readonly tracks: TrackData;
  readonly #tracks = new Map<string, Track>();
  readonly #breakdowns = new Map<number, TaskBreakdown>();
  readonly #paths = new Map<number, readonly PathStep[]>();
  readonly #groupColours: Uint8Array;
  /** Only where one zooms in: it comes behind the first picture. */
  #livingSteps: LivingStepsCache | undefined;

  constructor(model: TraceModel, summary: Summary, fileName: string, { stopped = false, expectedEnd }: Reading = {}) {
    this.model = model;
    this.summary = summary;
    this.fileName = fileName;
    this.stopped = stopped;
    this.names = new Names(model);
    const { start, end } = model.info;
    this.isPartial = expectedEnd !== undefined;
    this.readTo = end;
    this.bounds = { start, end: Math.max(end, expectedEnd ?? end, start + 1) };
    this.clockUnit = clockUnit(this.bounds.end - this.bounds.start);
    this.all = { track: allTrack(model), pyramid: summary.all };
    this.allProcs = { track: procsTrack(model), pyramid: summary.allProcs };
    this.bandRanges = findBandRanges(model);
    this.tracks = new TrackData(model, summary);
    void import('./living-steps.ts').then(({ LivingStepsCache }) => {
      this.#livingSteps = new LivingStepsCache(model, summary.rangeIndex);
    });
    this.#groupColours = Uint8Array.from({ length: model.groups.count }, (_, group) =>
      groupColour(this.names.package(group)),
    );
  }

  /** What is shown first: the slowest request, else all. While the trace is read, all. */
  get firstWindow(): TimeWindow {
    const slowest = this.isPartial ? undefined : this.summary.slowest[0];
    return slowest === undefined ? this.bounds : this.windowOfTask(slowest);
  }

  windowOfTask(task: number): TimeWindow {
    const { start, end } = this.breakdown(task);
    return this.windowAround(start, end);
  }

  /** A stretch of time with margins. */
  windowAround(start: number, end: number): TimeWindow {
    return windowAround(start, end, MARGIN_BEFORE, MARGIN_AFTER, this.bounds);
  }

  /** A position in time, in the unit of this trace. @param step distance of two positions that must differ, ns */
  clock(ns: number, step: number): string {
    return clock(ns, step, this.clockUnit);
  }

  procShares(proc: number): Shares {
    return { track: this.#track(`p${proc}`, () => procTrack(this.model, proc)), pyramid: this.summary.procs[proc]! };
  }

  groupShares(group: number): Shares {
    return {
      track: this.#track(`g${group}`, () => groupTrack(this.model, group)),
      pyramid: this.summary.groups[group]!,
    };
  }

  /**
   * Regions of a task, in order of their begin. Without those of a Node trace that are named like the task: with them
   * the recorder says which work belongs to it.
   */
  regionsOf(task: number): Int32Array {
    return this.#own(rowsOf(this.summary.taskIndex.regions, task));
  }

  /** Regions of a strand, likewise. */
  regionsOfStrand(strand: number): Int32Array {
    return this.#own(rowsOf(this.summary.strandRegions, strand));
  }

  #own(rows: Int32Array): Int32Array {
    const { regions, tasks, info } = this.model;
    if (info.dialect === 'go') return rows;
    return rows.filter((region) => {
      const task = regions.task[region]!;
      return task < 0 || regions.type[region] !== tasks.type[task];
    });
  }

  /** Logs of a task, without what the recorder says to its readers. */
  logsOf(task: number): Int32Array {
    return this.#ofTheProgram(rowsOf(this.summary.taskLogs, task));
  }

  /** Logs of a strand, likewise. */
  logsOfStrand(strand: number): Int32Array {
    return this.#ofTheProgram(rowsOf(this.summary.strandLogs, strand));
  }

  #ofTheProgram(logs: Int32Array): Int32Array {
    const { strings, logs: table } = this.model;
    return logs.filter((log) => strings[table.category[log]!] !== RECORDER_LOGS);
  }

  /** Nesting depths at which a task has regions, ascending: each is a row. At most 4. */
  regionDepths(task: number): number[] {
    const depths = new Set(Array.from(this.regionsOf(task), (region) => this.model.regions.depth[region]!));
    return [...depths].sort((a, b) => a - b).slice(0, 4);
  }

  /** Strands in order of their first interval. */
  byFirstRun(strands: Int32Array): Int32Array {
    const first = (strand: number) => {
      const { offset } = this.model.goroutines;
      const row = offset[strand]!;
      return row < offset[strand + 1]! ? this.model.intervals.start[row]! : Number.POSITIVE_INFINITY;
    };
    return strands.slice().sort((a, b) => first(a) - first(b) || a - b);
  }

  /** The strands that ran, waited to run or used the outside world for longest: those that explain a task. */
  mostActive(strands: Int32Array, most: number): Int32Array {
    const { offset } = this.model.goroutines;
    const { start, end, display } = this.model.intervals;
    const activity = (strand: number) => {
      let sum = 0;
      for (let row = offset[strand]!; row < offset[strand + 1]!; row++) {
        if (display[row]! <= DisplayState.Net) sum += end[row]! - start[row]!;
      }
      return sum;
    };
    const ranked = Array.from(strands, (strand) => ({ strand, activity: activity(strand) }));
    ranked.sort((a, b) => b.activity - a.activity || a.strand - b.strand);
    return Int32Array.from(ranked.slice(0, most), ({ strand }) => strand);
  }

  isAliveIn(strand: number, window: TimeWindow): boolean {
    const { created, ended } = this.model.goroutines;
    return !(created[strand]! > window.end) && !(ended[strand]! < window.start);
  }

  /**
   * Where the time of a task went. A Go trace: by the states of its goroutines. A Node trace: by its critical path, as
   * strands mostly await each other, which explains nothing.
   */
  breakdown(task: number): TaskBreakdown {
    let breakdown = this.#breakdowns.get(task);
    if (breakdown === undefined) {
      breakdown =
        this.model.info.dialect === 'node'
          ? breakdownOfPath(this.path(task), this.model, task)
          : taskBreakdown(this.model, this.summary.taskIndex, task);
      this.#breakdowns.set(task, breakdown);
    }
    return breakdown;
  }

  /** The critical path of a task, in time order. */
  path(task: number): readonly PathStep[] {
    let path = this.#paths.get(task);
    if (path === undefined) {
      path = criticalPath(this.model, this.summary.taskIndex, task);
      this.#paths.set(task, path);
    }
    return path;
  }

  /** The task of the same type at the median length, or -1. */
  typicalOf(task: number): number {
    const kind = this.kindOf(task);
    const n = kind?.tasks.length ?? 0;
    return n === 0 ? -1 : kind!.tasks[n - Math.max(1, Math.ceil(n / 2))]!;
  }

  /** The kind of a task; undefined while the trace has no finished task of it. */
  kindOf(task: number): TaskType | undefined {
    const name = this.model.strings[this.model.tasks.kind[task]!];
    return this.summary.taskTypes.find((kind) => kind.name === name);
  }

  /** A task's life as a track of its own: rows are the segments of its breakdown. */
  taskTrack(task: number): Track {
    return this.#track(`t${task}`, () => {
      const { segmentStart, segmentState, end } = this.breakdown(task);
      const ends = segmentStart.map((_, i) => segmentStart[i + 1] ?? end);
      const runs = Int32Array.of(0, segmentStart.length);
      return { start: segmentStart, end: ends, display: segmentState, rows: undefined, runs };
    });
  }

  /** The steps of a line over time, at least those within a window; where they are not kept, it should be short. */
  steps({ steps }: CounterLine, window: TimeWindow): StepSeries {
    return typeof steps === 'string' ? (this.#livingSteps?.read(steps, window) ?? NO_STEPS) : steps;
  }

  groupColour(group: number): number {
    return this.#groupColours[group]!;
  }

  /**
   * Why a ready interval was not running: what held the proc that it ran on afterwards, if one function did for most of
   * the time.
   */
  heldBy(row: number): string | undefined {
    const { start, end, goroutine, count } = this.model.intervals;
    const next = row + 1;
    if (next >= count || goroutine[next] !== goroutine[row]) return undefined;
    const proc = intervalProc(this.model.intervals, next);
    if (proc < 0) return undefined;
    const track = this.procShares(proc).track;
    const last = track.runs[1]!;
    const length = end[row]! - start[row]!;
    const from = firstEndingAfter(track, start[row]!, track.runs[0]!, last);
    for (let i = from; i < Math.min(last, from + HELD_BY_LOOK); i++) {
      const other = rowAt(track, i);
      if (start[other]! >= end[row]!) break;
      const overlap = Math.min(end[other]!, end[row]!) - Math.max(start[other]!, start[row]!);
      if (overlap < length / 2) continue;
      const node = this.model.info.dialect === 'node';
      const where = node ? 'the loop' : this.names.proc(proc);
      return `${where} is busy with ${this.names.functionOf(goroutine[other]!)}`;
    }
    return undefined;
  }

  #track(key: string, make: () => Track): Track {
    let track = this.#tracks.get(key);
    if (track === undefined) {
      track = make();
      this.#tracks.set(key, track);
    }
    return track;
  }
}

/**
 * Go stops its whole world and marks for the whole process; sweeps and assists concern one proc or goroutine. In a Node
 * trace, all of these are of one event loop, and the main one is what matters to all rows.
 */
function findBandRanges({ ranges, info }: TraceModel): number[] {
  const found: number[] = [];
  for (let range = 0; range < ranges.count; range++) {
    const stops = ranges.class[range] === RangeClass.StopTheWorld;
    const forAll =
      info.dialect === 'node' ? ranges.proc[range] === 0 : stops || ranges.scope[range] === ResourceKind.None;
    if (ranges.class[range] === RangeClass.Other || !forAll) continue;
    if (ranges.end[range]! - ranges.start[range]! < BAND_MIN) continue;
    found.push(range);
  }
  return found;
}

/** Rows of entry i of an index. */
export function rowsOf(index: GroupedRows, i: number): Int32Array {
  return index.rows.subarray(index.offset[i]!, index.offset[i + 1]!);
}
