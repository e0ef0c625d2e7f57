/** The file that a command is pointed at. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { TraceFormatError } from '../format/index.ts';
import { InputError } from './errors.ts';
import { complain } from './output.ts';

/** Bytes per read: a few round trips per second of work, and no large buffers. */
const CHUNK_SIZE = 1 << 20;

/**
 * The bytes of a file in pieces.
 *
 * @throws InputError when it is no file
 */
export async function openTrace(path: string): Promise<AsyncIterable<Uint8Array>> {
  const info = await stat(path);
  if (info.isDirectory()) throw new InputError(`${path}: this is a directory, not a trace`);
  return createReadStream(path, { highWaterMark: CHUNK_SIZE });
}

/** The same error with the name of the file in front, if it is one about the file's content. */
export function inFile(path: string, error: unknown): unknown {
  return error instanceof TraceFormatError ? new InputError(`${path}: ${error.message}`) : error;
}

/** Says on standard error that only the beginning of a trace could be used. */
export function warnOfProblem(path: string, message: string): void {
  complain(`warning: ${path}: ${message}. What comes before is used.`);
}
