/**
 * Who may ask the local server: the rules, one by one, as a pure function of a request.
 *
 * The port is open to every program of this machine and, through the browser, to every web page. What keeps them out:
 * - method: reading only;
 * - Host: an address of this server. A page that had its own name rebound to 127.0.0.1 still sends that name;
 * - Origin and Sec-Fetch-Site: what the browser says about the page that asks must be this server or nobody;
 * - the token of this run: in the printed address once, then in a cookie that scripts cannot read and other sites
 *   cannot send.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

export interface GuardedRequest {
  readonly method: string | undefined;
  readonly headers: IncomingHttpHeaders;
  /** The token of the query, if it has one. */
  readonly token: string | undefined;
}

export interface ServerIdentity {
  readonly port: number;
  readonly token: string;
}

/** Everybody else gets a status and a sentence. */
export interface Refusal {
  readonly status: 403 | 405;
  readonly message: string;
}

/** Cookies of one host are shared by all its ports: the name tells the servers apart. */
export function cookieName(port: number): string {
  return `exectrace-${port}`;
}

/** Why a request must not be answered; undefined when it may. */
export function refuse(request: GuardedRequest, { port, token }: ServerIdentity): Refusal | undefined {
  const { method, headers } = request;
  if (method !== 'GET' && method !== 'HEAD') return { status: 405, message: 'This server only answers GET and HEAD.' };
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
  if (headers.host === undefined || !hosts.includes(headers.host)) return forbidden('The host is not this server.');
  if (headers.origin !== undefined && headers.origin !== `http://${headers.host}`)
    return forbidden('The request comes from another page.');
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none')
    return forbidden('The request comes from another site.');
  const given = request.token ?? cookieOf(headers.cookie, cookieName(port));
  if (given === undefined || !sameText(given, token))
    return forbidden('Open the address that exectrace printed: it holds the token of this run.');
  return undefined;
}

function forbidden(message: string): Refusal {
  return { status: 403, message };
}

function cookieOf(header: string | undefined, name: string): string | undefined {
  for (const pair of header?.split(';') ?? []) {
    const equals = pair.indexOf('=');
    if (equals >= 0 && pair.slice(0, equals).trim() === name) return pair.slice(equals + 1).trim();
  }
  return undefined;
}

/** Equality that takes the same time wherever the texts differ. */
function sameText(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
