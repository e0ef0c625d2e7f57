/**
 * Every way in which a process ends in order, caught once: natural end, `process.exit`, an uncaught throw or rejection
 * (all of them emit `exit`), and the signals that would kill it.
 *
 * A signal counts as ours only while the program itself does not listen for it. Then the recording is finished and
 * the signal raised again with the default action restored, so that the exit status is what it would have been.
 */

const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;
const SIGNAL_NUMBERS = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;
/** A raised signal arrives at once; this is for the case that something holds it back, ms. */
const SIGNAL_WAIT = 1000;

/** Calls `finish` when the process ends; returns what lets go again. */
export function onProcessEnd(finish: () => void): () => void {
  const onExit = (): void => guard(finish);
  const onSignal = (signal: NodeJS.Signals): void => {
    if (process.listenerCount(signal) > 1) return;
    guard(finish);
    release();
    process.kill(process.pid, signal);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, SIGNAL_WAIT);
    process.exit(128 + SIGNAL_NUMBERS[signal as (typeof SIGNALS)[number]]);
  };
  const release = (): void => {
    process.off('exit', onExit);
    for (const signal of SIGNALS) process.off(signal, onSignal);
  };
  process.on('exit', onExit);
  for (const signal of SIGNALS) process.on(signal, onSignal);
  return release;
}

/** The end of the program is its own: a failure of the recorder must not change it. */
function guard(finish: () => void): void {
  try {
    finish();
  } catch {
    // Nobody is left to tell: what has been written so far opens.
  }
}
