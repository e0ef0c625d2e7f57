/**
 * Stage A, the core: which strand runs on one thread, and what begins and ends around it.
 *
 * The idea: a thread runs one strand at a time; callbacks nest. Every change becomes a step at once. What a strand that
 * was born in the running slice has to say itself (a region that moved there, a reason to wait other than its kind's)
 * needs a run of no length, for which the slice must have ended; and steps without a stamp get their times from the
 * next one (see `advance`).
 *
 * Work that no callback brackets (microtasks at level 1, native code, everything at level 0) runs on a background
 * strand of the thread, so that CPU time adds up.
 *
 * Longer than most files: what runs, what is nested in it and what fills the gaps are one state.
 */
import { NO_TIME } from '../../base/index.ts';
import type { Reasons, StrandNames } from './names.ts';
import { Nested, OuterSlices } from './outer-slices.ts';
import { RegionStack } from './region-stack.ts';
import { StepOp, StepRing } from './steps.ts';
import { StrandFlag, StrandState, type StrandTable } from './strand-table.ts';
import { TaskRegions } from './task-regions.ts';

/** At level 1, time between callbacks counts as background work from this length on, ns. */
const SHORTEST_BACKGROUND = 2000;

export type LeaveOp = typeof StepOp.Block | typeof StepOp.Stop | typeof StepOp.Destroy;

export interface SlicesOptions {
  readonly strands: StrandTable;
  readonly names: StrandNames;
  readonly reasons: Reasons;
  readonly level: number;
  readonly thread: number;
  /** Makes room in a full ring of steps. */
  readonly drain: () => void;
}

export class Slices {
  readonly steps = new StepRing();
  readonly strands: StrandTable;
  readonly names: StrandNames;
  readonly reasons: Reasons;
  readonly regions: RegionStack;
  readonly thread: number;
  /** The loop was idle for this long (ns) before the next stamp. */
  idleAhead = NO_TIME;
  /** The strand that begins next has been ready for this long, µs. */
  lateAhead = 0;
  /** … as far as can be inferred. */
  lateIsInferred = false;
  /** When the loop woke last, ns. */
  wokeAt = NO_TIME;
  /** The running strand, 0 = none. */
  current = 0;
  /** The promise whose job runs, 0 = no job; and whether it has settled. */
  job = 0;
  jobSettled = false;
  /** Resource whose callback runs. */
  resource = 0;
  /** Task that the running code works for. */
  context = 0;
  /** The running strand is in a blocking call. */
  inCall = false;
  readonly #level: number;
  readonly #drain: () => void;
  /** Strands that have to say something when the slice has ended: an array that keeps its length, as it is used so often. */
  readonly #newborns: number[] = [];
  #newbornCount = 0;
  /** Strand and kind by turns. */
  readonly #bornInCall: number[] = [];
  readonly #outer = new OuterSlices();
  readonly #tasks: TaskRegions;
  #retimeFrom = 0;
  #lastEnd = NO_TIME;
  #background = 0;
  #inBackground = false;
  #inMain = false;

  constructor(options: SlicesOptions) {
    this.strands = options.strands;
    this.names = options.names;
    this.reasons = options.reasons;
    this.thread = options.thread;
    this.#level = options.level;
    this.#drain = options.drain;
    this.regions = new RegionStack(this.steps, (op, a, b) => this.step(op, 0, a, b));
    this.#tasks = new TaskRegions(this.strands, this.regions, (op, strand, a, b) => this.step(op, strand, a, b));
  }

  /** Time of the last stamp, ns. */
  get now(): number {
    return this.steps.now;
  }

  set now(time: number) {
    this.steps.now = time;
  }

  /** Appends a step at the present time; returns its index. */
  step(op: StepOp, strand = 0, a = 0, b = 0): number {
    if (this.steps.full) this.#drain();
    return this.steps.add(op, strand, a, b);
  }

  /**
   * Moves time on by a stamp. The steps of the running slice that have no stamp of their own are given this one:
   * what they report (promises settling, above all) sits at the ends of slices, far nearer the next reading.
   */
  advance(dt: number): void {
    this.now += dt;
    if (dt !== 0 && this.current !== 0) this.steps.retime(this.#retimeFrom, this.idleAhead);
    this.#retimeFrom = this.steps.head;
  }

  /** What has been said so far happened at the present time: the next stamp does not move it. */
  pinTimes(): void {
    this.#retimeFrom = this.steps.head;
  }

  /** A strand of this thread. One that ends with its first run is taken to work for the task of its creator. */
  newStrand(stack: number, flags: number, context: number): number {
    const strand = this.strands.add(this.thread, stack, flags, context);
    if (!(flags & StrandFlag.MultiShot) && this.current !== 0)
      this.strands.impliedTask[strand] = this.#tasks.told(this.current);
    return strand;
  }

  /**
   * A strand is born that waits for `reason`: for what its kind says (see node-kinds.ts), unless another kind, named by
   * stack `kind`, says it; 0 = none.
   */
  bornWaiting(strand: number, reason: number, kind: number): void {
    this.strands.reason[strand] = reason;
    // Only a running strand can create: in a blocking call it is none, and the call shall stay whole.
    if (this.inCall) this.#bornInCall.push(strand, kind);
    else this.step(StepOp.Create, strand, 1, kind);
  }

  /** A strand born in the running slice has something to say before its first wait: it runs for no time. */
  runBeforeWait(strand: number): void {
    if (this.current !== 0) this.#newborns[this.#newbornCount++] = strand;
  }

  /** A strand born ready to run. */
  bornRunnable(strand: number): void {
    this.strands.state[strand] = StrandState.Runnable;
    this.step(StepOp.Create, strand, 0);
  }

  /** A strand that was there before the recording. */
  existed(strand: number): void {
    this.step(StepOp.Exists, strand);
  }

  /** `strand` can run again, because of what the running strand does. */
  unblock(strand: number): void {
    if (this.strands.state[strand] !== StrandState.Waiting) return;
    this.strands.state[strand] = StrandState.Runnable;
    this.step(StepOp.Unblock, strand);
  }

  /** The thread begins with its main script. */
  beginThread(isMain: boolean): void {
    const main = this.newStrand(isMain ? this.names.main : this.names.workerMain, StrandFlag.MultiShot, 0);
    this.strands.state[main] = StrandState.Running;
    this.current = main;
    this.#inMain = true;
    this.#lastEnd = this.now;
    this.step(StepOp.ThreadBegins, main, isMain ? 1 : 0);
  }

  /** The thread ends: whatever runs on it ends. */
  endThread(): void {
    this.closeAll(this.reasons.eventLoop);
    this.step(StepOp.ThreadEnds);
  }

  /** The running slice is nested in another one. */
  get isNested(): boolean {
    return this.#outer.depth > 0;
  }

  get isMainScript(): boolean {
    return this.#inMain;
  }

  get isBackground(): boolean {
    return this.#inBackground;
  }

  /** A slice of `strand` begins, as job `job` (0 = a callback). What runs already is nested around it. */
  enter(strand: number, job: number): void {
    const { strands } = this;
    if (this.#inBackground) this.#endBackground();
    if (this.#inMain) this.endMain();
    if (this.#outer.isFull) this.closeAll(this.reasons.lost);
    if (this.current !== 0) this.#nest(strand);
    else {
      if (strands.state[strand] === StrandState.Waiting) {
        this.step(StepOp.Unblock, strand, this.lateAhead, this.lateIsInferred ? 1 : 0);
      }
      this.step(StepOp.Start, strand);
    }
    this.lateAhead = 0;
    this.lateIsInferred = false;
    this.#retimeFrom = this.steps.head;
    strands.state[strand] = StrandState.Running;
    this.current = strand;
    this.job = job;
    this.jobSettled = false;
    this.context = strands.context[strand]!;
    if (!this.isNested) this.#tasks.enter(strand);
    this.regions.resume(strand);
  }

  /** The running slice ends: its strand blocks, stops (stays ready) or ends; `stack` is where, 0 = not known. */
  leave(op: LeaveOp, reason: number, stack = 0): void {
    const strand = this.current;
    this.#lastEnd = this.now;
    if (this.isNested) {
      // One that runs further out as well cannot end here.
      const endsHere = op !== StepOp.Destroy || !this.#outer.has(strand);
      this.#leaveNested(strand, endsHere ? op : StepOp.Block, reason, stack);
      return;
    }
    // The region that stands for the task of a strand that ends goes with it.
    if (op === StepOp.Destroy) this.regions.endAll(strand);
    else this.#leaveRegions(strand, op);
    this.#endSlice(strand, op, reason, stack);
  }

  /** The main script has ended: it has no end of its own, the first thing that runs after it tells. */
  endMain(): void {
    if (!this.#inMain) return;
    this.#inMain = false;
    this.#lastEnd = this.now;
    this.#endSlice(this.current, StepOp.Block, this.reasons.eventLoop);
  }

  /** Makes sure that a strand runs, for an event that needs one. */
  needStrand(): void {
    if (this.current === 0) this.#beginBackground();
  }

  /** The running strand is in a blocking call from here on, at a place given by its stack. */
  beginCall(stack: number): void {
    this.needStrand();
    this.step(StepOp.CallBegins, this.current, stack);
    this.inCall = true;
  }

  /** The blocking call has ended; or the program's own code runs in it, which no strand in a syscall could. */
  endCall(): void {
    if (!this.inCall) return;
    this.inCall = false;
    this.step(StepOp.CallEnds, this.current);
    const born = this.#bornInCall;
    // V8 sets the length of an array, even to what it is, out of line: a fifth of what the writer did per call.
    if (born.length === 0) return;
    for (let i = 0; i < born.length; i += 2) this.step(StepOp.Create, born[i]!, 1, born[i + 1]!);
    this.#bornInCall.length = 0;
  }

  /** The loop was idle for `idleAhead` until now: nothing can have been running, and the proc was stopped. */
  idle(): void {
    const woke = this.now;
    this.now = Math.max(woke - this.idleAhead, this.#lastEnd);
    this.idleAhead = 0;
    if (this.#inMain) this.endMain();
    if (this.#inBackground) this.#endBackground();
    if (this.current !== 0) this.closeAll(this.reasons.lost);
    this.fillGap();
    this.step(StepOp.ProcStop);
    this.now = woke;
    this.step(StepOp.ProcStart);
    this.wokeAt = woke;
    this.#lastEnd = woke;
    this.#retimeFrom = this.steps.head;
  }

  /** Gives the time since the last slice to the background strand, at the level that lacks promises. */
  fillGap(): void {
    if (this.#level !== 1 || this.current !== 0 || this.#lastEnd === 0) return;
    const until = this.now;
    if (until - this.#lastEnd <= SHORTEST_BACKGROUND) return;
    this.now = this.#lastEnd;
    this.#beginBackground();
    this.now = until;
    this.#endBackground();
  }

  /** Ends everything that is open: for losses, and for ends that were never seen. */
  closeAll(reason: number): void {
    this.endCall();
    if (this.#inBackground) this.#endBackground();
    if (this.#inMain) this.endMain();
    if (this.current === 0) return;
    while (this.isNested) {
      const strand = this.current;
      if (this.#outer.nested !== Nested.Same) {
        this.regions.endAll(strand);
        this.#giveBack(strand, StepOp.Block, reason);
      } else this.#pop();
    }
    this.#leaveRegions(this.current, StepOp.Destroy);
    this.#endSlice(this.current, StepOp.Block, reason);
  }

  /** The running slice has ended at `time`, already past. */
  endHeld(time: number, op: LeaveOp, reason: number): void {
    const { now } = this;
    this.#lastEnd = time;
    this.now = time;
    this.#endSlice(this.current, op, reason);
    this.now = now;
  }

  /** Ends the regions of a strand whose regions do not outlive its slices. */
  endRegions(strand: number): void {
    this.#leaveRegions(strand, StepOp.Destroy);
  }

  /** Lets the running code work for `task` from here on. */
  setContext(task: number): void {
    const { strands } = this;
    const strand = this.current;
    this.context = task;
    if (this.#inBackground || this.#inMain) return;
    if (!this.regions.has(strand) && !this.isNested) this.#tasks.change(strand, task);
    else if (!(strands.flags[strand]! & StrandFlag.InContext)) strands.context[strand] = task;
  }

  /** Ends the slice of `strand`, not nested. */
  #endSlice(strand: number, op: LeaveOp, reason: number, stack = 0): void {
    this.step(op, strand, reason, stack);
    this.strands.state[strand] = stateAfter(op);
    this.current = 0;
    this.job = 0;
    this.context = 0;
    if (this.#newbornCount > 0) this.#runNewborns();
    this.#retimeFrom = this.steps.head;
  }

  /** Strands born in the slice that ended, and that wait still, say what they have to. */
  #runNewborns(): void {
    const { strands } = this;
    for (let i = 0; i < this.#newbornCount; i++) {
      const born = this.#newborns[i]!;
      if (strands.state[born] !== StrandState.Waiting || strands.flags[born]! & StrandFlag.HasRun) continue;
      this.step(StepOp.Unblock, born);
      this.step(StepOp.Start, born);
      if (this.regions.has(born)) {
        // The task's region goes around those that moved here.
        this.#tasks.enter(born);
        this.regions.resume(born);
      }
      this.step(StepOp.Block, born, strands.reason[born] || this.reasons.await, strands.stack[born]);
    }
    this.#newbornCount = 0;
  }

  // Nesting.

  #nest(strand: number): void {
    const { strands, current } = this;
    const nested =
      strand === current ? Nested.Same : isWaiting(strands.state[strand]!) ? Nested.Switched : Nested.Preempted;
    this.#outer.push(current, this.job, this.jobSettled, this.resource, nested);
    if (nested === Nested.Switched) {
      strands.state[current] = StrandState.Away;
      this.step(StepOp.Switch, strand);
    } else if (nested === Nested.Preempted) {
      // Go's switch wants a waiting target.
      strands.state[current] = StrandState.Runnable;
      this.step(StepOp.Stop, current, this.reasons.preempted);
      this.step(StepOp.Start, strand);
    }
  }

  #leaveNested(strand: number, op: LeaveOp, reason: number, stack: number): void {
    if (this.#outer.nested === Nested.Same) {
      this.#pop();
      return;
    }
    if (op === StepOp.Destroy || this.strands.flags[strand]! & StrandFlag.MultiShot) this.regions.endAll(strand);
    else this.regions.endMoved(strand);
    this.#giveBack(strand, op, reason, stack);
  }

  /** The nested slice of `strand` ends and the outer one goes on. */
  #giveBack(strand: number, op: LeaveOp, reason: number, stack = 0): void {
    const { strands } = this;
    const outer = this.#outer.strand;
    const away = isWaiting(strands.state[outer]!);
    if (this.#outer.nested === Nested.Switched && away && op !== StepOp.Stop) {
      this.step(op === StepOp.Destroy ? StepOp.SwitchDestroy : StepOp.Switch, outer);
    } else {
      this.step(op, strand, reason, stack);
      if (away) this.step(StepOp.Unblock, outer);
      this.step(StepOp.Start, outer);
    }
    strands.state[strand] = stateAfter(op);
    strands.state[outer] = StrandState.Running;
    this.#pop();
  }

  #pop(): void {
    this.current = this.#outer.strand;
    this.job = this.#outer.job;
    this.jobSettled = this.#outer.settled;
    this.resource = this.#outer.resource;
    this.#outer.pop();
    this.context = this.strands.context[this.current]!;
  }

  #leaveRegions(strand: number, op: LeaveOp): void {
    const isMultiShot = this.strands.flags[strand]! & StrandFlag.MultiShot;
    if (op !== StepOp.Destroy && !isMultiShot) {
      this.regions.endMoved(strand);
      return;
    }
    this.regions.endAll(strand);
    this.#tasks.close(strand);
    if (isMultiShot) this.strands.context[strand] = 0;
  }

  // The background strand.

  #beginBackground(): void {
    if (this.#background === 0) {
      this.#background = this.newStrand(this.names.background, StrandFlag.MultiShot, 0);
      this.step(StepOp.Create, this.#background, 1);
    }
    this.step(StepOp.Unblock, this.#background);
    this.step(StepOp.Start, this.#background);
    this.strands.state[this.#background] = StrandState.Running;
    this.current = this.#background;
    this.#inBackground = true;
    this.#retimeFrom = this.steps.head;
  }

  #endBackground(): void {
    this.#inBackground = false;
    this.#lastEnd = Math.max(this.#lastEnd, this.now);
    this.#leaveRegions(this.#background, StepOp.Destroy);
    this.#endSlice(this.#background, StepOp.Block, this.reasons.microtasks);
  }
}

/** Whether Go takes a strand in this state to be waiting. */
function isWaiting(state: number): boolean {
  return state === StrandState.Waiting || state === StrandState.Away;
}

function stateAfter(op: LeaveOp): number {
  if (op === StepOp.Stop) return StrandState.Runnable;
  return op === StepOp.Block ? StrandState.Waiting : StrandState.Free;
}
