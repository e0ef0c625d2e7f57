/**
 * Records the sample service under load: what the demo shows and what the tests with Go's tools and with a browser
 * work on. The same three steps as in examples/orders-api/README.md, done by one function.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { drive } from '../examples/load.mjs';

const EXECTRACE = fileURLToPath(new URL('../bin/exectrace.js', import.meta.url));
const SERVER = fileURLToPath(new URL('../examples/orders-api/server.js', import.meta.url));

/**
 * Runs the service under `exectrace run` on the node binary `node`, drives load for `seconds`, ends it with SIGTERM
 * and waits for its end. `file` then holds the trace. Returns the latencies per route, as `drive` does.
 */
export async function recordOrdersApi({ file, level = 2, seconds = 4, node = process.execPath }) {
  const args = [EXECTRACE, 'run', '-o', file, '--level', String(level), '--', node, SERVER];
  const child = spawn(process.execPath, args, {
    env: { ...process.env, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exit = once(child, 'exit');
  try {
    const origin = await Promise.race([originOf(child), exit.then(() => undefined)]);
    if (origin === undefined) throw new Error('the sample service ended before it listened');
    const latencies = await drive(origin, { seconds });
    child.kill('SIGTERM');
    const [code, signal] = await exit;
    if (code !== 0) throw new Error(`the recorded service ended with ${signal ?? `status ${code}`}`);
    return latencies;
  } finally {
    child.kill('SIGTERM');
  }
}

async function originOf(child) {
  for await (const line of createInterface({ input: child.stdout })) {
    const match = /listens on (http:\S+)/.exec(line);
    if (match) return match[1];
  }
  return undefined;
}
