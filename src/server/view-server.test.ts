/** Each rule of the local server, over a real socket. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { type IncomingHttpHeaders, request } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startViewServer, type ViewServer } from './view-server.ts';

const folder = mkdtempSync(join(tmpdir(), 'exectrace-view-'));
const viewer = join(folder, 'viewer');
const file = join(folder, 'a trace & more.trace');
const trace = Buffer.alloc(300_000, 'go 1.25 trace');
let server: ViewServer;
let token: string;
let cookie: string;

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** One request as its own connection; headers as given, so that Host and Origin can lie. */
function ask(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port: server.port, path, method, headers, agent: false }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode!, headers: response.headers, body: Buffer.concat(parts) }),
      );
    });
    sent.on('error', reject);
    sent.end();
  });
}

const askWithCookie = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  ask(path, { cookie, ...headers }, method);

beforeAll(async () => {
  mkdirSync(join(viewer, 'assets'), { recursive: true });
  writeFileSync(join(viewer, 'index.html'), '<!doctype html><title>viewer</title>');
  writeFileSync(join(viewer, 'assets', 'main.js'), 'export {};');
  writeFileSync(join(folder, 'secret.txt'), 'secret');
  writeFileSync(file, trace);
  server = await startViewServer({ file, viewer });
  token = new URL(server.url).searchParams.get('token')!;
  cookie = `exectrace-${server.port}=${token}`;
});

afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

describe('the printed address', () => {
  it('is of this machine, with a token of at least 128 bits and the place of the trace', () => {
    const url = new URL(server.url);
    expect(url.hostname).toBe('127.0.0.1');
    expect(Buffer.from(token, 'base64url').length).toBeGreaterThanOrEqual(16);
    expect(url.searchParams.get('trace')).toBe('trace/a%20trace%20%26%20more.trace');
  });

  it('turns its token into a strict cookie and leaves it out of the address', async () => {
    const { status, headers } = await ask(new URL(server.url).pathname + new URL(server.url).search);
    expect(status).toBe(302);
    expect(headers['set-cookie']).toEqual([`${cookie}; Path=/; HttpOnly; SameSite=Strict`]);
    const location = new URL(headers.location!, server.url);
    expect([...location.searchParams]).toEqual([['trace', 'trace/a%20trace%20%26%20more.trace']]);
    expect(headers.location).not.toContain(token);
  });

  it('differs from run to run', async () => {
    const other = await startViewServer({ file, viewer });
    expect(new URL(other.url).searchParams.get('token')).not.toBe(token);
    await other.close();
  });
});

describe('a request with the cookie', () => {
  it('gets the viewer and its assets, with their types', async () => {
    for (const [path, type, text] of [
      ['/', 'text/html; charset=utf-8', 'viewer'],
      ['/?trace=x', 'text/html; charset=utf-8', 'viewer'],
      ['/index.html', 'text/html; charset=utf-8', 'viewer'],
      ['/assets/main.js', 'text/javascript; charset=utf-8', 'export'],
    ] as const) {
      const { status, headers, body } = await askWithCookie(path);
      expect([status, headers['content-type']]).toEqual([200, type]);
      expect(body.toString()).toContain(text);
    }
  });

  it('gets the trace as it is, with its length', async () => {
    const path = `/${new URL(server.url).searchParams.get('trace')}`;
    const { status, headers, body } = await askWithCookie(path);
    expect([status, headers['content-length']]).toEqual([200, String(trace.length)]);
    expect(body.equals(trace)).toBe(true);
    const again = await Promise.all([askWithCookie(path), askWithCookie(path)]);
    for (const answer of again) expect(answer.body.equals(trace)).toBe(true);
  });

  it('with HEAD gets the headers alone', async () => {
    for (const path of ['/', `/${new URL(server.url).searchParams.get('trace')}`]) {
      const { status, headers, body } = await askWithCookie(path, {}, 'HEAD');
      expect([status, body.length]).toEqual([200, 0]);
      expect(Number(headers['content-length'])).toBeGreaterThan(0);
    }
  });

  it('gets nothing else: no other file, no listing, however the path is written', async () => {
    symlinkSync(join(folder, 'secret.txt'), join(folder, 'link'));
    for (const path of [
      '/assets',
      '/assets/',
      '/../secret.txt',
      '/assets/../../secret.txt',
      '/%2e%2e/secret.txt',
      '/assets/..%2f..%2fsecret.txt',
      '//secret.txt',
      '/trace/',
      '/trace/secret.txt',
      '/trace/../secret.txt',
      '/link',
      '/%00',
      `/${encodeURIComponent(file)}`,
    ]) {
      const { status, body } = await askWithCookie(path);
      expect(status, path).toBe(404);
      expect(body.toString()).not.toContain('secret');
    }
  });
});

describe('a request is refused', () => {
  it('without the cookie, with a wrong one, and with that of another server on this machine', async () => {
    for (const wrong of ['', `exectrace-${server.port}=`, `exectrace-${server.port}=${token}x`, `exectrace-1=${token}`])
      for (const path of ['/', '/assets/main.js', '/trace/a%20trace%20%26%20more.trace', '/nothing']) {
        const { status, body } = await ask(path, { cookie: wrong });
        expect(status).toBe(403);
        expect(body.toString()).toContain('Open the address that exectrace printed');
      }
    expect((await ask('/?token=wrong', { cookie })).status).toBe(403);
  });

  it('with the token of the address anywhere but at the entrance', async () => {
    expect((await ask(`/assets/main.js?token=${token}`)).status).toBe(403);
  });

  it('under another name: DNS rebinding', async () => {
    for (const host of [
      'example.com',
      `example.com:${server.port}`,
      '127.0.0.1',
      `localhost6:${server.port}`,
      '127.0.0.1:1',
    ])
      expect((await askWithCookie('/', { host })).status, host).toBe(403);
    expect((await askWithCookie('/', { host: `localhost:${server.port}` })).status).toBe(200);
  });

  it('from another origin or site', async () => {
    for (const origin of ['http://example.com', 'null', `https://127.0.0.1:${server.port}`, 'http://127.0.0.1:1'])
      expect((await askWithCookie('/', { origin })).status, origin).toBe(403);
    expect((await askWithCookie('/', { origin: `http://127.0.0.1:${server.port}` })).status).toBe(200);
    for (const site of ['cross-site', 'same-site'])
      expect((await askWithCookie('/', { 'sec-fetch-site': site })).status, site).toBe(403);
    for (const site of ['same-origin', 'none'])
      expect((await askWithCookie('/', { 'sec-fetch-site': site })).status, site).toBe(200);
  });

  it('when it wants to do more than read', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']) {
      const { status, headers } = await askWithCookie('/', {}, method);
      expect([status, headers.allow], method).toEqual([405, 'GET, HEAD']);
    }
  });
});

describe('every answer', () => {
  it('forbids scripts, frames and connections of others, guessing and remembering', async () => {
    for (const answer of [await askWithCookie('/'), await askWithCookie('/nothing'), await ask('/')]) {
      const policy = String(answer.headers['content-security-policy']).split('; ');
      expect(policy).toEqual(
        expect.arrayContaining([
          "default-src 'none'",
          "script-src 'self'",
          "style-src 'self'",
          "connect-src 'self'",
          "worker-src 'self'",
          "frame-ancestors 'none'",
          "base-uri 'none'",
        ]),
      );
      expect(answer.headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-store',
        'referrer-policy': 'no-referrer',
        'cross-origin-resource-policy': 'same-origin',
      });
      expect(answer.headers['access-control-allow-origin']).toBeUndefined();
    }
  });
});

describe('starting', () => {
  it('listens on the loopback address only', () => {
    expect(new URL(server.url).host).toBe(`127.0.0.1:${server.port}`);
    expect(server.address).toBe('127.0.0.1');
  });

  it('fails clearly when the viewer is not built, the file is missing, or the port is taken', async () => {
    await expect(startViewServer({ file, viewer: join(folder, 'none') })).rejects.toThrow(/not built.*npm run build/);
    await expect(startViewServer({ file: join(folder, 'none'), viewer })).rejects.toMatchObject({ code: 'ENOENT' });
    const other = createServer();
    const port = await new Promise<number>((resolve) =>
      other.listen(0, '127.0.0.1', () => resolve((other.address() as { port: number }).port)),
    );
    await expect(startViewServer({ file, viewer, port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await new Promise((resolve) => other.close(resolve));
  });

  it('serves an empty file as one', async () => {
    const empty = join(folder, 'empty');
    writeFileSync(empty, '');
    const own = await startViewServer({ file: empty, viewer });
    const url = new URL(own.url);
    const response = await fetch(new URL('/trace/empty', url), {
      headers: { cookie: `exectrace-${own.port}=${url.searchParams.get('token')}` },
    });
    expect([response.status, (await response.arrayBuffer()).byteLength]).toEqual([200, 0]);
    await own.close();
  });
});
