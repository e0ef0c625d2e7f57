/**
 * GET /catalog — pathology: the event loop is blocked now and then.
 *
 * Reading a page of the catalog is cheap. But every two seconds one unlucky request finds the price list stale, and
 * parses all of it in one go: some tens of milliseconds in which no other request gets on.
 */
import { sendJson } from '../lib/http.js';

export async function listCatalog(request, response, _params, { catalog }) {
  const page = Number(new URL(request.url, 'http://localhost').searchParams.get('page') ?? 0);
  const [products, prices] = await Promise.all([catalog.readPage(page), catalog.currentPrices()]);
  const priced = products.map((product) => ({ ...product, cents: prices.get(product.id) }));
  sendJson(response, 200, { page, products: priced });
}
