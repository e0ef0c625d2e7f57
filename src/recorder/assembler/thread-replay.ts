/**
 * Stage A, the entry: decodes one thread's records and hands each to the part of the state machine that knows it.
 *
 * Two things happen before the record itself: time moves on, if it is stamped; and what the previous record left open
 * (a promise birth, a batch of ticks) is decided, unless this record is part of it.
 *
 * Longer than most files, as there is a case for each kind of record; what a case does is elsewhere.
 */
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
import type { MessagePorts } from './message-ports.ts';
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

export interface ThreadReplayOptions {
  readonly writer: TraceWriter;
  readonly strands: StrandTable;
  readonly names: StrandNames;
  readonly reasons: Reasons;
  readonly taskIds: TaskIds;
  readonly pool: ThreadPool;
  readonly ports: MessagePorts;
  readonly findSource: FindSource;
  readonly level: number;
  /** Number of the thread in the recording. */
  readonly thread: number;
  /** Takes work of the collector on any thread: its number, or -1, -2 … for V8's helpers. */
  readonly gcWork: (whose: number, work: GcWork) => void;
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
  begun = false;
  ended = false;
  readonly #promises: PromiseReplay;
  readonly #resources: ResourceReplay;
  readonly #texts: RecordTexts;
  readonly #sites: SiteStacks;
  readonly #callStacks = new Map<number, number>();
  readonly #writer: TraceWriter;
  readonly #greeting: string | undefined;
  readonly #gcWork: ThreadReplayOptions['gcWork'];

  constructor(options: ThreadReplayOptions) {
    this.#greeting = options.greeting;
    this.#gcWork = options.gcWork;
    this.#writer = options.writer;
    this.samples = new CpuSamples(options.writer);
    this.slices = new Slices(options);
    this.#texts = new RecordTexts(options.writer);
    this.#sites = new SiteStacks(options.writer, options.findSource);
    this.#promises = new PromiseReplay(this.slices, (stack) => this.#sites.codeOf(stack));
    this.#resources = new ResourceReplay(this.slices, this.#promises, this.#texts, options);
    this.annotations = new AnnotationReplay(this.slices, this.#promises, options.writer, options.taskIds);
  }

  /** Begins a chunk: takes the absolute time and the promise count from its header, and notices what was lost. */
  beginChunk(words: Int32Array): void {
    const base = baseTime(words);
    const lost = words[Header.Lost]! - this.lost;
    if (lost > 0) this.#resync(base, lost, words[Header.PromiseId]!);
    this.slices.now = base;
    this.#promises.newest = words[Header.PromiseId]!;
  }

  /** Ends the thread: its last `records` records are lost; `header` is that of their last chunk. */
  loseRest(header: Int32Array, records: number): void {
    this.#resync(baseTime(header), header[Header.Lost]! - this.lost + records, header[Header.PromiseId]!);
    this.end();
  }

  /** Passes on the ids of strings that are still to be written. */
  holdStrings(hold: (id: number) => void): void {
    this.slices.steps.holdStrings(hold);
    this.slices.regions.holdStrings(hold);
    this.#texts.holdStrings(hold);
  }

  /** Decodes the records of `words` from `from` up to `to`. */
  replay(words: Int32Array, from: number, to: number): void {
    for (let at = from; at < to; ) {
      const length = recordLength(words, at);
      if (length === 0) break;
      if (isCounted(words[at]!)) this.recorded++;
      this.#record(words, at);
      at += length;
    }
  }

  /** Ends a thread that was stopped without a word. */
  end(): void {
    if (this.ended) return;
    this.ended = true;
    this.samples.ends();
    this.#settleOpen();
    this.#resources.endThread();
    this.slices.endThread();
  }

  /** Decides what the previous record left open. */
  #settleOpen(): void {
    this.#resources.closeTick();
    this.#promises.resolvePending();
  }

  /** The dispatch table of the record kinds: long because they are many. */
  #record(words: Int32Array, at: number): void {
    const word = words[at]!;
    const kind = word & KIND_MASK;
    const payload = word >>> KIND_BITS;
    const a = words[at + 1]!;
    const b = words[at + 2]!;
    const c = words[at + 3]!;
    const { slices } = this;
    if (slices.inCall && !IN_CALL.has(kind)) slices.endCall();
    switch (kind) {
      case RecordKind.PromiseBorn:
        this.#resources.closeTick();
        this.#promises.born(payload);
        return;
      case RecordKind.PromiseBornAs:
        this.#resources.closeTick();
        this.#promises.bornAs(a, b);
        return;
      case RecordKind.Settled:
        this.#resources.closeTick();
        this.#promises.settled(payload);
        return;
      case RecordKind.SettledAs:
        this.#resources.closeTick();
        this.#promises.settledAs(a);
        return;
      case RecordKind.SliceEnds:
        this.#resources.closeTick();
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
      case RecordKind.Text:
        this.#texts.define(payload, words, at + 1);
        return;
      case RecordKind.Site:
        this.#sites.define(payload, this.#texts.get(a), {
          file: this.#texts.get(b),
          line: c,
          column: words[at + 4]!,
          code: words[at + 5]!,
        });
        return;
      case RecordKind.At:
        this.#promises.at(this.#sites.ofFunction(payload));
        return;
      case RecordKind.ResourceAt:
        this.#resources.at(payload, this.#sites);
        return;
      case RecordKind.JobAt:
        this.#promises.jobAt(this.#sites.stack(payload, StrandKind.ResolveJob));
        return;
      case RecordKind.Gc: {
        const start = (a >>> 0) * TWO_32 + (b >>> 0);
        this.collections.add({ kind: payload, start, end: start + c });
        return;
      }
      case RecordKind.GcHeap: {
        const collection = this.collections.newest;
        if (collection !== undefined) collection.heap = { before: a, after: b };
        return;
      }
      case RecordKind.GcWork: {
        const start = (b >>> 0) * TWO_32 + (c >>> 0);
        this.#gcWork(a, { name: this.#texts.get(payload), start, end: start + words[at + 4]! });
        return;
      }
      case RecordKind.ProfileNode:
        this.samples.place(payload, a, { func: this.#texts.get(b), file: this.#texts.get(c), line: words[at + 4]! });
        return;
      case RecordKind.Sample:
        this.samples.add((a >>> 0) * TWO_32 + (b >>> 0), payload);
        return;
      case RecordKind.SampledUntil:
        this.samples.sampledUntil = (a >>> 0) * TWO_32 + (b >>> 0);
        return;
      case RecordKind.Stamp:
        // It belongs to the record behind it: that one decides what was left open.
        this.#advanceOutside(payload);
        return;
      case RecordKind.Time:
        slices.advance((a >>> 0) * TWO_32 + (b >>> 0) - slices.now);
        return;
      default:
        this.#settleOpen();
        this.#otherRecord(kind, payload, a, b, c);
    }
  }

  #otherRecord(kind: number, payload: number, a: number, b: number, c: number): void {
    const { slices, annotations } = this;
    switch (kind) {
      case RecordKind.JobBegins:
        return this.#promises.jobBegins(payload);
      case RecordKind.JobBeginsAs:
        return this.#promises.jobBeginsAs(a);
      case RecordKind.UnknownJobBegins:
        return this.#promises.unknownJobBegins();
      case RecordKind.ResourceBorn:
        return this.#resources.born(payload, a, slices.context);
      case RecordKind.ResourceBornInTask:
        return this.#resources.born(payload, a, annotations.task(b));
      case RecordKind.ResourceExists:
        return this.#resources.exists(payload, a);
      case RecordKind.Idle:
        slices.idleAhead = (a >>> 0) * TWO_32 + (b >>> 0);
        return;
      case RecordKind.Late:
        slices.lateAhead = payload;
        return;
      case RecordKind.CallbackBegins:
        this.#advanceOutside(payload);
        return this.#resources.callbackBegins(a);
      case RecordKind.Own:
        if (slices.current !== 0 && !slices.isMainScript) slices.strands.flags[slices.current]! |= StrandFlag.Own;
        return;
      case RecordKind.Context:
        return annotations.context(a);
      case RecordKind.RegionContinues:
        return annotations.regionContinues(a);
      case RecordKind.ThreadBegins:
        slices.advance(payload);
        this.begun = true;
        slices.beginThread(a === 0);
        if (this.#greeting !== undefined) annotations.log(0, RESERVED_CATEGORY, this.#greeting);
        return slices.pinTimes();
      case RecordKind.SnapshotEnds:
        slices.advance(payload);
        slices.step(StepOp.SnapshotEnds);
        return slices.pinTimes();
      case RecordKind.PortPair:
        return this.#resources.portPair(a, b);
      case RecordKind.WorkerPort:
        return this.#resources.port(StepOp.WorkerPort, a, b, payload);
      case RecordKind.PortLeaves:
        return this.#resources.port(StepOp.PortLeaves, a);
      case RecordKind.NotPosted:
        return this.#resources.port(StepOp.NotPosted, a);
      case RecordKind.CallEnds:
        slices.advance(payload);
        slices.endCall();
        return slices.pinTimes();
      case RecordKind.ThreadEnds:
        slices.advance(payload);
        return this.end();
      default:
        this.#advanceOutside(payload);
        this.#stamped(kind, a, b, c);
        return slices.pinTimes();
    }
  }

  /** Records with a stamp that are no part of a slice's frame. */
  #stamped(kind: number, a: number, b: number, c: number): void {
    const { annotations } = this;
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
      case RecordKind.CallBegins:
        return this.slices.beginCall(this.#callStack(a, b));
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
const IN_CALL = new Set<number>([
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

/** When a chunk begins, ns. */
function baseTime(header: Int32Array): number {
  return (header[Header.BaseHigh]! >>> 0) * TWO_32 + (header[Header.BaseLow]! >>> 0);
}
