/**
 * The one timer of a recorded thread: what is to be looked at from time to time is looked at together, as every waking
 * of an idle event loop costs more than all that is done then.
 */

/** Time between two pulses, ms. */
const PERIOD = 1000;
// The true ones: tests of the program may replace the clock while it is recorded.
const { setInterval, clearInterval } = globalThis;

/** A source that wants to be asked once a second. */
export interface PulsedSource {
  readonly pulse: () => void;
  readonly stop: () => void;
}

/** Calls `beat` once a second, without keeping the process alive; returns what stops it. */
export function everySecond(beat: () => void): () => void {
  const timer = setInterval(beat, PERIOD);
  timer.unref();
  return () => clearInterval(timer);
}
