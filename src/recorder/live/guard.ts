/**
 * Who may capture a trace: the rules, one by one, as a pure function of a request.
 *
 * A trace tells much about a program, and recording one costs it something. So by default only this machine may ask,
 * over a unix socket or the loopback address; and what came through a proxy, or from a page in a browser, counts as
 * from elsewhere, whatever the address says:
 * - a proxy adds forwarding headers, or passes on a Host that is not this machine;
 * - a page sends Origin or Sec-Fetch-Site; a page that had its own name rebound to 127.0.0.1 still sends that name.
 * Others are let in only if that was allowed explicitly, and a token was set; a token that is set is asked of everybody.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { isIPv4 } from 'node:net';

export interface AccessOptions {
  /** Must be sent as `Authorization: Bearer …`; at least 16 characters. */
  readonly token?: string;
  /** Lets other machines ask, too. Needs a token. */
  readonly allowRemote?: boolean;
}

export interface CaptureRequest {
  readonly method: string | undefined;
  readonly headers: IncomingHttpHeaders;
  /** The other end's; undefined on a unix socket. */
  readonly remoteAddress: string | undefined;
}

export interface Refusal {
  readonly status: 401 | 403 | 405;
  readonly message: string;
}

const SHORTEST_TOKEN = 16;
const FORWARDING = ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip'];

/** Throws a TypeError for options that would let in whom they should not. */
export function checkAccess({ token, allowRemote }: AccessOptions): void {
  if (token !== undefined && token.length < SHORTEST_TOKEN) {
    throw new TypeError(`the token must have at least ${SHORTEST_TOKEN} characters`);
  }
  if (allowRemote && token === undefined) throw new TypeError('allowRemote needs a token');
}

/** Why a request must not be answered; undefined when it may. */
export function refuse(request: CaptureRequest, { token, allowRemote }: AccessOptions): Refusal | undefined {
  const { method, headers } = request;
  if (method !== 'GET') return { status: 405, message: 'A trace is asked for with GET.' };
  if (headers.origin !== undefined || !isOwnPage(headers['sec-fetch-site'])) {
    return { status: 403, message: 'The request comes from a page.' };
  }
  if (!allowRemote && !isLocal(request)) {
    return {
      status: 403,
      message: 'Only this machine may ask; see allowRemote in the documentation of exectrace/live.',
    };
  }
  if (token === undefined) return undefined;
  const given = /^Bearer (.*)$/i.exec(headers.authorization ?? '')?.[1];
  if (given !== undefined && sameText(given, token)) return undefined;
  return { status: 401, message: 'The request needs the token: Authorization: Bearer …' };
}

/** Whether `host` is an address or name of this machine, and nothing else. */
export function isLoopback(host: string): boolean {
  const name = host.startsWith('::ffff:') ? host.slice('::ffff:'.length) : host;
  return name === 'localhost' || name === '::1' || (isIPv4(name) && name.startsWith('127.'));
}

function isLocal({ headers, remoteAddress }: CaptureRequest): boolean {
  if (FORWARDING.some((name) => headers[name] !== undefined)) return false;
  if (remoteAddress === undefined) return true;
  return isLoopback(remoteAddress) && isLoopback(hostName(headers.host ?? ''));
}

/** The name in a Host header, without port and brackets. */
function hostName(host: string): string {
  return host.replace(/:\d*$/, '').replace(/^\[(.*)\]$/, '$1');
}

function isOwnPage(site: unknown): boolean {
  return site === undefined || site === 'none';
}

/** Equality that takes the same time wherever the texts differ. */
function sameText(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
