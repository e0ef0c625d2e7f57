/**
 * loop-block: a service with one fault, to record and look at. `GET /report` parses a large document in one go: for a
 * tenth of a second and more the event loop does nothing else, and every other request waits for it.
 *
 *   PORT=3000 node examples/loop-block/server.js
 */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

const LINES = 300_000;
const document = `[${'{"name":"order","price":17},'.repeat(LINES)}{"name":"last","price":4}]`;

async function orders() {
  await sleep(3);
  const text = await readFile(new URL(import.meta.url), 'utf8');
  await sleep(2);
  return { lines: text.length };
}

/** The fault is the second line. A stream, or a worker, would let the others go on. */
async function renderReport() {
  await sleep(5);
  const lines = JSON.parse(document);
  return { lines: lines.length, total: lines.reduce((sum, { price }) => sum + price, 0) };
}

const server = createServer(async (request, response) => {
  const answer = request.url === '/report' ? await renderReport() : await orders();
  response.setHeader('Content-Type', 'application/json');
  response.end(JSON.stringify(answer));
});

process.once('SIGTERM', () => {
  server.close();
  server.closeAllConnections();
});

server.listen(Number(process.env.PORT ?? 3000), '127.0.0.1', () => {
  console.log(`loop-block listens on http://127.0.0.1:${server.address().port}`);
});
