/**
 * `GET /debug/pprof/trace?seconds=N`: records this process for a while, into the response. The address, the parameter
 * and the headers are those of Go's net/http/pprof, so what speaks to that speaks to this.
 *
 * The response is a sink like any other stream: a client that reads slowly costs records, not memory. A capture ends
 * after its seconds, at `maxBytes`, or when the client leaves. There is one at a time, and none while the program
 * records itself.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isEnabled, start, stop } from '../index.ts';
import { type ExtraSources, type Level, optionsFromText, sourcesText, type ThreadOptions } from '../options.ts';
import { type AccessOptions, checkAccess, refuse } from './guard.ts';

export interface CaptureOptions extends AccessOptions, ExtraSources {
  /** Longest capture, seconds; 60 by default. */
  readonly maxSeconds?: number;
  /** A capture ends at this many bytes; 256 MiB by default. */
  readonly maxBytes?: number;
  /** How much is recorded when the request does not say; 2 by default. */
  readonly level?: Level;
}

/** What a request and a response may also be: those of Fastify, which wrap the ones of Node. */
interface Wrapped<T> {
  readonly raw: T;
  /** Tells Fastify that the response is not its own any more. */
  hijack?(): unknown;
}

export type TraceHandler = (
  request: IncomingMessage | Wrapped<IncomingMessage>,
  response: ServerResponse | Wrapped<ServerResponse>,
) => void;

const DEFAULT_SECONDS = 1;
const MAX_SECONDS = 60;
const MAX_BYTES = 1 << 28;
/** A client that takes nothing for this long has left, ms. */
const STALL = 30_000;
const HEADERS = {
  'Content-Type': 'application/octet-stream',
  'Content-Disposition': 'attachment; filename="trace"',
  'X-Content-Type-Options': 'nosniff',
  'Cache-Control': 'no-store',
};

/** What a request asks for. */
interface Wish extends ThreadOptions {
  readonly seconds: number;
}

/**
 * Makes a handler for the requests of `node:http`, Express and Fastify.
 *
 * @throws TypeError when `allowRemote` is given without a token, or the token is short
 */
export function traceHandler(options: CaptureOptions = {}): TraceHandler {
  checkAccess(options);
  return (request, response) => {
    if ('raw' in response) response.hijack?.();
    handle('raw' in request ? request.raw : request, 'raw' in response ? response.raw : response, options);
  };
}

function handle(request: IncomingMessage, response: ServerResponse, options: CaptureOptions): void {
  const { method, headers, socket } = request;
  const refusal = refuse({ method, headers, remoteAddress: socket.remoteAddress }, options);
  if (refusal !== undefined) {
    if (refusal.status === 405) response.setHeader('Allow', 'GET');
    if (refusal.status === 401) response.setHeader('WWW-Authenticate', 'Bearer');
    return say(response, refusal.status, refusal.message);
  }
  const wish = wishOf(request, options);
  if (typeof wish === 'string') return say(response, 400, wish);
  if (isEnabled()) return say(response, 409, 'A trace is being recorded already.');
  capture(response, wish, options);
}

/** Reads the query; a sentence if it asks for what cannot be. What it does not say is as in `options`. */
function wishOf({ url }: IncomingMessage, options: CaptureOptions): Wish | string {
  const { maxSeconds = MAX_SECONDS } = options;
  const query = new URLSearchParams(url?.split('?')[1]);
  const seconds = Number(query.get('seconds') ?? DEFAULT_SECONDS);
  if (!(seconds > 0 && seconds <= maxSeconds)) return `seconds must be more than 0 and at most ${maxSeconds}.`;
  const level = query.get('level') ?? String(options.level ?? 2);
  if (!['0', '1', '2'].includes(level)) return 'level must be 0, 1 or 2.';
  return { seconds, ...optionsFromText(level, query.get('sources') ?? sourcesText(options)) };
}

/** Records into the response until time, space or the client's patience is up. */
function capture(response: ServerResponse, { seconds, ...wish }: Wish, { maxBytes = MAX_BYTES }: CaptureOptions): void {
  let size = 0;
  let ended = false;
  const end = (): void => {
    if (ended) return;
    ended = true;
    clearTimeout(timer);
    // What went wrong, if anything, the client sees: the response is cut off.
    stop().then(
      () => response.end(),
      () => response.destroy(),
    );
  };
  const sink = {
    write(bytes: Uint8Array): unknown {
      size += bytes.length;
      if (size >= maxBytes) end();
      return response.write(bytes) || taken(response);
    },
  };
  start(sink, wish);
  const timer = setTimeout(end, seconds * 1000).unref();
  response.once('close', end);
  response.writeHead(200, HEADERS);
  response.flushHeaders();
}

/** Resolves when the response wants more. A client that stalls is let go, so that no capture lasts for ever. */
function taken(response: ServerResponse): Promise<void> {
  return new Promise((resolve, reject) => {
    const stalled = setTimeout(() => response.destroy(), STALL).unref();
    const closed = (): void => finish(() => reject(new Error('the client has left')));
    const drain = (): void => finish(resolve);
    const finish = (how: () => void): void => {
      clearTimeout(stalled);
      response.off('close', closed);
      response.off('drain', drain);
      how();
    };
    if (response.destroyed) return closed();
    response.once('close', closed);
    response.once('drain', drain);
  });
}

function say(response: ServerResponse, status: number, message: string): void {
  const headers = { 'Content-Type': 'text/plain; charset=utf-8', 'X-Content-Type-Options': 'nosniff' };
  response.writeHead(status, { ...headers, 'Cache-Control': 'no-store' });
  response.end(`${message}\n`);
}
