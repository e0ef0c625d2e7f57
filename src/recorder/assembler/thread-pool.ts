/**
 * libuv's thread pool, as far as it can be known: which thread of it worked on which job, and which jobs had to queue.
 *
 * Seen are only the moments when a job was handed over and when its callback began. What lies between is *inferred*
 * from how the pool works: jobs are taken in order, each by the first thread that is free; look-ups of names may
 * take half of the threads. The pool is one for the process, so the jobs of all JS threads are brought into the order of
 * time first, a hold-back behind, as everything in the assembler is.
 *
 * A job is a goroutine in a syscall on a thread of its own, from its inferred beginning to its callback, which is a
 * little after its end. It never runs JavaScript, so it has no proc. That a job queued is told to its strand's callback.
 */
import { EVENTS, GoStatus, type ThreadBatch, type TraceWriter } from '../../format/index.ts';
import type { StrandTable } from './strand-table.ts';

/** Thread ids from here on stand for the pool's threads. */
const FIRST_POOL_THREAD = 2_000_000;
/** Waits shorter than this, ns, are the order of records rather than a queue. */
const SHORTEST_QUEUE = 1000;

interface Job {
  /** Stack that names its kind. */
  readonly stack: number;
  /** Look-ups of names may not take all threads. */
  readonly slow: boolean;
  readonly submitted: number;
  /** ns; -1 = queues. */
  begun: number;
  /** Index of the pool's thread that works on it. */
  thread: number;
  /** Goroutine while it is worked on. */
  id: number;
  /** Generation that has heard of it. */
  generation: number;
}

interface Change {
  readonly time: number;
  readonly job: number;
  readonly done: boolean;
}

export class ThreadPool {
  readonly #writer: TraceWriter;
  readonly #strands: StrandTable;
  readonly #threads: (ThreadBatch | undefined)[];
  readonly #free: boolean[];
  readonly #slowLimit: number;
  #slowRunning = 0;
  #changes: Change[] = [];
  readonly #jobs = new Map<number, Job>();
  readonly #queue: Job[] = [];
  #made = 0;
  /** How long jobs queued, ns, that were done in the stretch that is being encoded. */
  readonly #queued = new Map<number, number>();

  constructor(writer: TraceWriter, strands: StrandTable, size: number) {
    this.#writer = writer;
    this.#strands = strands;
    this.#threads = new Array(size).fill(undefined);
    this.#free = new Array(size).fill(true);
    this.#slowLimit = Math.ceil(size / 2);
  }

  /** A job is handed over at `time`; returns its number. */
  submit(time: number, stack: number, slow: boolean): number {
    const job = ++this.#made;
    this.#jobs.set(job, { stack, slow, submitted: time, begun: -1, thread: -1, id: 0, generation: 0 });
    this.#changes.push({ time, job, done: false });
    return job;
  }

  /** The callback of a job begins. */
  done(time: number, job: number): void {
    this.#changes.push({ time, job, done: true });
  }

  /** For how long job `job`, whose end has been encoded just now, had queued, ns; 0 = it had not. */
  queued(job: number): number {
    return this.#queued.get(job) ?? 0;
  }

  /** All strands whose jobs have been encoded have heard of it. */
  forgetQueued(): void {
    this.#queued.clear();
  }

  /** Writes what happened before `until`. */
  encode(until: number): void {
    if (this.#changes.length === 0) return;
    const changes = this.#changes.sort((a, b) => a.time - b.time);
    let next = 0;
    for (; next < changes.length && changes[next]!.time < until; next++) {
      const { time, job: number, done } = changes[next]!;
      const job = this.#jobs.get(number)!;
      if (!done) this.#take(time, job);
      else this.#end(time, number, job);
    }
    this.#changes = changes.slice(next);
  }

  flush(): void {
    for (const thread of this.#threads) thread?.flush();
  }

  #take(time: number, job: Job): void {
    const thread = this.#mayBegin(job) ? this.#free.indexOf(true) : -1;
    if (thread < 0) this.#queue.push(job);
    else this.#begin(time, job, thread);
  }

  #mayBegin(job: Job): boolean {
    return !job.slow || this.#slowRunning < this.#slowLimit;
  }

  #begin(time: number, job: Job, thread: number): void {
    this.#free[thread] = false;
    if (job.slow) this.#slowRunning++;
    job.begun = time;
    job.thread = thread;
    job.id = this.#strands.nextId();
    job.generation = this.#writer.generation;
    const batch = this.#batch(thread);
    batch.event(EVENTS.GoCreateSyscall.id, time);
    batch.arg(job.id);
    // The event has no place for a name.
    this.#status(batch, batch.time, job);
  }

  #end(time: number, number: number, job: Job): void {
    this.#jobs.delete(number);
    const { begun } = job;
    if (begun < 0) {
      // It overtook others, so the picture of the queue is wrong at this place: it is left out.
      this.#queue.splice(this.#queue.indexOf(job), 1);
      return;
    }
    if (begun - job.submitted > SHORTEST_QUEUE) this.#queued.set(number, begun - job.submitted);
    const batch = this.#batch(job.thread);
    if (job.generation !== this.#writer.generation) this.#status(batch, batch.time, job);
    batch.event(EVENTS.GoDestroySyscall.id, time);
    this.#free[job.thread] = true;
    if (job.slow) this.#slowRunning--;
    const next = this.#queue.findIndex((waiting) => this.#mayBegin(waiting));
    if (next >= 0) this.#begin(time, this.#queue.splice(next, 1)[0]!, job.thread);
  }

  #status(batch: ThreadBatch, time: number, job: Job): void {
    const stack = this.#writer.useStack(job.stack);
    batch.event(EVENTS.GoStatusStack.id, time);
    batch.arg(job.id);
    batch.arg(batch.thread);
    batch.arg(GoStatus.Syscall);
    batch.arg(stack);
    job.generation = this.#writer.generation;
  }

  #batch(thread: number): ThreadBatch {
    this.#threads[thread] ??= this.#writer.threadBatch(FIRST_POOL_THREAD + thread);
    const batch = this.#threads[thread];
    batch.lift(this.#writer.generationStart);
    return batch;
  }
}
