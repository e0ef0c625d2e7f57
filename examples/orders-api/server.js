/**
 * orders-api: a small order service to record and look at. Each route shows one way in which a Node service loses
 * time; README.md beside this file says which and where.
 *
 *   PORT=3000 node examples/orders-api/server.js
 *
 * It listens on loopback only, needs nothing installed, starts its own stand-in database, and ends cleanly on SIGTERM
 * and SIGINT: open requests are answered first.
 */
import { createServer } from 'node:http';
import { CatalogStore } from './lib/catalog-store.js';
import { startDatabase } from './lib/database.js';
import { sendJson } from './lib/http.js';
import { InvoiceRenderer } from './lib/invoice-renderer.js';
import { createRouter } from './routes/index.js';

const port = Number(process.env.PORT ?? 3000);
const database = await startDatabase({ connections: 4 });
const catalog = await CatalogStore.create();
const invoices = new InvoiceRenderer();
const route = createRouter({ database, catalog, invoices });

const server = createServer(async (request, response) => {
  try {
    await route(request, response);
  } catch (error) {
    sendJson(response, error.status ?? 500, { error: error.message });
  }
});

async function shutDown() {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeIdleConnections();
  await closed;
  await Promise.all([invoices.close(), database.close(), catalog.close()]);
}
process.once('SIGTERM', shutDown);
process.once('SIGINT', shutDown);

server.listen(port, '127.0.0.1', () => {
  console.log(`orders-api listens on http://127.0.0.1:${server.address().port}`);
});
