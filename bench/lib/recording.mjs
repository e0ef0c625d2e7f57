/**
 * How a child is recorded: with the real preload, to a file, its writer worker included. The same as
 * `exectrace run --level N -- node …`, but without the command in between, as that has no IPC channel.
 */
import { fileURLToPath } from 'node:url';

const PRELOAD = fileURLToPath(new URL('../../dist/recorder/preload.cjs', import.meta.url));

/** The variants that a program is measured in. The first is what the others are compared with. */
export const VARIANTS = [
  { name: 'off', level: undefined },
  { name: 'null', level: undefined },
  { name: 'level 0', level: 0 },
  { name: 'level 1', level: 1 },
  { name: 'level 2', level: 2 },
];

/**
 * The part of `child_process.fork` options that makes a child record itself at `level`; undefined: not at all.
 * `sources` are the names of further sources, with commas between.
 */
export function recordingOptions(level, file, sources = '') {
  const { NODE_OPTIONS: _, ...env } = process.env;
  if (level === undefined) return { env, execArgv: [] };
  return {
    env: { ...env, EXECTRACE_OUT: file, EXECTRACE_LEVEL: String(level), EXECTRACE_SOURCES: sources },
    execArgv: ['--require', PRELOAD],
  };
}

export const SUBJECT = fileURLToPath(new URL('subject.mjs', import.meta.url));
