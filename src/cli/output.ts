/**
 * Printing. Text of a trace may hold anything, so it goes through `oneLine` before it gets here. A reader that has
 * seen enough (`exectrace dump x | head`) closes the pipe: that ends the program quietly, as it ends any other tool.
 */
import { once } from 'node:events';
import { oneLine } from '../base/index.ts';
import { EXIT_OK } from './errors.ts';

let watched = false;

/** Writes to standard output and waits until it is taken. */
export async function write(text: string): Promise<void> {
  if (!watched) {
    watched = true;
    process.stdout.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      process.exit(EXIT_OK);
    });
  }
  if (!process.stdout.write(text)) await once(process.stdout, 'drain');
}

/** Writes data as JSON for programs: numbers are ns, bytes or counts. What is not known (NaN) is null. */
export function writeJson(data: unknown): Promise<void> {
  return write(`${JSON.stringify(data, undefined, 2)}\n`);
}

/** One message on standard error; it may quote a trace, so it is disarmed here. */
export function complain(message: string): void {
  process.stderr.write(`exectrace: ${oneLine(message)}\n`);
}
