/**
 * The event model that the reader delivers, with the words of Go's own reader (golang.org/x/exp/trace): every event
 * has a kind, a time, the scheduling context that held *before* it (thread, proc, goroutine) and kind-specific fields.
 *
 * The idea: the `TraceEvent` objects are reused, all their fields are numbers, and strings and stacks are ids into tables
 * that hold for the whole trace. Nothing is allocated per event: an event holds until the next one is asked for, and who
 * keeps something copies it.
 */

/** Event kinds, Go's published ones. */
export const EventKind = {
  Bad: 0,
  Sync: 1,
  Metric: 2,
  Label: 3,
  StackSample: 4,
  RangeBegin: 5,
  RangeActive: 6,
  RangeEnd: 7,
  TaskBegin: 8,
  TaskEnd: 9,
  RegionBegin: 10,
  RegionEnd: 11,
  Log: 12,
  StateTransition: 13,
  Experimental: 14,
} as const;
export type EventKind = (typeof EventKind)[keyof typeof EventKind];

/** States of a goroutine (a strand, in a Node trace). */
export const GoState = { Undetermined: 0, NotExist: 1, Runnable: 2, Running: 3, Waiting: 4, Syscall: 5 } as const;
export type GoState = (typeof GoState)[keyof typeof GoState];

/** States of a proc (an event loop, in a Node trace). */
export const ProcState = { Undetermined: 0, NotExist: 1, Running: 2, Idle: 3 } as const;
export type ProcState = (typeof ProcState)[keyof typeof ProcState];

/** What a transition, range or label is about. */
export const ResourceKind = { None: 0, Goroutine: 1, Proc: 2, Thread: 3 } as const;
export type ResourceKind = (typeof ResourceKind)[keyof typeof ResourceKind];

/** "No thread, proc, goroutine or task". */
export const NONE = -1;
/** Go's background task, the parent of tasks that name none. */
export const BACKGROUND_TASK = 0;

/**
 * One event. Ids are plain numbers; -1 is none. An id of 2^53 or more cannot be a number: it is replaced by an alias
 * of -2 or below, and the reader's `idText` gives the true digits back.
 */
export class TraceEvent {
  kind: EventKind;
  /** Nanoseconds since the trace's origin (see `TraceReader.origin`); strictly increasing. */
  time = 0;
  thread: number = NONE;
  proc: number = NONE;
  goroutine: number = NONE;
  /** Stack of the event: id into the reader's stack table, 0 = none. */
  stack = 0;

  /** StateTransition, Label and ranges: what kind of thing it is about, and its id. */
  resource: ResourceKind = ResourceKind.None;
  subject: number = NONE;
  /** StateTransition: states before and after, GoState or ProcState by `resource`. */
  from = 0;
  to = 0;
  /** StateTransition: why; string id, 0 = "". */
  reason = 0;
  /** StateTransition: stack of the resource that changes (GoCreate: the entry function of the new goroutine). */
  subjectStack = 0;

  /** String id: name of the metric, label, range, task type, region type, log category or experimental event. */
  name = 0;
  /** Log: string id of the message. */
  text = 0;
  /** Task of a task, region or log event; -1 = none. */
  task: number = NONE;
  /** TaskBegin: parent task; -1 = none. */
  parent: number = NONE;
  /** Metric: the value. Sync: its number, 1, 2, … */
  value = 0;
  /** RangeEnd of a sweep: bytes swept and reclaimed; `hasAttributes` tells whether they are there. */
  hasAttributes = false;
  swept = 0;
  reclaimed = 0;
  /** Experimental: the arguments behind the time, in the order of the event table; all else leaves them as they were. */
  readonly args = new Float64Array(4);

  constructor(kind: EventKind = EventKind.Bad) {
    this.kind = kind;
  }
}
