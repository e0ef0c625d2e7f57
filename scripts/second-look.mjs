/**
 * Runs the test files that failed in the last run once more, one at a time on an otherwise idle machine. `.ci/run` calls
 * it after a failed run.
 *
 * Many tests record real programs, and a machine that others use as well can starve one for a second. What fails twice
 * is broken; what passes now is named, so that it gets mended rather than forgotten. More than a few files at once are
 * never bad luck: then there is no second look.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { OUTCOME } from './summary-reporter.mjs';

const MOST_FILES = 10;

const { passing, failing, errors } = existsSync(OUTCOME)
  ? JSON.parse(readFileSync(OUTCOME, 'utf8'))
  : { failing: [], errors: 1 };
if (errors > 0 || failing.length === 0 || failing.length > MOST_FILES) {
  console.log(`No second look: ${failing.length} test files failed, ${errors} errors were outside of tests.`);
  process.exit(1);
}
console.log(`A second look at what failed; what passes now is unsteady and wants mending:\n  ${failing.join('\n  ')}`);
const root = fileURLToPath(new URL('..', import.meta.url));
const { status } = spawnSync('npx', ['vitest', 'run', '--maxWorkers=1', ...failing], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, EXECTRACE_FIRST_LOOK: JSON.stringify(passing) },
});
process.exitCode = status ?? 1;
