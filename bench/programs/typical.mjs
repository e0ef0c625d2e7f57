/**
 * A typical handler: about a dozen awaits through a few layers of async functions, two round trips that end in a
 * later turn of the loop, one small file read, JSON in and out.
 */
import { readFile } from 'node:fs/promises';

export const title = 'typical handler: 12 awaits, a file read, JSON';
export const unit = 'request';
export const windowSize = 160;
export const connections = 16;

const SETTINGS = new URL('settings.json', import.meta.url);

export async function handle(request, response) {
  const user = await authenticate(request);
  const [order, settings] = await Promise.all([loadOrder(7), loadSettings()]);
  const items = await loadItems(order);
  const body = Buffer.from(JSON.stringify({ user, order, items: await price(items), settings: settings.length }));
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length });
  response.end(body);
}

async function authenticate(request) {
  const session = await fromCache(request.headers.authorization);
  return session ?? (await anonymous());
}

async function fromCache() {
  await undefined;
  return undefined;
}

async function anonymous() {
  return { name: 'anonymous' };
}

async function loadOrder(id) {
  const row = await query('orders', id);
  return { ...row, total: await price(row.rows) };
}

async function loadItems(order) {
  const { rows } = await query('items', order.id);
  return rows.filter((row) => row.id % 2 === 0);
}

/** A database answer that comes in a later turn of the loop. */
async function query(table, id) {
  await new Promise(setImmediate);
  return { table, id, rows: Array.from({ length: 20 }, (_, i) => ({ id: i, name: `${table} ${i}`, cents: i * 3 })) };
}

async function price(rows) {
  return rows.reduce((sum, row) => sum + row.cents, 0);
}

async function loadSettings() {
  return JSON.parse(await readFile(SETTINGS, 'utf8'));
}
