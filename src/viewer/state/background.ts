/** Long computations on the page, in slices between which frames and input come through. */
import { useEffect, useState } from 'preact/hooks';
import type { Steps } from '../../base/index.ts';

/** Milliseconds of work at a time: half a frame. */
const SLICE = 8;
/** Milliseconds without a change before work begins anew, so that a drag does not start it again and again. */
const SETTLE = 80;

/** Runs a computation in slices; undefined when it was called off. */
export async function inSlices<T>(steps: Steps<T>, signal: AbortSignal): Promise<T | undefined> {
  for (;;) {
    const until = performance.now() + SLICE;
    do {
      const step = steps.next();
      if (step.done) return step.value;
    } while (performance.now() < until);
    await new Promise((resolve) => setTimeout(resolve));
    if (signal.aborted) return undefined;
  }
}

export interface Background<T> {
  /** The newest result; that of older questions until there is one. */
  readonly value: T | undefined;
  /** The result is of an older question, or there is none yet. */
  readonly busy: boolean;
}

interface Answer<T> {
  readonly value: T | undefined;
  /** The question that it belongs to. */
  readonly on: readonly unknown[] | undefined;
}

/**
 * The result of a computation that runs in the background and begins anew when one of `on` changes.
 *
 * @param make starts it; undefined: nothing is asked
 */
export function useBackground<T>(make: () => Steps<T> | undefined, on: readonly unknown[]): Background<T> {
  const [answer, setAnswer] = useState<Answer<T>>({ value: undefined, on: undefined });
  useEffect(() => {
    const abort = new AbortController();
    const run = async () => {
      const steps = make();
      const value: T | undefined = steps && (await inSlices<T>(steps, abort.signal));
      if (!abort.signal.aborted) setAnswer({ value, on });
    };
    // What is asked first is answered at once.
    const timer = setTimeout(() => void run(), answer.on === undefined ? 0 : SETTLE);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [...on]);
  const busy = answer.on === undefined || on.some((value, i) => value !== answer.on![i]);
  return { value: answer.value, busy };
}
