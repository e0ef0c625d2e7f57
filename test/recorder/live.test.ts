/** Captures of a running service: by its own server, at an endpoint, by `exectrace record`, and by a signal. */
import { once } from 'node:events';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { nodeBinary, testedMajors } from '../../scripts/node-versions.mjs';
import { judge } from '../oracle/judge.ts';
import { type ChildProcess, execFile, spawn } from '../support/child-process.ts';
import { traceFile } from './support/record-program.ts';
import { modelOf, words } from './support/recorded-trace.ts';

const CLI = fileURLToPath(new URL('../../bin/exectrace.js', import.meta.url));
const REGISTER = fileURLToPath(new URL('../../dist/recorder/register.js', import.meta.url));
const PROGRAMS = fileURLToPath(new URL('programs/', import.meta.url));
const TRACE = '/debug/pprof/trace';

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

interface Service {
  readonly child: ChildProcess;
  readonly own: string;
  readonly socket: string;
  readonly http: string;
  readonly refused: string;
}

/** Starts live.mjs, and waits for it. */
async function service(options: object = {}, node = process.execPath): Promise<Service> {
  const args = [`${PROGRAMS}live.mjs`, `${traceFile()}.sock`, JSON.stringify(options)];
  const child = spawn(node, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  children.push(child);
  const [line] = await once(createInterface({ input: child.stdout! }), 'line');
  return { child, ...JSON.parse(line) };
}

/** The trace in a response or file: whole, accepted by Go, and with the requests of the service in it. */
async function expectTrace(bytes: Uint8Array | string): Promise<void> {
  const file = typeof bytes === 'string' ? bytes : traceFile();
  if (typeof bytes !== 'string') writeFileSync(file, bytes);
  const model = await modelOf(file);
  expect(words(model, model.tasks.type)).toContain('GET /work');
  for (const { error } of (await judge([file])) ?? []) expect(error).toBeUndefined();
}

async function ask(url: string, init?: RequestInit): Promise<{ status: number; headers: Headers; body: Uint8Array }> {
  const response = await fetch(url, init);
  return { status: response.status, headers: response.headers, body: new Uint8Array(await response.arrayBuffer()) };
}

describe.each(testedMajors())('on Node %i', (major) => {
  const node = nodeBinary(major)!;

  it('is captured by its own server, again and again, and by its endpoints', async () => {
    const { own, http, socket, refused, child } = await service({}, node);
    for (const address of [`${own}${TRACE}`, http, `${own}${TRACE}`]) {
      const { status, headers, body } = await ask(`${address}?seconds=0.3&level=1`);
      expect(status).toBe(200);
      expect(Object.fromEntries(headers)).toMatchObject({
        'content-type': 'application/octet-stream',
        'content-disposition': 'attachment; filename="trace"',
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-store',
      });
      await expectTrace(body);
    }
    expect(statSync(socket).mode & 0o777).toBe(0o600);
    expect(refused).toContain('0.0.0.0 is not the loopback address');
    // Neither endpoint keeps the program alive.
    const exit = once(child, 'exit');
    child.stdin!.end();
    expect(await exit).toEqual([0, null]);
  });

  it('is recorded by its process id, which it was not prepared for', async () => {
    const { child } = await service({}, node);
    const file = traceFile();
    await execFile(process.execPath, [CLI, 'record', '-d', '300ms', '-o', file, String(child.pid)]);
    await expectTrace(file);
    // As before: the inspector is closed, and it runs on.
    await expect(fetch('http://127.0.0.1:9229/json/list')).rejects.toThrow();
    expect(child.exitCode).toBe(null);
  });
});

it('is left as it was when the recording is interrupted, and what has come is kept', async () => {
  const { child } = await service();
  const file = traceFile();
  const args = [CLI, 'record', '-d', '60s', '-o', file, String(child.pid)];
  const recording = spawn(process.execPath, args, { stdio: 'ignore' });
  children.push(recording);
  const ended = once(recording, 'exit');
  await whenFilled(file);
  recording.kill('SIGINT');
  expect(await ended).toEqual([0, null]);
  await expectTrace(file);
  await expect(fetch('http://127.0.0.1:9229/json/list')).rejects.toThrow();
});

it('refuses what it cannot do, and two at a time', async () => {
  const { own } = await service();
  const url = `${own}${TRACE}`;
  for (const query of ['seconds=0', 'seconds=-1', 'seconds=61', 'seconds=x', 'seconds=1&level=3']) {
    expect((await ask(`${url}?${query}`)).status, query).toBe(400);
  }
  expect((await ask(url, { method: 'POST' })).status).toBe(405);
  expect((await ask(url, { headers: { origin: own } })).status).toBe(403);
  const first = await fetch(`${url}?seconds=60`);
  expect(first.status).toBe(200);
  expect((await ask(`${url}?seconds=1`)).status).toBe(409);
  await first.body!.cancel();
});

it('ends a capture when the client leaves, and at a number of bytes', async () => {
  const { own } = await service({ maxBytes: 100_000 });
  const request = get(`${own}${TRACE}?seconds=60`);
  const [response] = await once(request, 'response');
  await once(response, 'data');
  request.destroy();
  await untilItRests(own);
  // Longer than the test may take, were it not for the bytes.
  const { status, body } = await ask(`${own}${TRACE}?seconds=60`);
  expect(status).toBe(200);
  expect(body.length).toBeGreaterThan(100_000);
  await expectTrace(body);
});

/** Resolves when something has been written to `file`. */
async function whenFilled(file: string): Promise<void> {
  while (!existsSync(file) || statSync(file).size === 0) await new Promise((resolve) => setTimeout(resolve, 10));
}

/** Asks the service until nothing is being recorded in it. */
async function untilItRests(own: string): Promise<void> {
  while ((await (await fetch(`${own}/`)).text()) !== 'false');
}

it('asks for the token', async () => {
  const token = '0123456789abcdef';
  const { own, socket } = await service({ token });
  expect((await ask(`${own}${TRACE}?seconds=0.1`)).status).toBe(401);
  const args = [CLI, 'record', '-d', '100ms', '-o', traceFile()];
  await expect(execFile(process.execPath, [...args, socket])).rejects.toThrow(
    'status 401: The request needs the token',
  );
  await execFile(process.execPath, [...args, own], { env: { ...process.env, EXECTRACE_TOKEN: token } });
  await execFile(process.execPath, [...args, socket], { env: { ...process.env, EXECTRACE_TOKEN: token } });
});

describe('a program that was started with the preload', () => {
  const start = (env: Record<string, string>, file: string) => {
    const args = ['--import', REGISTER, `${PROGRAMS}live.mjs`, `${file}.other.sock`];
    const child = spawn(process.execPath, args, { env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'pipe'] });
    children.push(child);
    return child;
  };
  const line = async (stream: NodeJS.ReadableStream): Promise<string> =>
    (await once(createInterface({ input: stream }), 'line'))[0];

  it('listens where the environment says, and is found there by its process id', async () => {
    const [file, socket] = [`${traceFile()}.gz`, `${traceFile()}.sock`];
    const child = start({ EXECTRACE_LISTEN: socket, EXECTRACE_LEVEL: '1' }, file);
    await line(child.stdout);
    for (const target of [socket, ...(process.platform === 'linux' ? [String(child.pid)] : [])]) {
      await execFile(process.execPath, [CLI, 'record', '-d', '0.2', '-o', file, target]);
      await expectTrace(gunzipSync(readFileSync(file)));
    }
  });

  it('begins to record with a signal, ends with the next, and begins again', async () => {
    const file = traceFile();
    const child = start({ EXECTRACE_SIGNAL: 'SIGUSR2', EXECTRACE_OUT: file }, file);
    await line(child.stdout);
    const said = createInterface({ input: child.stderr })[Symbol.asyncIterator]();
    for (const name of [file, file.replace('.trace', '-2.trace')]) {
      child.kill('SIGUSR2');
      expect((await said.next()).value).toBe(`exectrace: recording into ${name}`);
      child.kill('SIGUSR2');
      expect((await said.next()).value).toBe(`exectrace: wrote ${name}`);
      expect((await modelOf(name)).info.lost).toBe(0);
    }
  });

  it('says what is wrong with the environment, and runs on', async () => {
    for (const [env, complaint] of [
      [{ EXECTRACE_SIGNAL: 'SIGNAL', EXECTRACE_OUT: 'x' }, 'EXECTRACE_SIGNAL is SIGNAL, which is no signal'],
      [{ EXECTRACE_SIGNAL: 'SIGUSR2' }, 'EXECTRACE_SIGNAL needs a file in EXECTRACE_OUT'],
      [{ EXECTRACE_LISTEN: '/no/such/folder/x.sock' }, 'no captures at /no/such/folder/x.sock: listen EACCES|ENOENT'],
      [{ EXECTRACE_LISTEN: '0', EXECTRACE_TOKEN: 'short' }, 'the token must have at least 16 characters'],
    ] as const) {
      const child = start(env, traceFile());
      expect(await line(child.stderr)).toMatch(new RegExp(complaint));
      await line(child.stdout);
      child.kill('SIGKILL');
    }
  });
});

it('`record` says what is wrong with its target', async () => {
  for (const [target, complaint] of [
    ['http://127.0.0.1:1', 'nobody serves captures there'],
    ['/no/such/socket', 'nobody serves captures there'],
    ['999999999', 'there is no process 999999999'],
  ] as const) {
    await expect(execFile(process.execPath, [CLI, 'record', '-o', traceFile(), target])).rejects.toThrow(
      new RegExp(complaint),
    );
  }
  const sleeper = spawn('sleep', ['60'], { stdio: 'ignore' });
  children.push(sleeper);
  await expect(execFile(process.execPath, [CLI, 'record', String(sleeper.pid)])).rejects.toThrow(
    'certain to be Node.js',
  );
  expect(sleeper.exitCode).toBe(null);
});
