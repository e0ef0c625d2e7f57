/**
 * Statements about our own code that must hold. A failed one is our bug, never bad input: bad input has errors of
 * its own, with an offset.
 */

/** A broken promise of this code to itself. */
export class AssertionError extends Error {
  override readonly name = 'AssertionError';
}

/** Throws an `AssertionError` unless `condition` holds; narrows the type of what was tested. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new AssertionError(message);
}

/** For the default branch of an exhaustive switch: does not compile while a case is missing. */
export function unreachable(value: never): never {
  throw new AssertionError(`unexpected value ${String(value)}`);
}
