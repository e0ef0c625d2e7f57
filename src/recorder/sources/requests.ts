/**
 * Source: HTTP requests that this process serves become tasks, named by method and path, without the query.
 *
 * The start comes from Node's diagnostics channel, in the async context of the request, so that everything the
 * handler starts works for the task. The end is the response's `close`: it comes for aborted requests too.
 */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Annotations, NO_TASK } from '../annotations.ts';

const CHANNEL = 'http.server.request.start';

interface RequestStart {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** Starts making tasks of requests; returns what stops it. */
export function recordRequests(annotations: Annotations): () => void {
  const onStart = (message: unknown): void => {
    try {
      begin(annotations, message as RequestStart);
    } catch {
      // Anybody may publish on a channel, and what a subscriber throws ends the process.
    }
  };
  subscribe(CHANNEL, onStart);
  return () => unsubscribe(CHANNEL, onStart);
}

function begin(annotations: Annotations, { request, response }: RequestStart): void {
  let task = NO_TASK;
  response.once('close', () => task.end());
  const url = request.url ?? '';
  const query = url.indexOf('?');
  // No parent: on a kept-alive connection the context is still that of the request before.
  task = annotations.newTask(`${request.method} ${query < 0 ? url : url.slice(0, query)}`, NO_TASK);
  annotations.enter(task);
}
