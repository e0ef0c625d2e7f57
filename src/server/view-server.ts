/**
 * The server behind `exectrace view`: the built viewer and one trace, for one browser on this machine.
 *
 * It listens on 127.0.0.1 only, answers from a fixed map of assets and one open file, and lets nobody in without the
 * token of this run (request-guard.ts). The printed address carries the token; the first answer turns it into a cookie
 * and redirects, so that it does not stay in the address bar, the history or a screenshot.
 */
import { randomBytes } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { cookieName, refuse, type ServerIdentity } from './request-guard.ts';
import { type Asset, readViewerAssets } from './viewer-assets.ts';

/** 192 bits. */
const TOKEN_BYTES = 24;

/** Sent with every answer: own files only, nothing remembered, nothing guessed, nothing embedded elsewhere. */
const HEADERS = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
} as const;

export interface ViewOptions {
  /** Path of the trace. */
  readonly file: string;
  /** Path of a second trace, to compare the first with. */
  readonly compare?: string | undefined;
  /** Folder of the built viewer. */
  readonly viewer: string;
  /** 0 or undefined: any free port. */
  readonly port?: number | undefined;
}

export interface ViewServer {
  /** The address to open, with the token. */
  readonly url: string;
  readonly port: number;
  /** The address it listens on. */
  readonly address: string;
  /** Ends the server and its connections. */
  close(): Promise<void>;
}

/** Where the traces lie; two, so that files of one name do not meet. */
const FOLDERS = ['trace', 'compare'] as const;

/** What a running server answers from. */
interface Content {
  readonly assets: ReadonlyMap<string, Asset>;
  /** The traces by their URL path, percent-encoded. */
  readonly traces: ReadonlyMap<string, FileHandle>;
}

/**
 * Starts the server.
 *
 * @throws ViewerNotBuiltError, or the system's error when the file cannot be opened or the port not be used
 */
export async function startViewServer({ file, compare, viewer, port = 0 }: ViewOptions): Promise<ViewServer> {
  const assets = await readViewerAssets(viewer);
  const paths = [file, ...(compare === undefined ? [] : [compare])];
  const traces = new Map<string, FileHandle>();
  const closeAll = () => Promise.all([...traces.values()].map((trace) => trace.close()));
  try {
    for (const [i, path] of paths.entries())
      traces.set(`/${FOLDERS[i]}/${encodeURIComponent(basename(path))}`, await open(path, 'r'));
  } catch (error) {
    await closeAll();
    throw error;
  }
  const content: Content = { assets, traces };
  const token = randomBytes(TOKEN_BYTES).toString('base64url');
  const server = createServer();
  try {
    await listen(server, port);
  } catch (error) {
    await closeAll();
    throw error;
  }
  const { address, port: ownPort } = server.address() as AddressInfo;
  const identity = { port: ownPort, token };
  server.on('request', (request, response) => {
    // A browser that goes away in the middle of a file is no error of anybody.
    answer(request, response, content, identity).catch(() => response.destroy());
  });
  const [first, second] = [...traces.keys()].map((path) => path.slice(1));
  const query = new URLSearchParams({ token, trace: first!, ...(second === undefined ? {} : { compare: second }) });
  return {
    url: `http://127.0.0.1:${identity.port}/?${query}${second === undefined ? '' : '#page=compare'}`,
    port: identity.port,
    address,
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
      await closeAll();
    },
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  content: Content,
  identity: ServerIdentity,
): Promise<void> {
  for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
  const [path = '/', query] = splitOnce(request.url ?? '/', '?');
  const parameters = new URLSearchParams(query);
  const token = path === '/' ? (parameters.get('token') ?? undefined) : undefined;
  const refusal = refuse({ method: request.method, headers: request.headers, token }, identity);
  if (refusal !== undefined) {
    if (refusal.status === 405) response.setHeader('Allow', 'GET, HEAD');
    return sayText(response, refusal.status, refusal.message);
  }
  if (token !== undefined) return enter(response, parameters, identity);
  const withBody = request.method === 'GET';
  const trace = content.traces.get(path);
  if (trace !== undefined) return sendTrace(response, trace, withBody);
  const asset = content.assets.get(path);
  if (asset === undefined) return sayText(response, 404, 'There is nothing here.');
  response.writeHead(200, { 'Content-Type': asset.type, 'Content-Length': asset.body.length });
  response.end(withBody ? asset.body : undefined);
}

/** Turns the token of the address into a cookie and leads to the same address without it. */
function enter(response: ServerResponse, parameters: URLSearchParams, { port, token }: ServerIdentity): void {
  parameters.delete('token');
  response.writeHead(302, {
    Location: `/?${parameters}`,
    'Set-Cookie': `${cookieName(port)}=${token}; Path=/; HttpOnly; SameSite=Strict`,
    'Content-Length': 0,
  });
  response.end();
}

async function sendTrace(response: ServerResponse, trace: FileHandle, withBody: boolean): Promise<void> {
  // The size of now: a recording may still be going on. What is added later is not part of this answer.
  const { size } = await trace.stat();
  response.writeHead(200, { 'Content-Type': 'application/octet-stream', 'Content-Length': size });
  if (!withBody || size === 0) {
    response.end();
    return;
  }
  await pipeline(trace.createReadStream({ start: 0, end: size - 1, autoClose: false }), response);
}

function sayText(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, {
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': Buffer.byteLength(message),
  });
  response.end(message);
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
