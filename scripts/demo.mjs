/**
 * `npm run demo`: records the sample service under real HTTP load, prints where the time of its slowest request went,
 * and opens the trace in the viewer.
 *
 *   npm run demo -- --no-open    prints the viewer's address and serves until Ctrl-C
 *   npm run demo -- --exit       ends after checking that the viewer and the trace are served
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, mkdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { loadTrace } from '../dist/analysis/index.js';
import { formatLoad } from '../examples/load.mjs';
import { describeSlowestRequest, describeTrace } from './describe-trace.mjs';
import { recordOrdersApi } from './record-orders-api.mjs';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const EXECTRACE = join(ROOT, 'bin', 'exectrace.js');
const TRACE = join(ROOT, '.cache', 'demo.trace');
const LEVEL = 2;
const SECONDS = 4;

const { values: options } = parseArgs({
  options: { 'no-open': { type: 'boolean', default: false }, exit: { type: 'boolean', default: false } },
});

mkdirSync(dirname(TRACE), { recursive: true });
console.log(`Recording examples/orders-api at level ${LEVEL}, under load for ${SECONDS} seconds.\n`);
const latencies = await recordOrdersApi({ file: TRACE, level: LEVEL, seconds: SECONDS });
console.log(`${formatLoad(latencies)}\n`);

const model = await loadTrace(createReadStream(TRACE));
console.log(`${relative(process.cwd(), TRACE)}: ${describeTrace(model)}\n`);
console.log(`${describeSlowestRequest(model)}\n`);

if (options.exit) await checkViewer();
else await openViewer();

/** Serves the viewer until it is ended. */
async function openViewer() {
  const args = options['no-open'] ? ['--no-open'] : [];
  const viewer = spawn(process.execPath, [EXECTRACE, 'view', TRACE, ...args], { stdio: 'inherit' });
  // Ctrl-C reaches the viewer as well; its status is this script's.
  process.on('SIGINT', () => {});
  const [code] = await once(viewer, 'exit');
  process.exitCode = code ?? 0;
}

/** Starts the viewer, fetches its page and the trace as a browser would, and ends it. */
async function checkViewer() {
  const stdio = ['ignore', 'pipe', 'inherit'];
  const viewer = spawn(process.execPath, [EXECTRACE, 'view', TRACE, '--no-open'], { stdio });
  const exit = once(viewer, 'exit');
  try {
    const url = await firstUrl(viewer.stdout);
    const entrance = await fetch(url, { redirect: 'manual' });
    const page = new URL(entrance.headers.get('location') ?? '', url);
    const headers = { cookie: entrance.headers.getSetCookie().join('; ').split(';')[0] };
    await expectOk(page, headers);
    await expectOk(new URL(`/${page.searchParams.get('trace')}`, url), headers);
  } finally {
    viewer.kill('SIGTERM');
    await exit;
  }
}

async function firstUrl(stream) {
  for await (const line of createInterface({ input: stream })) {
    const match = /http:\/\/\S+/.exec(line);
    if (match) return match[0];
  }
  throw new Error('exectrace view ended without printing an address');
}

async function expectOk(url, headers) {
  const response = await fetch(url, { headers });
  const { byteLength } = await response.arrayBuffer();
  if (response.status !== 200 || byteLength === 0) throw new Error(`${url.pathname} answered ${response.status}`);
  console.log(`${url.pathname} answers 200 with ${byteLength} bytes`);
}
