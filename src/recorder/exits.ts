/**
 * Every way in which a process ends in order, caught once: natural end, `process.exit`, an uncaught throw or rejection
 * (all of them emit `exit`), and the signals that would kill it.
 *
 * A signal is ours only while the program itself does not listen for it: with the program's first listener ours goes,
 * with its last one ours comes back. It must not even be counted, as libraries that clean up on a signal look whether
 * they are the only ones who listen. A signal that reaches us ends the recording and is raised again with the default
 * action restored, so that the exit status is what it would have been.
 */
import type { EventEmitter } from 'node:events';

const SIGNAL_NUMBERS = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;
type Signal = keyof typeof SIGNAL_NUMBERS;
const SIGNALS = Object.keys(SIGNAL_NUMBERS) as Signal[];
/** A raised signal arrives at once; this is for the case that something holds it back, ms. */
const SIGNAL_WAIT = 1000;

/** Calls `finish` when the process ends; returns what lets go again. */
export function onProcessEnd(finish: () => void): () => void {
  const onExit = (): void => guard(finish);
  const releaseSignals = onDeadlySignal((signal) => {
    guard(finish);
    release();
    process.kill(process.pid, signal);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, SIGNAL_WAIT);
    process.exit(128 + SIGNAL_NUMBERS[signal]);
  });
  const release = (): void => {
    process.off('exit', onExit);
    releaseSignals();
  };
  process.on('exit', onExit);
  return release;
}

/** Calls `onSignal` when a signal comes that nobody else listens for; returns what lets go again. */
function onDeadlySignal(onSignal: (signal: Signal) => void): () => void {
  // The kernel keeps signals without a listener from process 1: a listener would end what goes on without it.
  if (process.pid === 1) return () => {};
  let giving = false;
  const give = (signal: Signal): void => {
    giving = true;
    process.off(signal, onSignal);
    giving = false;
  };
  const onAdded = (event: string | symbol, listener: unknown): void => {
    if (isSignal(event) && listener !== onSignal && !slipAway(process as object, event, onSignal)) give(event);
  };
  const onRemoved = (event: string | symbol): void => {
    if (!giving && isSignal(event) && process.listenerCount(event) === 0) process.on(event, onSignal);
  };
  // Node's types do not know these two events of every emitter.
  const emitter: EventEmitter = process;
  for (const signal of SIGNALS) if (process.listenerCount(signal) === 0) process.on(signal, onSignal);
  // Before Node's own listener, which starts to watch a signal: ours, when it goes, would stop that.
  emitter.prependListener('newListener', onAdded);
  emitter.on('removeListener', onRemoved);
  return () => {
    emitter.off('newListener', onAdded);
    emitter.off('removeListener', onRemoved);
    for (const signal of SIGNALS) process.off(signal, onSignal);
  };
}

/**
 * Takes the only listener of a signal out without a word, as another one is about to be added: when `off` takes the last one
 * away, Node stops to watch the signal, and one that has come, but not yet to the loop, would be lost. False if there are
 * others, or the emitter is not as expected.
 */
function slipAway(
  emitter: { _events?: Record<string, unknown> | undefined; _eventsCount?: number },
  event: Signal,
  listener: unknown,
): boolean {
  const { _events: events, _eventsCount: count } = emitter;
  if (events === undefined || events[event] !== listener || count === undefined) return false;
  delete events[event];
  emitter._eventsCount = count - 1;
  return true;
}

function isSignal(event: string | symbol): event is Signal {
  return Object.hasOwn(SIGNAL_NUMBERS, event);
}

/** The end of the program is its own: a failure of the recorder must not change it. */
function guard(finish: () => void): void {
  try {
    finish();
  } catch {
    // Nobody is left to tell: what has been written so far opens.
  }
}
