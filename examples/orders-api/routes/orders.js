/**
 * GET /orders/:id — pathology: awaits in a chain, on a connection pool that is too small.
 *
 * authenticate and loadOrder wait for each other although they need not; then loadCustomer and loadItems run side by
 * side. Four queries per request share four connections, so under load a request waits for a connection more than for
 * the database. Orders whose number divides by 37 also hit a slow query.
 */
import { log, withRegion } from 'exectrace';
import { authenticate } from '../lib/auth.js';
import { HttpError, sendJson } from '../lib/http.js';

export async function showOrder(request, response, params, { database }) {
  const user = await authenticate(request, database);
  const order = await loadOrder(database, Number(params.id));
  const [customer, items] = await Promise.all([loadCustomer(database, order.customer), loadItems(database, order.id)]);
  const total = withRegion('price order', () => priceOrder(items));
  log('orders', `order ${order.id}: ${items.length} items`);
  sendJson(response, 200, { order: order.id, user, customer: customer.name, items, total });
}

async function loadOrder(database, id) {
  const order = await database.query('orders', id);
  if (order === undefined) throw new HttpError(404, `no order ${id}`);
  return order;
}

async function loadCustomer(database, id) {
  return await database.query('customers', id);
}

async function loadItems(database, orderId) {
  const { items } = await database.query('items', orderId);
  return items;
}

function priceOrder(items) {
  let cents = 0;
  for (const item of items) cents += item.cents * item.quantity;
  return cents / 100;
}
