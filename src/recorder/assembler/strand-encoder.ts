/**
 * The strands of a thread as Go's reader believes them: for each its state, its sequence number, and whether this
 * generation has mentioned it. Statuses are lazy: a strand is announced in a generation right before its first event
 * there, so that a new generation costs nothing per strand.
 *
 * Events happen at the time that the thread's batch has been set to.
 */
import { EVENTS, GoStatus, type ThreadBatch, type TraceWriter } from '../../format/index.ts';
import type { StrandNames } from './names.ts';
import type { ProcEncoder } from './proc-encoder.ts';
import { StrandFlag, type StrandTable } from './strand-table.ts';

export interface StrandEncoderOptions {
  readonly writer: TraceWriter;
  readonly batch: ThreadBatch;
  /** Thread ids for what no code does, exact and inferred: see `wasDue`. */
  readonly loop: ThreadBatch;
  readonly poll: ThreadBatch;
  readonly names: StrandNames;
  readonly strands: StrandTable;
  readonly proc: ProcEncoder;
}

export class StrandEncoder {
  /** The strand that runs on the thread, 0 = none. */
  running = 0;
  readonly #writer: TraceWriter;
  readonly #batch: ThreadBatch;
  readonly #loop: ThreadBatch;
  readonly #poll: ThreadBatch;
  /** Stack that marks what is inferred. */
  readonly #inferred: number;
  readonly #strands: StrandTable;
  readonly #proc: ProcEncoder;

  constructor(options: StrandEncoderOptions) {
    this.#writer = options.writer;
    this.#batch = options.batch;
    this.#loop = options.loop;
    this.#poll = options.poll;
    this.#inferred = options.names.readyInferred;
    this.#strands = options.strands;
    this.#proc = options.proc;
  }

  /** The running strand ends. */
  destroy(): void {
    if (this.running === 0) return;
    this.#batch.begin(EVENTS.GoDestroy.id);
    this.#strands.release(this.running);
    this.running = 0;
  }

  /**
   * A strand is created by the running one, or by nobody; `waiting` says that it does not run at once, and stack `kind`,
   * if it is not 0, for what kind of thing it waits: in the place of the creator's stack, as the event has none for a reason.
   */
  create(strand: number, waiting: boolean, kind: number): void {
    this.#proc.start();
    const stack = this.#writer.useStack(this.#strands.stack[strand]!);
    this.#writer.useStack(kind);
    this.#batch.begin(waiting ? EVENTS.GoCreateBlocked.id : EVENTS.GoCreate.id);
    this.#batch.arg(this.#strands.id[strand]!);
    this.#batch.arg(stack);
    this.#batch.arg(kind);
    this.#announce(strand, waiting ? GoStatus.Waiting : GoStatus.Runnable);
  }

  /** A strand that was there before the recording shows up; it waits. */
  exists(strand: number): void {
    // Later generations may not mention strands that the first one did not.
    if (this.#writer.generation > 1) {
      this.create(strand, true, 0);
      return;
    }
    this.statusWithStack(strand, GoStatus.Waiting);
  }

  /** Gives the status of a strand that nobody created in this trace, with the stack that names it. */
  statusWithStack(strand: number, status: number): void {
    const stack = this.#writer.useStack(this.#strands.stack[strand]!);
    this.#batch.begin(EVENTS.GoStatusStack.id);
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
    this.#strands.goGeneration[strand] = this.#writer.generation;
    this.#strands.goSequence[strand] = 0;
  }

  /** Gives the strand's status if this generation has not heard of it. */
  mention(strand: number): void {
    const { generation } = this.#writer;
    if (this.#strands.goGeneration[strand] !== generation) this.#status(this.#batch, strand);
  }

  #status(batch: ThreadBatch, strand: number): void {
    batch.begin(EVENTS.GoStatus.id);
    batch.arg(this.#strands.id[strand]!);
    batch.arg(this.#batch.thread);
    batch.arg(this.#strands.goState[strand]!);
    this.#strands.goGeneration[strand] = this.#writer.generation;
    this.#strands.goSequence[strand] = 0;
  }

  /** Goroutine and next sequence number: the arguments of the events that change another goroutine. */
  #target(strand: number): void {
    this.#batch.arg(this.#strands.id[strand]!);
    this.#batch.arg(++this.#strands.goSequence[strand]!);
  }

  /** A strand that is ready runs. */
  start(strand: number): void {
    this.#proc.start();
    this.mention(strand);
    this.#batch.begin(EVENTS.GoStart.id);
    this.#target(strand);
    this.#strands.goState[strand] = GoStatus.Running;
    this.running = strand;
  }

  /** The running strand blocks or stops (`event`), for a reason (string id), at a place (stack id). */
  pause(event: number, state: number, reason: number, stack: number): void {
    if (this.running === 0) return;
    const id = this.#writer.useString(reason);
    this.#writer.useStack(stack);
    this.#batch.begin(event);
    this.#batch.arg(id);
    this.#batch.arg(stack);
    this.#strands.goState[this.running] = state;
    this.#strands.lastPause[this.running] = this.#batch.time;
    this.running = 0;
  }

  /** The running strand enters a blocking call, and its proc with it. */
  enterCall(stack: number): void {
    if (this.running === 0) return;
    this.#writer.useStack(stack);
    this.#batch.begin(EVENTS.GoSyscallBegin.id);
    this.#batch.arg(this.#proc.enterCall());
    this.#batch.arg(stack);
    this.#strands.goState[this.running] = GoStatus.Syscall;
  }

  /** The call ends. Nobody else can run an event loop meanwhile, so the strand goes on at once. */
  leaveCall(): void {
    if (this.running === 0) return;
    this.#batch.begin(EVENTS.GoSyscallEnd.id);
    this.#proc.leaveCall();
    this.#strands.goState[this.running] = GoStatus.Running;
  }

  /** A strand of another thread, if it waits, is ready because of the running one; 0 = none. */
  wake(strand: number): void {
    if (strand === 0 || this.running === 0 || this.#strands.goState[strand] !== GoStatus.Waiting) return;
    this.#batch.at(Math.max(this.#batch.now, this.#strands.lastPause[strand]!));
    this.unblock(strand);
  }

  /** A strand that waits is ready, because of the running one or of nobody. */
  unblock(strand: number): void {
    // A message has woken it already.
    if (this.#strands.goState[strand] === GoStatus.Runnable) return;
    this.mention(strand);
    this.#batch.begin(EVENTS.GoUnblock.id);
    this.#target(strand);
    this.#batch.arg(0);
    this.#strands.goState[strand] = GoStatus.Runnable;
  }

  /**
   * A timer's strand was due at `time`, or as far as can be inferred a socket's was ready, while something else ran. It
   * is said by an M of the loop's own, which holds no goroutine: said by the thread it would read as if what ran had woken
   * it. What is inferred has an M to itself, as its times lie behind those of timers, and a stack that says so.
   */
  wasDue(time: number, strand: number, inferred: boolean): void {
    if (this.#strands.goState[strand] === GoStatus.Runnable) return;
    const loop = inferred ? this.#poll : this.#loop;
    if (inferred) this.#writer.useStack(this.#inferred);
    const { generation } = this.#writer;
    loop.lift(this.#writer.generationStart);
    loop.at(Math.max(time, this.#strands.lastPause[strand]!));
    if (this.#strands.goGeneration[strand] !== generation) this.#status(loop, strand);
    loop.begin(EVENTS.GoUnblock.id);
    loop.arg(this.#strands.id[strand]!);
    loop.arg(++this.#strands.goSequence[strand]!);
    loop.arg(inferred ? this.#inferred : 0);
    this.#strands.goState[strand] = GoStatus.Runnable;
  }

  /** The running strand waits or ends (`event`) and `strand`, which waits, runs: one event. */
  switchTo(event: number, strand: number): void {
    if (this.running === 0) {
      // From a strand of the recorder's own.
      this.unblock(strand);
      this.start(strand);
      return;
    }
    if (this.#strands.goState[strand] === GoStatus.Runnable) {
      // A message has woken it already, and Go's switch wants a strand that waits.
      if (event === EVENTS.GoSwitch.id) this.pause(EVENTS.GoBlock.id, GoStatus.Waiting, 0, 0);
      else this.destroy();
      this.start(strand);
      return;
    }
    this.mention(strand);
    this.#batch.begin(event);
    this.#target(strand);
    if (event === EVENTS.GoSwitch.id) this.#strands.goState[this.running] = GoStatus.Waiting;
    else this.#strands.release(this.running);
    this.#strands.goState[strand] = GoStatus.Running;
    this.running = strand;
  }
}
