/**
 * The jobs of the thread pool that are under way, as a struct of arrays; and what happened to them, in the order of time.
 *
 * Several threads hand over jobs and each tells of a stretch of time at once, so a change may have to go in before others
 * that wait to be taken. Mostly it is the latest, and goes to the end.
 *
 * A job's row is used again when both have happened: its end was taken, and its strand has heard of it.
 */

const FIRST_CAPACITY = 256;
const ENDED = 1;
const HEARD = 2;

export class PoolJobs {
  /** Stack that names its kind. */
  stack = new Int32Array(FIRST_CAPACITY);
  /** 1 = it may not take all threads. */
  slow = new Uint8Array(FIRST_CAPACITY);
  submitted = new Float64Array(FIRST_CAPACITY);
  /** ns; -1 = queues. */
  begun = new Float64Array(FIRST_CAPACITY);
  /** Index of the pool's thread that works on it. */
  thread = new Int32Array(FIRST_CAPACITY);
  /** Goroutine while it is worked on. */
  id = new Float64Array(FIRST_CAPACITY);
  /** Generation that has heard of it. */
  generation = new Int32Array(FIRST_CAPACITY);
  /** How long it queued, once it has ended. */
  #waited = new Float64Array(FIRST_CAPACITY);
  #progress = new Uint8Array(FIRST_CAPACITY);
  #rows = 1;
  readonly #freeRows: number[] = [];
  /** Changes `#first` to `#last`: time, and the job, negative when it is done. */
  #changeTimes = new Float64Array(FIRST_CAPACITY);
  #changes = new Int32Array(FIRST_CAPACITY);
  #first = 0;
  #last = 0;

  /** A new job, from 1 on. */
  submit(time: number, stack: number, slow: boolean): number {
    const job = this.#freeRows.pop() ?? this.#rows++;
    if (job >= this.stack.length) this.#grow();
    this.stack[job] = stack;
    this.slow[job] = slow ? 1 : 0;
    this.submitted[job] = time;
    this.begun[job] = -1;
    this.#progress[job] = 0;
    this.#add(time, job);
    return job;
  }

  done(time: number, job: number, isHeard: boolean): void {
    if (!isHeard) this.#progress[job]! |= HEARD;
    this.#add(time, -job);
  }

  /** The end of a job that queued for `waited` ns has been taken. */
  end(job: number, waited: number): void {
    this.#waited[job] = waited;
    this.#reach(job, ENDED);
  }

  /** The strand of a job hears of its end: how long it queued, ns; 0 if that is not known yet. */
  hear(job: number): number {
    const waited = this.#progress[job]! & ENDED ? this.#waited[job]! : 0;
    this.#reach(job, HEARD);
    return waited;
  }

  #reach(job: number, what: number): void {
    this.#progress[job]! |= what;
    if (this.#progress[job] === (ENDED | HEARD)) this.#freeRows.push(job);
  }

  // Changes, the earliest first.

  hasChangeBefore(until: number): boolean {
    return this.#first < this.#last && this.#changeTimes[this.#first]! < until;
  }

  get changeTime(): number {
    return this.#changeTimes[this.#first]!;
  }

  get changeJob(): number {
    return Math.abs(this.#changes[this.#first]!);
  }

  get changeIsDone(): boolean {
    return this.#changes[this.#first]! < 0;
  }

  nextChange(): void {
    if (++this.#first === this.#last) {
      this.#first = 0;
      this.#last = 0;
    }
  }

  #add(time: number, change: number): void {
    if (this.#last === this.#changes.length) this.#makeRoom();
    const at =
      this.#last === this.#first || this.#changeTimes[this.#last - 1]! <= time ? this.#last : this.#place(time);
    if (at < this.#last) {
      this.#changeTimes.copyWithin(at + 1, at, this.#last);
      this.#changes.copyWithin(at + 1, at, this.#last);
    }
    this.#changeTimes[at] = time;
    this.#changes[at] = change;
    this.#last++;
  }

  /** Behind all changes up to `time`. */
  #place(time: number): number {
    let low = this.#first;
    let high = this.#last;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#changeTimes[middle]! <= time) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #makeRoom(): void {
    if (this.#first > this.#changes.length / 2) {
      this.#changeTimes.copyWithin(0, this.#first, this.#last);
      this.#changes.copyWithin(0, this.#first, this.#last);
      this.#last -= this.#first;
      this.#first = 0;
      return;
    }
    this.#changeTimes = doubled(this.#changeTimes, Float64Array);
    this.#changes = doubled(this.#changes, Int32Array);
  }

  #grow(): void {
    this.stack = doubled(this.stack, Int32Array);
    this.slow = doubled(this.slow, Uint8Array);
    this.submitted = doubled(this.submitted, Float64Array);
    this.begun = doubled(this.begun, Float64Array);
    this.thread = doubled(this.thread, Int32Array);
    this.id = doubled(this.id, Float64Array);
    this.generation = doubled(this.generation, Int32Array);
    this.#waited = doubled(this.#waited, Float64Array);
    this.#progress = doubled(this.#progress, Uint8Array);
  }
}

function doubled<T extends Uint8Array | Int32Array | Float64Array>(from: T, Type: new (length: number) => T): T {
  const to = new Type(from.length * 2);
  to.set(from);
  return to;
}
