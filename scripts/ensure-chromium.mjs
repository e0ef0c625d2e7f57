/**
 * The browser tests use the Chromium of the system. This finds it, or installs it where that is possible without
 * asking anyone (root on a Debian-like system), or says what to run and fails.
 *
 *   node scripts/ensure-chromium.mjs          prints the path
 *
 * CHROMIUM=/path/to/chrome names another one.
 */
import { execFileSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** Path of a Chromium, or undefined. */
export function findChromium() {
  if (process.env.CHROMIUM !== undefined) return process.env.CHROMIUM;
  const folders = (process.env.PATH ?? '').split(delimiter);
  return NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable);
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function install() {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return;
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const command of [
    ['update', '-q'],
    ['install', '-y', '-q', 'chromium'],
  ]) {
    execFileSync('apt-get', command, { stdio: ['ignore', 'ignore', 'inherit'], env });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (findChromium() === undefined) install();
  const path = findChromium();
  if (path === undefined) {
    console.error('The browser tests need Chromium. On Debian or Ubuntu: sudo apt-get install -y chromium');
    console.error('Elsewhere install it and name it: CHROMIUM=/path/to/chrome npm test');
    process.exit(1);
  }
  console.log(`Chromium: ${path}`);
}
