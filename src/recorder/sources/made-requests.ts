/**
 * Requests that this process makes, through `http.request`, `fetch` and undici, or an HTTP/2 client: child tasks of
 * the task that the code works for which makes them. They are not entered: what the program does while it waits for
 * the answer is work for its own task.
 */
import type { ClientRequest, IncomingMessage } from 'node:http';
import type { ClientHttp2Stream } from 'node:http2';
import type { Task } from '../annotations.ts';
import type { ChannelHandlers } from './channels.ts';
import type { RequestTarget, RequestTasks } from './request-tasks.ts';

interface Open {
  readonly task: Task;
  status: number | undefined;
  error: string | undefined;
  /** The answer of an HTTP/1 request: it knows whether it has come whole. */
  answer: IncomingMessage | undefined;
}

/** Of `http.request`. */
interface HttpMessage {
  readonly request: ClientRequest;
  readonly response: IncomingMessage;
  readonly error: unknown;
}

/** Of undici, and so of `fetch`. */
interface UndiciMessage {
  readonly request: { readonly origin?: string | URL; readonly method: string; readonly path: string };
  readonly response: { readonly statusCode: number };
  readonly error: unknown;
}

interface StreamMessage {
  readonly stream: ClientHttp2Stream;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly error: unknown;
}

/** The channels that announce requests of clients. */
export function madeRequests(tasks: RequestTasks): ChannelHandlers {
  const open = new OpenRequests(tasks);
  const http = ({ request }: HttpMessage): void => {
    if (open.has(request)) return;
    open.begin(request, httpTarget(request));
    request.once('close', () => open.end(request));
  };
  return {
    // Node 20 does not announce the first, which is the earlier one.
    'http.client.request.created': http,
    'http.client.request.start': http,
    'http.client.request.error': ({ request, error }: HttpMessage) => open.failed(request, error),
    'http.client.response.finish': ({ request, response }: HttpMessage) =>
      open.answered(request, response.statusCode, response),

    'undici:request:create': ({ request }: UndiciMessage) => {
      const { origin = '', method, path } = request;
      open.begin(request, { method, origin: originOf(origin), path });
    },
    'undici:request:headers': ({ request, response }: UndiciMessage) => open.answered(request, response.statusCode),
    'undici:request:trailers': ({ request }: UndiciMessage) => open.end(request),
    'undici:request:error': ({ request, error }: UndiciMessage) => {
      open.failed(request, error);
      open.end(request);
    },

    'http2.client.stream.created': ({ stream, headers }: StreamMessage) => {
      const { ':method': method = 'GET', ':scheme': scheme, ':authority': authority, ':path': path } = headers;
      open.begin(stream, { method: `${method}`, origin: `${scheme}://${authority}`, path: `${path}` });
    },
    'http2.client.stream.finish': ({ stream, headers }: StreamMessage) =>
      open.answered(stream, Number(headers[':status'])),
    'http2.client.stream.error': ({ stream, error }: StreamMessage) => open.failed(stream, error),
    'http2.client.stream.close': ({ stream }: StreamMessage) => open.end(stream, stream.rstCode !== 0),
  };
}

/** Requests under way, by the object that stands for them. */
class OpenRequests {
  readonly #tasks: RequestTasks;
  readonly #open = new WeakMap<object, Open>();

  constructor(tasks: RequestTasks) {
    this.#tasks = tasks;
  }

  has(request: object): boolean {
    return this.#open.has(request);
  }

  begin(request: object, target: RequestTarget): void {
    this.#open.set(request, {
      task: this.#tasks.begin(target, undefined),
      status: undefined,
      error: undefined,
      answer: undefined,
    });
  }

  answered(request: object, status: number | undefined, answer?: IncomingMessage): void {
    const open = this.#open.get(request);
    if (open === undefined) return;
    open.status = status;
    open.answer = answer;
  }

  failed(request: object, error: unknown): void {
    const open = this.#open.get(request);
    if (open !== undefined) open.error = codeOf(error);
  }

  end(request: object, isCut = false): void {
    const open = this.#open.get(request);
    if (open === undefined) return;
    this.#open.delete(request);
    const { status, error, answer } = open;
    const aborted = error === undefined && (isCut || status === undefined || answer?.complete === false);
    this.#tasks.end(open.task, { status, error, aborted: aborted || undefined });
  }
}

function httpTarget(request: ClientRequest): RequestTarget {
  // The header has the port too; it is missing only if the program set its headers in a form of its own.
  const host = request.getHeader('host') ?? request.host;
  return { method: request.method, origin: `${request.protocol}//${host}`, path: request.path };
}

/** Without what may be secret: `http://user:password@host` is not an origin that `fetch` takes, but undici may. */
function originOf(origin: string | URL): string {
  return new URL(origin).origin;
}

/** `ECONNREFUSED`, else `TimeoutError`: a message may hold anything. */
function codeOf(error: unknown): string {
  const { code, name } = error as { readonly code?: unknown; readonly name?: unknown };
  return typeof code === 'string' ? code : typeof name === 'string' ? name : 'Error';
}
