/** Runs a program for a number of units of work, and keeps the words that a recording of it would have given the writer. */
import { fileURLToPath } from 'node:url';
import { Contestant } from './contestant.mjs';

const CAPTURE = fileURLToPath(new URL('capture.mjs', import.meta.url));

/** Captures `count` units of program `name` on the Node `execPath` into `file`. Returns the program. */
export async function captureWords({ name, execPath, level, file, count }) {
  const program = await import(`../programs/${name}.mjs`);
  const { NODE_OPTIONS: _, ...env } = process.env;
  const contestant = await Contestant.startWith(name, program, {
    execPath,
    execArgv: ['--import', CAPTURE],
    env: { ...env, CAPTURE_OUT: file, CAPTURE_LEVEL: String(level) },
  });
  await contestant.window(count);
  await contestant.end();
  return program;
}
