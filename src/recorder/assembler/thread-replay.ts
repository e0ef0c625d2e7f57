/**
 * Stage A, the entry: decodes one thread's records and hands each to the part of the state machine that knows it.
 *
 * Two things happen before the record itself: time moves on, if it is stamped; and what the previous record left open
 * (a promise birth, a batch of ticks) is decided, unless this record is part of it.
 *
 * Longer than most files, as there is a case for each kind of record; what a case does is elsewhere.
 */
import { NO_TIME } from '../../base/index.ts';
import { KIND_FILE, StrandKind, type TraceWriter } from '../../format/index.ts';
import { Header } from '../record/layout.ts';
import {
  FIRST_PASSING_TEXT,
  isCounted,
  KIND_BITS,
  KIND_MASK,
  RecordKind,
  recordLength,
} from '../record/record-kinds.ts';
import { RESERVED_CATEGORY } from '../reserved.ts';
import { AnnotationReplay, type TaskIds } from './annotation-replay.ts';
import { Collections, type GcWork } from './collections.ts';
import { CpuSamples } from './cpu-samples.ts';
import { HeldWords, type SpareChunks } from './held-words.ts';
import type { Reasons, StrandNames } from './names.ts';
import { PromiseReplay } from './promise-replay.ts';
import { ResourceReplay } from './resource-replay.ts';
import { type FindSource, SiteStacks } from './site-stacks.ts';
import { Slices } from './slices.ts';
import { StepOp } from './steps.ts';
import { StrandFlag, StrandState, type StrandTable } from './strand-table.ts';
import { RecordTexts } from './texts.ts';
import type { ThreadPool } from './thread-pool.ts';

const TWO_32 = 2 ** 32;
/** Records decoded at a time, and how many times before what they mean is encoded. */
const BATCH = 256;
const BATCHES = 2;
const NOT_YET = -1;

export interface ThreadReplayOptions {
  readonly writer: TraceWriter;
  readonly strands: StrandTable;
  readonly names: StrandNames;
  readonly reasons: Reasons;
  readonly taskIds: TaskIds;
  readonly pool: ThreadPool;
  readonly findSource: FindSource;
  readonly level: number;
  /** Number of the thread in the recording. */
  readonly thread: number;
  /** Takes work of the collector on any thread: its number, or -1, -2 … for V8's helpers. */
  readonly gcWork: (whose: number, work: GcWork) => void;
  readonly spare: SpareChunks;
  /** Makes room when the ring of steps is full. */
  readonly drain: () => void;
  /** Said at the thread's beginning, in the reserved category. */
  readonly greeting: string | undefined;
}

export class ThreadReplay {
  readonly slices: Slices;
  readonly annotations: AnnotationReplay;
  readonly samples: CpuSamples;
  /** Collections that are not encoded yet. */
  readonly collections = new Collections();
  /** Records decoded, and lost before them: together all that the thread emitted. */
  recorded = 0;
  lost = 0;
  /** Those that the thread itself has dropped. */
  #dropped = 0;
  begun = false;
  ended = false;
  /** When the thread, which has ended, was found gone, ns, 0 = it said so itself; `NOT_YET`. */
  #endsAt = NOT_YET;
  readonly #promises: PromiseReplay;
  readonly #resources: ResourceReplay;
  readonly #texts: RecordTexts;
  readonly #sites: SiteStacks;
  readonly #held: HeldWords;
  /** When nothing ran any more after what has been replayed, ns: what happened before is known. */
  replayedTo = NO_TIME;
  readonly #callStacks = new Map<number, number>();
  readonly #writer: TraceWriter;
  readonly #greeting: string | undefined;
  readonly #drain: () => void;
  readonly #gcWork: ThreadReplayOptions['gcWork'];

  constructor(options: ThreadReplayOptions) {
    this.#greeting = options.greeting;
    this.#drain = options.drain;
    this.#gcWork = options.gcWork;
    this.#writer = options.writer;
    this.#held = new HeldWords(options.spare);
    this.samples = new CpuSamples(options.writer);
    this.slices = new Slices(options);
    this.#texts = new RecordTexts(options.writer);
    this.#sites = new SiteStacks(options.writer, options.findSource);
    this.#promises = new PromiseReplay(this.slices, (stack) => this.#sites.codeOf(stack));
    this.#resources = new ResourceReplay(this.slices, this.#promises, this.#texts, options);
    this.annotations = new AnnotationReplay(this.slices, this.#promises, options.writer, options.taskIds);
  }

  /** Takes the words `from` to `to` of a chunk, to be replayed later; `isStart` says that the chunk's header is new. */
  hold(words: Int32Array, from: number, to: number, isStart: boolean): void {
    if (words[Header.Reports] !== 0) this.#takeReports(words, from, to);
    this.#held.add(words, from, to, isStart);
  }

  /** Chunks that are held, in whole or in part. */
  get heldChunks(): number {
    return this.#held.chunks;
  }

  /** When the held chunk with the index `chunk` begins, ns. */
  heldTime(chunk: number): number {
    return baseTime(this.#held.words(chunk));
  }

  /** Whether there is more to replay of what happened before `until`, ns. */
  isBehind(until: number): boolean {
    return this.replayedTo < until && this.#held.first !== undefined;
  }

  /**
   * Replays some of the words that are held, up to `until` (ns) and, if there are words for it, to the end of the slice
   * that runs then: it tells at its end what time its steps have.
   */
  replayHeld(until: number): void {
    const { slices } = this;
    for (let left = BATCHES; left > 0 || slices.current !== 0; left--) {
      const chunk = this.#held.first;
      if (chunk === undefined) return;
      if (slices.steps.nearlyFull) this.#drain();
      if (chunk.isNew) this.#beginChunk(chunk.words);
      chunk.isNew = false;
      chunk.at = this.#replaySome(chunk.words, chunk.at, chunk.end, until);
      if (slices.current !== 0) continue;
      this.replayedTo = slices.now;
      if (this.replayedTo >= until) return;
    }
  }

  /** Takes the collections that are reported in some words: what happened around them is encoded with them. */
  #takeReports(words: Int32Array, from: number, to: number): void {
    for (let at = from, length = 0; at < to; at += length) {
      length = recordLength(words, at);
      if (length === 0) return;
      const kind = words[at]! & KIND_MASK;
      if (kind === RecordKind.Gc) {
        const start = timeAt(words, at + 1);
        this.collections.add({ kind: words[at]! >>> KIND_BITS, start, end: start + words[at + 3]! });
      } else if (kind === RecordKind.GcHeap) {
        const collection = this.collections.newest;
        if (collection !== undefined) collection.heap = { before: words[at + 1]!, after: words[at + 2]! };
      }
    }
  }

  /** Begins a chunk: takes the absolute time and the promise count from its header, and notices what was lost. */
  #beginChunk(words: Int32Array): void {
    const base = baseTime(words);
    const lost = this.#newlyDropped(words);
    if (lost > 0) this.#resync(base, lost, words[Header.PromiseId]!);
    this.slices.now = base;
    this.#promises.newest = words[Header.PromiseId]!;
  }

  /** Ends the thread: its last `records` records are lost; `header` is that of their last chunk. */
  loseRest(header: Int32Array, records: number): void {
    this.#resync(baseTime(header), this.#newlyDropped(header) + records, header[Header.PromiseId]!);
    this.end();
  }

  /** Gives up what is held: it is counted as lost. Returns whether that is nothing. */
  loseHeld(): boolean {
    const records = this.#held.count();
    if (records === 0) return true;
    const header = this.#held.words(this.#held.chunks - 1);
    this.#held.clear();
    this.#resync(baseTime(header), this.#newlyDropped(header) + records, header[Header.PromiseId]!);
    return false;
  }

  /** Records that the thread has dropped before a chunk, and not before any that was seen. */
  #newlyDropped(header: Int32Array): number {
    const dropped = header[Header.Lost]! - this.#dropped;
    this.#dropped += dropped;
    return dropped;
  }

  /** Passes on the ids of strings that are still to be written. */
  holdStrings(hold: (id: number) => void): void {
    this.slices.steps.holdStrings(hold);
    this.slices.regions.holdStrings(hold);
    this.#texts.holdStrings(hold);
  }

  /**
   * Decodes some records, until it is `until` and nothing runs, and returns where the next begins. In batches, as V8 compiles a
   * function well when it is called often, and poorly, again and again, when one call of it loops for long.
   */
  #replaySome(words: Int32Array, from: number, to: number, until: number): number {
    const { slices } = this;
    let at = from;
    for (let left = BATCH; left > 0 && at < to; left--) {
      const length = recordLength(words, at);
      if (length === 0) return to;
      if (isCounted(words[at]!)) this.recorded++;
      this.#record(words, at);
      at += length;
      if (slices.current === 0 && slices.now >= until) break;
    }
    return at;
  }

  /** All that happened before `until` (ns) is replayed, so what ended by then does not go on. */
  closeBefore(until: number): void {
    if (this.#endsAt !== NOT_YET && this.#held.first === undefined) this.end(this.#endsAt);
    this.#resources.closeBefore(until);
  }

  /** The same once all that is held is replayed. */
  endAfterHeld(time: number): void {
    if (this.#held.first === undefined) this.end(time);
    else this.#endsAt = time;
  }

  /** Ends a thread; one that was stopped without a word, and was found gone at `time` (ns), has run until then. */
  end(time = 0): void {
    if (this.ended) return;
    this.ended = true;
    if (this.slices.current !== 0 && time > this.slices.now) this.slices.now = time;
    this.samples.ends();
    this.#settleOpen();
    this.#resources.endThread();
    this.slices.endThread();
  }

  /** Decides what the previous record left open. */
  #settleOpen(): void {
    this.#resources.close();
    this.#promises.resolvePending();
  }

  /** The dispatch table of the record kinds: long because they are many. */
  #record(words: Int32Array, at: number): void {
    const word = words[at]!;
    const kind = word & KIND_MASK;
    const payload = word >>> KIND_BITS;
    const { slices } = this;
    if (slices.inCall && IN_CALL[kind] === 0) slices.endCall();
    switch (kind) {
      case RecordKind.PromiseBorn:
        this.#resources.close();
        this.#promises.born(payload);
        return;
      case RecordKind.PromiseBornAs:
        this.#resources.close();
        this.#promises.bornAs(words[at + 1]!, words[at + 2]!);
        return;
      case RecordKind.Settled:
        this.#resources.close();
        this.#promises.settled(payload);
        return;
      case RecordKind.SettledAs:
        this.#resources.close();
        this.#promises.settledAs(words[at + 1]!);
        return;
      case RecordKind.SliceEnds:
        this.#resources.close();
        slices.advance(payload);
        this.#sliceEnds();
        return;
      case RecordKind.TickBorn:
        this.#promises.resolvePending();
        this.#resources.tickBorn();
        return;
      case RecordKind.TickBegins:
        this.#promises.resolvePending();
        this.#resources.tickBegins();
        return;
      case RecordKind.TickEnds:
        this.#promises.resolvePending();
        slices.advance(payload);
        this.#resources.tickEnds();
        return;
      case RecordKind.CallbackBegins:
        if (this.#resources.goesOn(words[at + 1]!, payload)) return;
        this.#settleOpen();
        this.#advanceOutside(payload);
        return this.#resources.callbackBegins(words[at + 1]!);
      case RecordKind.CallBegins:
        this.#settleOpen();
        this.#advanceOutside(payload);
        slices.beginCall(this.#callStack(words[at + 1]!, words[at + 2]!));
        return slices.pinTimes();
      case RecordKind.CallEnds:
        this.#settleOpen();
        slices.advance(payload);
        slices.endCall();
        return slices.pinTimes();
      case RecordKind.Text:
        this.#texts.define(payload, words, at + 1);
        return;
      case RecordKind.Site:
        return this.#site(payload, words, at);
      case RecordKind.At:
        this.#promises.at(this.#sites.ofFunction(payload));
        return;
      case RecordKind.ResourceAt:
        this.#resources.at(payload, this.#sites);
        return;
      case RecordKind.JobAt:
        this.#promises.jobAt(this.#sites.stack(payload, StrandKind.ResolveJob));
        return;
      case RecordKind.Gc:
      case RecordKind.GcHeap:
        // Taken when the words came.
        return;
      case RecordKind.GcWork: {
        const start = timeAt(words, at + 2);
        this.#gcWork(words[at + 1]!, { name: this.#texts.get(payload), start, end: start + words[at + 4]! });
        return;
      }
      case RecordKind.ProfileNode:
        return this.#profileNode(payload, words, at);
      case RecordKind.Sample:
        this.samples.add(timeAt(words, at + 1), payload);
        return;
      case RecordKind.SampledUntil:
        this.samples.sampledUntil = timeAt(words, at + 1);
        return;
      case RecordKind.Stamp:
        // It belongs to the record behind it: that one decides what was left open, but for a slice that may have gone on.
        this.#resources.closeCallback();
        this.#advanceOutside(payload);
        return;
      case RecordKind.Time:
        this.#resources.closeCallback();
        slices.advance(timeAt(words, at + 1) - slices.now);
        return;
      default:
        this.#settleOpen();
        this.#otherRecord(kind, payload, words, at);
    }
  }

  /** Records that settle what the one before left open. */
  #otherRecord(kind: number, payload: number, words: Int32Array, at: number): void {
    const { slices, annotations } = this;
    switch (kind) {
      case RecordKind.JobBegins:
        return this.#promises.jobBegins(payload);
      case RecordKind.JobBeginsAs:
        return this.#promises.jobBeginsAs(words[at + 1]!);
      case RecordKind.UnknownJobBegins:
        return this.#promises.unknownJobBegins();
      case RecordKind.ResourceBorn:
        return this.#resources.born(payload, words[at + 1]!, slices.context);
      case RecordKind.ResourceBornInTask:
        return this.#resources.born(payload, words[at + 1]!, annotations.task(words[at + 2]!));
      case RecordKind.ResourceExists:
        return this.#resources.exists(payload, words[at + 1]!);
      case RecordKind.Idle:
        slices.idleAhead = timeAt(words, at + 1);
        return;
      case RecordKind.Late:
        slices.lateAhead = payload;
        return;
      case RecordKind.Own:
        if (slices.current !== 0 && !slices.isMainScript) slices.strands.flags[slices.current]! |= StrandFlag.Own;
        return;
      case RecordKind.Context:
        return annotations.context(words[at + 1]!);
      case RecordKind.RegionContinues:
        return annotations.regionContinues(words[at + 1]!);
      case RecordKind.ThreadBegins:
        slices.advance(payload);
        this.begun = true;
        slices.beginThread(words[at + 1]! === 0);
        if (this.#greeting !== undefined) annotations.log(0, RESERVED_CATEGORY, this.#greeting);
        return slices.pinTimes();
      case RecordKind.SnapshotEnds:
        slices.advance(payload);
        slices.step(StepOp.SnapshotEnds);
        return slices.pinTimes();
      case RecordKind.PortPair:
        return this.#resources.portPair(words[at + 1]!, words[at + 2]!);
      case RecordKind.WorkerPort:
        return this.#resources.port(StepOp.WorkerPort, words[at + 1]!, words[at + 2]!, payload);
      case RecordKind.PortLeaves:
        return this.#resources.port(StepOp.PortLeaves, words[at + 1]!);
      case RecordKind.PortListens:
        return this.#resources.port(StepOp.PortListens, words[at + 1]!);
      case RecordKind.NotPosted:
        return this.#resources.port(StepOp.NotPosted, words[at + 1]!);
      case RecordKind.ThreadEnds:
        slices.advance(payload);
        return this.end();
      default:
        this.#advanceOutside(payload);
        this.#stamped(kind, words, at);
        return slices.pinTimes();
    }
  }

  /** Records with a stamp that are no part of a slice's frame. */
  #stamped(kind: number, words: Int32Array, at: number): void {
    const { annotations } = this;
    const a = words[at + 1]!;
    // Beyond the record these are what they are; no chunk is used to its last words.
    const b = words[at + 2]!;
    const c = words[at + 3]!;
    switch (kind) {
      case RecordKind.TaskBegin:
        return annotations.taskBegin(a, b, this.#texts.id(c));
      case RecordKind.TaskEnd:
        return annotations.taskEnd(a);
      case RecordKind.RegionBegin:
        return annotations.regionBegin(a, b, this.#texts.id(c), this.#texts.get(c));
      case RecordKind.RegionEnd:
        return annotations.regionEnd(a);
      case RecordKind.Log:
        return annotations.logText(a, this.#texts.id(b), this.#texts.frequentId(c), this.#texts.get(c));
      case RecordKind.Heap:
        this.slices.step(StepOp.Heap, 0, a, b);
        return;
      case RecordKind.PoolJob:
        return this.#resources.poolJob(a, b, this.#sites);
      case RecordKind.Posted:
        this.slices.needStrand();
        return this.#resources.port(StepOp.Posted, a);
      default:
    }
  }

  #sliceEnds(): void {
    const { slices } = this;
    if (slices.current === 0) return;
    if (slices.isMainScript) {
      this.#promises.resolvePending();
      slices.endMain();
    } else if (slices.job !== 0) {
      this.#promises.sliceEnds();
    } else {
      this.#promises.resolvePending();
      if (slices.isBackground) return;
      this.#resources.callbackEnds();
    }
  }

  #site(number: number, words: Int32Array, at: number): void {
    this.#sites.define(number, this.#texts.get(words[at + 1]!), {
      file: this.#texts.get(words[at + 2]!),
      line: words[at + 3]!,
      column: words[at + 4]!,
      code: words[at + 5]!,
    });
  }

  #profileNode(number: number, words: Int32Array, at: number): void {
    const func = this.#texts.get(words[at + 2]!);
    const file = this.#texts.get(words[at + 3]!);
    this.samples.place(number, words[at + 1]!, { func, file, line: words[at + 4]! });
  }

  /** Moves time on, and notes that the loop was idle up to it if a record said so. */
  #advanceOutside(dt: number): void {
    const { slices } = this;
    slices.advance(dt);
    if (slices.idleAhead > 0) slices.idle();
    else if (!slices.isNested) slices.fillGap();
  }

  /** The stack of a blocking call: the function, and in the place of its file what it is about. */
  #callStack(func: number, subject: number): number {
    const key = func * FIRST_PASSING_TEXT + subject;
    let stack = this.#callStacks.get(key);
    if (stack === undefined || func >= FIRST_PASSING_TEXT) {
      const file = subject === 0 ? KIND_FILE : this.#texts.get(subject);
      stack = this.#writer.stack([{ func: this.#texts.get(func), file, line: 1 }]);
      this.#callStacks.set(key, stack);
    }
    return stack;
  }

  /**
   * Records were lost up to `time`. Whatever was open is closed there; strands that were ready are let wait again, as
   * they have most likely run (or their wait would look like seconds of scheduling latency); what is known of sockets,
   * timers and async functions that did not run meanwhile stays true.
   */
  #resync(time: number, lost: number, newestPromise: number): void {
    const { slices } = this;
    const { strands, reasons } = slices;
    this.lost += lost;
    slices.idleAhead = 0;
    if (!this.begun) return;
    this.#settleOpen();
    if (time < slices.now) slices.now = time;
    slices.closeAll(reasons.lost);
    slices.now = time;
    for (let strand = 1; strand < strands.slots; strand++) {
      if (strands.state[strand] !== StrandState.Runnable || strands.thread[strand] !== slices.thread) continue;
      slices.step(StepOp.Start, strand);
      slices.step(StepOp.Block, strand, reasons.lost);
      strands.state[strand] = StrandState.Waiting;
    }
    this.#resources.reset();
    this.#promises.reset(newestPromise);
    this.annotations.log(0, RESERVED_CATEGORY, JSON.stringify({ kind: 'loss', thread: slices.thread, records: lost }));
  }
}

/**
 * Records that a blocking call goes on behind. Any other means that the program's own code runs in it; resources Node
 * makes itself, as for `pbkdf2Sync`.
 */
const GOES_ON = new Set<number>([
  RecordKind.CallEnds,
  RecordKind.Text,
  RecordKind.Time,
  RecordKind.Stamp,
  RecordKind.Gc,
  RecordKind.GcWork,
  RecordKind.ResourceBorn,
  RecordKind.ResourceBornInTask,
  RecordKind.PoolJob,
  RecordKind.ResourceAt,
  RecordKind.Site,
]);
const IN_CALL = Uint8Array.from({ length: KIND_MASK + 1 }, (_, kind) => (GOES_ON.has(kind) ? 1 : 0));

/** When a chunk begins, ns. */
function baseTime(header: Int32Array): number {
  return timeAt(header, Header.BaseHigh);
}

/** An absolute time of two words, ns. */
function timeAt(words: Int32Array, at: number): number {
  return (words[at]! >>> 0) * TWO_32 + (words[at + 1]! >>> 0);
}
