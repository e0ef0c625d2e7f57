/**
 * Captures of a running program, over HTTP: a handler for the program's own server, and an endpoint apart from it.
 *
 *     import { listen, traceHandler } from 'exectrace/live';
 *     app.get('/debug/pprof/trace', traceHandler());         // node:http, Express, Fastify
 *     await listen({ path: '/run/service/exectrace.sock' });  // or { port: 6060 }
 *
 * Importing it opens nothing.
 */
export { type Endpoint, type ListenOptions, listen, TRACE_PATH } from './endpoint.ts';
export type { AccessOptions } from './guard.ts';
export { type CaptureOptions, type TraceHandler, traceHandler } from './handler.ts';
