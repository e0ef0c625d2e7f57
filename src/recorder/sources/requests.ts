/**
 * Source: HTTP requests become tasks, those that this process serves and those that it makes. All of it comes from
 * Node's diagnostics channels.
 */
import type { Annotations } from '../annotations.ts';
import { listen } from './channels.ts';
import { madeRequests } from './made-requests.ts';
import { RequestTasks } from './request-tasks.ts';
import { routes } from './routes.ts';
import { servedRequests } from './served-requests.ts';

/** Starts making tasks of requests; returns what stops it. */
export function recordRequests(annotations: Annotations): () => void {
  const tasks = new RequestTasks(annotations);
  return listen({ ...servedRequests(tasks), ...madeRequests(tasks), ...routes(annotations) });
}
