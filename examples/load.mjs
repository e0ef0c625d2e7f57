/**
 * A load generator for orders-api: some clients with keep-alive connections, each sending one request after another
 * with a short pause between, routes mixed by weight. Loopback only, bounded in time and in requests.
 *
 *   node examples/load.mjs http://127.0.0.1:3000 [--seconds 5] [--clients 12] [--requests 5000]
 *
 * It prints the latency per route. The mix follows a fixed sequence, so two runs send the same requests.
 */
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const PAUSE_MS = 8;
const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** Weight, name, and the request number n of that route. */
const ROUTES = [
  { weight: 64, name: 'GET /orders/:id', make: (n) => ({ path: `/orders/${n}`, token: `token-of-user-${n % 50}` }) },
  { weight: 23, name: 'GET /catalog', make: (n) => ({ path: `/catalog?page=${n % 8}` }) },
  { weight: 5, name: 'POST /login', make: (n) => ({ path: '/login', body: credentials(n) }) },
  { weight: 5, name: 'POST /invoices', make: (n) => ({ path: '/invoices', body: { order: n } }) },
  { weight: 3, name: 'GET /report', make: () => ({ path: '/report' }) },
];

function credentials(n) {
  return { name: `user-${n % 50}`, password: 'correct horse' };
}

/**
 * Drives load at `origin` (http://host:port) until `seconds` are over or `requests` are sent.
 * Returns one row per route: { name, count, p50, p99, max } with times in ms. Throws if a request fails.
 */
export async function drive(origin, { seconds = 5, clients = 12, requests = 5000 } = {}) {
  const { hostname } = new URL(origin);
  if (!LOOPBACK.has(hostname)) throw new Error(`load goes to loopback only, not to ${hostname}`);
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  const end = performance.now() + seconds * 1000;
  const times = new Map(ROUTES.map((route) => [route.name, []]));
  let sent = 0;

  async function client() {
    while (sent < requests && performance.now() < end) {
      const n = ++sent;
      const route = routeOf(n);
      const start = performance.now();
      await send(agent, origin, route.make(n));
      times.get(route.name).push(performance.now() - start);
      await sleep(PAUSE_MS);
    }
  }

  try {
    await Promise.all(Array.from({ length: clients }, client));
  } finally {
    agent.destroy();
  }
  return [...times].map(([name, list]) => ({ name, ...quantiles(list) }));
}

/** Spreads the routes by weight; 61 shares no factor with 100, so each hundred requests hold every weight exactly. */
function routeOf(n) {
  let ticket = (n * 61) % 100;
  for (const route of ROUTES) {
    ticket -= route.weight;
    if (ticket < 0) return route;
  }
  throw new Error('the weights do not add up to 100');
}

function send(agent, origin, { path, token, body }) {
  const payload = body === undefined ? undefined : JSON.stringify(body);
  const headers = {};
  if (token !== undefined) headers.authorization = `Bearer ${token}`;
  if (payload !== undefined) headers['content-type'] = 'application/json';
  return new Promise((resolve, reject) => {
    const outgoing = request(
      new URL(path, origin),
      { agent, headers, method: payload ? 'POST' : 'GET' },
      (response) => {
        response.resume();
        response.on('end', () => {
          if (response.statusCode < 400) resolve();
          else reject(new Error(`${path} answered ${response.statusCode}`));
        });
      },
    );
    outgoing.on('error', reject);
    outgoing.end(payload);
  });
}

function quantiles(list) {
  const sorted = list.toSorted((a, b) => a - b);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  return { count: sorted.length, p50: at(0.5), p99: at(0.99), max: at(1) };
}

/** The rows of `drive` as lines of text. */
export function formatLoad(rows) {
  const cells = (row) => [row.count, row.p50.toFixed(1), row.p99.toFixed(1), row.max.toFixed(1)];
  const line = (name, values) => name.padEnd(18) + values.map((value) => String(value).padStart(10)).join('');
  const head = line('route', ['requests', 'p50 ms', 'p99 ms', 'max ms']);
  return [head, ...rows.map((row) => line(row.name, cells(row)))].join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { seconds: { type: 'string' }, clients: { type: 'string' }, requests: { type: 'string' } },
  });
  if (positionals.length !== 1) {
    console.error('usage: node examples/load.mjs http://127.0.0.1:3000 [--seconds 5] [--clients 12] [--requests 5000]');
    process.exit(2);
  }
  const limits = Object.fromEntries(Object.entries(values).map(([name, text]) => [name, Number(text)]));
  try {
    console.log(formatLoad(await drive(positionals[0], limits)));
  } catch (error) {
    console.error(`load failed: ${error.message}`);
    process.exitCode = 1;
  }
}
