/** The viewer and one trace that comes in pieces, the last of them when the test says so: loading, slowed down. */
import { readFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const VIEWER = fileURLToPath(new URL('../../../dist/viewer/', import.meta.url));
const TYPES: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };
/** Pieces of a file, and milliseconds between two. */
const PIECES = 24;
const PACE = 50;

export interface SlowServer {
  readonly url: string;
  /** Sends the rest. */
  finish(): void;
  /** Breaks the connection off. */
  breakOff(): void;
  close(): Promise<void>;
}

/** Serves `trace`: all of it but the last piece, which `finish` sends. */
export async function slowServer(trace: Uint8Array): Promise<SlowServer> {
  let whole = false;
  const answers = new Set<{ response: ServerResponse; timer: NodeJS.Timeout; rest: () => void }>();
  const server = createServer((request, response) => {
    const path = new URL(request.url!, 'http://localhost').pathname;
    if (path !== '/slow.trace') {
      const file = path === '/' ? 'index.html' : path.slice(1);
      response.setHeader('Content-Type', TYPES[extname(file)] ?? 'application/octet-stream');
      response.end(readFileSync(join(VIEWER, file)));
      return;
    }
    response.writeHead(200, { 'Content-Length': trace.length });
    // The page may ask only after it was told to finish.
    if (whole) {
      response.end(trace);
      return;
    }
    const size = Math.ceil(trace.length / PIECES);
    let sent = 0;
    const timer = setInterval(() => {
      if (sent + size >= trace.length) return clearInterval(timer);
      response.write(trace.subarray(sent, sent + size));
      sent += size;
    }, PACE);
    answers.add({ response, timer, rest: () => response.end(trace.subarray(sent)) });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const stop = () => {
    for (const { timer } of answers) clearInterval(timer);
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/?trace=slow.trace`,
    finish: () => {
      whole = true;
      stop();
      for (const { rest } of answers) rest();
    },
    breakOff: () => {
      stop();
      for (const { response } of answers) response.destroy();
    },
    close: async () => {
      stop();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
