/** What the command line says about a trace, as JSON: the pages must say the same. */
import { fileURLToPath } from 'node:url';
import { execFileSync } from '../../support/child-process.ts';

const CLI = fileURLToPath(new URL('../../../bin/exectrace.js', import.meta.url));

/** @param args a command and its arguments, without `--json` */
export function cliJson<T>(...args: readonly string[]): T {
  const [command, ...rest] = args;
  const output = execFileSync(process.execPath, [CLI, command!, '--json', ...rest], {
    maxBuffer: 256e6,
    encoding: 'utf8',
  });
  return JSON.parse(output) as T;
}
