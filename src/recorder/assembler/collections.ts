/**
 * What the collector did on one JavaScript thread, until it is encoded: pauses as Node reports them, and with the option
 * `gc` the pieces of work that V8 tells, both late.
 *
 * A piece whose middle lies in a pause is a phase of it. Any other is work of its own, done in small steps between the
 * lines of the program. As Node's times of a pause are taken inside V8's, edges may differ by some microseconds.
 */

/** A collection, as the traced thread reported it; times in ns, absolute. */
export interface Collection {
  readonly kind: number;
  readonly start: number;
  readonly end: number;
  /** Used heap before and after, KiB, where it is known. */
  heap?: { readonly before: number; readonly after: number };
}

/** A piece of the collector's work; times in ns, absolute. */
export interface GcWork {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** What is to be written next: a pause with its phases, the outer ones first, or work outside of all pauses. */
export type NextCollection =
  | { readonly pause: Collection; readonly phases: readonly GcWork[] }
  | { readonly pause: undefined; readonly work: GcWork };

export class Collections {
  /** Nothing begins before this, ns: looked at for every step. */
  nextStart = Number.POSITIVE_INFINITY;
  /** In the order of their report. */
  readonly #pauses: Collection[] = [];
  /** In the order of `inOrder`. */
  readonly #work: GcWork[] = [];

  get size(): number {
    return this.#pauses.length + this.#work.length;
  }

  /** The pause reported last, unless it has been taken. */
  get newest(): Collection | undefined {
    return this.#pauses.at(-1);
  }

  add(pause: Collection): void {
    this.#pauses.push(pause);
    this.#findNextStart();
  }

  addWork(work: GcWork): void {
    insert(this.#work, work);
    this.#findNextStart();
  }

  #findNextStart(): void {
    const pause = this.#pauses.length > 0 ? this.#pauses[0]!.start : Number.POSITIVE_INFINITY;
    const work = this.#work.length > 0 ? this.#work[0]!.start : Number.POSITIVE_INFINITY;
    this.nextStart = Math.min(pause, work);
  }

  /** `time`, or the start of the pause that it falls into: a generation is not to begin in the middle of one. */
  notInPause(time: number): number {
    const around = this.#pauses.find(({ start, end }) => start < time && time < end);
    return around === undefined ? time : around.start;
  }

  /** Takes the next of what begins up to `time` and ends before `until`, ns. */
  take(time: number, until: number): NextCollection | undefined {
    if (this.nextStart > time) return undefined;
    const next = this.#takeDue(time, until);
    if (next !== undefined) this.#findNextStart();
    return next;
  }

  #takeDue(time: number, until: number): NextCollection | undefined {
    const [pause] = this.#pauses;
    const [work] = this.#work;
    const isDue = ({ start, end }: GcWork | Collection): boolean => start <= time && end <= until;
    if (work !== undefined && (pause === undefined || middle(work) < pause.start)) {
      return isDue(work) ? { pause: undefined, work: this.#work.shift()! } : undefined;
    }
    if (pause === undefined || !isDue(pause)) return undefined;
    this.#pauses.shift();
    const next = this.#work.findIndex((each) => middle(each) > pause.end);
    return { pause, phases: this.#work.splice(0, next < 0 ? this.#work.length : next) };
  }
}

/** Keeps a list in order: by start, what contains another before it. It comes nearly in order. */
export function insert(list: GcWork[], work: GcWork): void {
  let at = list.length;
  while (at > 0 && inOrder(work, list[at - 1]!)) at--;
  list.splice(at, 0, work);
}

function inOrder(a: GcWork, b: GcWork): boolean {
  return a.start < b.start || (a.start === b.start && a.end > b.end);
}

function middle({ start, end }: GcWork): number {
  return (start + end) / 2;
}
