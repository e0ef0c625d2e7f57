/**
 * Turns the replayed events of a v1 file into the events of the one model, as Go's own converter does.
 *
 * Most events have one counterpart. The rest:
 *
 *  - Up to the first Gomaxprocs the runtime describes what is there: creations and starts are states that goroutines
 *    are found in. Those of which only the creation was told are runnable.
 *  - A syscall is one event, and another only if it blocks. One that does not is given the length of 1 ns.
 *  - A labelled start is a start and a label.
 *  - A proc is found in the state that its first event leaves; the thread of an event is the one that started its proc.
 *
 * Longer than most files: a short method for each of thirty events, and all of them share the event and the state.
 */
import type { WideValues } from '../../format/index.ts';
import { BACKGROUND_TASK, EventKind, GoState, NONE, ProcState, ResourceKind, TraceEvent } from '../event.ts';
import { KnownName, type StringTable } from '../string-table.ts';
import type { V1Columns } from './event-columns.ts';
import { V1_EVENTS, type V1EventName } from './events.ts';
import { errorAt } from './order.ts';
import type { V1File } from './scanner.ts';
import { STW_REASONS, stwReason } from './stw-reasons.ts';

/** Reasons to wait or to stop, in the words of v2. */
const REASONS: Readonly<Partial<Record<V1EventName, string>>> = {
  GoStop: 'forever',
  GoSched: 'runtime.Gosched',
  GoPreempt: 'preempted',
  GoSleep: 'sleep',
  GoBlock: '',
  GoBlockSend: 'chan send',
  GoBlockRecv: 'chan receive',
  GoBlockSelect: 'select',
  GoBlockSync: 'sync',
  GoBlockCond: 'sync.(*Cond).Wait',
  GoBlockNet: 'network',
  GoBlockGC: 'GC mark assist wait for work',
};

interface Task {
  readonly parent: number;
  readonly name: number;
}

export class V1Converter {
  readonly #events: V1Columns;
  readonly #rows: Int32Array;
  /** Per place in `#rows`: a syscall that blocks. */
  readonly #blocking: Uint8Array;
  #at = 0;
  #row = 0;

  /** The runtime still describes what is there; goroutines of which it told the creation alone. */
  #describing = true;
  readonly #untold = new Set<number>();
  /** Goroutines that are still to be announced as runnable, and when. */
  #runnable: number[] = [];
  #announceAt = 0;

  readonly #seenProcs = new Set<number>();
  /** Thread per running proc. */
  readonly #threads = new Map<number, number>();
  readonly #tasks = new Map<number, Task>();
  /** String ids. */
  readonly #reasons: Int32Array;
  readonly #stwNames: readonly number[];
  #stwName: number;
  readonly #version: number;
  readonly #wide: WideValues;

  readonly #event = new TraceEvent();
  /** What a row becomes besides: delivered next. */
  readonly #second = new TraceEvent();
  #hasSecond = false;

  constructor(file: V1File, rows: Int32Array) {
    this.#events = file.events;
    this.#rows = rows;
    this.#version = file.version;
    this.#blocking = blockingSyscalls(file.events, rows);
    const { strings, wide } = file.tables;
    this.#wide = wide;
    this.#reasons = reasonsById(strings);
    this.#stwNames = STW_REASONS.map((reason) => strings.intern(`stop-the-world (${reason})`));
    this.#stwName = this.#stwNames[0]!;
  }

  /** The next event, at a time in ns since the first, or undefined at the end. The object is used again. */
  next(): TraceEvent | undefined {
    if (this.#hasSecond) {
      this.#hasSecond = false;
      return this.#second;
    }
    const goroutine = this.#runnable.shift();
    if (goroutine !== undefined) return this.#announce(goroutine);
    while (this.#at < this.#rows.length) {
      this.#row = this.#rows[this.#at++]!;
      if (this.#convert()) return this.#event;
      if (this.#runnable.length > 0) return this.next();
    }
    return undefined;
  }

  /** Fills `#event` from the current row; false when it becomes nothing. */
  #convert(): boolean {
    const { type, time, proc, goroutine, stack } = this.#events;
    const row = this.#row;
    const event = this.#event;
    reset(event);
    event.time = time.at(row);
    event.proc = proc.at(row);
    event.goroutine = goroutine.at(row) === 0 ? NONE : goroutine.at(row);
    event.stack = stack.at(row);
    const step = CONVERT_BY_ID[type.at(row)];
    // The thread is that of the proc, after a start and before a stop.
    if (type.at(row) === V1_EVENTS.ProcStart.id) this.#threads.set(event.proc, this.#events.arg0.at(row));
    event.thread = this.#threads.get(event.proc) ?? NONE;
    return step?.call(this, event, row) ?? false;
  }

  #announce(goroutine: number): TraceEvent {
    const event = this.#event;
    reset(event);
    event.time = this.#announceAt;
    transition(event, goroutine, GoState.Undetermined, GoState.Runnable);
    return event;
  }

  gomaxprocs(event: TraceEvent, row: number): boolean {
    if (this.#describing) {
      this.#describing = false;
      this.#announceAt = event.time;
      this.#runnable = [...this.#untold];
      this.#untold.clear();
      return false;
    }
    return this.#metric(event, row, KnownName.Procs);
  }

  heapAlloc(event: TraceEvent, row: number): boolean {
    return this.#metric(event, row, KnownName.HeapObjects);
  }

  heapGoal(event: TraceEvent, row: number): boolean {
    return this.#metric(event, row, KnownName.HeapGoal);
  }

  #metric(event: TraceEvent, row: number, name: number): boolean {
    event.kind = EventKind.Metric;
    event.name = name;
    event.value = this.#wide.quantity(this.#events.arg0.at(row));
    return true;
  }

  procStart(event: TraceEvent): boolean {
    const from = this.#seenProcs.has(event.proc) ? ProcState.Idle : ProcState.Undetermined;
    return this.#procTransition(event, from, ProcState.Running);
  }

  procStop(event: TraceEvent): boolean {
    const from = this.#seenProcs.has(event.proc) ? ProcState.Running : ProcState.Undetermined;
    this.#threads.delete(event.proc);
    return this.#procTransition(event, from, ProcState.Idle);
  }

  #procTransition(event: TraceEvent, from: ProcState, to: ProcState): boolean {
    this.#seenProcs.add(event.proc);
    event.kind = EventKind.StateTransition;
    event.resource = ResourceKind.Proc;
    event.subject = event.proc;
    event.from = from;
    event.to = to;
    return true;
  }

  gcStart(event: TraceEvent): boolean {
    return range(event, EventKind.RangeBegin, KnownName.Gc, ResourceKind.None, NONE);
  }

  gcDone(event: TraceEvent): boolean {
    return range(event, EventKind.RangeEnd, KnownName.Gc, ResourceKind.None, NONE);
  }

  stwStart(event: TraceEvent, row: number): boolean {
    this.#stwName = this.#stwNames[stwReason(this.#version, this.#events.arg0.at(row))]!;
    return range(event, EventKind.RangeBegin, this.#stwName, ResourceKind.Goroutine, event.goroutine);
  }

  stwDone(event: TraceEvent): boolean {
    return range(event, EventKind.RangeEnd, this.#stwName, ResourceKind.Goroutine, event.goroutine);
  }

  sweepStart(event: TraceEvent): boolean {
    return range(event, EventKind.RangeBegin, KnownName.Sweep, ResourceKind.Proc, event.proc);
  }

  sweepDone(event: TraceEvent, row: number): boolean {
    event.hasAttributes = true;
    event.swept = this.#wide.quantity(this.#events.arg0.at(row));
    event.reclaimed = this.#wide.quantity(this.#events.arg1.at(row));
    return range(event, EventKind.RangeEnd, KnownName.Sweep, ResourceKind.Proc, event.proc);
  }

  assistStart(event: TraceEvent): boolean {
    return range(event, EventKind.RangeBegin, KnownName.MarkAssist, ResourceKind.Goroutine, event.goroutine);
  }

  assistDone(event: TraceEvent): boolean {
    return range(event, EventKind.RangeEnd, KnownName.MarkAssist, ResourceKind.Goroutine, event.goroutine);
  }

  create(event: TraceEvent, row: number): boolean {
    const goroutine = this.#events.arg0.at(row);
    if (this.#describing) {
      this.#untold.add(goroutine);
      return false;
    }
    transition(event, goroutine, GoState.NotExist, GoState.Runnable);
    event.subjectStack = this.#events.arg1.at(row);
    return true;
  }

  start(event: TraceEvent, row: number): boolean {
    const goroutine = this.#events.arg0.at(row);
    event.stack = 0;
    this.#untold.delete(goroutine);
    const from = this.#describing ? GoState.Undetermined : GoState.Runnable;
    transition(event, goroutine, from, GoState.Running);
    return true;
  }

  startLabel(event: TraceEvent, row: number): boolean {
    event.stack = 0;
    // Go's converter gives thread 0 here when the thread is not known.
    event.thread = Math.max(event.thread, 0);
    transition(event, this.#events.arg0.at(row), GoState.Runnable, GoState.Running);
    const label = this.#secondOf(event, EventKind.Label);
    label.resource = ResourceKind.Goroutine;
    label.subject = event.goroutine;
    label.name = this.#events.arg2.at(row);
    return true;
  }

  end(event: TraceEvent): boolean {
    transition(event, event.goroutine, GoState.Running, GoState.NotExist);
    return true;
  }

  yield(event: TraceEvent, row: number): boolean {
    return this.#leave(event, row, GoState.Runnable);
  }

  block(event: TraceEvent, row: number): boolean {
    return this.#leave(event, row, GoState.Waiting);
  }

  #leave(event: TraceEvent, row: number, to: GoState): boolean {
    transition(event, event.goroutine, GoState.Running, to);
    event.reason = this.#reasons[this.#events.type.at(row)]!;
    event.subjectStack = event.stack;
    return true;
  }

  unblock(event: TraceEvent, row: number): boolean {
    transition(event, this.#events.arg0.at(row), GoState.Waiting, GoState.Runnable);
    return true;
  }

  sysCall(event: TraceEvent): boolean {
    transition(event, event.goroutine, GoState.Running, GoState.Syscall);
    event.subjectStack = event.stack;
    if (this.#blocking[this.#at - 1] === 1) return true;
    event.thread = Math.max(event.thread, 0);
    const end = this.#secondOf(event, EventKind.StateTransition);
    end.time = event.time + 1;
    transition(end, event.goroutine, GoState.Syscall, GoState.Running);
    return true;
  }

  sysExit(event: TraceEvent): boolean {
    transition(event, event.goroutine, GoState.Syscall, GoState.Runnable);
    return true;
  }

  waiting(event: TraceEvent): boolean {
    this.#untold.delete(event.goroutine);
    transition(event, event.goroutine, GoState.Undetermined, GoState.Waiting);
    return true;
  }

  inSyscall(event: TraceEvent): boolean {
    this.#untold.delete(event.goroutine);
    transition(event, event.goroutine, GoState.Undetermined, GoState.Syscall);
    return true;
  }

  taskCreate(event: TraceEvent, row: number): boolean {
    const { arg0, arg1, arg2 } = this.#events;
    const parent = arg1.at(row);
    event.kind = EventKind.TaskBegin;
    event.task = arg0.at(row);
    event.parent = parent === BACKGROUND_TASK ? NONE : parent;
    event.name = arg2.at(row);
    this.#tasks.set(event.task, { parent, name: event.name });
    return true;
  }

  taskEnd(event: TraceEvent, row: number): boolean {
    event.kind = EventKind.TaskEnd;
    event.task = this.#events.arg0.at(row);
    const task = this.#tasks.get(event.task);
    event.parent = task?.parent ?? NONE;
    event.name = task?.name ?? 0;
    this.#tasks.delete(event.task);
    return true;
  }

  region(event: TraceEvent, row: number): boolean {
    const { arg0, arg1, arg2 } = this.#events;
    event.kind = arg1.at(row) === 0 ? EventKind.RegionBegin : EventKind.RegionEnd;
    event.task = arg0.at(row);
    event.name = arg2.at(row);
    return true;
  }

  log(event: TraceEvent, row: number): boolean {
    const { arg0, arg1, arg2 } = this.#events;
    event.kind = EventKind.Log;
    event.task = arg0.at(row);
    event.name = arg1.at(row);
    event.text = arg2.at(row);
    return true;
  }

  /** The replay has taken it out where Go still wrote it. */
  futile(_: TraceEvent, row: number): boolean {
    throw errorAt(this.#events, row, 'unknown-event', 'Go writes no such event in this format any more');
  }

  sample(event: TraceEvent): boolean {
    event.kind = EventKind.StackSample;
    event.thread = NONE;
    return true;
  }

  /** The second event of a row, in the context of the first. */
  #secondOf(first: TraceEvent, kind: EventKind): TraceEvent {
    const event = this.#second;
    reset(event);
    event.kind = kind;
    event.time = first.time;
    event.thread = first.thread;
    event.proc = first.proc;
    event.goroutine = first.goroutine;
    this.#hasSecond = true;
    return event;
  }
}

type Convert = (this: V1Converter, event: TraceEvent, row: number) => boolean;

const { prototype } = V1Converter;
/** What an event becomes; those that are not here become nothing. */
const CONVERT: Readonly<Partial<Record<V1EventName, Convert>>> = {
  Gomaxprocs: prototype.gomaxprocs,
  ProcStart: prototype.procStart,
  ProcStop: prototype.procStop,
  GCStart: prototype.gcStart,
  GCDone: prototype.gcDone,
  STWStart: prototype.stwStart,
  STWDone: prototype.stwDone,
  GCSweepStart: prototype.sweepStart,
  GCSweepDone: prototype.sweepDone,
  GCMarkAssistStart: prototype.assistStart,
  GCMarkAssistDone: prototype.assistDone,
  GoCreate: prototype.create,
  GoStart: prototype.start,
  GoStartLabel: prototype.startLabel,
  GoEnd: prototype.end,
  GoStop: prototype.block,
  GoSched: prototype.yield,
  GoPreempt: prototype.yield,
  GoSleep: prototype.block,
  GoBlock: prototype.block,
  GoBlockSend: prototype.block,
  GoBlockRecv: prototype.block,
  GoBlockSelect: prototype.block,
  GoBlockSync: prototype.block,
  GoBlockCond: prototype.block,
  GoBlockNet: prototype.block,
  GoBlockGC: prototype.block,
  GoUnblock: prototype.unblock,
  GoSysCall: prototype.sysCall,
  GoSysExit: prototype.sysExit,
  GoWaiting: prototype.waiting,
  GoInSyscall: prototype.inSyscall,
  HeapAlloc: prototype.heapAlloc,
  HeapGoal: prototype.heapGoal,
  UserTaskCreate: prototype.taskCreate,
  UserTaskEnd: prototype.taskEnd,
  UserRegion: prototype.region,
  UserLog: prototype.log,
  FutileWakeup: prototype.futile,
  CPUSample: prototype.sample,
};
const CONVERT_BY_ID: readonly (Convert | undefined)[] = (() => {
  const steps = new Array<Convert | undefined>(64).fill(undefined);
  for (const [name, convert] of Object.entries(CONVERT)) steps[V1_EVENTS[name as V1EventName].id] = convert;
  return steps;
})();

function reset(event: TraceEvent): void {
  event.kind = EventKind.Bad;
  event.thread = NONE;
  event.proc = NONE;
  event.goroutine = NONE;
  event.stack = 0;
  event.resource = ResourceKind.None;
  event.subject = NONE;
  event.reason = 0;
  event.subjectStack = 0;
  event.hasAttributes = false;
}

function transition(event: TraceEvent, goroutine: number, from: GoState, to: GoState): void {
  event.kind = EventKind.StateTransition;
  event.resource = ResourceKind.Goroutine;
  event.subject = goroutine;
  event.from = from;
  event.to = to;
}

function range(event: TraceEvent, kind: EventKind, name: number, scope: ResourceKind, subject: number): boolean {
  event.kind = kind;
  event.name = name;
  event.resource = scope;
  event.subject = subject;
  return true;
}

/** Marks the syscalls behind which the next event of the goroutine says that it blocks. */
function blockingSyscalls({ type, goroutine }: V1Columns, rows: Int32Array): Uint8Array {
  const blocking = new Uint8Array(rows.length);
  const next = new Map<number, number>();
  for (let at = rows.length - 1; at >= 0; at--) {
    const row = rows[at]!;
    const id = type.at(row);
    const own = goroutine.at(row);
    if (id === V1_EVENTS.GoSysCall.id && next.get(own) === V1_EVENTS.GoSysBlock.id) blocking[at] = 1;
    next.set(own, id);
  }
  return blocking;
}

/** String ids of the reasons, by event id. */
function reasonsById(strings: StringTable): Int32Array {
  const byId = new Int32Array(64);
  for (const [name, reason] of Object.entries(REASONS))
    byId[V1_EVENTS[name as V1EventName].id] = strings.intern(reason);
  return byId;
}
