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
import { PoolJobs } from './pool-jobs.ts';
import type { StrandTable } from './strand-table.ts';

/** Thread ids from here on stand for the pool's threads. */
const FIRST_POOL_THREAD = 2_000_000;
/** Waits shorter than this, ns, are the order of records rather than a queue. */
const SHORTEST_QUEUE = 1000;

export class ThreadPool {
  readonly #writer: TraceWriter;
  readonly #strands: StrandTable;
  readonly #threads: (ThreadBatch | undefined)[];
  readonly #free: boolean[];
  readonly #slowLimit: number;
  #slowRunning = 0;
  readonly #jobs = new PoolJobs();
  readonly #queue: number[] = [];

  constructor(writer: TraceWriter, strands: StrandTable, size: number) {
    this.#writer = writer;
    this.#strands = strands;
    this.#threads = new Array(size).fill(undefined);
    this.#free = new Array(size).fill(true);
    this.#slowLimit = Math.ceil(size / 2);
  }

  /** A job is handed over at `time`; returns its number. `stack` names its kind; `slow` says that it looks up a name. */
  submit(time: number, stack: number, slow: boolean): number {
    return this.#jobs.submit(time, stack, slow);
  }

  /** The job is done at `time`; `isHeard` says that its strand's callback will ask how long it had `queued`. */
  done(time: number, job: number, isHeard: boolean): void {
    this.#jobs.done(time, job, isHeard);
  }

  /** For how long job `job`, whose end has been encoded just now, had queued, ns; 0 = it had not. To be asked once. */
  queued(job: number): number {
    return this.#jobs.hear(job);
  }

  /** Writes what happened before `until`. */
  encode(until: number): void {
    const jobs = this.#jobs;
    for (; jobs.hasChangeBefore(until); jobs.nextChange()) {
      if (jobs.changeIsDone) this.#end(jobs.changeTime, jobs.changeJob);
      else this.#take(jobs.changeTime, jobs.changeJob);
    }
  }

  flush(): void {
    for (const thread of this.#threads) thread?.flush();
  }

  #take(time: number, job: number): void {
    const thread = this.#mayBegin(job) ? this.#free.indexOf(true) : -1;
    if (thread < 0) this.#queue.push(job);
    else this.#begin(time, job, thread);
  }

  #mayBegin(job: number): boolean {
    return this.#jobs.slow[job] === 0 || this.#slowRunning < this.#slowLimit;
  }

  #begin(time: number, job: number, thread: number): void {
    const jobs = this.#jobs;
    this.#free[thread] = false;
    if (jobs.slow[job] !== 0) this.#slowRunning++;
    jobs.begun[job] = time;
    jobs.thread[job] = thread;
    jobs.id[job] = this.#strands.nextId();
    const batch = this.#batch(thread);
    batch.event(EVENTS.GoCreateSyscall.id, time);
    batch.arg(jobs.id[job]!);
    // The event has no place for a name.
    this.#status(batch, job);
  }

  #end(time: number, job: number): void {
    const jobs = this.#jobs;
    const begun = jobs.begun[job]!;
    if (begun < 0) {
      // It overtook others, so the picture of the queue is wrong at this place: it is left out.
      takeOut(this.#queue, this.#queue.indexOf(job));
      jobs.end(job, 0);
      return;
    }
    const waited = begun - jobs.submitted[job]!;
    const thread = jobs.thread[job]!;
    const batch = this.#batch(thread);
    if (jobs.generation[job] !== this.#writer.generation) this.#status(batch, job);
    batch.event(EVENTS.GoDestroySyscall.id, time);
    this.#free[thread] = true;
    if (jobs.slow[job] !== 0) this.#slowRunning--;
    jobs.end(job, waited > SHORTEST_QUEUE ? waited : 0);
    for (let i = 0; i < this.#queue.length; i++) {
      const next = this.#queue[i]!;
      if (!this.#mayBegin(next)) continue;
      takeOut(this.#queue, i);
      this.#begin(time, next, thread);
      return;
    }
  }

  /** Names the job, at the time of the batch's last event. */
  #status(batch: ThreadBatch, job: number): void {
    const jobs = this.#jobs;
    const stack = this.#writer.useStack(jobs.stack[job]!);
    batch.begin(EVENTS.GoStatusStack.id);
    batch.arg(jobs.id[job]!);
    batch.arg(batch.thread);
    batch.arg(GoStatus.Syscall);
    batch.arg(stack);
    jobs.generation[job] = this.#writer.generation;
  }

  #batch(thread: number): ThreadBatch {
    this.#threads[thread] ??= this.#writer.threadBatch(FIRST_POOL_THREAD + thread);
    const batch = this.#threads[thread];
    batch.lift(this.#writer.generationStart);
    return batch;
  }
}

/** `splice` for one element, which would make an array each time; `copyWithin` takes a slow way on arrays. */
function takeOut(list: number[], at: number): void {
  for (let i = at + 1; i < list.length; i++) list[i - 1] = list[i]!;
  list.pop();
}
