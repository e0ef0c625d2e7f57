/**
 * Go's own tool opens what we record: `go tool trace` on a trace of the sample service under load, its event dump and
 * each of its web pages. Whatever it refuses or shows empty is a defect of ours.
 */

import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { recordOrdersApi } from '../scripts/record-orders-api.mjs';
import { type ChildProcess, execFileSync, LONG, spawn } from './support/child-process.ts';
import { hasGo } from './support/go-program.ts';
import { SERVED } from './support/go-trace-tool.ts';

describe.skipIf(!hasGo('go tool trace on a recorded trace'))('go tool trace on the sample service', () => {
  const folder = mkdtempSync(join(tmpdir(), 'exectrace-go-tools-'));
  const trace = join(folder, 'orders.trace');
  /** Built rather than run by `go tool`, so that ending it is ending one process. */
  const tool = join(folder, 'go-trace');
  let server: ChildProcess;
  let origin: string;

  beforeAll(async () => {
    execFileSync('go', ['build', '-o', tool, 'cmd/trace'], { stdio: 'inherit', timeout: LONG });
    await recordOrdersApi({ file: trace, seconds: 3 });
    server = spawn(tool, ['-http=127.0.0.1:0', trace], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, BROWSER: 'true' },
      timeout: SERVED,
    });
    origin = await listeningOn(server);
  });

  afterAll(async () => {
    if (server?.exitCode === null) {
      const exit = once(server, 'exit');
      server.kill();
      await exit;
    }
    rmSync(folder, { recursive: true });
  });

  async function page(path: string): Promise<string> {
    const response = await fetch(origin + path);
    expect(response.status).toBe(200);
    return await response.text();
  }

  test('the event dump is complete and holds what happened', () => {
    const dump = execFileSync(tool, ['-d=parsed', trace], { encoding: 'utf8', maxBuffer: 1 << 29 });
    const kinds = [
      'StateTransition',
      'TaskBegin',
      'TaskEnd',
      'RegionBegin',
      'RegionEnd',
      'Log',
      'RangeBegin',
      'Metric',
    ];
    const lines = kinds.map((kind) => ` ${kind} Time=`);
    expect(missing(dump, lines)).toEqual([]);
  });

  test('the index offers the views', async () => {
    const links = ['trace?view=proc', 'goroutines', 'usertasks', 'userregions', 'mmu'];
    expect(missing(await page('/'), links)).toEqual([]);
  });

  test.each(['proc', 'thread'])('the timeline by %s has slices', async (view) => {
    await page(`/trace?view=${view}`);
    const { traceEvents } = JSON.parse(await page(`/jsontrace?view=${view}`));
    const slices = traceEvents.filter((event: { ph: string }) => event.ph === 'X');
    expect(slices.length).toBeGreaterThan(1000);
  });

  test('the goroutines page groups strands by their function', async () => {
    expect(missing(await page('/goroutines'), ['/goroutine?name=', 'showOrder'])).toEqual([]);
  });

  test("the tasks page lists requests and the program's own tasks", async () => {
    const types = ['GET /orders', 'POST /login', 'render invoice', 'refresh prices'];
    expect(missing(await page('/usertasks'), types)).toEqual([]);
  });

  test('the regions page lists regions of both threads', async () => {
    const types = ['price order', 'collect rows', 'summarize', 'render'].map((type) => `&#34;${type}&#34;`);
    expect(missing(await page('/userregions'), types)).toEqual([]);
  });

  test('the mutator utilization page and its curve', async () => {
    expect(missing(await page('/mmu'), ['Mutator utilization'])).toEqual([]);
    const { curve } = JSON.parse(await page('/mmu?mode=plot&flags=stw%7Cbackground'));
    expect(curve.length).toBeGreaterThan(10);
  });

  test.each(['io', 'block', 'sched', 'regionblock'])('the %s profile is made without an error', async (profile) => {
    const gzip = [0x1f, 0x8b];
    const response = await fetch(`${origin}/${profile}?raw=1`);
    expect([...new Uint8Array(await response.arrayBuffer()).subarray(0, 2)]).toEqual(gzip);
  });
});

/** The words that a page lacks: a failure that prints these rather than the page. */
function missing(page: string, words: readonly string[]): string[] {
  return words.filter((word) => !page.includes(word));
}

/** The address that the tool says it listens on. */
async function listeningOn(child: ChildProcess): Promise<string> {
  if (child.stderr === null) throw new Error('the tool has no standard error');
  const said: string[] = [];
  for await (const line of createInterface({ input: child.stderr })) {
    const match = /listening on (http:\S+)/.exec(line);
    if (match?.[1] !== undefined) return match[1];
    said.push(line);
  }
  throw new Error(`go tool trace ended: ${said.join(' ')}`);
}
