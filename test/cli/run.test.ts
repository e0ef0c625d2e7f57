/** `exectrace run` and the signals that it passes on. */
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { traceFile } from '../recorder/support/record-program.ts';
import { logLines, modelOf } from '../recorder/support/recorded-trace.ts';
import { spawn } from '../support/child-process.ts';

const CLI = fileURLToPath(new URL('../../bin/exectrace.js', import.meta.url));
const ENDING = fileURLToPath(new URL('../recorder/programs/ending.mjs', import.meta.url));

/** Runs ending.mjs in the way `way`, and sends `signals` once it has printed `when`. */
async function run(way: string, when: string, signals: readonly NodeJS.Signals[]) {
  const file = traceFile();
  const args = [CLI, 'run', '--level', '0', '-o', file, '--', process.execPath, ENDING, way, '1'];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  const ended = once(child, 'exit');
  let printed = '';
  let sent = false;
  child.stdout.on('data', (data) => {
    printed += data;
    if (sent || !printed.includes(when)) return;
    sent = true;
    for (const signal of signals) child.kill(signal);
  });
  const [code, signal] = await ended;
  return { file, code, signal };
}

it('passes a signal on, and ends by it as the program does', async () => {
  const { file, signal } = await run('signal', 'ready', ['SIGTERM']);
  expect(signal).toBe('SIGTERM');
  expect(logLines(await modelOf(file), 'line').at(-1)?.message).toBe('last');
});

it('kills a program that hangs when a second signal comes, and keeps its trace', async () => {
  // Two of a kind may arrive as one.
  const { file, signal } = await run('hang', 'hanging', ['SIGTERM', 'SIGINT']);
  expect(signal).toBe('SIGKILL');
  expect((await modelOf(file)).info.problem).toBeUndefined();
});
