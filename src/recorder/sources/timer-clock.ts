/**
 * How late a timer is: the time since it was due, read off the timer itself when its callback begins.
 *
 * A Timeout knows when it was armed, in the event loop's own milliseconds, which are whole ones. Those differ from `hrtime` by
 * a constant. A timer that is armed reads the loop's clock anew, so a few that are armed and disarmed at the start tell the
 * constant: each reading of `hrtime` behind one is too late by what came in between, and the least counts.
 */

const IDS = 1 << 16;
/** Timers that are armed at the start, and for how long, ms: none of them ever fires. */
const LOOKS = 10;
const LONG = 1e6;

const { setTimeout, clearTimeout } = globalThis;

interface Timeout {
  readonly _idleStart?: number | null;
  readonly _idleTimeout?: number;
}

export class TimerClock {
  /** Whether the resource last born under these low bits of the id is a timer. */
  readonly #isTimer = new Uint8Array(IDS);
  /** `hrtime` minus the loop's clock, ms. */
  #offset = Number.POSITIVE_INFINITY;

  /** Must be made before timers are recorded. */
  constructor() {
    for (let look = 0; look < LOOKS; look++) {
      const timer = setTimeout(() => {}, LONG);
      this.#see((timer as unknown as Timeout)._idleStart ?? Number.NEGATIVE_INFINITY, hrtimeMs());
      clearTimeout(timer);
    }
  }

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
    const now = hrtimeMs();
    this.#see(armed + delay, now);
    return Math.round((now - this.#offset - (armed + delay)) * 1e3);
  }

  /** At `now` of `hrtime` the loop's clock was `loopTime` or later, ms. */
  #see(loopTime: number, now: number): void {
    this.#offset = Math.min(this.#offset, Math.floor(now) - loopTime);
  }
}

function hrtimeMs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e3 + nanoseconds / 1e6;
}
