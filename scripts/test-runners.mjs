/**
 * Test runners that the tests of `exectrace test` record and the project does not use itself. They come from npm,
 * installed without scripts below .cache/runners and kept there.
 */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installPackages } from './npm-install.mjs';

const RUNNERS = ['jest@30.5.2', 'mocha@12.0.3'];
const CACHE = join(dirname(dirname(fileURLToPath(import.meta.url))), '.cache', 'runners', RUNNERS.join('-'));

/** Path of a file below the runners' node_modules, such as `jest/bin/jest.js`; they are fetched on first use. */
export function runnerFile(path) {
  installPackages(CACHE, RUNNERS);
  return join(CACHE, 'node_modules', path);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(runnerFile('.'));
