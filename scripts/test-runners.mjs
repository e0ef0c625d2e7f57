/**
 * Test runners that the tests of `exectrace test` record and the project does not use itself. They come from npm,
 * installed without scripts below .cache/runners and kept there.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const RUNNERS = ['jest@30.5.2', 'mocha@12.0.3'];
const CACHE = join(dirname(dirname(fileURLToPath(import.meta.url))), '.cache', 'runners', RUNNERS.join('-'));

/** Path of a file below the runners' node_modules, such as `jest/bin/jest.js`; they are fetched on first use. */
export function runnerFile(path) {
  if (!existsSync(CACHE)) fetchRunners();
  return join(CACHE, 'node_modules', path);
}

/** Installs beside and renames into place, so that two runs at once and an interrupted one do no harm. */
function fetchRunners() {
  const temporary = `${CACHE}.${process.pid}`;
  mkdirSync(temporary, { recursive: true });
  const flags = ['--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  execFileSync('npm', ['install', '--prefix', temporary, ...flags, ...RUNNERS], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (existsSync(CACHE)) rmSync(temporary, { recursive: true });
  else renameSync(temporary, CACHE);
}
