/**
 * Writes ordered events as a trace of its own: what is cut out of a trace, or several traces as one.
 *
 * The idea: the events come in their true order with strictly increasing times, so the order is right by itself, and
 * only the bookkeeping of the format has to be done anew: statuses at the beginning of each generation, sequence
 * numbers, tables of strings and stacks. State (`live.ts`) is followed from the first event on; from when the output
 * begins, each change is also written (`output.ts`).
 *
 * 1. Until `begin`, events change the state only. `begin` writes the statuses of all that is alive, and what is under way
 *    (collection, sweeps, assists). What began before and cannot be said so (stops, tasks, regions) is an end without a
 *    begin, which readers accept; of a stop it is left out.
 * 2. Goroutines that are not kept change no state in the output and write nothing.
 * 3. A proc that is stolen from a syscall is written as one that stops on its own thread: the same in effect.
 * 4. Events that need a running goroutine while none is there (metrics, collections) wait for the next one that runs.
 *
 * What it does not keep: experiments, and the bytes as they were. The file is longer than most as it has a case for every kind
 * of event.
 */
import { type ByteSink, type ClockReading, EVENTS, type FormatVersion, type Frame } from '../../format/index.ts';
import { EventKind, GoState, ProcState, ResourceKind, type TraceEvent, type TraceReader } from '../../reader/index.ts';
import { LiveGoroutine, LiveProc, LiveSource, type LiveThread } from './live.ts';
import { TraceOutput } from './output.ts';

const { Undetermined, NotExist, Runnable, Running, Waiting, Syscall } = GoState;

const GC_PHASE = 'GC concurrent mark phase';
const GC_ASSIST = 'GC mark assist';
const GC_SWEEP = 'GC incremental sweep';
const STOP = /^stop-the-world \((.*)\)$/;

const METRIC_PROCS = '/sched/gomaxprocs:threads';
const METRICS: ReadonlyMap<string, number> = new Map([
  ['/memory/classes/heap/objects:bytes', EVENTS.HeapAlloc.id],
  ['/gc/heap/goal:bytes', EVENTS.HeapGoal.id],
]);
/** Category in which the recorder of a Node trace speaks: kept whoever says it. */
const RECORDER = 'exectrace';

/** Why goroutines wait whose trace has ended before the others: for no reason that is known. */
const ENDED = 'unspecified';
/** Generations are at least so long, ns. */
const LEAST_GENERATION = 0.5e9;

/** How one trace goes into the output. */
export interface ComposedSource {
  readonly reader: TraceReader;
  /** Which goroutines (by id in that trace) are in the output. */
  readonly keeps: (goroutine: number) => boolean;
  /** Added to times, ns: puts several traces on one clock. */
  readonly shift: number;
}

export class TraceComposer {
  readonly #out: TraceOutput;
  readonly #sources: readonly ComposedSource[];
  readonly #live: readonly LiveSource[];
  /** Ids given out to what the output does not number as the input does. */
  readonly #ids: Record<'proc' | 'goroutine' | 'task', number>;
  readonly #taskIds = new Map<string, number>();
  readonly #stackIds = new Map<string, number>();
  /** Sources that are in their first generation. */
  readonly #inFirst: Set<number>;
  /** Sequence number of the last event of a collection, and how many sources collect. */
  #gcSequence = 0;
  #collecting = 0;

  /**
   * @param clockAt the clocks at a time of the output, ns
   * @param version of the format to write: 23, or 25 when the clocks are known
   */
  constructor(
    sink: ByteSink,
    version: FormatVersion,
    sources: readonly ComposedSource[],
    clockAt: (time: number) => ClockReading,
  ) {
    this.#out = new TraceOutput(sink, version, clockAt);
    this.#sources = sources;
    this.#inFirst = new Set(sources.keys());
    this.#live = sources.map(() => new LiveSource());
    // Of a single trace only ids that are no plain numbers get others, far from those that are.
    this.#ids = { proc: 0, goroutine: sources.length === 1 ? 2 ** 52 : 0, task: 0 };
  }

  /** Time of the output at which an event of a source stands. */
  timeOf(source: number, event: TraceEvent): number {
    return event.time + this.#sources[source]!.shift;
  }

  /** Begins the output at a time: statuses of all that is alive. */
  begin(time: number): void {
    this.#out.begun = true;
    this.#out.openGeneration(time, this.#procs());
    const thread = this.#out.anyThread();
    for (const live of this.#live) {
      for (const goroutine of live.goroutines.values()) if (goroutine.isKept) this.#out.announce(goroutine, thread);
      for (const goroutine of live.goroutines.values())
        if (goroutine.isKept && goroutine.assisting)
          this.#out.emit(goroutine.thread ?? thread, EVENTS.GCMarkAssistActive.id, goroutine.id);
      for (const proc of live.procs.values())
        if (proc.sweeping) this.#out.emit(proc.thread ?? thread, EVENTS.GCSweepActive.id, proc.id);
      for (const [name] of live.metrics) this.#out.later(() => this.#writeMetric(name));
    }
    if (this.#collecting > 0) this.#out.emit(thread, EVENTS.GCActive.id, ++this.#gcSequence);
  }

  /** Ends the output at a time. */
  end(time: number): void {
    this.#out.now = Math.max(this.#out.now, time);
    if (!this.#out.begun) this.begin(time);
    // A status that says nothing new marks the end, so that what is open lasts up to it.
    const [proc] = this.#procs();
    if (proc !== undefined) this.#out.announceProc(proc, proc.thread ?? this.#out.anyThread());
    this.#out.closeGeneration();
    this.#out.end();
  }

  /** Takes in the next event of a source; over all sources in the order of `timeOf`. */
  add(source: number, event: TraceEvent): void {
    this.#out.now = this.timeOf(source, event);
    const live = this.#live[source]!;
    switch (event.kind) {
      case EventKind.Sync:
        if (event.value > 1) this.#sync(source);
        break;
      case EventKind.StateTransition:
        if (event.resource === ResourceKind.Goroutine) this.#goroutine(source, live, event);
        else if (event.resource === ResourceKind.Proc) this.#proc(live, event);
        break;
      case EventKind.RangeBegin:
      case EventKind.RangeActive:
      case EventKind.RangeEnd:
        this.#range(source, live, event);
        break;
      case EventKind.Metric:
        this.#metric(source, live, event);
        break;
      case EventKind.StackSample:
        this.#sample(source, live, event);
        break;
      case EventKind.Log:
        this.#log(source, live, event);
        break;
      default:
        if (this.#out.begun) this.#annotation(source, live, event);
    }
  }

  // Generations

  #procs(): LiveProc[] {
    return this.#live.flatMap((live) => [...live.procs.values()]);
  }

  /**
   * A source is in its next generation, and so is the output, if it is time. What was there before a trace began may be
   * said in the first generation only, so that one lasts until all sources are past theirs.
   */
  #sync(source: number): void {
    this.#inFirst.delete(source);
    if (!this.#out.begun || this.#inFirst.size > 0) return;
    if (this.#out.now - this.#out.generationStart >= LEAST_GENERATION) {
      this.#out.closeGeneration();
      this.#out.openGeneration(this.#out.now, this.#procs());
    }
  }

  /** A source has no more events, while others may have: what runs there must not seem to run on. */
  finish(source: number): void {
    this.#inFirst.delete(source);
    for (const proc of this.#live[source]!.procs.values()) {
      const { thread } = proc;
      if (thread === undefined) continue;
      if (thread.isRunning) {
        const goroutine = thread.goroutine!;
        this.#out.emit(thread, EVENTS.GoBlock.id, this.#out.string(ENDED), 0);
        this.#bind(goroutine, Waiting, thread);
        goroutine.state = Waiting;
      }
      this.#stopProc(proc);
    }
  }

  // Things and their ids

  #thread(live: LiveSource, id: number): LiveThread {
    let thread = live.threads.get(id);
    if (thread === undefined) {
      thread = this.#out.newThread();
      live.threads.set(id, thread);
    }
    return thread;
  }

  /** The thread on which an event happened: the one that holds its proc, where the trace knows no threads. */
  #threadOf(live: LiveSource, event: TraceEvent): LiveThread {
    const holder = event.proc < 0 ? undefined : live.procs.get(event.proc)?.thread;
    if (holder !== undefined) return holder;
    return event.thread < 0 ? this.#out.anyThread() : this.#thread(live, event.thread);
  }

  #knownGoroutine(source: number, live: LiveSource, id: number, state: GoState): LiveGoroutine {
    let goroutine = live.goroutines.get(id);
    if (goroutine === undefined) {
      goroutine = new LiveGoroutine(this.#numberOf('goroutine', id), state, this.#sources[source]!.keeps(id));
      live.goroutines.set(id, goroutine);
    }
    return goroutine;
  }

  /** A goroutine of a single trace keeps its number, so that it is found again. */
  #numberOf(kind: 'goroutine' | 'proc', id: number): number {
    if (this.#sources.length === 1 && id >= 0) return id;
    return kind === 'proc' ? this.#ids.proc++ : ++this.#ids.goroutine;
  }

  #task(source: number, id: number): number {
    if (id <= 0 || this.#sources.length === 1) return id;
    const key = `${source} ${id}`;
    let known = this.#taskIds.get(key);
    if (known === undefined) {
      known = ++this.#ids.task;
      this.#taskIds.set(key, known);
    }
    return known;
  }

  // Tables

  #stack(source: number, id: number): number {
    if (id === 0) return 0;
    const key = `${source} ${id}`;
    let known = this.#stackIds.get(key);
    if (known === undefined) {
      known = this.#out.stack(this.#frames(source, id));
      this.#stackIds.set(key, known);
    }
    return known;
  }

  #frames(source: number, id: number): Frame[] {
    const { stacks, strings } = this.#sources[source]!.reader;
    const frames: Frame[] = [];
    for (let frame = stacks.offset.at(id); frame < stacks.offset.at(id + 1); frame++)
      frames.push({
        func: strings[stacks.func.at(frame)]!,
        file: strings[stacks.file.at(frame)]!,
        line: stacks.line.at(frame),
      });
    return frames;
  }

  /** A stack of a source, announced in this generation. */
  #stackOf(source: number, id: number): number {
    return this.#out.useStack(this.#stack(source, id));
  }

  #text(source: number, id: number): string {
    return this.#sources[source]!.reader.strings[id]!;
  }

  // Procs

  #proc(live: LiveSource, event: TraceEvent): void {
    const isNew = !live.procs.has(event.subject);
    let proc = live.procs.get(event.subject);
    if (proc === undefined) {
      proc = new LiveProc(this.#numberOf('proc', event.subject));
      live.procs.set(event.subject, proc);
    }
    const runs = event.to === ProcState.Running;
    if (isNew) {
      if (runs) this.#hold(proc, this.#freeThread(live, event));
      // Whether one that runs is in a syscall, only the goroutine's status tells, which comes behind it.
      if (this.#out.begun && !runs) this.#out.announceProc(proc, this.#out.anyThread());
    } else if (event.from === ProcState.Idle && runs) {
      const thread = this.#freeThread(live, event);
      if (this.#out.begun) this.#out.emit(thread, EVENTS.ProcStart.id, proc.id, ++proc.sequence);
      this.#hold(proc, thread);
    } else if (event.from === ProcState.Running && event.to === ProcState.Idle && proc.thread !== undefined) {
      this.#stopProc(proc);
    }
  }

  #stopProc(proc: LiveProc): void {
    const thread = proc.thread!;
    if (this.#out.begun) this.#out.emit(thread, EVENTS.ProcStop.id);
    thread.proc = undefined;
    proc.thread = undefined;
    proc.inSyscall = false;
  }

  #hold(proc: LiveProc, thread: LiveThread): void {
    proc.thread = thread;
    thread.proc = proc;
  }

  /** The thread of an event, or one that is free where that holds a proc already (traces that know no threads). */
  #freeThread(live: LiveSource, event: TraceEvent): LiveThread {
    const own = event.thread < 0 ? undefined : this.#thread(live, event.thread);
    if (own !== undefined && own.proc === undefined) return own;
    const free = this.#out.threads.find((thread) => thread.proc === undefined && thread.goroutine === undefined);
    return free ?? this.#out.newThread();
  }

  // Goroutines

  #goroutine(source: number, live: LiveSource, event: TraceEvent): void {
    const { from, to, subject } = event;
    if (from === NotExist) live.goroutines.delete(subject);
    const goroutine = this.#knownGoroutine(source, live, subject, from as GoState);
    if (goroutine.stack === 0) goroutine.stack = this.#stack(source, event.subjectStack);
    if (from === to) return;
    if (goroutine.isKept) {
      const thread = this.#threadFor(live, goroutine, event);
      if (this.#out.begun) this.#writeTransition(source, goroutine, thread, event);
      this.#bind(goroutine, to as GoState, thread);
      goroutine.state = to as GoState;
      if (from === Undetermined && this.#out.begun) this.#out.announce(goroutine, thread);
      this.#out.runPending(thread);
    }
    goroutine.state = to as GoState;
    if (to === NotExist) live.goroutines.delete(subject);
  }

  /** The thread that a transition is about: the goroutine's own while it has one. */
  #threadFor(live: LiveSource, goroutine: LiveGoroutine, event: TraceEvent): LiveThread {
    const isOwn = event.from === Running || event.from === Syscall;
    return (isOwn ? goroutine.thread : undefined) ?? this.#threadOf(live, event);
  }

  #bind(goroutine: LiveGoroutine, to: GoState, thread: LiveThread): void {
    const holds = to === Running || to === Syscall;
    if (holds) {
      goroutine.thread = thread;
      thread.goroutine = goroutine;
    } else if (goroutine.thread !== undefined) {
      goroutine.thread.goroutine = undefined;
      goroutine.thread = undefined;
    }
    // A thread of C code that enters holds its proc as one that runs.
    const isEntry = goroutine.state === NotExist;
    if (thread.proc !== undefined && (holds || goroutine.state === Syscall))
      thread.proc.inSyscall = to === Syscall && !isEntry;
  }

  #writeTransition(source: number, goroutine: LiveGoroutine, thread: LiveThread, event: TraceEvent): void {
    const { from, to } = event;
    const stack = this.#stackOf(source, event.stack);
    const reason = this.#out.string(this.#text(source, event.reason));
    const isKnown = from !== NotExist && from !== Undetermined;
    if (isKnown) this.#out.announce(goroutine, thread);
    else goroutine.generation = from === NotExist ? this.#out.generation : goroutine.generation;
    const { id } = goroutine;
    if (from === NotExist) {
      const entry = this.#stackOf(source, event.subjectStack);
      if (to === Runnable) this.#out.emit(thread, EVENTS.GoCreate.id, id, entry, stack);
      else if (to === Waiting) this.#out.emit(thread, EVENTS.GoCreateBlocked.id, id, entry, stack);
      else if (to === Syscall) this.#out.emit(thread, EVENTS.GoCreateSyscall.id, id);
    } else if (from === Runnable && to === Running) this.#out.emit(thread, EVENTS.GoStart.id, id, ++goroutine.sequence);
    else if (from === Waiting && to === Runnable)
      this.#out.emit(thread, EVENTS.GoUnblock.id, id, ++goroutine.sequence, stack);
    else if (from === Running && to === Runnable) this.#out.emit(thread, EVENTS.GoStop.id, reason, stack);
    else if (from === Running && to === Waiting) this.#out.emit(thread, EVENTS.GoBlock.id, reason, stack);
    else if (from === Running && to === NotExist) this.#out.emit(thread, EVENTS.GoDestroy.id);
    else if (from === Running && to === Syscall)
      this.#out.emit(thread, EVENTS.GoSyscallBegin.id, ++thread.proc!.sequence, stack);
    else if (from === Syscall && to === Running) this.#out.emit(thread, EVENTS.GoSyscallEnd.id);
    else if (from === Syscall && to === Runnable) this.#leaveSyscall(thread);
    else if (from === Syscall && to === NotExist) this.#out.emit(thread, EVENTS.GoDestroySyscall.id);
  }

  /**
   * A syscall ends, and the goroutine has no proc. Its thread may have one that we took to be in the syscall, as the two
   * were found together, and that was not: it is parted from the syscall and taken again, all at one moment.
   */
  #leaveSyscall(thread: LiveThread): void {
    const { proc } = thread;
    const isMistaken = proc?.inSyscall === true;
    if (isMistaken) this.#out.emit(thread, EVENTS.ProcStop.id);
    this.#out.emit(thread, EVENTS.GoSyscallEndBlocked.id);
    if (isMistaken) this.#out.emit(thread, EVENTS.ProcStart.id, proc.id, ++proc.sequence);
  }

  // Ranges

  #range(source: number, live: LiveSource, event: TraceEvent): void {
    const name = this.#text(source, event.name);
    const opens = event.kind !== EventKind.RangeEnd;
    const stack = this.#stack(source, event.stack);
    if (name === GC_PHASE) this.#collection(live, opens, event.kind === EventKind.RangeActive, stack);
    else if (name === GC_SWEEP) this.#sweep(live, event, opens, stack);
    else if (event.resource === ResourceKind.Goroutine) {
      const goroutine = live.goroutines.get(event.subject);
      if (goroutine === undefined || !goroutine.isKept) return;
      if (name === GC_ASSIST) this.#assist(goroutine, event, opens, stack);
      else this.#stop(goroutine, STOP.exec(name)?.[1], opens, stack);
    }
  }

  /** There is one collection in a trace: that of several goes on while any of them collects. */
  #collection(live: LiveSource, opens: boolean, wasActive: boolean, stack: number): void {
    if (live.collecting === opens) return;
    live.collecting = opens;
    this.#collecting += opens ? 1 : -1;
    if (!this.#out.begun || this.#collecting !== (opens ? 1 : 0)) return;
    if (wasActive && this.#gcSequence === 0)
      this.#out.emit(this.#out.anyThread(), EVENTS.GCActive.id, ++this.#gcSequence);
    else if (opens)
      this.#out.later((thread) =>
        this.#out.emit(thread, EVENTS.GCBegin.id, ++this.#gcSequence, this.#out.useStack(stack)),
      );
    else this.#out.later((thread) => this.#out.emit(thread, EVENTS.GCEnd.id, ++this.#gcSequence));
  }

  #sweep(live: LiveSource, event: TraceEvent, opens: boolean, stack: number): void {
    const proc = live.procs.get(event.subject);
    if (proc === undefined || proc.sweeping === opens) return;
    proc.sweeping = opens;
    if (!this.#out.begun) return;
    if (event.kind === EventKind.RangeActive)
      this.#out.emit(proc.thread ?? this.#out.anyThread(), EVENTS.GCSweepActive.id, proc.id);
    else if (opens)
      this.#out.emit(proc.thread ?? this.#out.anyThread(), EVENTS.GCSweepBegin.id, this.#out.useStack(stack));
    else this.#out.emit(proc.thread ?? this.#out.anyThread(), EVENTS.GCSweepEnd.id, event.swept, event.reclaimed);
  }

  #assist(goroutine: LiveGoroutine, event: TraceEvent, opens: boolean, stack: number): void {
    if (goroutine.assisting === opens) return;
    goroutine.assisting = opens;
    if (!this.#out.begun) return;
    if (event.kind === EventKind.RangeActive) {
      this.#out.emit(goroutine.thread ?? this.#out.anyThread(), EVENTS.GCMarkAssistActive.id, goroutine.id);
    } else if (opens) this.#out.emit(goroutine.thread!, EVENTS.GCMarkAssistBegin.id, this.#out.useStack(stack));
    else this.#out.emit(goroutine.thread!, EVENTS.GCMarkAssistEnd.id);
  }

  #stop(goroutine: LiveGoroutine, kind: string | undefined, opens: boolean, stack: number): void {
    if (!this.#out.begun || kind === undefined || goroutine.thread?.isRunning !== true) return;
    if (opens) {
      goroutine.stopping = kind;
      this.#out.emit(goroutine.thread, EVENTS.STWBegin.id, this.#out.string(kind), this.#out.useStack(stack));
    } else if (goroutine.stopping === kind) {
      goroutine.stopping = undefined;
      this.#out.emit(goroutine.thread, EVENTS.STWEnd.id);
    }
  }

  // Metrics and samples

  #metric(source: number, live: LiveSource, event: TraceEvent): void {
    const name = this.#text(source, event.name);
    live.metrics.set(name, event.value);
    if (this.#out.begun) this.#out.later(() => this.#writeMetric(name));
  }

  /** The sum over all sources: each is a process of its own. */
  #writeMetric(name: string): void {
    const value = this.#live.reduce((sum, live) => sum + (live.metrics.get(name) ?? 0), 0);
    const id = METRICS.get(name);
    const thread = this.#out.anyThread();
    if (name === METRIC_PROCS) this.#out.emit(thread, EVENTS.ProcsChange.id, value, 0);
    else if (id !== undefined) this.#out.emit(thread, id, value);
  }

  #sample(source: number, live: LiveSource, event: TraceEvent): void {
    const goroutine = live.goroutines.get(event.goroutine);
    if (!this.#out.begun || goroutine?.isKept === false) return;
    const proc = live.procs.get(event.proc)?.id;
    const thread = event.thread < 0 ? undefined : this.#thread(live, event.thread).id;
    const stack = this.#stack(source, event.stack);
    this.#out.sample({ time: this.#out.now, thread, proc, goroutine: goroutine?.id ?? 0, stack });
  }

  // Annotations

  #log(source: number, live: LiveSource, event: TraceEvent): void {
    const category = this.#text(source, event.name);
    const message = this.#text(source, event.text);
    const task = this.#task(source, event.task);
    const stack = this.#stack(source, event.stack);
    const write = (thread: LiveThread): void =>
      this.#out.emit(
        thread,
        EVENTS.UserLog.id,
        Math.max(0, task),
        this.#out.string(category),
        this.#out.transient(message),
        this.#out.useStack(stack),
      );
    const goroutine = live.goroutines.get(event.goroutine);
    // What a process says of itself is known by the proc that it says it on.
    if (this.#out.begun && goroutine?.isKept === true && goroutine.thread?.isRunning === true) write(goroutine.thread);
    // Facts of the process hold for any part of the trace.
    else if (category === RECORDER && (this.#out.begun || message.includes('"process"'))) this.#out.later(write);
  }

  #annotation(source: number, live: LiveSource, event: TraceEvent): void {
    const goroutine = live.goroutines.get(event.goroutine);
    if (goroutine?.isKept !== true || goroutine.thread?.isRunning !== true) return;
    const { thread } = goroutine;
    const name = this.#out.string(this.#text(source, event.name));
    const stack = this.#stackOf(source, event.stack);
    const task = this.#task(source, event.task);
    if (event.kind === EventKind.TaskBegin)
      this.#out.emit(thread, EVENTS.UserTaskBegin.id, task, this.#task(source, event.parent), name, stack);
    else if (event.kind === EventKind.TaskEnd) this.#out.emit(thread, EVENTS.UserTaskEnd.id, task, stack);
    else if (event.kind === EventKind.RegionBegin)
      this.#out.emit(thread, EVENTS.UserRegionBegin.id, Math.max(0, task), name, stack);
    else if (event.kind === EventKind.RegionEnd)
      this.#out.emit(thread, EVENTS.UserRegionEnd.id, Math.max(0, task), name, stack);
    else if (event.kind === EventKind.Label) this.#out.emit(thread, EVENTS.GoLabel.id, name);
  }
}
