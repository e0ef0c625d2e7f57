/**
 * Makes the README's picture: the viewer's first screen with the demo's trace.
 *
 *   npm run demo -- --exit && node scripts/picture.mjs
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { findChromium } from './ensure-chromium.mjs';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const TRACE = join(ROOT, '.cache', 'demo.trace');
const PICTURE = join(ROOT, 'docs', 'images', 'viewer.png');
const FLAGS = ['--no-sandbox', '--headless', '--disable-gpu', '--disable-quic', '--no-first-run'];
const OFFLINE = ['--disable-background-networking', '--disable-component-update', '--disable-sync'];

const viewer = spawn(process.execPath, [join(ROOT, 'bin', 'exectrace.js'), 'view', TRACE, '--no-open'], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
const [line] = await once(createInterface(viewer.stdout), 'line');
const browser = await chromium.launch({ executablePath: findChromium(), args: [...FLAGS, ...OFFLINE] });
try {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, colorScheme: 'light' });
  await page.goto(/http\S+/.exec(line)[0]);
  await page.getByText('What stands out').waitFor();
  await page.waitForLoadState('networkidle');
  mkdirSync(dirname(PICTURE), { recursive: true });
  await page.screenshot({ path: PICTURE });
} finally {
  await browser.close();
  viewer.kill();
}
