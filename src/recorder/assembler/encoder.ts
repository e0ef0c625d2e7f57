/**
 * Stage B: steps to events of Go's format, one thread at a time.
 *
 * Keeps what Go's reader will believe: for each strand its state, sequence number and whether this generation has
 * mentioned it; for each proc its sequence number and whether it runs. Statuses are lazy: a strand is announced in a
 * generation right before its first event there, so that a new generation costs nothing per strand.
 *
 * Collections are merged in here, as they are reported late. One that falls between slices, where most do, gets the
 * thread's "V8 GC" strand to stand on, as Go wants a running goroutine under a stopped world.
 */
import { EVENTS, type ThreadBatch, type TraceWriter } from '../../format/index.ts';
import type { Reasons, StrandNames } from './names.ts';
import { StepOp } from './steps.ts';
import { GoStatus, StrandFlag, type StrandTable } from './strand-table.ts';
import type { Collection, ThreadReplay } from './thread-replay.ts';

const ProcStatus = { Running: 1, Idle: 2 } as const;
/** Kinds of GC of `PerformanceObserver`. */
const GC_NAMES: Readonly<Record<number, string>> = {
  1: 'GC scavenge',
  2: 'GC minor mark-compact',
  4: 'GC mark-compact',
  8: 'GC incremental marking',
  16: 'GC weak callbacks',
};
const GC_MARK_COMPACT = 4;
const GC_INCREMENTAL = 8;
/** A step that is its own start or the end of an unbounded wait. */
const KIB = 1024;
const MICROSECOND = 1000;

/** What all threads of a recording share. */
export class ProcessState {
  /** Threads begun: the number of procs, as slots are reused only when a thread has ended. */
  procs = 0;
  /** Sequence of collection cycles: of the main isolate, as Go knows one collector. */
  gcSequence = 0;
  gcRunning = false;
  /** Heap limit as last written, KiB; and used heap per thread, KiB. */
  heapLimit = 0;
  readonly heapUsed = new Map<number, number>();
  /** Per proc: sequence number, and the generation that has its status. */
  readonly procSequence: number[] = [];
  readonly procGeneration: number[] = [];
}

export interface EncoderOptions {
  readonly writer: TraceWriter;
  readonly batch: ThreadBatch;
  /** A thread id of its own, for what no code does: see `#wasDue`. */
  readonly loop: ThreadBatch;
  readonly replay: ThreadReplay;
  readonly strands: StrandTable;
  readonly names: StrandNames;
  readonly reasons: Reasons;
  readonly process: ProcessState;
  readonly proc: number;
  /** Whether this is the process's first thread. */
  readonly isMain: boolean;
}

export class ThreadEncoder {
  readonly #o: EncoderOptions;
  readonly #batch: ThreadBatch;
  readonly #strands: StrandTable;
  #live = false;
  #procRuns = false;
  /** The strand that runs on the thread, 0 = none. */
  #running = 0;
  #gcStrand = 0;
  #nextCollection = 0;
  #nextMessage = 0;

  constructor(options: EncoderOptions) {
    this.#o = options;
    this.#batch = options.batch;
    this.#strands = options.strands;
  }

  /** Encodes the steps before time `until` (ns), at most `most`; a collection goes in when its end is before it too. */
  encode(until: number, most: number = Number.POSITIVE_INFINITY): void {
    const { steps } = this.#o.replay.slices;
    for (let n = 0; steps.size > 0 && n < most; n++) {
      const i = steps.at(steps.tail);
      const time = steps.time[i]!;
      if (time >= until) break;
      this.#collectionsBefore(time, until);
      steps.tail++;
      this.#step(steps.op[i] as StepOp, time, steps.strand[i]!, steps.a[i]!, steps.b[i]!);
    }
    if (steps.size === 0 || steps.time[steps.at(steps.tail)]! >= until) this.#collectionsBefore(until, until);
    this.#forgetEncoded();
  }

  /** Writes the open batch. */
  flush(): void {
    this.#batch.flush();
    this.#o.loop.flush();
  }

  /** A generation begins at `time`: says what the thread holds. */
  beginGeneration(time: number): void {
    if (!this.#live) return;
    this.#batch.lift(time);
    this.#procStatus(time);
    if (this.#running !== 0) this.#mention(time, this.#running);
  }

  /** Begins event `id` in the thread's batch. */
  #event(id: number, time: number): void {
    this.#batch.event(id, time);
  }

  #step(op: StepOp, time: number, strand: number, a: number, b: number): void {
    if (this.#isOwn(op, strand)) {
      this.#leaveOut(op, time, strand);
      return;
    }
    switch (op) {
      case StepOp.Create:
        return this.#create(time, strand, a === 1);
      case StepOp.Exists:
        return this.#exists(time, strand);
      case StepOp.Start:
        return this.#start(time, strand);
      case StepOp.Block:
        return this.#pause(EVENTS.GoBlock.id, GoStatus.Waiting, time, a, b);
      case StepOp.Stop:
        return this.#pause(EVENTS.GoStop.id, GoStatus.Runnable, time, a, b);
      case StepOp.Destroy:
        return this.#destroy(time);
      case StepOp.Unblock:
        return a > 0 ? this.#wasDue(time - a * MICROSECOND, strand) : this.#unblock(time, strand);
      case StepOp.Switch:
        return this.#switchTo(EVENTS.GoSwitch.id, time, strand);
      case StepOp.SwitchDestroy:
        return this.#switchTo(EVENTS.GoSwitchDestroy.id, time, strand);
      case StepOp.ProcStop:
        if (this.#running === 0) this.#stopProc(time);
        return;
      case StepOp.ProcStart:
        return this.#startProc(time);
      case StepOp.Forget:
        return this.#strands.release(strand);
      case StepOp.ThreadBegins:
        return this.#threadBegins(time, strand);
      case StepOp.ThreadEnds:
        return this.#threadEnds(time);
      default:
        this.#annotation(op, time, strand, a, b);
    }
  }

  /** Whether the step is about a strand of the recorder itself that nobody has been told of. */
  #isOwn(op: StepOp, strand: number): boolean {
    if (op < StepOp.Create || (op > StepOp.SwitchDestroy && op !== StepOp.Exists && op !== StepOp.Forget)) return false;
    const flags = this.#strands.flags[strand]!;
    return (flags & (StrandFlag.Own | StrandFlag.Announced)) === StrandFlag.Own;
  }

  /** A step of one of the recorder's own strands: as far as the trace goes, nothing runs there. */
  #leaveOut(op: StepOp, time: number, strand: number): void {
    // A strand that ran nested in it gives back to nobody.
    if (op === StepOp.Switch) this.#pause(EVENTS.GoBlock.id, GoStatus.Waiting, time, 0, 0);
    else if (op === StepOp.SwitchDestroy) this.#destroy(time);
    else if (op === StepOp.Destroy || op === StepOp.Forget) this.#strands.release(strand);
  }

  // Strands.

  #destroy(time: number): void {
    if (this.#running === 0) return;
    this.#event(EVENTS.GoDestroy.id, time);
    this.#strands.release(this.#running);
    this.#running = 0;
  }

  #create(time: number, strand: number, waiting: boolean): void {
    this.#startProc(time);
    const stack = this.#o.writer.useStack(this.#strands.stack[strand]!);
    this.#event(waiting ? EVENTS.GoCreateBlocked.id : EVENTS.GoCreate.id, time);
    this.#batch.arg(this.#strands.id[strand]!);
    this.#batch.arg(stack);
    this.#batch.arg(0);
    this.#announce(strand, waiting ? GoStatus.Waiting : GoStatus.Runnable);
  }

  #exists(time: number, strand: number): void {
    // Later generations may not mention strands that the first one did not.
    if (this.#o.writer.generation > 1) {
      this.#create(time, strand, true);
      return;
    }
    this.#statusWithStack(time, strand, GoStatus.Waiting);
  }

  #statusWithStack(time: number, strand: number, status: number): void {
    const stack = this.#o.writer.useStack(this.#strands.stack[strand]!);
    this.#event(EVENTS.GoStatusStack.id, time);
    this.#batch.arg(this.#strands.id[strand]!);
    this.#batch.arg(this.#batch.thread);
    this.#batch.arg(status);
    this.#batch.arg(stack);
    this.#announce(strand, status);
  }

  #announce(strand: number, state: number): void {
    this.#strands.lastPause[strand] = this.#batch.time;
    this.#strands.flags[strand]! |= StrandFlag.Announced;
    this.#strands.goState[strand] = state;
    this.#strands.goGeneration[strand] = this.#o.writer.generation;
    this.#strands.goSequence[strand] = 0;
  }

  /** Gives the strand's status if this generation has not heard of it. */
  #mention(time: number, strand: number): void {
    const { generation } = this.#o.writer;
    if (this.#strands.goGeneration[strand] !== generation) this.#status(this.#batch, time, strand);
  }

  #status(batch: ThreadBatch, time: number, strand: number): void {
    batch.event(EVENTS.GoStatus.id, time);
    batch.arg(this.#strands.id[strand]!);
    batch.arg(this.#batch.thread);
    batch.arg(this.#strands.goState[strand]!);
    this.#strands.goGeneration[strand] = this.#o.writer.generation;
    this.#strands.goSequence[strand] = 0;
  }

  /** Goroutine and next sequence number: the arguments of the events that change another goroutine. */
  #target(strand: number): void {
    this.#batch.arg(this.#strands.id[strand]!);
    this.#batch.arg(++this.#strands.goSequence[strand]!);
  }

  #start(time: number, strand: number): void {
    this.#startProc(time);
    this.#mention(time, strand);
    this.#event(EVENTS.GoStart.id, time);
    this.#target(strand);
    this.#strands.goState[strand] = GoStatus.Running;
    this.#running = strand;
  }

  #pause(event: number, state: number, time: number, reason: number, stack: number): void {
    if (this.#running === 0) return;
    const id = this.#o.writer.useString(reason);
    this.#o.writer.useStack(stack);
    this.#event(event, time);
    this.#batch.arg(id);
    this.#batch.arg(stack);
    this.#strands.goState[this.#running] = state;
    this.#strands.lastPause[this.#running] = this.#batch.time;
    this.#running = 0;
  }

  #unblock(time: number, strand: number): void {
    this.#mention(time, strand);
    this.#event(EVENTS.GoUnblock.id, time);
    this.#target(strand);
    this.#batch.arg(0);
    this.#strands.goState[strand] = GoStatus.Runnable;
  }

  /**
   * A timer's strand was due at `time`, while something else ran. It is said by the loop's own M, which holds no
   * goroutine: said by the thread it would read as if what ran had woken it.
   */
  #wasDue(time: number, strand: number): void {
    const { loop } = this.#o;
    const { generation } = this.#o.writer;
    const at = Math.max(time, this.#strands.lastPause[strand]!);
    loop.lift(this.#o.writer.generationStart);
    if (this.#strands.goGeneration[strand] !== generation) this.#status(loop, at, strand);
    loop.event(EVENTS.GoUnblock.id, at);
    loop.arg(this.#strands.id[strand]!);
    loop.arg(++this.#strands.goSequence[strand]!);
    loop.arg(0);
    this.#strands.goState[strand] = GoStatus.Runnable;
  }

  #switchTo(event: number, time: number, strand: number): void {
    if (this.#running === 0) {
      // From a strand of the recorder's own.
      this.#unblock(time, strand);
      this.#start(time, strand);
      return;
    }
    this.#mention(time, strand);
    this.#event(event, time);
    this.#target(strand);
    if (event === EVENTS.GoSwitch.id) this.#strands.goState[this.#running] = GoStatus.Waiting;
    else this.#strands.release(this.#running);
    this.#strands.goState[strand] = GoStatus.Running;
    this.#running = strand;
  }

  // Thread and proc.

  #threadBegins(time: number, strand: number): void {
    const { process, isMain, writer } = this.#o;
    this.#live = true;
    this.#procRuns = isMain;
    this.#procStatus(time);
    if (isMain) this.#statusWithStack(time, strand, GoStatus.Running);
    else {
      this.#create(time, strand, false);
      this.#start(time, strand);
    }
    this.#running = strand;
    this.#strands.goState[strand] = GoStatus.Running;
    process.procs = Math.max(process.procs, this.#o.proc + 1);
    this.#event(EVENTS.ProcsChange.id, time);
    this.#batch.arg(process.procs);
    this.#batch.arg(0);
    if (!isMain) return;
    const kind = writer.useString(writer.string('start trace'));
    this.#event(EVENTS.STWBegin.id, time);
    this.#batch.arg(kind);
    this.#batch.arg(0);
    this.#event(EVENTS.STWEnd.id, time);
  }

  #threadEnds(time: number): void {
    if (this.#running === 0) this.#stopProc(time);
    this.#o.process.heapUsed.delete(this.#batch.thread);
    this.#live = this.#procRuns;
  }

  #procStatus(time: number): void {
    const { process, proc, writer } = this.#o;
    if (process.procGeneration[proc] === writer.generation) return;
    process.procGeneration[proc] = writer.generation;
    process.procSequence[proc] = 0;
    this.#event(EVENTS.ProcStatus.id, time);
    this.#batch.arg(proc);
    this.#batch.arg(this.#procRuns ? ProcStatus.Running : ProcStatus.Idle);
  }

  #startProc(time: number): void {
    if (this.#procRuns) return;
    const { process, proc } = this.#o;
    this.#event(EVENTS.ProcStart.id, time);
    this.#batch.arg(proc);
    this.#batch.arg(++process.procSequence[proc]!);
    this.#procRuns = true;
  }

  #stopProc(time: number): void {
    if (!this.#procRuns) return;
    this.#event(EVENTS.ProcStop.id, time);
    this.#procRuns = false;
  }

  // Annotations and metrics.

  #annotation(op: StepOp, time: number, task: number, a: number, b: number): void {
    const { writer } = this.#o;
    // On a strand of the recorder's own there is nobody to say it.
    if (this.#running === 0 && op !== StepOp.Heap) {
      if (op === StepOp.Log) this.#nextMessage++;
      return;
    }
    switch (op) {
      case StepOp.TaskBegin: {
        const name = writer.useString(b);
        this.#event(EVENTS.UserTaskBegin.id, time);
        this.#batch.arg(task);
        if (a === 0) this.#batch.none();
        else this.#batch.arg(a);
        this.#batch.arg(name);
        this.#batch.arg(0);
        return;
      }
      case StepOp.TaskEnd:
        this.#event(EVENTS.UserTaskEnd.id, time);
        this.#batch.arg(task);
        this.#batch.arg(0);
        return;
      case StepOp.RegionBegin:
      case StepOp.RegionEnd: {
        const name = writer.useString(b);
        this.#event(op === StepOp.RegionBegin ? EVENTS.UserRegionBegin.id : EVENTS.UserRegionEnd.id, time);
        this.#batch.arg(a);
        this.#batch.arg(name);
        this.#batch.arg(0);
        return;
      }
      case StepOp.Log: {
        const category = writer.useString(a);
        const message = writer.transientString(this.#o.replay.annotations.messages[this.#nextMessage++] ?? '');
        this.#event(EVENTS.UserLog.id, time);
        this.#batch.arg(task);
        this.#batch.arg(category);
        this.#batch.arg(message);
        this.#batch.arg(0);
        return;
      }
      case StepOp.Heap:
        this.#heap(time, a, b);
        return;
      default:
    }
  }

  /** Go has one heap, Node one per thread: what is written is their sum, and the limit of the main one. */
  #heap(time: number, used: number, limit: number): void {
    const { process, isMain } = this.#o;
    process.heapUsed.set(this.#batch.thread, used);
    let sum = 0;
    for (const each of process.heapUsed.values()) sum += each;
    const wasRunning = this.#procRuns;
    this.#startProc(time);
    this.#event(EVENTS.HeapAlloc.id, time);
    this.#batch.arg(sum * KIB);
    if (isMain && limit !== process.heapLimit) {
      process.heapLimit = limit;
      this.#event(EVENTS.HeapGoal.id, time);
      this.#batch.arg(limit * KIB);
    }
    if (!wasRunning) this.#stopProc(time);
  }

  // Collections.

  /** Writes the collections that start up to `time` and end before `until`. */
  #collectionsBefore(time: number, until: number): void {
    const { collections } = this.#o.replay;
    while (this.#nextCollection < collections.length) {
      const collection = collections[this.#nextCollection]!;
      if (!this.#live || collection.start > time || collection.end > until) break;
      this.#nextCollection++;
      this.#collection(collection);
    }
  }

  #collection({ kind, start, end }: Collection): void {
    const { writer, reasons, isMain } = this.#o;
    const from = Math.max(start, this.#batch.time);
    const to = Math.max(from, end);
    const procRan = this.#procRuns;
    const alone = this.#running === 0;
    if (alone) this.#startGcStrand(from);
    if (isMain && kind === GC_INCREMENTAL) this.#beginCycle(from);
    if (isMain && kind === GC_MARK_COMPACT) this.#beginCycle(from);
    const name = writer.useString(writer.string(GC_NAMES[kind] ?? `GC kind ${kind}`));
    this.#event(EVENTS.STWBegin.id, from);
    this.#batch.arg(name);
    this.#batch.arg(0);
    this.#event(EVENTS.STWEnd.id, to);
    if (isMain && kind === GC_MARK_COMPACT) this.#endCycle(to);
    if (!alone) return;
    this.#pause(EVENTS.GoBlock.id, GoStatus.Waiting, to, reasons.gc, 0);
    if (!procRan) this.#stopProc(to);
  }

  #startGcStrand(time: number): void {
    if (this.#gcStrand === 0) {
      this.#gcStrand = this.#strands.add(this.#batch.thread, this.#o.names.gc, StrandFlag.MultiShot, 0);
      this.#create(time, this.#gcStrand, true);
    }
    this.#startProc(time);
    this.#unblock(time, this.#gcStrand);
    this.#start(time, this.#gcStrand);
  }

  /** A cycle lasts from the start of incremental marking to the end of the mark-compact that finishes it. */
  #beginCycle(time: number): void {
    const { process } = this.#o;
    if (process.gcRunning) return;
    process.gcRunning = true;
    this.#event(EVENTS.GCBegin.id, time);
    this.#batch.arg(++process.gcSequence);
    this.#batch.arg(0);
  }

  #endCycle(time: number): void {
    const { process } = this.#o;
    process.gcRunning = false;
    this.#event(EVENTS.GCEnd.id, time);
    this.#batch.arg(++process.gcSequence);
  }

  /** Lets go of collections and messages that are written. */
  #forgetEncoded(): void {
    const { collections, annotations } = this.#o.replay;
    if (this.#nextCollection > 64) {
      collections.splice(0, this.#nextCollection);
      this.#nextCollection = 0;
    }
    if (this.#nextMessage > 1024) {
      annotations.messages.splice(0, this.#nextMessage);
      this.#nextMessage = 0;
    }
  }
}
