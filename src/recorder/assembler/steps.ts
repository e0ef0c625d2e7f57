/**
 * The steps between the two stages of the assembler, in a ring per thread.
 *
 * Replay turns records into steps ("strand 7 is created", "strand 4 blocks because of s"); the encoder turns steps into
 * events as soon as their slice has ended, as the time of a step is known only when the clock is read next. Where more than
 * collections is reported late, steps wait for it here; else the records have (held-words.ts).
 */

export const StepOp = {
  /** Cancelled. */
  None: 0,
  /** strand; a = 1: created waiting, b = stack of the kind that says for what, if it is not the strand's own. */
  Create: 1,
  Start: 2,
  /** a = reason, b = stack. */
  Block: 3,
  /** a = reason, b = stack. */
  Stop: 4,
  Destroy: 5,
  /** a = µs that the strand has been ready already: nobody woke it, it was due; b = 1: as far as can be inferred. */
  Unblock: 6,
  /** The running strand waits, `strand` runs. */
  Switch: 7,
  /** The running strand ends, `strand` runs. */
  SwitchDestroy: 8,
  ProcStop: 9,
  ProcStart: 10,
  /** strand = task; a = parent, b = name. */
  TaskBegin: 11,
  /** strand = task. */
  TaskEnd: 12,
  /** a = task, b = name. */
  RegionBegin: 13,
  RegionEnd: 14,
  /** strand = task; a = category, b = message; 0 = the next of the thread's messages. */
  Log: 15,
  /** The strand was there before the recording; waits. */
  Exists: 16,
  /** The strand is forgotten: no event. */
  Forget: 17,
  /** The thread's main strand runs. */
  ThreadBegins: 18,
  ThreadEnds: 19,
  /** a = used KiB, b = limit KiB. */
  Heap: 20,
  SnapshotEnds: 21,
  /** The running strand is in a blocking call; a = stack. */
  CallBegins: 22,
  CallEnds: 23,
  /** The running strand's job in the thread pool is done; a = job. */
  PoolDone: 24,
  /** strand, a = the two ports of a channel. */
  PortPair: 25,
  /** strand = port; a = `threadId` of the worker, b = 1: the worker's own. */
  WorkerPort: 26,
  /** strand = port: it goes with the message that is posted next. */
  PortLeaves: 27,
  /** strand = port on which a message is posted. */
  Posted: 28,
  NotPosted: 29,
  /** strand = port, born outside of slices. */
  PortBorn: 30,
  /** strand = port that receives a message. */
  Receives: 31,
  /** strand = port on which somebody begins to listen. */
  PortListens: 32,
} as const;
export type StepOp = (typeof StepOp)[keyof typeof StepOp];

const CAPACITY = 1 << 16;
const MASK = CAPACITY - 1;
const SPARE = 8192;

/** Steps `tail` to `head` are waiting; their columns are indexed by `at(i)`. */
export class StepRing {
  head = 0;
  tail = 0;
  /** Index of the step in the first row: an empty ring begins there anew, so that what is used of it is small and warm. */
  #base = 0;
  /** A cell of an array: a number in a field, passed on from call to call, would be boxed each time. */
  readonly #now = new Float64Array(1);
  readonly op = new Uint8Array(CAPACITY);
  /** ns, absolute. */
  readonly time = new Float64Array(CAPACITY);
  readonly strand = new Int32Array(CAPACITY);
  readonly a = new Int32Array(CAPACITY);
  readonly b = new Int32Array(CAPACITY);

  at(index: number): number {
    return (index - this.#base) & MASK;
  }

  /** To be called when all steps are taken. */
  rewind(): void {
    this.#base = this.head;
  }

  get size(): number {
    return this.head - this.tail;
  }

  get full(): boolean {
    return this.size >= CAPACITY - 2;
  }

  /** There is no room for what some hundreds of records can mean, ordinarily. */
  get nearlyFull(): boolean {
    return this.size > CAPACITY - SPARE;
  }

  /** The time of the steps to be added, ns. */
  get now(): number {
    return this.#now[0]!;
  }

  set now(time: number) {
    this.#now[0] = time;
  }

  /** Appends a step at the present time and returns its index; the ring must not be full. */
  add(op: StepOp, strand: number, a: number, b: number): number {
    const i = this.at(this.head);
    this.op[i] = op;
    this.time[i] = this.#now[0]!;
    this.strand[i] = strand;
    this.a[i] = a;
    this.b[i] = b;
    return this.head++;
  }

  /** Gives the steps from index `from` on that still wait the time that lies `before` ns before the present. */
  retime(from: number, before: number): void {
    const time = this.#now[0]! - before;
    for (let i = Math.max(from, this.tail); i < this.head; i++) this.time[this.at(i)] = time;
  }

  /** Passes on the ids of all strings that a waiting step names and that are the program's own. */
  holdStrings(hold: (id: number) => void): void {
    for (let index = this.tail; index < this.head; index++) {
      const i = this.at(index);
      const op = this.op[i];
      if (op === StepOp.Log) {
        hold(this.a[i]!);
        if (this.b[i] !== 0) hold(this.b[i]!);
      }
      if (op === StepOp.TaskBegin || op === StepOp.RegionBegin || op === StepOp.RegionEnd) hold(this.b[i]!);
    }
  }

  /** Cancels step `index`; false when it has been encoded already. */
  cancel(index: number): boolean {
    if (index < this.tail) return false;
    this.op[this.at(index)] = StepOp.None;
    return true;
  }
}
