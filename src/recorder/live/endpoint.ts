/**
 * An endpoint of its own for captures, apart from the program's servers: a unix socket that only this user can open, or
 * a port of the loopback address. It keeps no program alive.
 */
import { chmodSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { isMainThread } from 'node:worker_threads';
import { isLoopback } from './guard.ts';
import { type CaptureOptions, traceHandler } from './handler.ts';

/** Where Go serves it. */
export const TRACE_PATH = '/debug/pprof/trace';

export type ListenOptions = CaptureOptions &
  (
    | { /** Path of a unix socket, or of a named pipe on Windows. */ readonly path: string }
    | { /** 0 = any free one. */ readonly port: number /** 127.0.0.1 by default. */; readonly host?: string }
  );

export interface Endpoint {
  /** The path of the socket, or the URL to ask. */
  readonly address: string;
  /** Ends it, captures included. */
  close(): Promise<void>;
}

/**
 * Opens an endpoint; of a cluster's processes, each has its own.
 *
 * @throws TypeError (as a rejection) when `host` is not the loopback address and not both `token` and `allowRemote` are
 *   given; the system's error when the address cannot be used
 */
export async function listen(options: ListenOptions): Promise<Endpoint> {
  const handler = traceHandler(options);
  const server = createServer((request, response) => answer(handler, request, response));
  // What is connected must not keep the program alive either.
  server.on('connection', (socket) => socket.unref());
  const address = 'path' in options ? await listenAtPath(server, options.path) : await listenAtPort(server, options);
  server.unref();
  return {
    address,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answer(
  handler: (request: IncomingMessage, response: ServerResponse) => void,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  if (request.url?.split('?')[0] === TRACE_PATH) return handler(request, response);
  response.writeHead(404, { 'Content-Type': 'text/plain; charset=utf-8', 'X-Content-Type-Options': 'nosniff' });
  response.end(`There is only ${TRACE_PATH} here.\n`);
}

async function listenAtPort(
  server: Server,
  options: CaptureOptions & { port: number; host?: string },
): Promise<string> {
  const { port, host = '127.0.0.1', allowRemote } = options;
  if (!isLoopback(host) && !allowRemote) {
    throw new TypeError(`${host || 'an empty host'} is not the loopback address: give a token and allowRemote`);
  }
  await opened(server, () => server.listen({ port, host, exclusive: true }));
  const { port: used } = server.address() as AddressInfo;
  return `http://${host.includes(':') ? `[${host}]` : host}:${used}${TRACE_PATH}`;
}

async function listenAtPath(server: Server, path: string): Promise<string> {
  const bind = () => opened(server, () => withPrivateFiles(() => server.listen({ path, exclusive: true })));
  try {
    await bind();
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') || (await isServed(path)))
      throw error;
    // A process that was killed has left it behind.
    rmSync(path);
    await bind();
  }
  if (process.platform !== 'win32') {
    chmodSync(path, 0o600);
    const remove = (): void => rmSync(path, { force: true });
    process.on('exit', remove);
    server.on('close', () => process.off('exit', remove));
  }
  return path;
}

/**
 * Runs `bind` so that nobody else can open what it makes, not even for a moment. (A worker cannot change the umask of its
 * process: there it is a moment.)
 */
function withPrivateFiles(bind: () => void): void {
  if (!isMainThread) return bind();
  const before = process.umask(0o177);
  try {
    bind();
  } finally {
    process.umask(before);
  }
}

function opened(server: Server, bind: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.once('listening', () => {
      server.off('error', reject);
      resolve();
    });
    bind();
  });
}

function isServed(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}
