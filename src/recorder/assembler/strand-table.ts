/**
 * All strands that are alive, as a struct of arrays; a strand is a slot number.
 *
 * Two owners share a row. Replay keeps what the program does (`state`, `context`, `reason`); the encoder keeps what
 * Go's reader believes (`goState`, `goSequence`, `goGeneration`). As the encoder is behind, it alone frees slots.
 */

/** What replay knows of a strand. */
export const StrandState = {
  Free: 0,
  Waiting: 1,
  Runnable: 2,
  Running: 3,
  /** Another strand runs nested in it. */
  Away: 4,
} as const;

export const StrandFlag = {
  /** Ends with its first callback. */
  OneShot: 1,
  /** Runs any number of times; regions do not outlive its slices. */
  MultiShot: 2,
  /** Its context region is open. */
  InContext: 4,
  /** Its job resolves a promise that a callback returned. */
  Resolving: 8,
  /** The recorder's own: not written. */
  Own: 16,
  /** Go's reader knows it. */
  Announced: 32,
  /** It has had a slice. */
  HasRun: 64,
} as const;

const FIRST_CAPACITY = 4096;

export class StrandTable {
  state = new Uint8Array(FIRST_CAPACITY);
  flags = new Uint8Array(FIRST_CAPACITY);
  /** Task that it works for, 0 = none; for the open context region the task it was opened for. */
  context = new Int32Array(FIRST_CAPACITY);
  contextRegion = new Int32Array(FIRST_CAPACITY);
  /** Task that readers take it to work for, as its creator does. */
  impliedTask = new Int32Array(FIRST_CAPACITY);
  /** Why it will wait when its slice ends. */
  reason = new Int32Array(FIRST_CAPACITY);
  /** When it began to wait, where replay wants to know, ns. */
  waitsSince = new Float64Array(FIRST_CAPACITY);
  /** Its job in the thread pool, 0 = none. */
  job = new Int32Array(FIRST_CAPACITY);
  /** Stack that names it. */
  stack = new Int32Array(FIRST_CAPACITY);
  /** Thread (number) whose replay owns it. */
  thread = new Int32Array(FIRST_CAPACITY);
  /** Goroutine id. */
  id = new Float64Array(FIRST_CAPACITY);
  goState = new Uint8Array(FIRST_CAPACITY);
  goSequence = new Int32Array(FIRST_CAPACITY);
  goGeneration = new Int32Array(FIRST_CAPACITY);
  /** When it was created or last stopped running, as written, ns. */
  lastPause = new Float64Array(FIRST_CAPACITY);
  /** Slots ever used: 1 to `slots` - 1. */
  slots = 1;
  /** Strands alive now, and ever made. */
  alive = 0;
  made = 0;
  readonly #free: number[] = [];

  /** A new strand, waiting. */
  add(thread: number, stack: number, flags: number, context: number): number {
    const slot = this.#free.pop() ?? this.slots++;
    if (slot >= this.state.length) this.#grow();
    this.state[slot] = StrandState.Waiting;
    this.flags[slot] = flags;
    this.context[slot] = context;
    this.contextRegion[slot] = 0;
    this.impliedTask[slot] = 0;
    this.reason[slot] = 0;
    this.waitsSince[slot] = 0;
    this.job[slot] = 0;
    this.stack[slot] = stack;
    this.thread[slot] = thread;
    this.id[slot] = this.nextId();
    this.goState[slot] = 0;
    this.goSequence[slot] = 0;
    this.goGeneration[slot] = 0;
    this.alive++;
    return slot;
  }

  /** A goroutine id that nobody has. */
  nextId(): number {
    return ++this.made;
  }

  /** Frees a slot. The encoder calls it when the strand's last step has been written. */
  release(slot: number): void {
    this.state[slot] = StrandState.Free;
    this.alive--;
    this.#free.push(slot);
  }

  /** Frees the slots of all strands of a thread that has ended. */
  releaseThread(thread: number): void {
    for (let slot = 1; slot < this.slots; slot++) {
      if (this.thread[slot] === thread && this.state[slot] !== StrandState.Free) this.release(slot);
    }
  }

  #grow(): void {
    const capacity = this.state.length * 2;
    this.state = grown(this.state, new Uint8Array(capacity));
    this.flags = grown(this.flags, new Uint8Array(capacity));
    this.context = grown(this.context, new Int32Array(capacity));
    this.contextRegion = grown(this.contextRegion, new Int32Array(capacity));
    this.impliedTask = grown(this.impliedTask, new Int32Array(capacity));
    this.reason = grown(this.reason, new Int32Array(capacity));
    this.waitsSince = grown(this.waitsSince, new Float64Array(capacity));
    this.job = grown(this.job, new Int32Array(capacity));
    this.stack = grown(this.stack, new Int32Array(capacity));
    this.thread = grown(this.thread, new Int32Array(capacity));
    this.id = grown(this.id, new Float64Array(capacity));
    this.goState = grown(this.goState, new Uint8Array(capacity));
    this.goSequence = grown(this.goSequence, new Int32Array(capacity));
    this.goGeneration = grown(this.goGeneration, new Int32Array(capacity));
    this.lastPause = grown(this.lastPause, new Float64Array(capacity));
  }
}

function grown<T extends Uint8Array | Int32Array | Float64Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
