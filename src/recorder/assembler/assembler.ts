/**
 * From the records of all threads to the bytes of a trace.
 *
 * The idea: two stages per thread. *Replay* (thread-replay.ts and what it uses) understands the records, a hold-back after
 * they have come: by then collections that are reported late are known. The *encoder* writes what they mean as events. Threads are
 * independent streams of the same trace. Once a second all of them are cut at one time and a new generation begins;
 * a cut never waits for a thread: what one publishes later with an older stamp is lifted to the cut.
 *
 * A pure function of records and times: no clock, no I/O; so the same code serves streaming, snapshots and tests.
 */
import { type ByteSink, type ClockReading, type FormatVersion, TraceWriter } from '../../format/index.ts';
import { RESERVED_CATEGORY } from '../reserved.ts';
import { TaskIds } from './annotation-replay.ts';
import type { GcWork } from './collections.ts';
import { ProcessState, ThreadEncoder } from './encoder.ts';
import { GcHelpers } from './gc-helpers.ts';
import { SpareChunks } from './held-words.ts';
import { MessagePorts } from './message-ports.ts';
import { reasons, strandNames } from './names.ts';
import type { FindSource } from './site-stacks.ts';
import { StrandTable } from './strand-table.ts';
import { ThreadPool } from './thread-pool.ts';
import { ThreadReplay } from './thread-replay.ts';

export interface AssemblerOptions {
  readonly sink: ByteSink;
  /** Recording level: 0, 1 or 2. */
  readonly level: number;
  /** Format to write; 1.25 by default: it has clock snapshots, and a file cut anywhere still opens. */
  readonly version?: FormatVersion;
  /** Facts about the process, written at the start of the trace; `pool` is the size of its thread pool. */
  readonly facts: Readonly<Record<string, string | number | boolean>>;
  /** The sources of code that was compiled; none by default. */
  readonly findSource?: FindSource;
  /**
   * Whether to replay records as they come: where more than collections is reported late (CPU samples, and what a collection
   * is made of). Steps wait then, instead of records. False by default.
   */
  readonly readsAhead?: boolean;
  /** The process's clocks: what the wall clock said at a monotonic time (ns). */
  readonly clock: (mono: number) => ClockReading;
}

/** What the assembler has seen; `recorded + lost` is what the threads emitted. */
export interface AssemblerTotals {
  readonly recorded: number;
  readonly lost: number;
  readonly generations: number;
  readonly bytes: number;
  readonly strands: number;
}

const DEFAULT_VERSION = 25;
/** Threads of libuv's pool, unless the environment says otherwise. */
const DEFAULT_POOL = 4;
/** Thread ids from here on stand for the event loops themselves, apart from the code that runs on them. */
const FIRST_LOOP_THREAD = 1_000_000;
const FIRST_POLL_THREAD = 1_500_000;
/** Chunks of one thread that may wait, 4 MiB: beyond, they are not held back as long. */
const MAX_HELD = 64;

export class Assembler {
  readonly #options: AssemblerOptions;
  readonly #writer: TraceWriter;
  readonly #strands = new StrandTable();
  readonly #process = new ProcessState();
  readonly #taskIds = new TaskIds();
  readonly #pool: ThreadPool;
  readonly #helpers: GcHelpers;
  readonly #ports = new MessagePorts();
  readonly #names;
  readonly #reasons;
  readonly #replays = new Map<number, ThreadReplay>();
  readonly #encoders = new Map<number, ThreadEncoder>();
  readonly #spare = new SpareChunks();
  #readsAhead: boolean;
  /** Records of threads that are forgotten. */
  readonly #former = { recorded: 0, lost: 0 };

  constructor(options: AssemblerOptions) {
    this.#options = options;
    this.#readsAhead = options.readsAhead ?? false;
    this.#writer = new TraceWriter(options.sink, options.version ?? DEFAULT_VERSION);
    this.#pool = new ThreadPool(this.#writer, this.#strands, Number(options.facts.pool ?? DEFAULT_POOL));
    this.#helpers = new GcHelpers(this.#writer, this.#strands);
    this.#names = strandNames(this.#writer, options.level);
    this.#reasons = reasons(this.#writer);
  }

  /** Start of the current generation, ns; 0 before the first. */
  get generationStart(): number {
    return this.#writer.generationStart;
  }

  /** All threads have told their CPU samples before this, ns. */
  get sampledUntil(): number {
    let until = Number.POSITIVE_INFINITY;
    for (const { samples } of this.#replays.values()) until = Math.min(until, samples.sampledUntil);
    return until;
  }

  get totals(): AssemblerTotals {
    const totals = { ...this.#former };
    for (const replay of this.#replays.values()) {
      totals.recorded += replay.recorded;
      totals.lost += replay.lost;
    }
    return {
      ...totals,
      generations: this.#writer.generation,
      bytes: this.#writer.bytes,
      strands: this.#strands.made,
    };
  }

  /** Begins the first generation at `time` (ns): the first thread's first stamp. */
  begin(time: number): void {
    this.#writer.beginGeneration(time, this.#options.clock(time));
  }

  /**
   * Takes records of thread `thread` on proc `proc`: the words `from` to `to` of a chunk. `isStart` says that the chunk's
   * header has not been seen yet.
   */
  push(thread: number, proc: number, words: Int32Array, from: number, to: number, isStart: boolean): void {
    const replay = this.#replays.get(thread) ?? this.#addThread(thread, proc);
    replay.hold(words, from, to, isStart);
    if (this.#readsAhead) this.#readAll(replay);
    else if (replay.heldChunks > MAX_HELD) this.encode(replay.heldTime(MAX_HELD / 2));
  }

  /**
   * Replays all records that wait, for as long as `mayGoOn`, and those that come from here on at once: what is taken in at the
   * end is to take the time that it takes. What there was no time for is counted as lost; returns whether that is nothing.
   */
  readAhead(mayGoOn: () => boolean): boolean {
    this.#readsAhead = true;
    let whole = true;
    for (const replay of this.#replays.values()) {
      this.#readAll(replay, mayGoOn);
      whole = replay.loseHeld() && whole;
    }
    return whole;
  }

  #readAll(replay: ThreadReplay, mayGoOn: () => boolean = () => true): void {
    const end = Number.POSITIVE_INFINITY;
    while (replay.isBehind(end) && mayGoOn()) replay.replayHeld(end);
  }

  /** The last `records` records of a thread are not fed, as time is up; `header` is that of their last chunk. */
  loseRest(thread: number, proc: number, header: Int32Array, records: number): void {
    const replay = this.#replays.get(thread) ?? this.#addThread(thread, proc);
    this.#readAll(replay);
    replay.loseRest(header, records);
  }

  /** Thread `thread` has ended, and if it has not said so, it was found gone at `time` (ns). */
  endThread(thread: number, time = 0): void {
    this.#replays.get(thread)?.endAfterHeld(time);
  }

  /** A fact about the process that was learned only now. */
  fact(name: string, value: string | number | boolean): void {
    const main = this.#replays.get(0);
    if (main === undefined || main.ended) return;
    main.annotations.log(0, RESERVED_CATEGORY, JSON.stringify({ kind: 'process', [name]: value }));
  }

  /** Writes what happened before `until` (ns). */
  encode(until: number): void {
    // Little by little: the few steps that there are at a time stay in the caches.
    for (;;) {
      const next = this.#furthestBehind(until);
      this.#encodeSteps(next?.replayedTo ?? until, until);
      if (next === undefined) return;
      next.replayHeld(until);
    }
  }

  /** The thread whose records before `until` (ns) are to be replayed next; undefined = all have been. */
  #furthestBehind(until: number): ThreadReplay | undefined {
    let furthest: ThreadReplay | undefined;
    for (const replay of this.#replays.values()) {
      if (replay.isBehind(until) && (furthest === undefined || replay.replayedTo < furthest.replayedTo))
        furthest = replay;
    }
    return furthest;
  }

  /** Writes the steps before `until` (ns); the collections that ended before `known` (ns) are known. */
  #encodeSteps(until: number, known: number): void {
    for (const replay of this.#replays.values()) replay.closeBefore(until);
    this.#pool.encode(until);
    this.#helpers.encode(until);
    if (this.#encoders.size > 1) this.#encodeMerged(until, known);
    for (const encoder of this.#encoders.values()) encoder.encode(until, known);
  }

  /** Encodes the steps of several threads before `until` in the order of time: what one says may wake a strand of another. */
  #encodeMerged(until: number, known: number): void {
    for (;;) {
      let first: ThreadEncoder | undefined;
      let earliest = until;
      let next = until;
      for (const encoder of this.#encoders.values()) {
        const time = encoder.nextTime;
        if (time < earliest) {
          next = earliest;
          earliest = time;
          first = encoder;
        } else if (time < next) next = time;
      }
      if (first === undefined) return;
      // Of steps at the same time any may be first, but one must be.
      first.encode(Math.min(until, Math.max(next, earliest + 1)), known);
    }
  }

  /** Ends the generation at `wanted` (ns), or at the start of a collection that is under way then, and begins the next. */
  cut(wanted: number): void {
    this.encode(wanted);
    let time = wanted;
    for (const { collections } of this.#replays.values()) time = collections.notInPause(time);
    // What runs from the start must be said in the first generation.
    if (this.#encoders.get(0)?.beginsBefore(time) === false) time = wanted;
    this.encode(time);
    this.flush();
    for (const encoder of this.#encoders.values()) encoder.writeSamples(time);
    this.#forgetEndedThreads();
    this.#writer.beginGeneration(time, this.#options.clock(time), (hold) => {
      for (const replay of this.#replays.values()) replay.holdStrings(hold);
    });
    for (const encoder of this.#encoders.values()) encoder.beginGeneration(time);
  }

  /** Writes the open batches: what the sink has got so far opens. */
  flush(): void {
    for (const encoder of this.#encoders.values()) encoder.flush();
    this.#pool.flush();
    this.#helpers.flush();
  }

  /** Writes everything and ends the trace. */
  finish(): void {
    this.encode(Number.POSITIVE_INFINITY);
    this.flush();
    for (const encoder of this.#encoders.values()) encoder.writeSamples(Number.POSITIVE_INFINITY);
    this.#writer.endGeneration();
  }

  /** The collector worked on a thread that is recorded, or on the helper with number -1 - `whose`. */
  #gcWork(whose: number, work: GcWork): void {
    if (whose < 0) this.#helpers.add(-1 - whose, work);
    else this.#replays.get(whose)?.collections.addWork(work);
  }

  #addThread(thread: number, proc: number): ThreadReplay {
    const shared = {
      writer: this.#writer,
      strands: this.#strands,
      names: this.#names,
      reasons: this.#reasons,
      pool: this.#pool,
    };
    const drain = () => {
      const { steps } = replay.slices;
      const half = steps.size >> 1;
      // The strands among them are told how long their jobs queued.
      this.#pool.encode(steps.time[steps.at(steps.tail + half)]!);
      encoder.encode(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, half);
    };
    const { level, facts, findSource = () => undefined } = this.#options;
    const greeting = thread === 0 ? JSON.stringify({ kind: 'process', ...facts }) : undefined;
    const gcWork = (whose: number, work: GcWork) => this.#gcWork(whose, work);
    const spare = this.#spare;
    const own = { spare, taskIds: this.#taskIds, findSource, level, thread, drain, greeting, gcWork };
    const replay = new ThreadReplay({ ...shared, ...own });
    const encoder = new ThreadEncoder({
      ...shared,
      replay,
      batch: this.#writer.threadBatch(thread + 1),
      loop: this.#writer.threadBatch(FIRST_LOOP_THREAD + thread),
      poll: this.#writer.threadBatch(FIRST_POLL_THREAD + thread),
      process: this.#process,
      ports: this.#ports,
      proc,
      isMain: thread === 0,
    });
    this.#replays.set(thread, replay);
    this.#encoders.set(thread, encoder);
    return replay;
  }

  /** Forgets threads that have ended and are written, and their strands; their totals stay. */
  #forgetEndedThreads(): void {
    for (const [thread, replay] of this.#replays) {
      if (!replay.ended || replay.slices.steps.size > 0) continue;
      this.#former.recorded += replay.recorded;
      this.#former.lost += replay.lost;
      this.#ports.forgetAll((strand) => this.#strands.thread[strand] === thread);
      this.#strands.releaseThread(thread);
      this.#encoders.delete(thread);
      this.#replays.delete(thread);
    }
  }
}
