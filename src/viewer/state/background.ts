/** Long computations on the page, in slices between which frames and input come through. */
import { useEffect, useState } from 'preact/hooks';
import type { Steps } from '../../base/index.ts';

/** Milliseconds of work at a time: half a frame. */
const SLICE = 8;
/** Milliseconds without a change before work begins, so that a drag does not start it again and again. */
const SETTLE = 40;

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
  readonly busy: boolean;
}

/**
 * The result of a computation that runs in the background and begins anew when one of `on` changes.
 *
 * @param make starts it; undefined: nothing is asked
 */
export function useBackground<T>(make: () => Steps<T> | undefined, on: readonly unknown[]): Background<T> {
  const [state, setState] = useState<Background<T>>({ value: undefined, busy: true });
  useEffect(() => {
    const steps = make();
    if (steps === undefined) {
      setState({ value: undefined, busy: false });
      return;
    }
    const abort = new AbortController();
    setState(({ value }) => ({ value, busy: true }));
    const run = async () => {
      const value: T | undefined = await inSlices<T>(steps, abort.signal);
      if (!abort.signal.aborted) setState({ value, busy: false });
    };
    // What is asked first is answered at once.
    const timer = setTimeout(() => void run(), state.value === undefined ? 0 : SETTLE);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [...on]);
  return state;
}
