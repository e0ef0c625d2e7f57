/**
 * Since when a socket, a file or a message can have been ready: inferred from when the event loop looked.
 *
 * Node does not say when the outside world was done with something, only when the callback begins. But the loop asks for
 * all that is ready at once, then runs the callbacks one after the other. So what calls back
 *   after the loop had slept    was ready when it woke, as it wakes for the first thing that is ready;
 *   otherwise                   was not ready yet when the loop looked the time before: a lower bound.
 * When the loop looks is not seen either. But it has looked anew when it slept, when timers have run in between, and when
 * something calls back that began to wait only after the last look; and it looks between the birth of an immediate and
 * its callback.
 */
import { NO_TIME } from '../../base/index.ts';

export class LoopPolls {
  /** When the loop looked last, and the time before, ns. */
  #latest = NO_TIME;
  #previous = NO_TIME;
  /** The latest look ended a sleep. */
  #woke = false;
  /** Timers or immediates have run since then. */
  #otherPhase = false;

  /** A timer's callback begins: the loop will look before the next socket's. */
  timerRuns(): void {
    this.#otherPhase = true;
  }

  /** The callback of an immediate begins that was born at `since`, ns. */
  immediateRuns(since: number): void {
    if (since > this.#latest) this.#looked(since, false);
    this.#otherPhase = true;
  }

  /**
   * The callback of something polled begins at `time`; it has waited since `since`, and the loop woke last at `wokeAt`.
   * Returns from when on it can have been ready, `time` while nothing is known. Times in ns.
   */
  readySince(time: number, since: number, wokeAt: number): number {
    if (wokeAt > this.#latest) this.#looked(wokeAt, true);
    else if (this.#otherPhase || since > this.#latest) this.#looked(time, false);
    this.#otherPhase = false;
    const looked = this.#woke ? this.#latest : this.#previous;
    return looked === 0 ? time : Math.max(since, looked);
  }

  #looked(time: number, woke: boolean): void {
    this.#previous = this.#latest;
    this.#latest = time;
    this.#woke = woke;
  }
}
