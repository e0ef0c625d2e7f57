/**
 * What goes wrong at the command line, and what to tell the user: one message, exit status 2 for misuse, 1 for bad
 * input. Everything else is our bug and keeps its stack.
 */
import { TraceFormatError } from '../format/index.ts';
import { ViewerNotBuiltError } from '../server/index.ts';

/** The command was called wrongly. Exit status 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The command was called well, but what it was pointed at does not serve. Exit status 1. */
export class InputError extends Error {
  override readonly name = 'InputError';
}

export const EXIT_OK = 0;
export const EXIT_BAD_INPUT = 1;
export const EXIT_USAGE = 2;

/** System errors by code, as ends of a sentence that begins with the path. */
const SYSTEM_ERRORS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EISDIR: 'this is a directory, not a trace',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ENOTDIR: 'a part of the path is a file, not a directory',
  ENAMETOOLONG: 'the name is too long',
  EMFILE: 'too many open files',
};

/** The sentence for an error that a user can do something about; undefined for our own bugs. */
export function explain(error: unknown): string | undefined {
  const isOurs =
    error instanceof UsageError ||
    error instanceof InputError ||
    error instanceof TraceFormatError ||
    error instanceof ViewerNotBuiltError;
  if (isOurs) return error.message;
  const { code, path } = error instanceof Error ? (error as NodeJS.ErrnoException) : {};
  const sentence = code === undefined ? undefined : SYSTEM_ERRORS[code];
  if (sentence === undefined) return undefined;
  return path === undefined ? sentence : `${path}: ${sentence}`;
}
