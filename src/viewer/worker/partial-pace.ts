/**
 * When to show what was read so far: first soon, then whenever enough reading has paid for it.
 *
 * The law: partial models take at most a seventh of the time of loading, however large the trace is. Each takes time in
 * proportion to what was read, so they come at intervals that grow.
 */

/** Milliseconds from the start to the first one: a trace that is read by then needs none. */
const FIRST_AFTER = 150;
/** Least milliseconds between two. */
const LEAST = 300;
/** Reading per time spent on a partial model. */
const READING = 6;

export class PartialPace {
  #due: number;
  #began = 0;

  /** @param now a clock in milliseconds, here and below */
  constructor(now: number) {
    this.#due = now + FIRST_AFTER;
  }

  /** Whether one should be made now; if so, it begins now. */
  isDue(now: number): boolean {
    if (now < this.#due) return false;
    this.#began = now;
    return true;
  }

  /** The one that was due is done. */
  took(now: number): void {
    this.#due = now + Math.max(LEAST, READING * (now - this.#began));
  }
}
