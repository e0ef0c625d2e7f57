/**
 * The route that a framework has found for a request: `GET /orders/:id`, in the words of the program's own routing
 * table, where that can be had without code in the program. Others say it through `nameTask`.
 */
import type { IncomingMessage } from 'node:http';
import type { Annotations } from '../annotations.ts';
import type { ChannelHandlers } from './channels.ts';

interface FastifyMessage {
  readonly request: { readonly method: string };
  readonly route: { readonly url?: unknown };
}

/** What Express leaves on the request whose route it has found. */
interface RoutedRequest {
  readonly baseUrl?: unknown;
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
  const { route, baseUrl } = request as RoutedRequest;
  if (typeof route !== 'object' || typeof route.path !== 'string') return undefined;
  const base = typeof baseUrl === 'string' ? baseUrl : '';
  return `${request.method} ${base}${route.path === '/' && base !== '' ? '' : route.path}`;
}
