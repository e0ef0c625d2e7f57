/**
 * How late a timer is: the time since it was due, read off the timer itself when its callback begins.
 *
 * A Timeout knows when it was armed, in the event loop's own milliseconds. Those differ from `hrtime` by a constant,
 * which is not to be had directly: the loop's time is a cached one that lags behind. So the difference is taken
 * whenever a timer is looked at, and the smallest counts, being the one with the least lag. Until it is good the due time comes out too
 * late, never too early; the loop's clock has whole milliseconds, and so has the result.
 */

const IDS = 1 << 16;

interface Timeout {
  readonly _idleStart?: number | null;
  readonly _idleTimeout?: number;
}

export class TimerClock {
  /** Whether the resource last born under these low bits of the id is a timer. */
  readonly #isTimer = new Uint8Array(IDS);
  /** `hrtime` minus the loop's clock, ms. */
  #offset = Number.POSITIVE_INFINITY;

  born(id: number, isTimer: boolean): void {
    this.#isTimer[id & (IDS - 1)] = isTimer ? 1 : 0;
  }

  isTimer(id: number): boolean {
    return this.#isTimer[id & (IDS - 1)] === 1;
  }

  /** Time since the timer `resource`, whose callback begins, was due: microseconds, 0 if it is not known. */
  lateness(resource: object): number {
    const { _idleStart: armed, _idleTimeout: delay } = resource as Timeout;
    if (typeof armed !== 'number' || typeof delay !== 'number') return 0;
    const [seconds, nanoseconds] = process.hrtime();
    const now = seconds * 1e3 + nanoseconds / 1e6;
    this.#offset = Math.min(this.#offset, now - (armed + delay));
    return Math.round((now - this.#offset - (armed + delay)) * 1e3);
  }
}
