/**
 * Makes tasks of tests, whatever runs them: in each process of the family of `exectrace test`, before its first line.
 *
 * node:test, jest and vitest are prepared where they run. Mocha takes a plugin by an option; the process that is its
 * command line is known by its script, so that it does not matter who started it: a shell, npx, npm test.
 */
import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { annotateJestTests } from './jest.ts';
import { annotateNodeTests } from './node-test.ts';
import { annotateVitestTests } from './vitest.ts';

const besides = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** Prepares this thread. */
export function annotateTests(): void {
  annotateNodeTests();
  annotateJestTests();
  const script = resolvedScript();
  annotateVitestTests(script);
  if (/[\\/]mocha[\\/]bin[\\/]_?mocha(\.m?js)?$/.test(script)) addOption('--require', besides('mocha-plugin.js'));
}

/** The script of this process, links such as those in node_modules/.bin resolved. */
function resolvedScript(): string {
  try {
    return realpathSync(process.argv[1] ?? '');
  } catch {
    return '';
  }
}

/** Adds an option to those of the command line, where `--` does not end them yet. */
function addOption(...option: readonly string[]): void {
  const end = process.argv.indexOf('--');
  process.argv.splice(end < 0 ? process.argv.length : end, 0, ...option);
}
