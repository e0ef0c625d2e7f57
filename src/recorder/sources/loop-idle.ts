/** How long the event loop has waited for events, read in steps. */
import { performance } from 'node:perf_hooks';

export class LoopIdle {
  #last = performance.nodeTiming.idleTime;

  /** Idle time since the last call, ns; 0 when the loop did not wait. */
  take(): number {
    const now = performance.nodeTiming.idleTime;
    const idle = now - this.#last;
    this.#last = now;
    return Math.round(idle * 1e6);
  }
}
