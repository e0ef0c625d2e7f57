/**
 * Long work in pieces. A computation that is written as a generator pauses wherever it yields: on a page, whoever drives it
 * lets frames and input through in between; everywhere else it just runs to its end. So there is one source for both, and
 * no copy of the data in another thread.
 */

/** A computation that may pause. */
export type Steps<T> = Generator<void, T, void>;

/** Runs a computation to its end at once. */
export function finish<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}
