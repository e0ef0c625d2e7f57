/**
 * Writes the trace of one event loop, event by event, in the order in which things happen: the loop is proc 0 on thread
 * 1, and what comes from outside (a socket is readable, a timer is due) wakes strands from thread 2.
 */
import { EVENTS, ProcStatus, type ThreadBatch, TraceWriter } from '../../../src/format/index.ts';

/** Trace clock of time 0, ns. */
const ORIGIN = 1e12;
const LOOP_THREAD = 1;
const OUTSIDE_THREAD = 2;
/** Events between two times that all threads write what they have. */
const FLUSH_EVERY = 4000;

export class LoopTrace {
  readonly #parts: Uint8Array[] = [];
  readonly #writer = new TraceWriter((bytes) => this.#parts.push(bytes.slice()), 25);
  readonly #loop: ThreadBatch;
  readonly #outside: ThreadBatch;
  /** Sequence numbers per strand, by id. */
  readonly #sequence: number[] = [];
  #procSequence = 0;
  #events = 0;

  constructor() {
    this.#writer.beginGeneration(ORIGIN, { mono: ORIGIN, wallSeconds: 1_700_000_000, wallNanoseconds: 0 });
    this.#loop = this.#writer.threadBatch(LOOP_THREAD);
    this.#outside = this.#writer.threadBatch(OUTSIDE_THREAD);
    this.#event(EVENTS.ProcStatus.id, 0, 0, ProcStatus.Running);
  }

  loopWakes(time: number): void {
    this.#event(EVENTS.ProcStart.id, time, 0, ++this.#procSequence);
  }

  loopIdles(time: number): void {
    this.#event(EVENTS.ProcStop.id, time);
  }

  /** A new strand, ready to run; its id. */
  create(time: number, name: string, line: number): number {
    const id = this.#sequence.push(0);
    const stack = this.#writer.stack([{ func: name, file: `/srv/app/${name.replace(/\W+/g, '-')}.ts`, line }]);
    this.#event(EVENTS.GoCreate.id, time, id, this.#writer.useStack(stack), 0);
    return id;
  }

  start(time: number, strand: number): void {
    this.#event(EVENTS.GoStart.id, time, strand, this.#next(strand));
  }

  block(time: number, reason: string): void {
    this.#event(EVENTS.GoBlock.id, time, this.#string(reason), 0);
  }

  /** The running strand makes another one ready. */
  unblock(time: number, strand: number): void {
    this.#event(EVENTS.GoUnblock.id, time, strand, this.#next(strand), 0);
  }

  /** Something outside makes a strand ready. */
  unblockFromOutside(time: number, strand: number): void {
    this.#write(this.#outside, EVENTS.GoUnblock.id, time, [strand, this.#next(strand), 0]);
  }

  end(time: number): void {
    this.#event(EVENTS.GoDestroy.id, time);
  }

  beginTask(time: number, task: number, name: string): void {
    this.#event(EVENTS.UserTaskBegin.id, time, task, 0, this.#string(name), 0);
  }

  endTask(time: number, task: number): void {
    this.#event(EVENTS.UserTaskEnd.id, time, task, 0);
  }

  beginRegion(time: number, task: number, name: string): void {
    this.#event(EVENTS.UserRegionBegin.id, time, task, this.#string(name), 0);
  }

  endRegion(time: number, task: number, name: string): void {
    this.#event(EVENTS.UserRegionEnd.id, time, task, this.#string(name), 0);
  }

  log(time: number, task: number, category: string, message: string): void {
    const text = this.#writer.transientString(message);
    this.#event(EVENTS.UserLog.id, time, task, this.#string(category), text, 0);
  }

  /** A collection of the running strand's loop. */
  collect(begin: number, end: number, kind: string): void {
    this.#event(EVENTS.STWBegin.id, begin, this.#string(`stop-the-world (GC ${kind})`), 0);
    this.#event(EVENTS.STWEnd.id, end);
  }

  heap(time: number, bytes: number): void {
    this.#event(EVENTS.HeapAlloc.id, time, Math.round(bytes));
  }

  /** The whole file. */
  finish(): Uint8Array {
    this.#loop.flush();
    this.#outside.flush();
    this.#writer.endGeneration();
    const file = new Uint8Array(this.#writer.bytes);
    let at = 0;
    for (const part of this.#parts) {
      file.set(part, at);
      at += part.length;
    }
    return file;
  }

  #next(strand: number): number {
    this.#sequence[strand - 1]!++;
    return this.#sequence[strand - 1]!;
  }

  #string(text: string): number {
    return this.#writer.useString(this.#writer.string(text));
  }

  #event(id: number, time: number, ...args: number[]): void {
    this.#write(this.#loop, id, time, args);
  }

  #write(batch: ThreadBatch, id: number, time: number, args: readonly number[]): void {
    batch.event(id, ORIGIN + Math.round(time));
    for (const arg of args) batch.arg(arg);
    // Both threads write now and then, so that a file that is cut holds what belongs together.
    if (++this.#events % FLUSH_EVERY !== 0) return;
    this.#loop.flush();
    this.#outside.flush();
  }
}
