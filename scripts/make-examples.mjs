/**
 * Makes the traces that the empty page of the viewer offers: runs the programs of examples/ and keeps their traces,
 * compressed, in src/viewer/public/examples/. They are in version control, so that a build needs neither Go nor time.
 *
 *   npm run build && node scripts/make-examples.mjs
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const TO = join(ROOT, 'src/viewer/public/examples');
const LOOP_BLOCK = { seconds: 2, clients: 10, pause: 25, reportEvery: 600 };
/** No program of these runs for longer, ms. */
const LIMIT = 120_000;

const folder = mkdtempSync(join(tmpdir(), 'exectrace-examples-'));
try {
  mkdirSync(TO, { recursive: true });
  for (const name of ['go-web-server', 'go-leak']) keep(name, goTrace(name));
  keep('node-loop-block', await loopBlockTrace());
} finally {
  rmSync(folder, { recursive: true });
}

function goTrace(name) {
  const [program, trace] = [join(folder, name), join(folder, `${name}.trace`)];
  const options = { stdio: 'inherit', timeout: LIMIT };
  execFileSync('go', ['build', '-o', program, '.'], { ...options, cwd: join(ROOT, 'examples', name) });
  execFileSync(program, [trace], options);
  return trace;
}

/** Records examples/loop-block under load. */
async function loopBlockTrace() {
  const trace = join(folder, 'node-loop-block.trace');
  const args = [join(ROOT, 'bin/exectrace.js'), 'run', '-o', trace, '--', process.execPath, 'server.js'];
  const child = spawn(process.execPath, args, {
    cwd: join(ROOT, 'examples/loop-block'),
    env: { ...process.env, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: LIMIT,
  });
  const exit = once(child, 'exit');
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  const origin = /http:\S+/.exec(line)[0];
  const until = performance.now() + LOOP_BLOCK.seconds * 1000;
  const repeat = async (path, pause) => {
    while (performance.now() < until) {
      await (await fetch(origin + path)).arrayBuffer();
      await sleep(pause);
    }
  };
  const clients = Array.from({ length: LOOP_BLOCK.clients }, () => repeat('/orders', LOOP_BLOCK.pause));
  await Promise.all([...clients, repeat('/report', LOOP_BLOCK.reportEvery)]);
  child.kill('SIGTERM');
  await exit;
  return trace;
}

function keep(name, trace) {
  const bytes = gzipSync(readFileSync(trace), { level: 9 });
  writeFileSync(join(TO, `${name}.trace.gz`), bytes);
  console.log(`${name}: ${bytes.length} bytes`);
}
