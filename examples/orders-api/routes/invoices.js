/**
 * POST /invoices — pathology: a round trip through one worker thread.
 *
 * Rendering is moved off the event loop, as one should; but there is one worker for all requests, so they queue
 * where the main thread's metrics do not show it.
 */
import { withTask } from 'exectrace';
import { readJson, sendJson } from '../lib/http.js';

export async function createInvoice(request, response, _params, { database, invoices }) {
  const { order: orderId } = await readJson(request);
  const [order, { items }] = await Promise.all([database.query('orders', orderId), database.query('items', orderId)]);
  const invoice = await withTask('render invoice', () => invoices.render({ order, items }));
  sendJson(response, 201, { order: orderId, bytes: invoice.length });
}
