/**
 * The trace that is being composed: its writer, its threads, and what has been said in the current generation.
 *
 * It knows what every event needs to be acceptable (the status of its proc before it, strings and stacks in the tables of
 * the generation, a goroutine that runs), and nothing of where events come from.
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
import { GoState } from '../../reader/index.ts';
import { type LiveGoroutine, type LiveProc, LiveThread } from './live.ts';

/** Statuses on the wire. */
const GO_STATUS: ReadonlyMap<number, number> = new Map([
  [GoState.Runnable, 1],
  [GoState.Running, 2],
  [GoState.Syscall, 3],
  [GoState.Waiting, 4],
]);
const PROC_RUNNING = 1;
const PROC_IDLE = 2;
const PROC_SYSCALL = 3;

/** Bytes of a CPU sample, at most. */
const SAMPLE_SIZE = 1 + 5 * MAX_VARINT_SIZE;

/** An argument of an event: a number; undefined, or one below 0, is `none`. */
export type Arg = number | undefined;

/** A CPU sample; ids of the output, `stack` one of `TraceOutput.stack`. */
export interface Sample {
  readonly time: number;
  readonly thread: Arg;
  readonly proc: Arg;
  readonly goroutine: number;
  readonly stack: number;
}

export class TraceOutput {
  /** All threads that the output has had. */
  readonly threads: LiveThread[] = [];
  /** Time of the event that is being written, ns. */
  now = 0;
  /** Has the output begun? Before that, only state is followed. */
  begun = false;
  readonly #writer: TraceWriter;
  readonly #clockAt: (time: number) => ClockReading;
  /** What waits for a running goroutine. */
  readonly #pending: ((thread: LiveThread) => void)[] = [];
  readonly #samples: Sample[] = [];

  /** @param clockAt the clocks at a time of the output, ns */
  constructor(sink: ByteSink, version: FormatVersion, clockAt: (time: number) => ClockReading) {
    this.#writer = new TraceWriter(sink, version);
    this.#clockAt = clockAt;
  }

  /** Number of the current generation, and its start, ns. */
  get generation(): number {
    return this.#writer.generation;
  }

  get generationStart(): number {
    return this.#writer.generationStart;
  }

  /** Begins a generation at a time: statuses of all procs, and of what runs. */
  openGeneration(time: number, procs: Iterable<LiveProc>): void {
    this.now = Math.max(this.now, time);
    this.#writer.beginGeneration(this.now, this.#clockAt(this.now));
    for (const proc of procs) this.announceProc(proc, proc.thread ?? this.anyThread());
    for (const { goroutine } of this.threads)
      if (goroutine?.isKept === true) this.announce(goroutine, goroutine.thread!);
  }

  /** Writes what the current generation still holds. */
  closeGeneration(): void {
    for (const { proc } of this.threads)
      if (proc !== undefined && proc.generation !== this.#writer.generation) this.announceProc(proc, proc.thread!);
    for (const thread of this.threads) thread.batch?.flush();
    this.#writeSamples();
  }

  /** Ends the trace; its last generation must have been closed. */
  end(): void {
    this.#writer.endGeneration();
  }

  newThread(): LiveThread {
    const thread = new LiveThread(this.threads.length + 1);
    this.threads.push(thread);
    return thread;
  }

  anyThread(): LiveThread {
    return this.threads.find((thread) => thread.isRunning) ?? this.threads[0] ?? this.newThread();
  }

  string(text: string): number {
    return this.#writer.useString(this.#writer.string(text));
  }

  useStack(stack: number): number {
    return stack === 0 ? 0 : this.#writer.useStack(stack);
  }

  /** Writes an event at the current time, behind the status of its proc if that has not been said. */
  emit(thread: LiveThread, id: number, ...args: readonly Arg[]): void {
    if (thread.proc !== undefined && thread.proc.generation !== this.#writer.generation)
      this.announceProc(thread.proc, thread);
    thread.batch ??= this.#writer.threadBatch(thread.id);
    thread.batch.event(id, this.now);
    for (const arg of args) {
      if (arg === undefined || arg < 0) thread.batch.none();
      else thread.batch.arg(arg);
    }
  }

  announceProc(proc: LiveProc, thread: LiveThread): void {
    proc.generation = this.#writer.generation;
    proc.sequence = 0;
    const status = proc.thread === undefined ? PROC_IDLE : proc.inSyscall ? PROC_SYSCALL : PROC_RUNNING;
    this.emit(thread, EVENTS.ProcStatus.id, proc.id, status);
  }

  /** Says the status of a goroutine, once per generation. One that runs says so on its own thread. */
  announce(goroutine: LiveGoroutine, thread: LiveThread): void {
    if (goroutine.generation === this.#writer.generation) return;
    goroutine.generation = this.#writer.generation;
    goroutine.sequence = 0;
    const own = goroutine.thread;
    const status = GO_STATUS.get(goroutine.state)!;
    this.emit(own ?? thread, EVENTS.GoStatusStack.id, goroutine.id, own?.id, status, this.useStack(goroutine.stack));
  }

  /** Does something on the next thread that runs a goroutine, which may be now. */
  later(action: (thread: LiveThread) => void): void {
    this.#pending.push(action);
    const running = this.threads.find((thread) => thread.isRunning);
    if (running !== undefined) this.runPending(running);
  }

  runPending(thread: LiveThread): void {
    if (!this.begun || !thread.isRunning) return;
    for (const action of this.#pending.splice(0)) action(thread);
  }

  /** The id of a stack for the whole trace; `useStack` announces it. */
  stack(frames: readonly Frame[]): number {
    return this.#writer.stack(frames);
  }

  /** The id of a text that is used once. */
  transient(text: string): number {
    return this.#writer.transientString(text);
  }

  /** Adds a CPU sample to the current generation. */
  sample(sample: Sample): void {
    this.#samples.push(sample);
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
      for (const value of [time, thread, proc, goroutine, this.useStack(stack)]) put(value);
    }
    flush();
  }
}
