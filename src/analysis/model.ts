/**
 * The trace as tables: what the analyses, the CLI and the viewer work on.
 *
 * The idea: struct of arrays over typed arrays, no object per event. A "table" is an object of equally long columns;
 * a row is an index. Children of a parent row are consecutive rows, found through an `offset` column of length
 * parents + 1 ("rows offset[i] to offset[i + 1]"). Strings and stacks are ids into trace-wide tables. The whole
 * model can be moved between threads without a copy (`transferables`).
 *
 * Time is a number: nanoseconds since the trace's origin (one bigint, in `TraceInfo`). NaN = not known ("still open").
 * An index column holds -1 where there is none.
 */
import type { GoState, ResourceKind } from '../reader/index.ts';

/** Who wrote the trace, and so how things are called on screen: strands and event loops, or goroutines and procs. */
export type Dialect = 'go' | 'node';

/** String or stack ids: in 16 bits where they fit, as most of a model's memory is in its intervals. */
export type IdColumn = Int32Array | Uint16Array;

export interface TraceInfo {
  readonly dialect: Dialect;
  /** Minor number of the format in the header: 22 to 26. */
  readonly version: number;
  /** Absolute trace clock of time 0, ns. */
  readonly origin: bigint;
  /** Wall clock of time 0, ns since the epoch, when the trace has clock snapshots (format 1.25 and newer). */
  readonly wallOrigin: bigint | undefined;
  /** Time of the first and the last event, ns. */
  readonly start: number;
  readonly end: number;
  readonly bytes: number;
  readonly generations: number;
  /** Events by kind, indexed by `EventKind`. */
  readonly events: readonly number[];
  /** Facts that a Node trace states about its process (node version, pid, level, command …); empty for Go traces. */
  readonly facts: Readonly<Record<string, string | number | boolean>>;
  /** Node processes that speak in the trace, each with the proc of its main loop: more than one if it was merged. */
  readonly processes: readonly ProcessFact[];
  /** Records that the recorder dropped, as the trace states; 0 if it states nothing. */
  readonly lost: number;
  /** Why reading ended early: the good prefix is in the model. */
  readonly problem: TraceProblem | undefined;
}

export interface ProcessFact {
  readonly facts: Readonly<Record<string, string | number | boolean>>;
  /** Proc index, -1 = not known. */
  readonly proc: number;
}

export interface TraceProblem {
  readonly message: string;
  readonly code: string;
  /** Byte offset in the file. */
  readonly offset: number;
  readonly generation: number;
}

/** Stacks: frames of stack s are rows offset[s] to offset[s + 1], innermost first. Stack 0 is empty. */
export interface StackTable {
  readonly count: number;
  readonly offset: Int32Array;
  /** Frame columns: string ids and line numbers. */
  readonly func: Int32Array;
  readonly file: Int32Array;
  readonly line: Int32Array;
}

/** Goroutines (strands), in order of appearance. */
export interface GoroutineTable {
  readonly count: number;
  readonly id: Float64Array;
  /** String id of the name: function of the outermost frame of the first stack seen; 0 = unnamed. */
  readonly name: Int32Array;
  /** Group: index into `groups`. */
  readonly group: Int32Array;
  /** Stack of the entry function, and the stack of the creator. */
  readonly entryStack: Int32Array;
  readonly createStack: Int32Array;
  /** Goroutine index of the creator. */
  readonly creator: Int32Array;
  /** Creation (NaN: it was there at the start) and end (NaN: it was there at the end), ns. */
  readonly created: Float64Array;
  readonly ended: Float64Array;
  /** Goroutines that were there before the trace, ascending, and when each was first mentioned, ns. */
  readonly found: Int32Array;
  readonly foundAt: Float64Array;
  /** Task index that this goroutine works for: the one of its outermost task region, or begun by it. */
  readonly task: Int32Array;
  /** Node: task index that it works for as its creator does, unless its regions say otherwise; -1 = none. */
  readonly impliedTask: Int32Array;
  /** Rows of `intervals`. */
  readonly offset: Int32Array;
}

/** States held over time; grouped by goroutine, in time order. An interval ends where the next of its goroutine starts, else at `end`. */
export interface IntervalTable {
  readonly count: number;
  readonly start: Float64Array;
  readonly end: Float64Array;
  readonly goroutine: Int32Array;
  /** GoState. */
  readonly state: Uint8Array;
  /** What the viewer and the breakdowns call it: `DisplayState` of states.ts. */
  readonly display: Uint8Array;
  /** Stack at the event that began the interval. */
  readonly stack: IdColumn;
  /** Proc, reason or waker, by the state: read it with `intervalProc`, `intervalReason` and `intervalWaker` of interval-links.ts. */
  readonly link: Int32Array;
}

/** Procs (event loops). `running` rows are interval rows of the goroutines that ran on it, in time order. */
export interface ProcTable {
  readonly count: number;
  readonly id: Int32Array;
  /** Thread that ran it first. */
  readonly thread: Float64Array;
  /** String id of the display name. */
  readonly name: Int32Array;
  readonly offset: Int32Array;
  readonly running: Int32Array;
  /** Stretches in which the proc was started (not idle): rows busyOffset[i] to busyOffset[i + 1]. */
  readonly busyOffset: Int32Array;
  readonly busyStart: Float64Array;
  readonly busyEnd: Float64Array;
  /** Thread that started it, and so ran what it ran. */
  readonly busyThread: Float64Array;
}

/** GC, stop-the-world, sweep, assist. */
export interface RangeTable {
  readonly count: number;
  readonly start: Float64Array;
  readonly end: Float64Array;
  readonly name: Int32Array;
  /** `RangeClass` of states.ts: gc, stop-the-world, other. */
  readonly class: Uint8Array;
  readonly scope: Uint8Array; // ResourceKind
  /** Goroutine or proc index by scope. */
  readonly subject: Int32Array;
  /** Proc index on which it was seen. */
  readonly proc: Int32Array;
}

/** One metric over time. */
export interface MetricSeries {
  /** String id. */
  readonly name: number;
  readonly time: Float64Array;
  readonly value: Float64Array;
}

export interface TaskTable {
  readonly count: number;
  readonly id: Float64Array;
  readonly parent: Int32Array;
  /** String id of the type, as the event that began the task says. */
  readonly type: Int32Array;
  /** String ids of its own name (`GET /orders/17`) and of its kind (`GET /orders/:id`): the type, if nothing else is known. */
  readonly name: Int32Array;
  readonly kind: Int32Array;
  /** HTTP status of a request, 0 = not known; string id of how it failed (`aborted`, `ECONNRESET`), 0 = it did not. */
  readonly status: Int32Array;
  readonly failure: Int32Array;
  /** String id of the W3C trace context that a request came with, 0 = none. */
  readonly traceparent: Int32Array;
  readonly start: Float64Array;
  readonly end: Float64Array;
  /** Goroutine indices at begin and end. */
  readonly beginGoroutine: Int32Array;
  readonly endGoroutine: Int32Array;
  /** Goroutines that worked for it: rows goroutineOffset[i] to goroutineOffset[i + 1] of `goroutines`. */
  readonly goroutineOffset: Int32Array;
  readonly goroutines: Int32Array;
}

/** Regions in order of their begin. */
export interface RegionTable {
  readonly count: number;
  readonly start: Float64Array;
  readonly end: Float64Array;
  readonly goroutine: Int32Array;
  readonly task: Int32Array;
  readonly type: Int32Array;
  /** Nesting depth on its goroutine, 0 = outermost. */
  readonly depth: Uint8Array;
  /** Stack at its begin. */
  readonly stack: Int32Array;
}

export interface LogTable {
  readonly count: number;
  readonly time: Float64Array;
  readonly goroutine: Int32Array;
  readonly task: Int32Array;
  readonly category: Int32Array;
  readonly message: Int32Array;
}

/** Labels that goroutines carry from a moment on, in time order: Go marks the collector's workers so. */
export interface LabelTable {
  readonly count: number;
  readonly time: Float64Array;
  readonly goroutine: Int32Array;
  readonly name: Int32Array;
}

export interface SampleTable {
  readonly count: number;
  readonly time: Float64Array;
  readonly goroutine: Int32Array;
  readonly proc: Int32Array;
  readonly stack: Int32Array;
}

/** Goroutines by entry function. */
export interface GroupTable {
  readonly count: number;
  readonly name: Int32Array;
  /** Goroutine indices of group i: rows offset[i] to offset[i + 1] of `members`. */
  readonly offset: Int32Array;
  readonly members: Int32Array;
}

/** How many goroutines there are over time, and how many are ready: the most in each bucket of 2^level ns, from time 0 on. */
export interface LivingCounts {
  readonly level: number;
  readonly ready: Int32Array;
  readonly alive: Int32Array;
}

export interface TraceModel {
  readonly info: TraceInfo;
  readonly strings: readonly string[];
  readonly stacks: StackTable;
  readonly goroutines: GoroutineTable;
  readonly groups: GroupTable;
  readonly intervals: IntervalTable;
  readonly living: LivingCounts;
  readonly procs: ProcTable;
  readonly ranges: RangeTable;
  readonly metrics: readonly MetricSeries[];
  readonly tasks: TaskTable;
  readonly regions: RegionTable;
  readonly logs: LogTable;
  readonly labels: LabelTable;
  readonly samples: SampleTable;
}

/** The types that a table column holds, for readers of this file. */
export type { GoState, ResourceKind };
