/**
 * `exectrace run`: runs a command with the recorder preloaded into every Node.js process that it starts.
 *
 * The command must not notice: it keeps its standard streams and its exit status, and a signal that ends it ends this
 * process in the same way. What is said about the trace goes to standard error, after the command has ended.
 */
import { existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { type Command, parseOptions } from './command.ts';
import { InputError, UsageError } from './errors.ts';
import { complain } from './output.ts';
import { LEVELS, recordingEnvironment, runCommand } from './run-command.ts';
import { SOURCE_OPTIONS, sourcesOf } from './source-options.ts';

const OPTIONS = {
  output: { type: 'string', short: 'o', value: 'FILE', description: 'Write the trace to FILE (node.trace)' },
  level: { type: 'string', value: 'N', description: 'How much to record: 0, 1 or 2 (2)' },
  ...SOURCE_OPTIONS,
} as const;

const DEFAULT_FILE = 'node.trace';
/** More files than this are not named one by one. */
const MOST_NAMED = 8;

export const run: Command = {
  name: 'run',
  summary: 'Run a Node.js program and record it',
  usage: 'run [-o FILE] [--level N] [--sync] [--cpu] [--gc] -- COMMAND [ARGUMENT…]',
  options: OPTIONS,
  details: `Level 0 records requests, tasks, regions, logs, GC and when the event loop was idle; level 1 also every callback
of timers, sockets, files and so on; level 2 also every async function, what it waited for and who woke it.

The exit status is the command's own. Further Node.js processes that the command starts write files of their own,
named like FILE with the process id added. A FILE that ends in .gz or .zst is packed while it is written. Signals are passed on to the command; if a second one does not end it
within two seconds, it is killed.

Example: exectrace run -o server.trace -- node server.js`,

  async run(args) {
    const split = args.indexOf('--');
    const command = split < 0 ? [] : args.slice(split + 1);
    const { values, positionals } = parseOptions('run', OPTIONS, split < 0 ? args : args.slice(0, split));
    if (command.length === 0 || positionals.length > 0) {
      const given = [...positionals, ...command].join(' ') || 'node server.js';
      throw new UsageError(`put -- before the command to run: exectrace run -- ${given}`);
    }
    const level = values.level ?? '2';
    if (!LEVELS.includes(level)) throw new UsageError(`--level is 0, 1 or 2, not ${level}`);
    const file = resolve(values.output ?? DEFAULT_FILE);
    if (!existsSync(dirname(file))) throw new InputError(`${dirname(file)}: no such folder for the trace`);
    rmSync(file, { force: true });
    const startedAt = Date.now();
    const sources = sourcesOf(values);
    const status = await runCommand(command, recordingEnvironment({ file, level, sources }));
    reportTrace(file, startedAt);
    return status;
  },
};

/** Says which files were written since `startedAt` (ms since the epoch) and how to open the first. */
function reportTrace(file: string, startedAt: number): void {
  const others = siblings(file).filter((path) => statSync(path).mtimeMs >= startedAt - 1);
  if (!existsSync(file) && others.length === 1) renameSync(others.pop()!, file);
  if (!existsSync(file) && others.length === 0) {
    complain('nothing was recorded: the command started no Node.js process that could be');
    return;
  }
  const main = existsSync(file) ? file : others[0]!;
  const more = others.length - (main === file ? 0 : 1);
  const size = (statSync(main).size / 1e6).toFixed(1);
  const all = [main, ...others.filter((path) => path !== main)];
  const files = all.length > MOST_NAMED ? [shown(main)] : all.map(shown);
  complain(
    `wrote ${shown(main)} (${size} MB)${more > 0 ? ` and ${more} more of child processes` : ''}; ` +
      `to open ${files.length > 1 ? 'them on one clock' : 'it'}: exectrace view ${files.join(' ')}`,
  );
}

function shown(path: string): string {
  const short = relative('', path);
  return short.startsWith('..') ? path : short;
}

/** Files named like `file` with a process id added, as the recorder does: before the extension. */
function siblings(file: string): string[] {
  const name = basename(file);
  const extension = /(\.[^.]*)?(\.gz|\.zst)?$/.exec(name)![0];
  const stem = name.slice(0, name.length - extension.length);
  return readdirSync(dirname(file))
    .filter((other) => other.startsWith(`${stem}-`) && other.endsWith(extension))
    .filter((other) => /^\d+$/.test(other.slice(stem.length + 1, other.length - extension.length)))
    .map((other) => join(dirname(file), other));
}
