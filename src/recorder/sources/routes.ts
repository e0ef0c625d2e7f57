/**
 * The route that a framework has found for a request: `GET /orders/:id`, in the words of the program's own routing
 * table, where that can be had without code in the program. Others say it through `nameTask`.
 */
import type { IncomingMessage } from 'node:http';
import { pathTemplate } from '../../base/index.ts';
import type { Annotations } from '../annotations.ts';
import type { ChannelHandlers } from './channels.ts';

interface FastifyMessage {
  readonly request: { readonly method: string };
  readonly route: { readonly url?: unknown };
}

/** What Express leaves on the request whose route it has found. */
interface RoutedRequest {
  readonly baseUrl?: unknown;
  readonly originalUrl?: unknown;
  readonly route?: { readonly path?: unknown };
}

/** The channels that announce routes: Fastify's, from version 5 on. */
export function routes(annotations: Annotations): ChannelHandlers {
  return {
    'tracing:fastify.request.handler:start': ({ request, route }: FastifyMessage) => {
      if (typeof route.url === 'string') annotations.nameTask(`${request.method} ${route.url}`, undefined);
    },
  };
}

/** The route of a request that has been served by Express; undefined for others, and where the route is a pattern. */
export function routeOf(request: IncomingMessage): string | undefined {
  const { route, baseUrl, originalUrl } = request as RoutedRequest;
  if (typeof route !== 'object' || typeof route.path !== 'string') return undefined;
  const url = typeof originalUrl === 'string' ? originalUrl : (request.url ?? '');
  const base = typeof baseUrl === 'string' && baseUrl !== '' ? pathTemplate(baseUrl) : prefixOf(url, route.path);
  return `${request.method} ${base}${route.path === '/' && base !== '' ? '' : route.path}`;
}

/** Where the router of a route is mounted. An error that has left the router has taken `baseUrl` back: so, by the path. */
function prefixOf(url: string, route: string): string {
  // Patterns match any number of segments.
  if (/[*{(?+]/.test(route)) return '';
  const path = pathTemplate(url.split('?', 1)[0]!)
    .split('/')
    .filter((segment) => segment !== '');
  const own = route.split('/').filter((segment) => segment !== '').length;
  return path
    .slice(0, Math.max(0, path.length - own))
    .map((segment) => `/${segment}`)
    .join('');
}
