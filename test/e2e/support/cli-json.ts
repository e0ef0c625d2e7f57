/** What the command line says about a trace, as JSON: the pages must say the same. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const CLI = fileURLToPath(new URL('../../../bin/exectrace.js', import.meta.url));
/** After so many milliseconds the command has failed. */
const LIMIT = 60_000;

/** @param args a command and its arguments, without `--json` */
export function cliJson<T>(...args: readonly string[]): T {
  const [command, ...rest] = args;
  const output = execFileSync(process.execPath, [CLI, command!, '--json', ...rest], {
    timeout: LIMIT,
    maxBuffer: 256e6,
    encoding: 'utf8',
  });
  return JSON.parse(output) as T;
}
