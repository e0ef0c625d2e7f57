/**
 * `exectrace test`: runs a test command with the recorder in every Node.js process that it starts, and tests and test
 * files as tasks. Every process writes a trace of its own into one folder.
 */
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Command, parseOptions } from './command.ts';
import { UsageError } from './errors.ts';
import { complain } from './output.ts';
import { LEVELS, recordingEnvironment, runCommand } from './run-command.ts';
import { SOURCE_OPTIONS, sourcesOf } from './source-options.ts';

const OPTIONS = {
  output: { type: 'string', short: 'o', value: 'DIR', description: 'Write the traces into DIR (test-traces)' },
  level: { type: 'string', value: 'N', description: 'How much to record: 0, 1 or 2 (2)' },
  ...SOURCE_OPTIONS,
} as const;

const DEFAULT_FOLDER = 'test-traces';
/** The files that the processes write: their ids. */
const TRACE = /^\d+\.trace$/;

export const test: Command = {
  name: 'test',
  summary: 'Run tests and record them',
  usage: 'test [-o DIR] [--level N] [--sync] [--cpu] [--gc] -- COMMAND [ARGUMENT…]',
  options: OPTIONS,
  details: `Tests of node:test, vitest, jest and mocha become tasks, named by their suites and children of the task of their
file, however the command starts them: directly, by npx, or by npm test. Every Node.js process writes PID.trace; the
traces of an earlier run in DIR are removed. The exit status is the command's own.

Examples: exectrace test -- node --test
          exectrace test -- npx vitest run
          exectrace test -- npm test`,

  async run(args) {
    const split = args.indexOf('--');
    const command = split < 0 ? [] : args.slice(split + 1);
    const { values, positionals } = parseOptions('test', OPTIONS, split < 0 ? args : args.slice(0, split));
    if (command.length === 0 || positionals.length > 0) {
      const given = [...positionals, ...command].join(' ') || 'npm test';
      throw new UsageError(`put -- before the command to run: exectrace test -- ${given}`);
    }
    const level = values.level ?? '2';
    if (!LEVELS.includes(level)) throw new UsageError(`--level is 0, 1 or 2, not ${level}`);
    const folder = resolve(values.output ?? DEFAULT_FOLDER);
    mkdirSync(folder, { recursive: true });
    for (const file of traces(folder)) rmSync(file);
    const recording = { file: join(folder, '%p.trace'), level, sources: sourcesOf(values) };
    const status = await runCommand(command, { ...recordingEnvironment(recording), EXECTRACE_TEST: '1' });
    report(values.output ?? DEFAULT_FOLDER, traces(folder));
    return status;
  },
};

function traces(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => TRACE.test(name))
    .map((name) => join(folder, name));
}

function report(folder: string, files: readonly string[]): void {
  if (files.length === 0) return complain('nothing was recorded: the command started no Node.js process that could be');
  const size = files.reduce((sum, file) => sum + statSync(file).size, 0) / 1e6;
  complain(
    `wrote ${files.length} ${files.length === 1 ? 'trace' : 'traces'} into ${folder} (${size.toFixed(1)} MB); to open them: exectrace view ${folder}`,
  );
}
