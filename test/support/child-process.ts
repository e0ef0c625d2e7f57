/**
 * Child processes of the tests: as `node:child_process`, but each has a limit. What has not ended by then is killed, and
 * what killed it is said. A test that waits in place for a child that hangs stops its whole process, so that neither
 * its own time limit nor that of the run would ever end it.
 *
 * `test/architecture.test.ts` sees to it that no test starts a process in another way.
 */
import * as node from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll } from 'vitest';

export type { ChildProcess, ExecFileSyncOptions } from 'node:child_process';

/** ms; below the limit of a test, so that the test can say what it waited for. */
const LIMIT = 50_000;
/** ms; for compilers, and for what is fetched from a registry. */
export const LONG = 110_000;

interface Limited {
  /** ms */
  readonly timeout?: number;
}

const running = new Set<node.ChildProcess>();
afterAll(killAll);
process.on('exit', killAll);

function killAll(): void {
  for (const child of running) child.kill('SIGKILL');
}

/** As Node's; the child also ends with the tests of the file. */
export const spawn = ((command: string, args: readonly string[], options: node.SpawnOptions & Limited = {}) => {
  const { timeout = LIMIT, ...rest } = options;
  const child = node.spawn(command, args, rest);
  const timer = setTimeout(() => {
    console.error(tooLong(command, args, timeout));
    child.kill('SIGKILL');
  }, timeout).unref();
  running.add(child);
  child.once('exit', () => {
    clearTimeout(timer);
    running.delete(child);
  });
  return child;
}) as typeof node.spawn;

/** As Node's, but throws when the limit ended the child. */
export const spawnSync = ((command: string, args: readonly string[], options: node.SpawnSyncOptions & Limited = {}) => {
  const { timeout = LIMIT } = options;
  const result = node.spawnSync(command, args, { ...options, timeout, killSignal: 'SIGKILL' });
  if (isTimeout(result.error)) throw new Error(`${tooLong(command, args, timeout)}: ${result.stderr ?? ''}`);
  return result;
}) as typeof node.spawnSync;

/** As Node's. */
export const execFileSync = ((
  command: string,
  args: readonly string[],
  options: node.ExecFileSyncOptions & Limited = {},
) => {
  const { timeout = LIMIT } = options;
  try {
    return node.execFileSync(command, args, { ...options, timeout, killSignal: 'SIGKILL' });
  } catch (error) {
    throw isTimeout(error) ? new Error(tooLong(command, args, timeout), { cause: error }) : error;
  }
}) as typeof node.execFileSync;

const execFilePromise = promisify(node.execFile);

/** As the promise form of Node's `execFile`. */
export async function execFile(
  command: string,
  args: readonly string[],
  options: node.ExecFileOptions = {},
): Promise<{ readonly stdout: string; readonly stderr: string }> {
  const { timeout = LIMIT } = options;
  const limited = { ...options, timeout, killSignal: 'SIGKILL', encoding: 'utf8' } as const;
  try {
    return await execFilePromise(command, args, limited);
  } catch (error) {
    const killed = error instanceof Error && 'killed' in error && error.killed === true;
    throw killed ? new Error(tooLong(command, args, timeout), { cause: error }) : error;
  }
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ETIMEDOUT';
}

function tooLong(command: string, args: readonly string[], limit: number): string {
  return `killed after ${limit / 1000} s, as it had not ended: ${[command, ...args].join(' ')}`;
}
