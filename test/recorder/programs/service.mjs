// A small HTTP service with its own clients: timers, files, the thread pool, a worker thread, tasks, regions and logs.
// Usage: service.mjs REQUESTS
import { pbkdf2 } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Agent, createServer, get } from 'node:http';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import * as trace from 'exectrace';

const requests = Number(process.argv[2] ?? 30);
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const hash = promisify(pbkdf2);

const worker = new Worker(
  `const { parentPort } = require('node:worker_threads');
   parentPort.on('message', async (n) => { await new Promise((r) => setTimeout(r, 1)); parentPort.postMessage(n + 1); });`,
  { eval: true },
);
const pending = [];
worker.on('message', (n) => pending.shift()?.(n));
const askWorker = (n) =>
  new Promise((resolve) => {
    pending.push(resolve);
    worker.postMessage(n);
  });

async function authenticate() {
  await sleep(1);
  trace.log('auth', 'ok');
}

async function handle() {
  await trace.withRegion('authenticate', authenticate);
  await Promise.all([readFile(new URL(import.meta.url)), hash('a', 'b', 500, 16, 'sha1'), askWorker(1)]);
  trace.withTask('render', () => trace.withRegion('template', () => 'x'.repeat(10)));
}

const server = createServer(async (request, response) => {
  await handle();
  response.end(request.url);
});

server.listen(0, '127.0.0.1', async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 4 });
  const fetchOne = (n) =>
    new Promise((resolve, reject) => {
      const { port } = server.address();
      const request = get({ port, host: '127.0.0.1', agent, path: `/orders/${n % 3}?secret=1` }, (response) => {
        response.resume();
        response.on('end', resolve);
      });
      request.on('error', reject);
    });
  for (let n = 0; n < requests; n += 3) await Promise.all([fetchOne(n), fetchOne(n + 1), fetchOne(n + 2)]);
  agent.destroy();
  server.close();
  await worker.terminate();
});
