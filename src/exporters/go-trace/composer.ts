/**
 * Writes ordered events as a trace of its own: what is cut out of a trace, or several traces as one.
 *
 * The idea: the events come in their true order with strictly increasing times, so the order is right by itself, and
 * only the bookkeeping of the format has to be done anew: statuses at the beginning of each generation, sequence
 * numbers, tables of strings and stacks. State (`live.ts`) is followed from the first event on; from when the output
 * begins, each change is also written.
 *
 * 1. Until `begin`, events change the state only. `begin` writes the statuses of all that is alive, and what is under way
 *    (collection, sweeps, assists). What began before and cannot be said so (stops, tasks, regions) is an end without a
 *    begin, which readers accept; of a stop it is left out.
 * 2. Goroutines that are not kept change no state in the output and write nothing.
 * 3. A proc that is stolen from a syscall is written as one that stops on its own thread: the same in effect.
 * 4. Events that need a running goroutine while none is there (metrics, collections) wait for the next one that runs.
 *
 * What it does not keep: experiments, and the bytes as they were.
 */
import {
  type ByteSink,
  type ClockReading,
  EVENTS,
  type FormatVersion,
  type Frame,
  MAX_BATCH_SIZE,
  MAX_VARINT_SIZE,
  putUvarint,
  putUvarintNone,
  TraceWriter,
} from '../../format/index.ts';
import { EventKind, GoState, ProcState, ResourceKind, type TraceEvent, type TraceReader } from '../../reader/index.ts';
import { LiveGoroutine, LiveProc, LiveSource, LiveThread } from './live.ts';

const { Undetermined, NotExist, Runnable, Running, Waiting, Syscall } = GoState;

/** Statuses on the wire. */
const GO_STATUS: ReadonlyMap<number, number> = new Map([
  [Runnable, 1],
  [Running, 2],
  [Syscall, 3],
  [Waiting, 4],
]);
const PROC_RUNNING = 1;
const PROC_IDLE = 2;
const PROC_SYSCALL = 3;

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

/** Generations are at least so long, ns. */
const LEAST_GENERATION = 0.5e9;
/** Bytes of a CPU sample, at most. */
const SAMPLE_SIZE = 1 + 5 * MAX_VARINT_SIZE;

/** How one trace goes into the output. */
export interface ComposedSource {
  readonly reader: TraceReader;
  /** Which goroutines (by id in that trace) are in the output. */
  readonly keeps: (goroutine: number) => boolean;
  /** Added to times, ns: puts several traces on one clock. */
  readonly shift: number;
}

/** An argument of an event: a number, or `none`. */
type Arg = number | undefined;
const NO_ARG: Arg = undefined;

export class TraceComposer {
  readonly #writer: TraceWriter;
  readonly #clockAt: (time: number) => ClockReading;
  readonly #sources: readonly ComposedSource[];
  readonly #live: readonly LiveSource[];
  readonly #threads: LiveThread[] = [];
  /** Ids given out to what the output does not number as the input does. */
  readonly #ids: Record<'thread' | 'proc' | 'goroutine' | 'task', number>;
  readonly #taskIds = new Map<string, number>();
  readonly #stackIds = new Map<string, number>();
  /** Sources that are in their first generation. */
  readonly #inFirst: Set<number>;
  #begun = false;
  #now = 0;
  /** Sequence number of the last event of a collection, and how many sources collect. */
  #gcSequence = 0;
  #collecting = 0;
  /** What waits for a running goroutine. */
  readonly #pending: ((thread: LiveThread) => void)[] = [];
  readonly #samples: { time: number; thread: Arg; proc: Arg; goroutine: number; stack: number }[] = [];

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
    this.#writer = new TraceWriter(sink, version);
    this.#sources = sources;
    this.#clockAt = clockAt;
    this.#inFirst = new Set(sources.keys());
    this.#live = sources.map(() => new LiveSource());
    // Of a single trace only ids that are no plain numbers get others, far from those that are.
    this.#ids = { thread: 0, proc: 0, goroutine: sources.length === 1 ? 2 ** 52 : 0, task: 0 };
  }

  /** Time of the output at which an event of a source stands. */
  timeOf(source: number, event: TraceEvent): number {
    return event.time + this.#sources[source]!.shift;
  }

  /** Begins the output at a time: statuses of all that is alive. */
  begin(time: number): void {
    this.#begun = true;
    this.#openGeneration(time);
    const thread = this.#anyThread();
    for (const live of this.#live) {
      for (const goroutine of live.goroutines.values()) if (goroutine.isKept) this.#announce(goroutine, thread);
      for (const goroutine of live.goroutines.values())
        if (goroutine.isKept && goroutine.assisting)
          this.#emit(goroutine.thread ?? thread, EVENTS.GCMarkAssistActive.id, goroutine.id);
      for (const proc of live.procs.values())
        if (proc.sweeping) this.#emit(proc.thread ?? thread, EVENTS.GCSweepActive.id, proc.id);
      for (const [name] of live.metrics) this.#later(() => this.#writeMetric(name));
    }
    if (this.#collecting > 0) this.#emit(thread, EVENTS.GCActive.id, ++this.#gcSequence);
  }

  /** Ends the output at a time. */
  end(time: number): void {
    this.#now = Math.max(this.#now, time);
    if (!this.#begun) this.begin(time);
    // A status that says nothing new marks the end, so that what is open lasts up to it.
    const [proc] = this.#live.flatMap((live) => [...live.procs.values()]);
    if (proc !== undefined) this.#announceProc(proc, proc.thread ?? this.#anyThread());
    this.#closeGeneration();
    this.#writer.endGeneration();
  }

  /** Takes in the next event of a source; over all sources in the order of `timeOf`. */
  add(source: number, event: TraceEvent): void {
    this.#now = this.timeOf(source, event);
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
        if (this.#begun) this.#annotation(source, live, event);
    }
  }

  // Generations

  #openGeneration(time: number): void {
    this.#now = Math.max(this.#now, time);
    this.#writer.beginGeneration(this.#now, this.#clockAt(this.#now));
    for (const live of this.#live) {
      for (const proc of live.procs.values()) this.#announceProc(proc, proc.thread ?? this.#anyThread());
    }
    for (const { goroutine } of this.#threads)
      if (goroutine?.isKept === true) this.#announce(goroutine, goroutine.thread!);
  }

  #closeGeneration(): void {
    for (const { proc } of this.#threads)
      if (proc !== undefined && proc.generation !== this.#writer.generation) this.#announceProc(proc, proc.thread!);
    for (const thread of this.#threads) thread.batch?.flush();
    this.#writeSamples();
  }

  /**
   * A source is in its next generation, and so is the output, if it is time. What was there before a trace began may be
   * said in the first generation only, so that one lasts until all sources are past theirs.
   */
  #sync(source: number): void {
    this.#inFirst.delete(source);
    if (!this.#begun || this.#inFirst.size > 0) return;
    if (this.#now - this.#writer.generationStart >= LEAST_GENERATION) this.#nextGeneration();
  }

  /** A source has no more events. */
  finish(source: number): void {
    this.#inFirst.delete(source);
  }

  #nextGeneration(): void {
    this.#closeGeneration();
    this.#openGeneration(this.#now);
  }

  #announceProc(proc: LiveProc, thread: LiveThread): void {
    proc.generation = this.#writer.generation;
    proc.sequence = 0;
    const status = proc.thread === undefined ? PROC_IDLE : proc.inSyscall ? PROC_SYSCALL : PROC_RUNNING;
    this.#emit(thread, EVENTS.ProcStatus.id, proc.id, status);
  }

  /** Says the status of a goroutine, once per generation. One that runs says so on its own thread. */
  #announce(goroutine: LiveGoroutine, thread: LiveThread): void {
    if (goroutine.generation === this.#writer.generation) return;
    goroutine.generation = this.#writer.generation;
    goroutine.sequence = 0;
    const own = goroutine.thread;
    const status = GO_STATUS.get(goroutine.state)!;
    this.#emit(own ?? thread, EVENTS.GoStatusStack.id, goroutine.id, own?.id, status, this.#useStack(goroutine.stack));
  }

  // Things and their ids

  #thread(live: LiveSource, id: number): LiveThread {
    let thread = live.threads.get(id);
    if (thread === undefined) {
      thread = this.#newThread();
      live.threads.set(id, thread);
    }
    return thread;
  }

  #newThread(): LiveThread {
    const thread = new LiveThread(++this.#ids.thread);
    this.#threads.push(thread);
    return thread;
  }

  #anyThread(): LiveThread {
    return this.#threads.find((thread) => thread.isRunning) ?? this.#threads[0] ?? this.#newThread();
  }

  /** The thread on which an event happened: the one that holds its proc, where the trace knows no threads. */
  #threadOf(live: LiveSource, event: TraceEvent): LiveThread {
    const holder = event.proc < 0 ? undefined : live.procs.get(event.proc)?.thread;
    if (holder !== undefined) return holder;
    return event.thread < 0 ? this.#anyThread() : this.#thread(live, event.thread);
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
      known = this.#writer.stack(this.#frames(source, id));
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

  #useStack(stack: number): number {
    return stack === 0 ? 0 : this.#writer.useStack(stack);
  }

  /** A stack of a source, announced in this generation. */
  #stackOf(source: number, id: number): number {
    return this.#useStack(this.#stack(source, id));
  }

  #string(text: string): number {
    return this.#writer.useString(this.#writer.string(text));
  }

  #text(source: number, id: number): string {
    return this.#sources[source]!.reader.strings[id]!;
  }

  // Writing

  /** Writes an event at the current time, behind the status of its proc if that has not been said. */
  #emit(thread: LiveThread, id: number, ...args: readonly Arg[]): void {
    if (thread.proc !== undefined && thread.proc.generation !== this.#writer.generation)
      this.#announceProc(thread.proc, thread);
    thread.batch ??= this.#writer.threadBatch(thread.id);
    thread.batch.event(id, this.#now);
    for (const arg of args) {
      if (arg === undefined || arg < 0) thread.batch.none();
      else thread.batch.arg(arg);
    }
  }

  /** Does something on the next thread that runs a goroutine, which may be now. */
  #later(action: (thread: LiveThread) => void): void {
    this.#pending.push(action);
    const running = this.#threads.find((thread) => thread.isRunning);
    if (running !== undefined) this.#runPending(running);
  }

  #runPending(thread: LiveThread): void {
    if (!this.#begun || !thread.isRunning) return;
    for (const action of this.#pending.splice(0)) action(thread);
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
      if (this.#begun && !runs) this.#announceProc(proc, this.#anyThread());
    } else if (event.from === ProcState.Idle && runs) {
      const thread = this.#freeThread(live, event);
      if (this.#begun) this.#emit(thread, EVENTS.ProcStart.id, proc.id, ++proc.sequence);
      this.#hold(proc, thread);
    } else if (event.from === ProcState.Running && event.to === ProcState.Idle && proc.thread !== undefined) {
      if (this.#begun) this.#emit(proc.thread, EVENTS.ProcStop.id);
      proc.thread.proc = undefined;
      proc.thread = undefined;
      proc.inSyscall = false;
    }
  }

  #hold(proc: LiveProc, thread: LiveThread): void {
    proc.thread = thread;
    thread.proc = proc;
  }

  /** The thread of an event, or one that is free where that holds a proc already (traces that know no threads). */
  #freeThread(live: LiveSource, event: TraceEvent): LiveThread {
    const own = event.thread < 0 ? undefined : this.#thread(live, event.thread);
    if (own !== undefined && own.proc === undefined) return own;
    const free = this.#threads.find((thread) => thread.proc === undefined && thread.goroutine === undefined);
    return free ?? this.#newThread();
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
      if (this.#begun) this.#writeTransition(source, goroutine, thread, event);
      this.#bind(goroutine, to as GoState, thread);
      goroutine.state = to as GoState;
      if (from === Undetermined && this.#begun) this.#announce(goroutine, thread);
      this.#runPending(thread);
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
    const reason = this.#string(this.#text(source, event.reason));
    const isKnown = from !== NotExist && from !== Undetermined;
    if (isKnown) this.#announce(goroutine, thread);
    else goroutine.generation = from === NotExist ? this.#writer.generation : goroutine.generation;
    const { id } = goroutine;
    if (from === NotExist) {
      const entry = this.#stackOf(source, event.subjectStack);
      if (to === Runnable) this.#emit(thread, EVENTS.GoCreate.id, id, entry, stack);
      else if (to === Waiting) this.#emit(thread, EVENTS.GoCreateBlocked.id, id, entry, stack);
      else if (to === Syscall) this.#emit(thread, EVENTS.GoCreateSyscall.id, id);
    } else if (from === Runnable && to === Running) this.#emit(thread, EVENTS.GoStart.id, id, ++goroutine.sequence);
    else if (from === Waiting && to === Runnable)
      this.#emit(thread, EVENTS.GoUnblock.id, id, ++goroutine.sequence, stack);
    else if (from === Running && to === Runnable) this.#emit(thread, EVENTS.GoStop.id, reason, stack);
    else if (from === Running && to === Waiting) this.#emit(thread, EVENTS.GoBlock.id, reason, stack);
    else if (from === Running && to === NotExist) this.#emit(thread, EVENTS.GoDestroy.id);
    else if (from === Running && to === Syscall)
      this.#emit(thread, EVENTS.GoSyscallBegin.id, ++thread.proc!.sequence, stack);
    else if (from === Syscall && to === Running) this.#emit(thread, EVENTS.GoSyscallEnd.id);
    else if (from === Syscall && to === Runnable) this.#leaveSyscall(thread);
    else if (from === Syscall && to === NotExist) this.#emit(thread, EVENTS.GoDestroySyscall.id);
  }

  /**
   * A syscall ends, and the goroutine has no proc. Its thread may have one that we took to be in the syscall, as the two
   * were found together, and that was not: it is parted from the syscall and taken again, all at one moment.
   */
  #leaveSyscall(thread: LiveThread): void {
    const { proc } = thread;
    const isMistaken = proc?.inSyscall === true;
    if (isMistaken) this.#emit(thread, EVENTS.ProcStop.id);
    this.#emit(thread, EVENTS.GoSyscallEndBlocked.id);
    if (isMistaken) this.#emit(thread, EVENTS.ProcStart.id, proc.id, ++proc.sequence);
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
    if (!this.#begun || this.#collecting !== (opens ? 1 : 0)) return;
    if (wasActive && this.#gcSequence === 0) this.#emit(this.#anyThread(), EVENTS.GCActive.id, ++this.#gcSequence);
    else if (opens)
      this.#later((thread) => this.#emit(thread, EVENTS.GCBegin.id, ++this.#gcSequence, this.#useStack(stack)));
    else this.#later((thread) => this.#emit(thread, EVENTS.GCEnd.id, ++this.#gcSequence));
  }

  #sweep(live: LiveSource, event: TraceEvent, opens: boolean, stack: number): void {
    const proc = live.procs.get(event.subject);
    if (proc === undefined || proc.sweeping === opens) return;
    proc.sweeping = opens;
    if (!this.#begun) return;
    if (event.kind === EventKind.RangeActive)
      this.#emit(proc.thread ?? this.#anyThread(), EVENTS.GCSweepActive.id, proc.id);
    else if (opens) this.#emit(proc.thread ?? this.#anyThread(), EVENTS.GCSweepBegin.id, this.#useStack(stack));
    else this.#emit(proc.thread ?? this.#anyThread(), EVENTS.GCSweepEnd.id, event.swept, event.reclaimed);
  }

  #assist(goroutine: LiveGoroutine, event: TraceEvent, opens: boolean, stack: number): void {
    if (goroutine.assisting === opens) return;
    goroutine.assisting = opens;
    if (!this.#begun) return;
    if (event.kind === EventKind.RangeActive) {
      this.#emit(goroutine.thread ?? this.#anyThread(), EVENTS.GCMarkAssistActive.id, goroutine.id);
    } else if (opens) this.#emit(goroutine.thread!, EVENTS.GCMarkAssistBegin.id, this.#useStack(stack));
    else this.#emit(goroutine.thread!, EVENTS.GCMarkAssistEnd.id);
  }

  #stop(goroutine: LiveGoroutine, kind: string | undefined, opens: boolean, stack: number): void {
    if (!this.#begun || kind === undefined || goroutine.thread?.isRunning !== true) return;
    if (opens) {
      goroutine.stopping = kind;
      this.#emit(goroutine.thread, EVENTS.STWBegin.id, this.#string(kind), this.#useStack(stack));
    } else if (goroutine.stopping === kind) {
      goroutine.stopping = undefined;
      this.#emit(goroutine.thread, EVENTS.STWEnd.id);
    }
  }

  // Metrics and samples

  #metric(source: number, live: LiveSource, event: TraceEvent): void {
    const name = this.#text(source, event.name);
    live.metrics.set(name, event.value);
    if (this.#begun) this.#later(() => this.#writeMetric(name));
  }

  /** The sum over all sources: each is a process of its own. */
  #writeMetric(name: string): void {
    const value = this.#live.reduce((sum, live) => sum + (live.metrics.get(name) ?? 0), 0);
    const id = METRICS.get(name);
    const thread = this.#anyThread();
    if (name === METRIC_PROCS) this.#emit(thread, EVENTS.ProcsChange.id, value, 0);
    else if (id !== undefined) this.#emit(thread, id, value);
  }

  #sample(source: number, live: LiveSource, event: TraceEvent): void {
    const goroutine = live.goroutines.get(event.goroutine);
    if (!this.#begun || goroutine?.isKept === false) return;
    const proc = live.procs.get(event.proc)?.id;
    const thread = event.thread < 0 ? NO_ARG : this.#thread(live, event.thread).id;
    const stack = this.#stack(source, event.stack);
    this.#samples.push({ time: this.#now, thread, proc, goroutine: goroutine?.id ?? 0, stack });
  }

  #writeSamples(): void {
    const data = new Uint8Array(MAX_BATCH_SIZE);
    let size = 0;
    const put = (value: Arg): void => {
      size = value === undefined ? putUvarintNone(data, size) : putUvarint(data, size, value);
    };
    const flush = (): void => {
      this.#writer.flushTables();
      if (size > 0) this.#writer.writeBatch(undefined, this.#writer.generationStart, data.subarray(0, size));
      size = 0;
    };
    for (const { time, thread, proc, goroutine, stack } of this.#samples.splice(0)) {
      if (size > MAX_BATCH_SIZE - SAMPLE_SIZE) flush();
      if (size === 0) data[size++] = EVENTS.CPUSamples.id;
      data[size++] = EVENTS.CPUSample.id;
      for (const value of [time, thread, proc, goroutine, this.#useStack(stack)]) put(value);
    }
    flush();
  }

  // Annotations

  #log(source: number, live: LiveSource, event: TraceEvent): void {
    const category = this.#text(source, event.name);
    const message = this.#text(source, event.text);
    const task = this.#task(source, event.task);
    const stack = this.#stack(source, event.stack);
    const write = (thread: LiveThread): void =>
      this.#emit(
        thread,
        EVENTS.UserLog.id,
        Math.max(0, task),
        this.#string(category),
        this.#writer.transientString(message),
        this.#useStack(stack),
      );
    if (category === RECORDER) {
      // Facts of the process hold for any part of the trace.
      if (this.#begun || message.includes('"process"')) this.#later(write);
    } else {
      const goroutine = live.goroutines.get(event.goroutine);
      if (this.#begun && goroutine?.isKept === true && goroutine.thread?.isRunning === true) write(goroutine.thread);
    }
  }

  #annotation(source: number, live: LiveSource, event: TraceEvent): void {
    const goroutine = live.goroutines.get(event.goroutine);
    if (goroutine?.isKept !== true || goroutine.thread?.isRunning !== true) return;
    const { thread } = goroutine;
    const name = this.#string(this.#text(source, event.name));
    const stack = this.#stackOf(source, event.stack);
    const task = this.#task(source, event.task);
    if (event.kind === EventKind.TaskBegin)
      this.#emit(thread, EVENTS.UserTaskBegin.id, task, this.#task(source, event.parent), name, stack);
    else if (event.kind === EventKind.TaskEnd) this.#emit(thread, EVENTS.UserTaskEnd.id, task, stack);
    else if (event.kind === EventKind.RegionBegin)
      this.#emit(thread, EVENTS.UserRegionBegin.id, Math.max(0, task), name, stack);
    else if (event.kind === EventKind.RegionEnd)
      this.#emit(thread, EVENTS.UserRegionEnd.id, Math.max(0, task), name, stack);
    else if (event.kind === EventKind.Label) this.#emit(thread, EVENTS.GoLabel.id, name);
  }
}
