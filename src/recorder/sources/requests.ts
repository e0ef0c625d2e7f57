/**
 * Source: HTTP requests become tasks, those that this process serves and those that it makes. All of it comes from
 * Node's diagnostics channels, but for HTTP/2 servers on Node 20.
 */
import type { Annotations } from '../annotations.ts';
import { listen } from './channels.ts';
import { Http2Streams } from './http2-streams.ts';
import { madeRequests } from './made-requests.ts';
import { RequestTasks } from './request-tasks.ts';
import { routes } from './routes.ts';
import { beginStream, servedRequests } from './served-requests.ts';

/** The first version that announces the streams of HTTP/2. */
const HTTP2_ANNOUNCED = 22;

/** Starts making tasks of requests; returns what stops it. */
export function recordRequests(annotations: Annotations): () => void {
  const tasks = new RequestTasks(annotations);
  const stop = listen({ ...servedRequests(tasks), ...madeRequests(tasks), ...routes(annotations) });
  if (Number.parseInt(process.versions.node, 10) >= HTTP2_ANNOUNCED) return stop;
  const streams = new Http2Streams((stream, headers) => beginStream(tasks, stream, headers));
  const stopStreams = listen(streams.handlers());
  return () => {
    stop();
    stopStreams();
    streams.stop();
  };
}
