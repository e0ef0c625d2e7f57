import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { expect, it } from 'vitest';
import { routeOf } from './routes.ts';

/** A request as Express leaves it when the response closes. */
function served(url: string, left: object): IncomingMessage {
  return Object.assign(new IncomingMessage(new Socket()), { method: 'GET', url, originalUrl: url }, left);
}

it.each([
  ['/orders/7', { route: { path: '/orders/:order' }, baseUrl: '' }, 'GET /orders/:order'],
  ['/orders/7?page=1', { route: { path: '/:order' }, baseUrl: '/orders' }, 'GET /orders/:order'],
  ['/shops/12/orders', { route: { path: '/orders' }, baseUrl: '/shops/12' }, 'GET /shops/:id/orders'],
  ['/orders', { route: { path: '/' }, baseUrl: '/orders' }, 'GET /orders'],
  ['/', { route: { path: '/' }, baseUrl: '' }, 'GET /'],
  // An error has left the router.
  ['/orders/999?page=1', { route: { path: '/:order' }, baseUrl: '' }, 'GET /orders/:order'],
  ['/files/a/b/c', { route: { path: '/files/*path' }, baseUrl: '' }, 'GET /files/*path'],
  ['/orders/7', { route: { path: /orders/ }, baseUrl: '' }, undefined],
  ['/orders/7', {}, undefined],
])('of %s, with %o left behind, is %s', (url, left, route) => {
  expect(routeOf(served(url, left))).toBe(route);
});
