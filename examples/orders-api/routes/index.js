/** The routing table: method, path pattern, handler. A handler gets (request, response, params, services). */
import { HttpError } from '../lib/http.js';
import { listCatalog } from './catalog.js';
import { createInvoice } from './invoices.js';
import { login } from './login.js';
import { showOrder } from './orders.js';
import { monthlyReport } from './report.js';

const ROUTES = [
  ['GET', /^\/orders\/(?<id>\d+)$/, showOrder],
  ['GET', /^\/catalog$/, listCatalog],
  ['POST', /^\/login$/, login],
  ['POST', /^\/invoices$/, createInvoice],
  ['GET', /^\/report$/, monthlyReport],
];

export function createRouter(services) {
  return async function route(request, response) {
    const { pathname } = new URL(request.url, 'http://localhost');
    for (const [method, pattern, handler] of ROUTES) {
      const match = request.method === method ? pattern.exec(pathname) : undefined;
      if (match) return handler(request, response, match.groups ?? {}, services);
    }
    throw new HttpError(404, `no route for ${request.method} ${pathname}`);
  };
}
