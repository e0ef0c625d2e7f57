/**
 * Stage B: steps to events of Go's format, one thread at a time.
 *
 * Three parts keep what Go's reader will believe: of the proc (proc-encoder.ts), of the strands (strand-encoder.ts) and
 * of the collector (collection-encoder.ts). Here each step finds its part, and collections are put in their place.
 *
 * Strands of the recorder itself are left out: as far as the trace goes, nothing runs while they do.
 *
 * Longer than most files, as there is a case for each kind of step.
 */
import { EVENTS, GoStatus, type ThreadBatch, type TraceWriter } from '../../format/index.ts';
import { RESERVED_CATEGORY } from '../reserved.ts';
import { CollectionEncoder, type CycleState } from './collection-encoder.ts';
import type { MessagePorts } from './message-ports.ts';
import type { Reasons, StrandNames } from './names.ts';
import { ProcEncoder, type ProcSequences } from './proc-encoder.ts';
import { StepOp } from './steps.ts';
import { StrandEncoder } from './strand-encoder.ts';
import { StrandFlag, type StrandTable } from './strand-table.ts';
import type { ThreadPool } from './thread-pool.ts';
import type { ThreadReplay } from './thread-replay.ts';

const KIB = 1024;
/** Powers of ten that a time is told in, up to 1000 s. */
const POWERS = 10;
const MICROSECOND = 1000;
/** What is encoded is let go of in bunches of this many. */
const MESSAGES_KEPT = 1024;
/** Steps encoded at a time. */
const BATCH = 256;

/** What all threads of a recording share. */
export class ProcessState {
  /** Procs ever used: slots are used again when their thread has ended. */
  procs = 0;
  readonly sequences: ProcSequences = { sequence: [], generation: [] };
  readonly cycle: CycleState = { sequence: 0, running: false };
  /** Heap limit as last written, KiB; and used heap per thread, KiB. */
  heapLimit = 0;
  readonly heapUsed = new Map<number, number>();
}

export interface EncoderOptions {
  readonly writer: TraceWriter;
  readonly batch: ThreadBatch;
  /** Thread ids for what no code does, exact and inferred: see `StrandEncoder.wasDue`. */
  readonly loop: ThreadBatch;
  readonly poll: ThreadBatch;
  readonly replay: ThreadReplay;
  readonly strands: StrandTable;
  readonly names: StrandNames;
  readonly reasons: Reasons;
  readonly process: ProcessState;
  readonly pool: ThreadPool;
  readonly ports: MessagePorts;
  readonly proc: number;
  /** Whether this is the process's first thread. */
  readonly isMain: boolean;
}

export class ThreadEncoder {
  readonly #o: EncoderOptions;
  readonly #batch: ThreadBatch;
  readonly #strands: StrandTable;
  readonly #proc: ProcEncoder;
  readonly #thread: StrandEncoder;
  readonly #collector: CollectionEncoder;
  #live = false;
  /** The main strand, while the range in which the main thread lists what is alive is open on it; else 0. */
  #snapshot = 0;
  #nextMessage = 0;
  /** The reserved category's string. */
  readonly #reserved: number;
  /** Strings of what jobs queued, by digits and power of ten; 0 = not made yet. */
  readonly #poolQueueTexts = new Int32Array(POWERS * 1000);
  /** Ports born since a strand ran last. */
  #bornPorts: number[] = [];

  constructor(options: EncoderOptions) {
    const { writer, batch, proc, process, isMain } = options;
    this.#o = options;
    this.#batch = batch;
    this.#reserved = writer.constant(RESERVED_CATEGORY);
    this.#strands = options.strands;
    this.#proc = new ProcEncoder(writer, batch, proc, process.sequences, isMain);
    this.#thread = new StrandEncoder({ ...options, proc: this.#proc });
    this.#collector = new CollectionEncoder(
      {
        ...options,
        cycle: process.cycle,
        thread: options.replay.slices.thread,
        writeHeap: (used) => this.#heap(used, process.heapLimit),
      },
      this.#proc,
      this.#thread,
    );
  }

  /** Time of the next step, ns; infinite when there is none. */
  get nextTime(): number {
    const { steps } = this.#o.replay.slices;
    return steps.size === 0 ? Number.POSITIVE_INFINITY : steps.time[steps.at(steps.tail)]!;
  }

  /** Whether the thread has said something, or will, before `time` (ns). */
  beginsBefore(time: number): boolean {
    return this.#live || this.nextTime < time;
  }

  /** Encodes the steps before time `until` (ns), at most `most`, with the collections that end before `known` (ns). */
  encode(until: number, known: number, most: number = Number.POSITIVE_INFINITY): void {
    let left = most;
    let done = 0;
    do {
      done = this.#encodeSome(until, known, Math.min(left, BATCH));
      left -= done;
    } while (done === BATCH && left > 0);
    if (this.nextTime >= until) this.#collectionsBefore(until, known);
    const { steps } = this.#o.replay.slices;
    if (steps.size === 0) steps.rewind();
    this.#forgetMessages();
  }

  /**
   * Encodes up to `most` steps; returns how many there were. In batches, as V8 compiles a function well when it is called
   * often, and poorly, again and again, when one call of it loops for long.
   */
  #encodeSome(until: number, known: number, most: number): number {
    const { collections, samples, slices } = this.#o.replay;
    const { steps } = slices;
    const { op, time, strand, a, b } = steps;
    let done = 0;
    while (done < most && steps.size > 0) {
      const i = steps.at(steps.tail);
      const at = time[i]!;
      if (at >= until) break;
      if (collections.nextStart <= at) this.#collectionsBefore(at, known);
      steps.tail++;
      done++;
      this.#batch.at(at);
      this.#step(op[i] as StepOp, strand[i]!, a[i]!, b[i]!);
      if (samples.areTaken) samples.runs(at, this.#thread.running === 0 ? 0 : this.#strands.id[this.#thread.running]!);
    }
    return done;
  }

  /** Writes the CPU samples before `until` (ns) into the present generation. */
  writeSamples(until: number): void {
    this.#o.replay.samples.write(until, this.#batch.thread, this.#o.proc);
  }

  /** Writes the open batches. */
  flush(): void {
    this.#batch.flush();
    this.#o.loop.flush();
    this.#o.poll.flush();
  }

  /** A generation begins at `time`: says what the thread holds. */
  beginGeneration(time: number): void {
    if (!this.#live) return;
    this.#batch.lift(time);
    this.#batch.at(time);
    this.#proc.mention();
    if (this.#thread.running !== 0) this.#thread.mention(this.#thread.running);
  }

  /** The dispatch table of the steps. */
  #step(op: StepOp, strand: number, a: number, b: number): void {
    if (this.#isOwn(op, strand)) return this.#leaveOut(op, strand);
    switch (op) {
      case StepOp.Create:
        return this.#thread.create(strand, a === 1, b);
      case StepOp.Exists:
        return this.#thread.exists(strand);
      case StepOp.Start:
        if (this.#bornPorts.length > 0) this.#bornPorts = [];
        return this.#thread.start(strand);
      case StepOp.Block:
        return this.#thread.pause(EVENTS.GoBlock.id, GoStatus.Waiting, a, b);
      case StepOp.Stop:
        return this.#thread.pause(EVENTS.GoStop.id, GoStatus.Runnable, a, b);
      case StepOp.Destroy:
        return this.#thread.destroy();
      case StepOp.Unblock:
        return a > 0
          ? this.#thread.wasDue(this.#batch.now - a * MICROSECOND, strand, b === 1)
          : this.#thread.unblock(strand);
      case StepOp.Switch:
        return this.#thread.switchTo(EVENTS.GoSwitch.id, strand);
      case StepOp.SwitchDestroy:
        return this.#thread.switchTo(EVENTS.GoSwitchDestroy.id, strand);
      case StepOp.ProcStop:
        if (this.#thread.running === 0) this.#proc.stop();
        return;
      case StepOp.ProcStart:
        return this.#proc.start();
      case StepOp.Forget:
        this.#o.ports.forget(strand);
        return this.#strands.release(strand);
      case StepOp.ThreadBegins:
        return this.#threadBegins(strand);
      case StepOp.ThreadEnds:
        return this.#threadEnds();
      case StepOp.SnapshotEnds:
        return this.#snapshotEnds();
      case StepOp.CallBegins:
        return this.#thread.enterCall(a);
      case StepOp.CallEnds:
        return this.#thread.leaveCall();
      case StepOp.PoolDone:
        return this.#poolDone(a);
      case StepOp.Heap:
        return this.#heap(a, b);
      default:
        if (op >= StepOp.PortPair && op <= StepOp.PortListens) this.#port(op, strand, a, b);
        else this.#annotation(op, strand, a, b);
    }
  }

  /** Whether the step is about a strand of the recorder itself that nobody has been told of. */
  #isOwn(op: StepOp, strand: number): boolean {
    if (op < StepOp.Create || (op > StepOp.SwitchDestroy && op !== StepOp.Exists && op !== StepOp.Forget)) return false;
    const flags = this.#strands.flags[strand]!;
    return (flags & (StrandFlag.Own | StrandFlag.Announced)) === StrandFlag.Own;
  }

  #leaveOut(op: StepOp, strand: number): void {
    // A strand that ran nested in it gives back to nobody.
    if (op === StepOp.Switch) this.#thread.pause(EVENTS.GoBlock.id, GoStatus.Waiting, 0, 0);
    else if (op === StepOp.SwitchDestroy) this.#thread.destroy();
    else if (op === StepOp.Destroy || op === StepOp.Forget) this.#strands.release(strand);
  }

  // Threads.

  #threadBegins(strand: number): void {
    const { process, isMain, writer } = this.#o;
    this.#live = true;
    this.#proc.mention();
    if (isMain) {
      this.#thread.statusWithStack(strand, GoStatus.Running);
      this.#thread.running = strand;
    } else {
      this.#thread.create(strand, false, 0);
      this.#thread.start(strand);
    }
    process.procs = Math.max(process.procs, this.#o.proc + 1);
    this.#batch.begin(EVENTS.ProcsChange.id);
    this.#batch.arg(process.procs);
    this.#batch.arg(0);
    if (!isMain) return;
    const kind = writer.useString(writer.string('start trace'));
    this.#batch.begin(EVENTS.STWBegin.id);
    this.#batch.arg(kind);
    this.#batch.arg(0);
    this.#snapshot = strand;
  }

  #snapshotEnds(): void {
    if (this.#snapshot !== 0 && this.#thread.running === this.#snapshot) this.#batch.begin(EVENTS.STWEnd.id);
    this.#snapshot = 0;
  }

  #threadEnds(): void {
    if (this.#thread.running === 0) this.#proc.stop();
    this.#o.process.heapUsed.delete(this.#batch.thread);
    this.#live = this.#proc.runs;
  }

  // Message ports.

  #port(op: StepOp, strand: number, a: number, b: number): void {
    const { ports } = this.#o;
    switch (op) {
      case StepOp.PortPair:
        return ports.pair(strand, a);
      case StepOp.WorkerPort:
        return ports.workerPort(strand, a, b === 1);
      case StepOp.PortLeaves:
        return ports.leaves(strand);
      case StepOp.Posted:
        return this.#thread.wake(ports.posted(strand));
      case StepOp.NotPosted:
        return ports.notPosted(strand);
      case StepOp.PortListens:
        return ports.listens(strand);
      case StepOp.PortBorn:
        this.#bornPorts.push(strand);
        return;
      default:
        ports.receives(strand, this.#bornPorts);
        this.#bornPorts = [];
    }
  }

  // Annotations and metrics.

  #annotation(op: StepOp, task: number, a: number, b: number): void {
    const { writer } = this.#o;
    // On a strand of the recorder's own there is nobody to say it.
    if (this.#thread.running === 0) {
      if (op === StepOp.Log && b === 0) this.#nextMessage++;
      return;
    }
    switch (op) {
      case StepOp.TaskBegin: {
        const name = writer.useString(b);
        this.#batch.begin(EVENTS.UserTaskBegin.id);
        this.#batch.arg(task);
        if (a === 0) this.#batch.none();
        else this.#batch.arg(a);
        this.#batch.arg(name);
        this.#batch.arg(0);
        return;
      }
      case StepOp.TaskEnd:
        this.#batch.begin(EVENTS.UserTaskEnd.id);
        this.#batch.arg(task);
        this.#batch.arg(0);
        return;
      case StepOp.RegionBegin:
      case StepOp.RegionEnd: {
        const name = writer.useString(b);
        this.#batch.begin(op === StepOp.RegionBegin ? EVENTS.UserRegionBegin.id : EVENTS.UserRegionEnd.id);
        this.#batch.arg(a);
        this.#batch.arg(name);
        this.#batch.arg(0);
        return;
      }
      case StepOp.Log:
        return this.#log(task, a, b === 0 ? this.#nextText() : writer.useString(b));
      default:
    }
  }

  #nextText(): number {
    return this.#o.writer.transientString(this.#o.replay.annotations.messages[this.#nextMessage++] ?? '');
  }

  /** A line whose text is string `message` of this generation. */
  #log(task: number, category: number, message: number): void {
    const { writer } = this.#o;
    writer.useString(category);
    this.#batch.begin(EVENTS.UserLog.id);
    this.#batch.arg(task);
    this.#batch.arg(category);
    this.#batch.arg(message);
    this.#batch.arg(0);
  }

  /** The running strand hears that its job in the thread pool is done: says so if the job had to queue. */
  #poolDone(job: number): void {
    const queued = this.#o.pool.queued(job);
    const { running } = this.#thread;
    if (queued === 0 || running === 0) return;
    const { writer } = this.#o;
    const message = writer.useString(this.#poolQueueText(queued));
    this.#log(this.#strands.context[running]!, this.#reserved, message);
  }

  /** The string that says how long a job had queued, ns. */
  #poolQueueText(queued: number): number {
    // Three digits are more than an inference is good for, and let the texts be used again.
    let unit = 1;
    let power = 0;
    for (; queued >= 999.5 * unit && power < POWERS - 1; power++) unit *= 10;
    const digits = Math.min(Math.round(queued / unit), 999);
    const at = power * 1000 + digits;
    let id = this.#poolQueueTexts[at]!;
    if (id === 0) {
      id = this.#o.writer.constant(JSON.stringify({ kind: 'pool queue', ns: digits * unit, inferred: true }));
      this.#poolQueueTexts[at] = id;
    }
    return id;
  }

  /** Go has one heap, Node one per thread: what is written is their sum, and the limit of the main one. */
  #heap(used: number, limit: number): void {
    const { process, isMain } = this.#o;
    process.heapUsed.set(this.#batch.thread, used);
    let sum = 0;
    for (const each of process.heapUsed.values()) sum += each;
    const wasRunning = this.#proc.runs;
    this.#proc.start();
    this.#batch.begin(EVENTS.HeapAlloc.id);
    this.#batch.arg(sum * KIB);
    if (isMain && limit !== process.heapLimit) {
      process.heapLimit = limit;
      this.#batch.begin(EVENTS.HeapGoal.id);
      this.#batch.arg(limit * KIB);
    }
    if (!wasRunning) this.#proc.stop();
  }

  // Collections.

  /** Writes the collections that start up to `time` and end before `known`. */
  #collectionsBefore(time: number, known: number): void {
    const { collections } = this.#o.replay;
    // Not inside the start range: Go tells stopped worlds apart by their order only.
    if (!this.#live || this.#snapshot !== 0) return;
    for (let next = collections.take(time, known); next !== undefined; next = collections.take(time, known)) {
      if (next.pause === undefined) this.#collector.encodeWork(next.work);
      else this.#collector.encode(next.pause, next.phases);
    }
  }

  /** Lets go of messages that are written. */
  #forgetMessages(): void {
    const { annotations } = this.#o.replay;
    if (this.#nextMessage > MESSAGES_KEPT) {
      annotations.messages.splice(0, this.#nextMessage);
      this.#nextMessage = 0;
    }
  }
}
