/** Go programs of the tests: built once and run for their trace, in a folder that is no part of the repository. */

import { mkdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ExecFileSyncOptions, execFileSync, LONG, spawnSync } from './child-process.ts';

const CACHE = fileURLToPath(new URL('../../node_modules/.cache/exectrace-tests', import.meta.url));

/** Is there a Go toolchain? In CI there must be one. If not, says what is skipped. */
export function hasGo(what: string): boolean {
  if (spawnSync('go', ['version']).status === 0) return true;
  if (process.env.CI) throw new Error(`Go is not installed; in CI ${what} is mandatory`);
  console.log(`skipped: ${what}, as Go is not installed`);
  return false;
}

/** Builds and runs a Go program that writes a trace to the file named by its argument; returns the trace. */
export function traceOfGoProgram(source: string): Buffer {
  const name = basename(source, '.go');
  mkdirSync(CACHE, { recursive: true });
  const program = join(CACHE, name);
  const trace = join(CACHE, `${name}.trace`);
  const options: ExecFileSyncOptions = { stdio: ['ignore', 'inherit', 'inherit'], timeout: LONG };
  execFileSync('go', ['build', '-o', program, source], options);
  execFileSync(program, [trace], options);
  return readFileSync(trace);
}

/**
 * Builds bench/go-load and has it write a trace of about `bytes`: a busy Go server. Its generations are of 50 ms rather
 * than of a second, so that there are many of them on a machine of any speed.
 */
export function traceOfGoLoad(bytes: number): Buffer {
  const trace = join(CACHE, `go-load-${bytes}.trace`);
  mkdirSync(CACHE, { recursive: true });
  const options: ExecFileSyncOptions = { stdio: ['ignore', 'inherit', 'inherit'], timeout: LONG };
  const program = join(CACHE, 'go-load');
  const source = fileURLToPath(new URL('../../bench/go-load', import.meta.url));
  execFileSync('go', ['build', '-o', program, '.'], { ...options, cwd: source });
  const env = { ...process.env, GODEBUG: 'traceadvanceperiod=50000000' };
  execFileSync(program, [trace, String(bytes)], { ...options, env });
  return readFileSync(trace);
}
