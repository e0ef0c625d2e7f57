/**
 * Stage A, promises: which jobs make up one async function, and who settled what it awaited.
 *
 * The rules (verified on Node 20 to 26). Calling an async function runs its first part at once: that part belongs to
 * the caller. At its first `await` a promise T is born whose parent is what is awaited; T's job is the function's next
 * part. So a strand is born with the first T, and whoever settles the parent makes it ready. Its next `await` bears
 * T' *last* in the slice: the same strand now waits as T'. When the slice settles T and bears no T', it has ended.
 *
 * What a birth means therefore shows in the next record, and is decided then (`resolvePending`):
 *   settled(T) itself         the wrapper of a plain value that is awaited: forget it
 *   settled(current), end     the running strand's own continuation; or the first suspension of a function whose
 *                             promise the running one returns, which the call site tells: it is in another function
 *   anything else             a function's first suspension, or a callback given to `then`: a new strand
 */
import { UNKNOWN_PROMISE } from '../record/record-kinds.ts';
import { PromiseTable, UNKNOWN } from './promise-table.ts';
import type { Slices } from './slices.ts';
import { StepOp } from './steps.ts';
import { StrandFlag, StrandState } from './strand-table.ts';

const NO_PARENT = 0;
/** Beyond this many promises that never settle, the oldest are given up. */
const MAX_STRAGGLERS = 1 << 20;

export class PromiseReplay {
  /** Number of the newest promise, as the records count them. */
  newest = 0;
  /** The strand born last: the one of an async function that was just called and suspended. */
  lastBorn = 0;
  readonly #slices: Slices;
  readonly #table: PromiseTable;
  readonly #codeOf: (stack: number) => number;
  /** By reason: stack of a kind of resource that is waited for with it. */
  readonly #kindOf: number[] = [];
  /** A birth that is not understood yet. */
  #pending = false;
  #pendingId = 0;
  #pendingParent = NO_PARENT;
  #pendingParentUnknown = false;
  /** Stack of the call site of the pending birth, 0 = not known. */
  #pendingSite = 0;
  /** The newest promise without a parent, while no resource has been born behind it; else 0. */
  #bare = 0;

  /** `codeOf` gives the number of the function that a stack is of, 0 = not known. */
  constructor(slices: Slices, codeOf: (stack: number) => number) {
    this.#slices = slices;
    this.#codeOf = codeOf;
    this.#table = new PromiseTable(MAX_STRAGGLERS, (strand) => this.#forget(strand));
  }

  /** A promise is born; `distance` to its parent, 0 = none. */
  born(distance: number): void {
    const id = this.#next();
    if (distance === UNKNOWN_PROMISE) this.#enterBirth(id, NO_PARENT, true);
    else this.#enterBirth(id, distance === 0 ? NO_PARENT : (id - distance) | 0, false);
  }

  /** The same with explicit ids; a parent that is no promise we know of is none. */
  bornAs(id: number, parent: number): void {
    this.#enterBirth(id, parent, false);
  }

  /** The promise born last waits at a call site, given by its stack. */
  at(stack: number): void {
    this.#pendingSite = stack;
  }

  /** The promise whose job runs was made at a place, given by its stack: it names the job that resolves it. */
  jobAt(stack: number): void {
    const { strands, names, current } = this.#slices;
    if (stack !== 0 && strands.stack[current] === names.resolveJob) strands.stack[current] = stack;
  }

  jobBegins(distance: number): void {
    this.jobBeginsAs((this.newest - distance) | 0);
  }

  jobBeginsAs(id: number): void {
    this.resolvePending();
    const { strands, names } = this.#slices;
    const entry = this.#table.find(id);
    let strand = entry === UNKNOWN ? 0 : this.#table.strand(entry);
    if (strand === 0) strand = entry === UNKNOWN ? this.#newExisting() : this.#newResolveJob();
    if (strands.stack[strand] === names.resolveJob) strands.flags[strand]! |= StrandFlag.Resolving;
    this.#slices.enter(strand, id);
  }

  /** The job of a promise that was born before the recording begins. */
  unknownJobBegins(): void {
    const id = this.#next();
    this.resolvePending();
    const strand = this.#newExisting();
    this.#table.setStrand(this.#table.add(id), strand);
    this.#slices.enter(strand, id);
  }

  settled(distance: number): void {
    this.settledAs((this.newest - distance) | 0);
  }

  settledAs(id: number): void {
    const { job } = this.#slices;
    if (this.#pending) {
      if (id === this.#pendingId) {
        this.#pending = false;
        this.#settle(id);
        return;
      }
      if (id !== job) this.resolvePending();
    }
    if (id === job && id !== 0) this.#slices.jobSettled = true;
    this.#settle(id);
  }

  /** The slice of a promise job ends. */
  sliceEnds(): void {
    const slices = this.#slices;
    const { strands, job } = slices;
    const strand = slices.current;
    const entry = this.#table.find(job);
    if (this.#pending && this.#isOthers(strand)) this.resolvePending();
    if (this.#pending) {
      this.#continue(strand, entry);
      return;
    }
    if (slices.jobSettled || strands.flags[strand]! & StrandFlag.Resolving) {
      if (entry !== UNKNOWN) this.#table.setStrand(entry, 0);
      slices.leave(StepOp.Destroy, 0);
      return;
    }
    // A callback returned a promise: the job that resolves with it is queued, and goes on as this strand.
    strands.flags[strand]! |= StrandFlag.Resolving;
    slices.leave(StepOp.Stop, slices.reasons.settled);
  }

  /** Another record follows a birth: it was a function's first suspension or a callback given to `then`. */
  resolvePending(): void {
    if (!this.#pending) return;
    this.#pending = false;
    const slices = this.#slices;
    const name = this.#pendingSite || slices.names.promiseReaction;
    const strand = slices.newStrand(name, StrandFlag.OneShot, slices.context);
    this.lastBorn = strand;
    const entry = this.#table.find(this.#pendingId);
    this.#table.setStrand(entry, strand);
    const parent = this.#parentEntry();
    if (!this.#pendingParentUnknown && !this.#table.isPending(parent)) {
      slices.bornRunnable(strand);
      return;
    }
    if (!this.#pendingParentUnknown) this.#table.addWaiter(parent, this.#pendingId, entry);
    const reason = this.#reasonOf(parent);
    slices.bornWaiting(strand, reason, this.#kindOf[reason] ?? 0);
  }

  /**
   * A resource is born right behind a promise that nobody resolves otherwise: it is what that promise waits for. Its kind
   * is named by stack `kind`.
   */
  explainBare(reason: number, kind: number): void {
    if (this.#bare === 0) return;
    this.#kindOf[reason] ??= kind;
    const entry = this.#table.find(this.#bare);
    if (this.#table.isPending(entry)) this.#table.setReason(entry, reason);
    this.#bare = 0;
  }

  /** Records were lost: what the last ones meant is not known. */
  reset(newest: number): void {
    this.newest = newest;
    this.lastBorn = 0;
    this.#pending = false;
    this.#bare = 0;
  }

  #next(): number {
    this.newest = (this.newest + 1) | 0;
    return this.newest;
  }

  #enterBirth(id: number, parent: number, parentUnknown: boolean): void {
    this.resolvePending();
    this.#table.add(id);
    if (parent === NO_PARENT && !parentUnknown) {
      this.#bare = id;
      return;
    }
    this.#pending = true;
    this.#pendingSite = 0;
    this.#pendingId = id;
    this.#pendingParent = parent;
    this.#pendingParentUnknown = parentUnknown;
  }

  /** The running strand goes on as the pending promise, once its parent settles. */
  #continue(strand: number, jobEntry: number): void {
    this.#pending = false;
    const slices = this.#slices;
    const { strands } = slices;
    const entry = this.#table.find(this.#pendingId);
    this.#table.setStrand(entry, strand);
    strands.flags[strand]! &= ~StrandFlag.Resolving;
    strands.context[strand] = slices.context;
    if (jobEntry !== UNKNOWN) this.#table.setStrand(jobEntry, 0);
    const parent = this.#parentEntry();
    if (!this.#pendingParentUnknown) {
      if (!this.#table.isPending(parent)) {
        slices.leave(StepOp.Stop, slices.reasons.settled, this.#pendingSite);
        return;
      }
      this.#table.addWaiter(parent, this.#pendingId, entry);
    }
    slices.leave(StepOp.Block, this.#reasonOf(parent), this.#pendingSite);
  }

  /** Whether the pending birth is in another function than that of `strand`, as far as both are known. */
  #isOthers(strand: number): boolean {
    const code = this.#codeOf(this.#pendingSite);
    const own = this.#codeOf(this.#slices.strands.stack[strand]!);
    return code !== 0 && own !== 0 && code !== own;
  }

  #parentEntry(): number {
    return this.#pendingParentUnknown ? UNKNOWN : this.#table.find(this.#pendingParent);
  }

  #reasonOf(entry: number): number {
    return (entry === UNKNOWN ? 0 : this.#table.reason(entry)) || this.#slices.reasons.await;
  }

  /** Wakes whoever waits for promise `id`. */
  #settle(id: number): void {
    const entry = this.#table.find(id);
    if (!this.#table.isPending(entry)) return;
    for (let waiter = this.#table.takeWaiters(entry); waiter !== 0; ) {
      const waiterEntry = this.#table.find(waiter);
      if (waiterEntry === UNKNOWN) break;
      const strand = this.#table.strand(waiterEntry);
      waiter = this.#table.takeNextWaiter(waiterEntry);
      if (strand !== 0) this.#slices.unblock(strand);
    }
    this.#table.settle(id, entry);
  }

  #newExisting(): number {
    const slices = this.#slices;
    const strand = slices.newStrand(slices.names.existed, StrandFlag.OneShot, 0);
    slices.existed(strand);
    return strand;
  }

  #newResolveJob(): number {
    const slices = this.#slices;
    const strand = slices.newStrand(slices.names.resolveJob, StrandFlag.OneShot, slices.context);
    slices.bornRunnable(strand);
    return strand;
  }

  #forget(strand: number): void {
    const { strands } = this.#slices;
    if (strands.state[strand] !== StrandState.Waiting) return;
    this.#slices.regions.forget(strand);
    this.#slices.step(StepOp.Forget, strand);
  }
}
