/**
 * Packages that the workshop needs beside its own dependencies, each in a folder of its own below .cache.
 *
 * A registry that does not answer must not hold up a whole run: an attempt has a limit, and there are two.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';

/** Of one attempt, ms. */
const LIMIT = 150_000;
const ATTEMPTS = 2;
const FLAGS = ['--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];

/**
 * Installs `packages` ("name@version") into `folder`, without running their scripts. Installs beside and renames into
 * place, so that two runs at once and an interrupted one do no harm. Throws when the registry does not give them.
 */
export function installPackages(folder, packages) {
  if (existsSync(folder)) return;
  const temporary = `${folder}.${process.pid}`;
  for (let attempt = 1; ; attempt++) {
    mkdirSync(temporary, { recursive: true });
    const { status, error } = spawnSync('npm', ['install', '--prefix', temporary, ...FLAGS, ...packages], {
      stdio: ['ignore', 'ignore', 'inherit'],
      timeout: LIMIT,
      killSignal: 'SIGKILL',
    });
    if (status === 0) break;
    rmSync(temporary, { recursive: true });
    const why = error === undefined ? `npm ended with status ${status}` : `npm: ${error.message}`;
    if (attempt === ATTEMPTS) throw new Error(`${packages.join(' ')} cannot be installed: ${why}`);
    console.error(`${why}; trying once more`);
  }
  if (existsSync(folder)) rmSync(temporary, { recursive: true });
  else renameSync(temporary, folder);
}
