/**
 * What the ordering knows of each goroutine, proc, thread and task while it replays the scheduler.
 *
 * The idea: columns, and a number for everything that lives: a *place*, by which the columns are read. Ids are looked
 * up once per mention. A goroutine that ended leaves its place to a later one, so that memory is that of the living.
 * The columns grow by being replaced: who holds one must ask for it again after anything was added.
 */
import { ABSENT, NumberIndex } from '../../base/index.ts';
import { type GoStatus, holding, type ProcStatus } from '../../format/index.ts';
import { NONE } from '../event.ts';

/** Status of a goroutine that ended: who still refers to it must treat it as unknown. */
export const GONE = 0;
/** No place: the thread holds nothing, nothing has this id. */
export const NOWHERE = ABSENT;

const INITIAL_ROOM = 64;

/** What is in `Goroutines.state`, `GO_WORDS` per place: together, as they are used together. */
export const GoWord = {
  /** GoStatus or `GONE`. */
  Status: 0,
  /** Its sequence number, and the epoch (see `Ordering`) in which it counts. */
  Sequence: 1,
  Epoch: 2,
  /** Place of the thread that held it last. */
  Holder: 3,
} as const;
export const GO_WORDS = 4;

export class Goroutines {
  readonly places = new NumberIndex();
  id = new Float64Array(0);
  state = new Int32Array(0);
  /** Open regions, outermost first: task and name of each in turn. */
  readonly regions: (number[] | undefined)[] = [];
  /** Open ranges: event id of the begin and string id of the name of each in turn. */
  readonly ranges: (number[] | undefined)[] = [];
  #count = 0;
  /** Places that are free, as a stack. */
  #free = new Int32Array(0);
  #freed = 0;
  /** Goroutines that two threads held at once: their places are not used again, as one of the threads may still refer to them. */
  readonly #shared = new Set<number>();

  constructor() {
    this.#grow(INITIAL_ROOM);
  }

  /** Place of the living goroutine with an id, or `NOWHERE`. */
  find(id: number): number {
    return this.places.get(id);
  }

  statusOf(place: number): number {
    return this.state[place * GO_WORDS + GoWord.Status]!;
  }

  setStatus(place: number, status: GoStatus): void {
    this.state[place * GO_WORDS + GoWord.Status] = status;
  }

  /** Whether `sequence` is the number that must follow now. */
  follows(place: number, epoch: number, sequence: number): boolean {
    const at = place * GO_WORDS;
    return this.state[at + GoWord.Epoch] === epoch && this.state[at + GoWord.Sequence]! + 1 === sequence;
  }

  setSequence(place: number, epoch: number, sequence: number): void {
    this.state[place * GO_WORDS + GoWord.Sequence] = sequence;
    this.state[place * GO_WORDS + GoWord.Epoch] = epoch;
  }

  /** Adds a goroutine that does not exist; returns its place. */
  add(id: number, status: GoStatus, epoch: number): number {
    const place = this.#freed > 0 ? this.#free[--this.#freed]! : this.#newPlace();
    this.places.set(id, place);
    this.id[place] = id;
    const { state } = this;
    const at = place * GO_WORDS;
    state[at + GoWord.Status] = status;
    state[at + GoWord.Sequence] = 0;
    state[at + GoWord.Epoch] = epoch;
    state[at + GoWord.Holder] = NOWHERE;
    return place;
  }

  /** Removes a goroutine that ended; its id may come again. */
  remove(place: number): void {
    this.places.delete(this.id[place]!);
    this.state[place * GO_WORDS + GoWord.Status] = GONE;
    // Without asking whether there are any: a branch that is first taken late makes the engine compile the hot loop anew.
    this.regions[place] = undefined;
    this.ranges[place] = undefined;
    if (this.#shared.size > 0 && this.#shared.has(place)) return;
    this.#free[this.#freed++] = place;
  }

  /** Notes that more than one thread refers to a goroutine. */
  share(place: number): void {
    this.#shared.add(place);
  }

  #newPlace(): number {
    const place = this.#count++;
    this.regions.push(undefined);
    this.ranges.push(undefined);
    if (place === this.id.length) this.#grow(place * 2);
    return place;
  }

  #grow(room: number): void {
    this.id = longer(this.id, new Float64Array(room));
    this.state = longer(this.state, new Int32Array(room * GO_WORDS));
    this.#free = longer(this.#free, new Int32Array(room));
  }
}

export class Procs {
  readonly #places = new NumberIndex();
  id = new Float64Array(INITIAL_ROOM);
  /** ProcStatus. */
  status = new Uint8Array(INITIAL_ROOM);
  /** The epoch (see `Ordering`) that its sequence number counts in. */
  epoch = new Int32Array(INITIAL_ROOM);
  sequence = new Int32Array(INITIAL_ROOM);
  /** Whether it is inside a GC sweep, the only range that a proc has: 0 or 1. */
  sweeping = new Uint8Array(INITIAL_ROOM);
  #count = 0;

  /** Place of the proc with an id, or `NOWHERE`. */
  find(id: number): number {
    return this.#places.get(id);
  }

  add(id: number, status: ProcStatus, epoch: number): number {
    const place = this.#count++;
    if (place === this.status.length) {
      this.id = longer(this.id, new Float64Array(place * 2));
      this.status = longer(this.status, new Uint8Array(place * 2));
      this.epoch = longer(this.epoch, new Int32Array(place * 2));
      this.sequence = longer(this.sequence, new Int32Array(place * 2));
      this.sweeping = longer(this.sweeping, new Uint8Array(place * 2));
    }
    this.#places.set(id, place);
    this.id[place] = id;
    this.status[place] = status;
    this.epoch[place] = epoch;
    return place;
  }
}

/** Place of "no thread", which never holds anything. */
export const NO_THREAD = 0;

export class Threads {
  readonly #places = new NumberIndex();
  id = new Float64Array(INITIAL_ROOM);
  /** Places of what it holds, or `NOWHERE`. */
  proc = new Int32Array(INITIAL_ROOM);
  goroutine = new Int32Array(INITIAL_ROOM);
  count = 0;

  constructor() {
    this.#add(NONE);
  }

  /** What a thread holds, as bits to compare the needs of an event with (`NEEDS`). */
  holds(thread: number): number {
    return holding(thread !== NO_THREAD, this.proc[thread] !== NOWHERE, this.goroutine[thread] !== NOWHERE);
  }

  /** Place of a thread that was seen, or `NOWHERE`; `NOWHERE` for no thread. */
  find(id: number): number {
    return this.#places.get(id);
  }

  /** Place of a thread, made when first asked for. */
  placeOf(id: number): number {
    if (id === NONE) return NO_THREAD;
    const known = this.#places.get(id);
    if (known !== ABSENT) return known;
    const place = this.#add(id);
    this.#places.set(id, place);
    return place;
  }

  #add(id: number): number {
    const place = this.count++;
    if (place === this.id.length) {
      this.id = longer(this.id, new Float64Array(place * 2));
      this.proc = longer(this.proc, new Int32Array(place * 2));
      this.goroutine = longer(this.goroutine, new Int32Array(place * 2));
    }
    this.id[place] = id;
    this.proc[place] = NOWHERE;
    this.goroutine[place] = NOWHERE;
    return place;
  }

  /** Binds a proc, or with `NOWHERE` lets go of it. "No thread" never holds anything. */
  hold(thread: number, proc: number): void {
    if (thread !== NO_THREAD) this.proc[thread] = proc;
  }

  /** Binds a goroutine, or with `NOWHERE` lets go of it. */
  run(thread: number, goroutine: number, goroutines: Goroutines): void {
    if (thread === NO_THREAD) return;
    this.goroutine[thread] = goroutine;
    if (goroutine === NOWHERE) return;
    const at = goroutine * GO_WORDS + GoWord.Holder;
    const before = goroutines.state[at]!;
    if (before !== thread && before !== NOWHERE && this.goroutine[before] === goroutine) goroutines.share(goroutine);
    goroutines.state[at] = thread;
  }
}

/** A task that began and did not end: what its end tells again. */
export interface ActiveTask {
  readonly parent: number;
  /** String id. */
  readonly name: number;
}

function longer<T extends Float64Array | Int32Array | Uint8Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
