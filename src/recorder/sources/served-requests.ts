/**
 * Requests that this process serves, over HTTP/1 and HTTP/2: tasks without a parent, which all that their handler does
 * works for.
 *
 * A request's beginning is announced in its own async context, so entering the task there is enough. Its end is the
 * `close` of the response, or of the stream: it comes for aborted requests too. Node 20 does not announce HTTP/2: there a
 * server's streams are found in another way (http2-streams.ts).
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ServerHttp2Stream } from 'node:http2';
import { NO_TASK, type Task } from '../annotations.ts';
import type { ResponseFact } from '../reserved.ts';
import type { ChannelHandlers } from './channels.ts';
import type { RequestTarget, RequestTasks } from './request-tasks.ts';
import { routeOf } from './routes.ts';
import { isTraceparent, traceparentIn } from './traceparent.ts';

interface RequestMessage {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

interface StreamMessage {
  readonly stream: ServerHttp2Stream;
  readonly headers: Readonly<Record<string, unknown>>;
}

interface OpenStream {
  readonly task: Task;
  status: number | undefined;
}

/** The channels that announce requests to servers. */
export function servedRequests(tasks: RequestTasks): ChannelHandlers {
  const streams = new WeakMap<object, OpenStream>();
  return {
    'http.server.request.start': (message: RequestMessage) => begin(tasks, message),
    'http2.server.stream.created': ({ stream, headers }: StreamMessage) => {
      // Even numbers are the server's own: what it pushes belongs to the request that runs.
      if (stream.id === undefined || stream.id % 2 === 0) return;
      streams.set(stream, { task: enterStream(tasks, headers), status: undefined });
    },
    'http2.server.stream.finish': ({ stream, headers }: StreamMessage) => {
      const open = streams.get(stream);
      if (open !== undefined) open.status = Number(headers[':status']);
    },
    'http2.server.stream.close': ({ stream }: StreamMessage) => {
      const open = streams.get(stream);
      if (open === undefined) return;
      streams.delete(stream);
      tasks.end(open.task, endOf(open.status, stream.rstCode === 0));
    },
  };
}

/** Begins the task of a stream that is not announced; it ends with the stream. */
export function beginStream(tasks: RequestTasks, stream: ServerHttp2Stream, headers: StreamMessage['headers']): void {
  const task = enterStream(tasks, headers);
  stream.on('close', () => {
    const { sentHeaders } = stream as { readonly sentHeaders?: Readonly<Record<string, unknown>> };
    const status = sentHeaders?.[':status'];
    tasks.end(task, endOf(status === undefined ? undefined : Number(status), stream.rstCode === 0));
  });
}

function enterStream(tasks: RequestTasks, headers: StreamMessage['headers']): Task {
  const { traceparent } = headers;
  const valid = typeof traceparent === 'string' && isTraceparent(traceparent) ? traceparent : undefined;
  return enter(tasks, { method: text(headers[':method']), origin: '', path: text(headers[':path']) }, valid);
}

function begin(tasks: RequestTasks, { request, response }: RequestMessage): void {
  let task = NO_TASK;
  // Not `once`, which costs more: it comes once, and a task ends but once.
  response.on('close', () => {
    const route = routeOf(request);
    if (route !== undefined) tasks.annotations.nameTask(route, task);
    if (response.headersSent && response.writableFinished) tasks.answered(task, response.statusCode);
    else tasks.end(task, endOf(response.headersSent ? response.statusCode : undefined, response.writableFinished));
  });
  const target = { method: request.method ?? '', origin: '', path: request.url ?? '' };
  task = enter(tasks, target, traceparentIn(request.rawHeaders));
}

function enter(tasks: RequestTasks, target: RequestTarget, traceparent: string | undefined): Task {
  // No parent: on a kept-alive connection the context is still that of the request before.
  const task = tasks.begin(target, NO_TASK, traceparent);
  tasks.annotations.enter(task);
  return task;
}

function endOf(status: number | undefined, whole: boolean): ResponseFact {
  return { status, aborted: !whole || undefined };
}

function text(header: unknown): string {
  return typeof header === 'string' ? header : '';
}
