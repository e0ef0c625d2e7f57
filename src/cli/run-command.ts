/**
 * Runs a command with the recorder preloaded into every Node.js process that it starts; what `run` and `test` share.
 *
 * The command must not notice: it keeps its standard streams and its exit status, signals are passed on to it, and one
 * that ends it ends this process in the same way. One thing is different: a recorded program listens for the signals
 * that would kill it, in order to complete its trace, and does not hear them while it hangs in a loop. So whoever sends
 * a second one means it: the command is killed if that one does not end it soon either.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { EXIT_OK } from './errors.ts';
import { complain } from './output.ts';

const PRELOAD = fileURLToPath(new URL('../recorder/preload.cjs', import.meta.url));
/** What `--level` takes. */
export const LEVELS: readonly string[] = ['0', '1', '2'];
const NOT_FOUND = 127;
/** Signals that mean the command rather than us. A terminal's Ctrl-C reaches the command by itself. */
const FORWARDED = ['SIGTERM', 'SIGHUP', 'SIGINT'] as const;
/** How long the command may go on after a second signal, ms. */
const PATIENCE = 2000;

export interface Recording {
  /** Where the trace goes; `%p` stands for the process id. */
  readonly file: string;
  readonly level: string;
  /** Names of further sources, with commas between. */
  readonly sources: string;
}

/** The environment in which Node.js processes are recorded. */
export function recordingEnvironment({ file, level, sources }: Recording): NodeJS.ProcessEnv {
  return {
    ...process.env,
    NODE_OPTIONS: `--require ${JSON.stringify(PRELOAD)} ${process.env.NODE_OPTIONS ?? ''}`.trim(),
    EXECTRACE_OUT: file,
    EXECTRACE_LEVEL: level,
    EXECTRACE_SOURCES: sources,
    EXECTRACE_PARENT: String(process.pid),
  };
}

/** Runs the command to its end and returns its exit status; ends this process by the signal that ended it. */
export function runCommand([program, ...args]: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const child = spawn(program!, args, { stdio: 'inherit', env });
  const stopForwarding = forwardSignals(child);
  return new Promise((done, fail) => {
    child.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') return fail(error);
      complain(`${program}: command not found`);
      return done(NOT_FOUND);
    });
    child.on('exit', (code, signal) => {
      stopForwarding();
      if (signal !== null) process.once('exit', () => process.kill(process.pid, signal));
      done(code ?? EXIT_OK);
    });
  });
}

/** Passes signals on, and kills the child that survives the second one. Returns what ends that. */
function forwardSignals(child: ChildProcess): () => void {
  let signals = 0;
  let patience: NodeJS.Timeout | undefined;
  const forward = (signal: NodeJS.Signals): void => {
    const reachedByItself = signal === 'SIGINT' && process.stdin.isTTY;
    if (!reachedByItself) child.kill(signal);
    if (++signals === 2) patience = setTimeout(() => child.kill('SIGKILL'), PATIENCE);
  };
  for (const signal of FORWARDED) process.on(signal, forward);
  return () => {
    clearTimeout(patience);
    for (const signal of FORWARDED) process.off(signal, forward);
  };
}
