/** The command line as a user meets it: the built program in a process of its own, what it prints and how it ends. */

import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { execFileSync, spawn, spawnSync } from '../support/child-process.ts';
import { TraceBuilder } from '../support/trace-builder.ts';

const EXECTRACE = fileURLToPath(new URL('../../bin/exectrace.js', import.meta.url));
const VIEWER = fileURLToPath(new URL('../../dist/viewer/index.html', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'exectrace-cli-'));
const path = (name: string): string => join(folder, name);
const EVIL = '\u001b[31mred\u0007\nsecond line';

function exectrace(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [EXECTRACE, ...args], { encoding: 'utf8' });
  return { status, stdout, stderr };
}

/** One goroutine that does a task with a region and a log, and waits for the network. Ends in generation 2. */
function smallTrace(version: 22 | 23 | 25 | 26 = 25): Uint8Array {
  return new TraceBuilder(version)
    .generation(1, 1000, (generation) => {
      const stack = generation.stack({ func: 'main.read', line: 12 }, { func: 'main.main', line: 5 });
      generation.batch(7, 1000, (batch) =>
        batch
          .add('ProcStatus', 0, 1)
          .add('GoStatus', 1, 7, 2)
          .add('ProcsChange', 1, 0)
          .add('UserTaskBegin', 1, 0, 'request', 0)
          .add('UserRegionBegin', 1, EVIL, 0)
          .add('UserLog', 1, 'key', EVIL, 0)
          .after(100)
          .add('UserRegionEnd', 1, EVIL, 0)
          .add('UserTaskEnd', 1, 0)
          .after(50)
          .add('GoBlock', 'network', stack),
      );
    })
    .generation(2, 5000, (generation) =>
      generation.batch(7, 5000, (batch) => batch.add('ProcStatus', 0, 1).add('GoStatus', 1, 2n ** 64n - 1n, 4)),
    ).bytes;
}

beforeAll(() => {
  writeFileSync(path('small.trace'), smallTrace());
  writeFileSync(path('cut.trace'), smallTrace().subarray(0, -3));
  writeFileSync(path('stub.trace'), smallTrace().subarray(0, 20));
  writeFileSync(path('zipped.gz'), gzipSync('x'));
  writeFileSync(path('text.txt'), 'hello, this is no trace at all');
  writeFileSync(path('empty'), '');
  writeFileSync(path('new.trace'), 'go 1.99 trace\0\0\0');
  mkdirSync(path('directory'));
});

afterAll(() => rmSync(folder, { recursive: true }));

describe('help', () => {
  it('lists the commands', () => {
    for (const args of [[], ['--help'], ['-h'], ['help']]) {
      const { status, stdout, stderr } = exectrace(...args);
      expect([status, stderr]).toEqual([0, '']);
      for (const name of ['run', 'view', 'stat', 'dump']) expect(stdout).toMatch(new RegExp(`^ {2}${name} `, 'm'));
    }
  });

  it.each(['run', 'view', 'stat', 'dump'])('tells about %s', (name) => {
    for (const args of [
      [name, '--help'],
      [name, '-h'],
      ['help', name],
    ]) {
      const { status, stdout, stderr } = exectrace(...args);
      expect([status, stderr]).toEqual([0, '']);
      expect(stdout).toContain(`Usage: exectrace ${name}`);
      expect(stdout).toContain('--help');
    }
  });

  it('prints the version', () => {
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    for (const flag of ['--version', '-v'])
      expect(exectrace(flag)).toEqual({ status: 0, stdout: `${version}\n`, stderr: '' });
  });
});

describe('misuse ends with status 2 and one line that says what to do', () => {
  it.each([
    [['stot'], 'exectrace has no command stot. Did you mean "stat"?'],
    [['frobnicate'], 'exectrace has no command frobnicate. "exectrace --help" lists what there is.'],
    [['--versoin'], 'exectrace has no option --versoin. Did you mean "--version"?'],
    [['stat', '--jsn', 'x'], 'exectrace stat has no option --jsn. Did you mean "--json"?'],
    [['stat', '--constructor', 'x'], 'exectrace stat has no option --constructor.'],
    [['stat', '-x', 'x'], 'exectrace stat has no option -x.'],
    [['stat', '--json=yes', 'x'], '--json takes no value'],
    [['stat'], 'exectrace stat needs a file'],
    [['dump', 'a', 'b'], 'exectrace dump takes one file, not 2'],
    [['dump'], 'exectrace dump needs a file'],
    [['view'], 'exectrace view needs a file'],
    [['view', 'x', '--port'], '--port needs a value: --port N'],
    [['view', '--port', 'http', 'x'], '--port needs a number from 0 to 65535, not http'],
    [['view', '--port', '70000', 'x'], '--port needs a number from 0 to 65535, not 70000'],
  ])('%j', (args, message) => {
    const { status, stdout, stderr } = exectrace(...args);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain(`exectrace: ${message}`);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });
});

describe.each(['stat', 'dump', 'view'])('%s ends with status 1 and one line for', (command) => {
  it.each([
    ['missing', 'no such file'],
    ['directory', command !== 'dump' ? 'there is no trace in this folder' : 'this is a directory, not a trace'],
    ['zipped.gz', 'this is not a Go execution trace'],
    ['text.txt', 'this is not a Go execution trace'],
    ['empty', 'the file is empty'],
    ['new.trace', 'this trace has format 1.99, which is not known here: update exectrace'],
    ['small.trace/x', 'a part of the path is a file'],
  ])('%s', (name, message) => {
    const { status, stdout, stderr } = exectrace(command, path(name));
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toContain(`exectrace: ${path(name)}: `);
    expect(stderr).toContain(message);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });
});

describe('stat', () => {
  it('prints what is in a trace', () => {
    const { status, stdout, stderr } = exectrace('stat', path('small.trace'));
    expect([status, stderr]).toEqual([0, '']);
    for (const text of ['go 1.25, of a Go program', '2 generations', 'Tasks by type', 'request', 'Procs', 'P 0'])
      expect(stdout).toContain(text);
    expect(stdout).toMatch(/goroutines +1, of which 0 ended/);
    expect(stdout).toMatch(/lost +nothing/);
  });

  it('prints the same as JSON', () => {
    const { stdout } = exectrace('stat', '--json', path('small.trace'));
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({
      format: 'go 1.25',
      dialect: 'go',
      bytes: smallTrace().length,
      generations: 2,
      goroutines: { total: 1, ended: 0 },
      procs: [{ id: 0, name: 'P 0' }],
      regions: 1,
      logs: 1,
      lost: 0,
      facts: {},
    });
    expect(report.problem).toBeUndefined();
    expect(report.events.byKind).toMatchObject({ Sync: 3, TaskBegin: 1, TaskEnd: 1, Log: 1 });
    const kinds: number[] = Object.values(report.events.byKind);
    expect(kinds.reduce((a, b) => a + b, 0)).toBe(report.events.total);
    const [request] = report.tasks.types;
    expect(request).toMatchObject({ type: 'request', count: 1, open: 0, p50: 103, p99: 103 });
    expect(request.slowest).toEqual([expect.objectContaining({ id: 1, name: 'request', duration: 103 })]);
    expect(request.slowest[0].states.run).toBe(103);
    const total = Object.values<number>(report.goroutines.states).reduce((a, b) => a + b, 0);
    expect(total).toBe(report.duration);
  });

  it('uses the good part of a cut file and says so', () => {
    const { status, stdout, stderr } = exectrace('stat', '--json', path('cut.trace'));
    expect(status).toBe(0);
    expect(stderr).toMatch(/^exectrace: warning: .*cut\.trace: /);
    const report = JSON.parse(stdout);
    expect(report.problem).toMatchObject({ code: expect.any(String), offset: expect.any(Number) });
    expect(report.tasks.total).toBe(1);
    expect(exectrace('stat', path('cut.trace')).stdout).toContain('damaged');
  });

  it('reads a file that was cut before anything was complete', () => {
    const { status, stdout } = exectrace('stat', path('stub.trace'));
    expect(status).toBe(0);
    expect(stdout).toMatch(/goroutines +0/);
  });

  it('disarms what a trace would do to the terminal', () => {
    for (const args of [['stat'], ['dump']]) {
      const { stdout } = exectrace(...args, path('small.trace'));
      expect(stdout.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
    }
    expect(exectrace('dump', path('small.trace')).stdout).toContain('\ufffd[31mred\ufffd\ufffdsecond line');
  });
});

describe('dump', () => {
  it('prints an object per event with --json, as many as lines without', () => {
    const { status, stdout } = exectrace('dump', '--json', path('small.trace'));
    expect(status).toBe(0);
    const events = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(events).toHaveLength(exectrace('dump', path('small.trace')).stdout.trimEnd().split('\n').length);
    expect(events[0]).toEqual({ time: 0, kind: 'Sync', thread: null, proc: null, goroutine: null, generation: 1 });
    const change = events.find((event) => event.kind === 'StateTransition' && event.resource === 'Goroutine');
    expect(change).toMatchObject({ from: expect.any(String), to: expect.any(String), subject: expect.any(Number) });
  });

  it('prints every event as a line: time, thread, proc, goroutine, kind, details, stack', () => {
    const { status, stdout, stderr } = exectrace('dump', path('small.trace'));
    expect([status, stderr]).toEqual([0, '']);
    const lines = stdout.trimEnd().split('\n');
    const { total } = JSON.parse(exectrace('stat', '--json', path('small.trace')).stdout).events;
    expect(lines).toHaveLength(total);
    for (const line of lines) expect(line).toMatch(/^\d+\.\d{9} (-|M\d+) (-|P\d+) (-|G\d+) [A-Z][A-Za-z]+/);
    expect(lines).toContainEqual(
      expect.stringMatching(
        /M7 P0 G1 StateTransition G1 Running->Waiting "network" \| main\.read \(main\.go:12\) < main\.main \(main\.go:5\)$/,
      ),
    );
    expect(lines).toContainEqual(expect.stringContaining('M7 P0 G1 TaskBegin task=1 "request"'));
  });

  it('prints the good part of a cut file, then warns', () => {
    const { status, stdout, stderr } = exectrace('dump', path('cut.trace'));
    expect(status).toBe(0);
    expect(stdout).toContain('TaskEnd task=1');
    expect(stderr).toMatch(/^exectrace: warning: /);
  });

  it('ends quietly when nobody reads on', async () => {
    const many = new TraceBuilder(25).generation(1, 1000, (generation) => {
      generation.batch(7, 1000, (batch) => batch.add('ProcStatus', 0, 1).add('GoStatus', 1, 7, 2));
      for (let part = 0; part < 200; part++)
        generation.batch(7, 2000 + part * 1000, (batch) => {
          for (let i = 0; i < 500; i++) batch.add('HeapAlloc', i);
        });
    }).bytes;
    writeFileSync(path('many.trace'), many);
    const child = spawn(process.execPath, [EXECTRACE, 'dump', path('many.trace')], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let complaints = '';
    child.stderr.on('data', (text) => {
      complaints += text;
    });
    const exit = once(child, 'exit');
    await once(child.stdout, 'data');
    child.stdout.destroy();
    expect(await exit).toEqual([0, null]);
    expect(complaints).toBe('');
  });
});

const isBuilt = existsSync(VIEWER);
if (!isBuilt) console.log('skipped: exectrace view, as the viewer is not built');

describe.skipIf(!isBuilt)('view', () => {
  it('prints an address that serves the viewer and the trace, until it is interrupted', async () => {
    const child = spawn(process.execPath, [EXECTRACE, 'view', '--no-open', path('small.trace')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exit = once(child, 'exit');
    const [line] = await once(createInterface({ input: child.stdout }), 'line');
    const url = new URL(line);
    const entrance = await fetch(url, { redirect: 'manual' });
    const cookie = entrance.headers.getSetCookie()[0]!.split(';')[0]!;
    const page = await fetch(new URL(entrance.headers.get('location')!, url), { headers: { cookie } });
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    const trace = await fetch(new URL(url.searchParams.get('trace')!, url), { headers: { cookie } });
    expect(new Uint8Array(await trace.arrayBuffer())).toEqual(new Uint8Array(smallTrace()));
    child.kill('SIGINT');
    expect(await exit).toEqual([0, null]);
  });

  it.skipIf(process.platform !== 'linux')('opens the browser at that address', async () => {
    const opened = path('opened');
    // The stand-in for the browser's starter leaves its argument in a file, complete at once.
    writeFileSync(path('xdg-open'), `#!/bin/sh\necho "$1" > ${opened}.part && mv ${opened}.part ${opened}\n`, {
      mode: 0o755,
    });
    const watcher = watch(folder);
    const isThere = new Promise<void>((resolve) =>
      watcher.on('change', (_event, name) => {
        if (name === 'opened') resolve();
      }),
    );
    const child = spawn(process.execPath, [EXECTRACE, 'view', path('small.trace')], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, PATH: `${folder}:${process.env.PATH}` },
    });
    const exit = once(child, 'exit');
    const [url] = await once(createInterface({ input: child.stdout }), 'line');
    await isThere;
    watcher.close();
    expect(readFileSync(opened, 'utf8')).toBe(`${url}\n`);
    child.kill('SIGTERM');
    expect(await exit).toEqual([0, null]);
  });

  it('uses the port that is asked for, and says when it is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    const { status, stderr } = exectrace('view', '--no-open', '--port', String(port), path('small.trace'));
    expect(status).toBe(1);
    expect(stderr).toBe(
      `exectrace: port ${port} is in use; choose another one, or leave --port out for any free one\n`,
    );
    other.close();
  });
});

it('the program is executable by itself', () => {
  expect(execFileSync(EXECTRACE, ['--version'], { encoding: 'utf8' })).toMatch(/^\d+\.\d+\.\d+\n$/);
});
