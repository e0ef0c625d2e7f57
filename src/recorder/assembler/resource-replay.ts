/**
 * Stage A, async resources that are no promises: timers, sockets, files, immediates and `process.nextTick`.
 *
 * A resource is a strand. One that calls back once ends then; any other stays, as only a `destroy` hook, which is far
 * too dear, could tell its end. So the table of resources is bounded: beyond a cap the ones that have been idle longest
 * are given up, and count as "existed before start" should they come back.
 *
 * Ticks are many and tiny. All of a thread share one strand, and adjacent ones are one slice: the end of a tick is
 * held back until the next record shows that no further tick follows. So are the callbacks of one resource that follow each
 * other at once.
 */
import { NO_TIME } from '../../base/index.ts';
import { hasCallbacks, isOneShot, isPolled, reasonOf, type TraceWriter } from '../../format/index.ts';
import { FIRST_PASSING_TEXT } from '../record/record-kinds.ts';
import { IdTable } from './id-table.ts';
import { LoopPolls } from './loop-polls.ts';
import { kindStack } from './names.ts';
import type { PromiseReplay } from './promise-replay.ts';
import type { SiteStacks } from './site-stacks.ts';
import type { Slices } from './slices.ts';
import { StepOp } from './steps.ts';
import { StrandFlag, StrandState } from './strand-table.ts';
import type { RecordTexts } from './texts.ts';
import type { ThreadPool } from './thread-pool.ts';

const MICROSECOND = 1000;
const MAX_RESOURCES = 200_000;
/** Between two callbacks of one resource, ns: as a parser has them, for the head of a request and for its end. */
const LONGEST_PAUSE = 1000;
/** A program may make up types: beyond this many they all count as one. */
const MAX_TYPES = 2000;
const OTHER_TYPE = 'async resource';
/** Resources looked at when the cap is passed. */
const EVICTION_BATCH = 1000;
/** One that has not run for this long may be given up, ns. */
const IDLE_FOR_EVICTION = 10e9;

interface ResourceType {
  readonly name: string;
  /** Stacks of resources that were made at known call sites, by those. */
  readonly stacks: Map<number, number>;
  readonly stack: number;
  readonly reason: number;
  readonly oneShot: boolean;
  readonly reasonText: string;
  readonly isPolled: boolean;
  readonly isPort: boolean;
  readonly hasCallbacks: boolean;
}

export interface ResourceReplayOptions {
  readonly writer: TraceWriter;
  readonly pool: ThreadPool;
}

export class ResourceReplay {
  readonly #slices: Slices;
  readonly #promises: PromiseReplay;
  readonly #writer: TraceWriter;
  readonly #texts: RecordTexts;
  readonly #pool: ThreadPool;
  readonly #types = new Map<string, ResourceType>();
  /** The same by the numbers of their names. */
  readonly #typeOfText: (ResourceType | undefined)[] = [];
  readonly #polls = new LoopPolls();
  /** Stacks of jobs in the thread pool, by those of the resources that they are of. */
  readonly #poolStacks: number[] = [];
  /** Types by the stacks that name strands: the name says the type. */
  readonly #typeOfStack: (ResourceType | undefined)[] = [];
  readonly #strands = new IdTable();
  /** As many resources as there may be before some are given up. */
  #limit = MAX_RESOURCES;
  #lastBorn = 0;
  #lastType: ResourceType | undefined;
  #tick = 0;
  #ticksQueued = 0;
  #tickOpen = false;
  #tickEnd = NO_TIME;
  /** Strand of the callback that ended last, while its slice may go on, 0 = none; and when it ended. */
  #held = 0;
  #heldEnd = NO_TIME;

  constructor(slices: Slices, promises: PromiseReplay, texts: RecordTexts, options: ResourceReplayOptions) {
    this.#pool = options.pool;
    this.#writer = options.writer;
    this.#slices = slices;
    this.#promises = promises;
    this.#texts = texts;
  }

  /** A resource is born in the running slice; `context` is the task that its creator works for. */
  born(typeName: number, id: number, context: number): void {
    const type = this.#typeOf(typeName);
    this.#lastBorn = 0;
    if (!type.hasCallbacks) return;
    const flags = type.oneShot ? StrandFlag.OneShot : StrandFlag.MultiShot;
    const strand = this.#slices.newStrand(type.stack, flags, type.oneShot ? context : 0);
    this.#lastBorn = strand;
    this.#lastType = type;
    this.#add(id, strand);
    this.#slices.strands.waitsSince[strand] = this.#slices.now;
    this.#slices.bornWaiting(strand, type.reason, 0);
    this.#promises.explainBare(type.reason, type.stack);
    if (type.isPort && this.#slices.current === 0) this.#slices.step(StepOp.PortBorn, strand);
  }

  /** The resource born last was made at a call site, as the records give it. */
  at(marked: number, sites: SiteStacks): void {
    const type = this.#lastType;
    if (this.#lastBorn === 0 || type === undefined) return;
    const stack = type.stacks.get(marked) ?? this.#newStack(type, marked, sites);
    if (stack !== 0) this.#slices.strands.stack[this.#lastBorn] = stack;
    this.#lastBorn = 0;
  }

  #newStack(type: ResourceType, marked: number, sites: SiteStacks): number {
    const stack = sites.stack(marked, type.name);
    if (stack === 0) return 0;
    type.stacks.set(marked, stack);
    this.#setTypeOf(stack, type);
    return stack;
  }

  /** A resource that is older than the recording shows up. */
  exists(typeName: number, id: number): void {
    if (this.#strands.get(id) !== 0) return;
    const type = this.#typeOf(typeName);
    this.#existing(id, type.stack, type.reason);
  }

  /** A callback of resource `id` begins. */
  callbackBegins(id: number): void {
    const slices = this.#slices;
    const strand = this.#strands.get(id) || this.#existing(id, slices.names.existed, slices.reasons.eventLoop);
    if (slices.current === 0 || slices.isBackground || slices.isMainScript) this.#ready(strand);
    slices.enter(strand, 0);
    slices.resource = id;
    if (slices.strands.job[strand] !== 0) this.#jobDone(strand);
  }

  /** Works out since when the strand, which is about to run, has been ready. */
  #ready(strand: number): void {
    const slices = this.#slices;
    const type = this.#typeOfStack[slices.strands.stack[strand]!];
    if (type === undefined) return;
    if (type.isPort) slices.step(StepOp.Receives, strand);
    const since = slices.strands.waitsSince[strand]!;
    if (type.reasonText === 'sleep') this.#polls.timerRuns();
    else if (type.reasonText === 'immediate') this.#polls.immediateRuns(since);
    else if (type.isPolled) {
      const ready = this.#polls.readySince(slices.now, since, slices.wokeAt);
      slices.lateAhead = Math.round((slices.now - ready) / MICROSECOND) | 0;
      slices.lateIsInferred = true;
    }
  }

  /** What the program does with message ports, which it names by their ids: a step of that kind. */
  port(op: StepOp, id: number, a = 0, b = 0): void {
    const strand = this.#strands.get(id);
    if (strand !== 0) this.#slices.step(op, strand, a, b);
  }

  portPair(a: number, b: number): void {
    const peer = this.#strands.get(b);
    if (peer !== 0) this.port(StepOp.PortPair, a, peer);
  }

  /** Resource `id` handed a job to the thread pool `ago` ns ago. */
  poolJob(id: number, ago: number, sites: SiteStacks): void {
    const { strands, now } = this.#slices;
    const strand = this.#strands.get(id);
    if (strand === 0) return;
    // A resource has one job at a time: what it had before is done.
    this.#endJob(strand, false);
    const named = strands.stack[strand]!;
    const type = this.#typeOfStack[named];
    if (type === undefined) return;
    strands.job[strand] = this.#pool.submit(now - ago, this.#poolStack(named, type, sites), type.reasonText === 'dns');
  }

  /** The stack of a job of a resource of type `type` that stack `named` names. */
  #poolStack(named: number, type: ResourceType, sites: SiteStacks): number {
    let stack = this.#poolStacks[named];
    if (stack === undefined || stack === 0) {
      const kind = `thread pool: ${type.reasonText}`;
      stack = sites.ofType(named, kind) || kindStack(this.#writer, kind);
      this.#poolStacks[named] = stack;
    }
    return stack;
  }

  #jobDone(strand: number): void {
    const job = this.#endJob(strand, true);
    this.#slices.step(StepOp.PoolDone, this.#slices.current, job);
    this.#slices.pinTimes();
  }

  /** The strand has no job any more, and will hear how it was or not; returns the one it had, 0 = none. */
  #endJob(strand: number, isHeard: boolean): number {
    const { strands, now } = this.#slices;
    const job = strands.job[strand]!;
    if (job === 0) return 0;
    strands.job[strand] = 0;
    this.#pool.done(now, job, isHeard);
    return job;
  }

  /** The thread has ended, and nobody will hear of its jobs. */
  endThread(): void {
    const { strands, thread } = this.#slices;
    for (let strand = 1; strand < strands.slots; strand++) {
      if (strands.thread[strand] === thread) this.#endJob(strand, false);
    }
  }

  /** The running callback ends. */
  callbackEnds(): void {
    const slices = this.#slices;
    const strand = slices.current;
    if (slices.strands.flags[strand]! & StrandFlag.OneShot) {
      this.#strands.delete(slices.resource);
      slices.leave(StepOp.Destroy, 0);
      return;
    }
    slices.strands.waitsSince[strand] = slices.now;
    if (slices.isNested) {
      slices.leave(StepOp.Block, slices.strands.reason[strand]!);
      return;
    }
    slices.endRegions(strand);
    slices.pinTimes();
    this.#held = strand;
    this.#heldEnd = slices.now;
  }

  /**
   * A callback of resource `id` begins, `pause` ns after the last reading. Whether it goes on with the slice of the callback
   * that ended just before, as it is of the same resource, and nothing has happened between them.
   */
  goesOn(id: number, pause: number): boolean {
    const slices = this.#slices;
    const strand = this.#held;
    if (strand === 0 || slices.resource !== id || pause > LONGEST_PAUSE || slices.strands.job[strand] !== 0)
      return false;
    // Of messages each one counts.
    if (this.#typeOfStack[slices.strands.stack[strand]!]?.isPort) return false;
    this.#held = 0;
    slices.advance(pause);
    slices.context = slices.strands.context[strand]!;
    return true;
  }

  /** Nothing goes on with the callback that ended last. */
  closeCallback(): void {
    const strand = this.#held;
    if (strand === 0) return;
    this.#held = 0;
    this.#slices.endHeld(this.#heldEnd, StepOp.Block, this.#slices.strands.reason[strand]!);
  }

  /** Nothing goes on with what ended before `until`, ns. */
  closeBefore(until: number): void {
    if (this.#heldEnd < until) this.closeCallback();
    if (this.#tickEnd < until) this.closeTick();
  }

  tickBorn(): void {
    this.closeCallback();
    this.#ticksQueued++;
    if (this.#tickOpen) return;
    this.#slices.unblock(this.#tickStrand());
  }

  tickBegins(): void {
    this.closeCallback();
    if (this.#ticksQueued > 0) this.#ticksQueued--;
    if (this.#tickOpen) {
      this.#tickOpen = false;
      return;
    }
    this.#slices.enter(this.#tickStrand(), 0);
  }

  /** A tick ends; false when none was running. */
  tickEnds(): boolean {
    const slices = this.#slices;
    if (slices.current === 0 || slices.current !== this.#tick) return false;
    if (slices.isNested) {
      slices.leave(this.#ticksQueued > 0 ? StepOp.Stop : StepOp.Block, slices.reasons.nextTick);
      return true;
    }
    slices.endRegions(this.#tick);
    this.#tickOpen = true;
    this.#tickEnd = slices.now;
    return true;
  }

  /** A record that is no tick follows: the batch of ticks has ended. */
  closeTick(): void {
    if (!this.#tickOpen) return;
    this.#tickOpen = false;
    const op = this.#ticksQueued > 0 ? StepOp.Stop : StepOp.Block;
    this.#slices.endHeld(this.#tickEnd, op, this.#slices.reasons.nextTick);
  }

  /** A record follows that goes on with nothing. */
  close(): void {
    if (this.#tickOpen) this.closeTick();
    else if (this.#held !== 0) this.closeCallback();
  }

  /** Records were lost: how many ticks are queued is not known. */
  reset(): void {
    this.close();
    this.#lastBorn = 0;
    this.#ticksQueued = 0;
  }

  #tickStrand(): number {
    if (this.#tick === 0) {
      this.#tick = this.#slices.newStrand(this.#slices.names.nextTick, StrandFlag.MultiShot, 0);
      this.#slices.step(StepOp.Create, this.#tick, 1);
    }
    return this.#tick;
  }

  #existing(id: number, stack: number, reason: number): number {
    const slices = this.#slices;
    const strand = slices.newStrand(stack, StrandFlag.MultiShot, 0);
    slices.strands.reason[strand] = reason;
    slices.existed(strand);
    this.#add(id, strand);
    return strand;
  }

  #add(id: number, strand: number): void {
    this.#strands.set(id, strand);
    if (this.#strands.size > this.#limit) this.#evict();
  }

  /** Looks at the oldest resources: gives up those that have long been idle, puts the others behind the rest. */
  #evict(): void {
    const { strands, now } = this.#slices;
    for (const [id, strand] of this.#strands.oldest(EVICTION_BATCH)) {
      this.#strands.delete(id);
      this.#endJob(strand, false);
      const idle = now - strands.lastPause[strand]! > IDLE_FOR_EVICTION;
      if (idle && strands.state[strand] === StrandState.Waiting) this.#slices.step(StepOp.Forget, strand);
      else this.#strands.set(id, strand);
    }
    // If all are in use, not every further one is reason to look again.
    this.#limit = Math.max(MAX_RESOURCES, this.#strands.size + EVICTION_BATCH);
  }

  /** Says of which type the strands are that `stack` names. The lists have no holes, which would make them slow. */
  #setTypeOf(stack: number, type: ResourceType): void {
    while (this.#typeOfStack.length <= stack) {
      this.#typeOfStack.push(undefined);
      this.#poolStacks.push(0);
    }
    this.#typeOfStack[stack] = type;
  }

  /** The type whose name is text `number`. */
  #typeOf(number: number): ResourceType {
    if (number >= FIRST_PASSING_TEXT) return this.#type(this.#texts.get(number));
    while (this.#typeOfText.length <= number) this.#typeOfText.push(undefined);
    let type = this.#typeOfText[number];
    if (type === undefined) {
      type = this.#type(this.#texts.get(number));
      this.#typeOfText[number] = type;
    }
    return type;
  }

  #type(name: string): ResourceType {
    let type = this.#types.get(name);
    if (type === undefined) {
      if (this.#types.size >= MAX_TYPES && name !== OTHER_TYPE) return this.#type(OTHER_TYPE);
      const reasonText = reasonOf(name);
      const reason = this.#writer.constant(reasonText);
      type = {
        name,
        stacks: new Map(),
        stack: kindStack(this.#writer, name),
        reason,
        oneShot: isOneShot(name),
        reasonText,
        isPolled: isPolled(reasonText),
        isPort: name === 'MESSAGEPORT',
        hasCallbacks: hasCallbacks(name),
      };
      this.#types.set(name, type);
      this.#setTypeOf(type.stack, type);
    }
    return type;
  }
}
