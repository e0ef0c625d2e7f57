/**
 * The whole path: the sample service is recorded, opened in the browser, a request is found by search and selected, and
 * what is shown is what `exectrace stat --json` says.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recordOrdersApi } from '../../scripts/record-orders-api.mjs';
import { count, duration } from '../../src/viewer/theme/numbers.ts';
import { execFileSync } from '../support/child-process.ts';
import { keepPicture, launchBrowser, type OpenPage, openTrace, textOf } from './support/browser.ts';

const EXECTRACE = fileURLToPath(new URL('../../bin/exectrace.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'exectrace-demo-'));
const file = join(folder, 'demo.trace');

/** What the test reads of `stat --json`. */
interface Stat {
  readonly events: { readonly total: number };
  readonly goroutines: { readonly total: number };
  readonly procs: readonly { readonly name: string }[];
  readonly duration: number;
  readonly tasks: {
    readonly types: readonly {
      readonly type: string;
      readonly count: number;
      readonly slowest: readonly {
        readonly id: number;
        readonly name: string;
        readonly duration: number;
        /** ns by state, as `stat` names them. */
        readonly states: Readonly<Record<string, number>>;
      }[];
    }[];
  };
}

let stat: Stat;
let browser: Browser;
let open: OpenPage;

beforeAll(async () => {
  await recordOrdersApi({ file, level: 2, seconds: 1.5 });
  stat = JSON.parse(execFileSync(process.execPath, [EXECTRACE, 'stat', '--json', file], { encoding: 'utf8' })) as Stat;
  browser = await launchBrowser();
  open = await openTrace(browser, file);
});

afterAll(async () => {
  await open?.close();
  await browser?.close();
  rmSync(folder, { recursive: true });
});

describe('the trace of the demo', () => {
  it('states its facts', async () => {
    const facts = await textOf(open.page, '.facts');
    expect(facts).toContain(duration(stat.duration));
    expect(facts).toContain(`${count(stat.goroutines.total)} strands`);
    expect(facts).toContain(`${count(stat.events.total)} events`);
    expect(await textOf(open.page, '.title')).toBe('server.js');
  });

  it('has a row per event loop, and requests by kind with their counts', async () => {
    const rows = await open.page.locator('.row-name .name').allInnerTexts();
    for (const proc of stat.procs) expect(rows).toContain(proc.name);
    // Which kinds are in view, and in what order, depends on how long each took.
    const counts = new Map(stat.tasks.types.map((type) => [type.type, count(type.count)]));
    const shown = await open.page.locator('.kinds tbody tr').allInnerTexts();
    expect(shown.length).toBeGreaterThanOrEqual(3);
    for (const [kind, n] of shown.map((row) => row.split('\t'))) expect([kind, n]).toEqual([kind, counts.get(kind!)]);
  });

  it('finds a request by its number, and shows the figures that stat states', async () => {
    const { page } = open;
    const request = stat.tasks.types
      .flatMap((type) => type.slowest)
      .reduce((a, b) => (b.duration > a.duration ? b : a));
    await page.keyboard.press('/');
    await page.keyboard.type(String(request.id));
    await page
      .locator('.match', { hasText: `${request.name} #${request.id}` })
      .first()
      .click();
    const title = await textOf(page, '.answer-title');
    expect(title).toContain(`${request.name} #${request.id} took ${duration(request.duration)}`);
    const rows = await page.locator('.where tbody tr').allInnerTexts();
    const shown = rows.map((row) => row.split('\t').filter((cell) => cell.trim() !== ''));
    const [unit] = (await textOf(page, '.where th')).split(', ').slice(1);
    const scale = { ms: 1e6, s: 1e9, µs: 1e3 }[unit!]!;
    await keepPicture(page, 'demo-request');
    const sum = Number(shown.at(-1)![1]);
    // One unit of the last digit that is shown.
    const digit = 10 ** -(shown.at(-1)![1]!.split('.')[1]?.length ?? 0);
    expect(Math.abs(sum - request.duration / scale)).toBeLessThanOrEqual(digit / 2 + 1e-6);
    const parts = shown.slice(0, -1).map((row) => Number(row[1]));
    expect(parts.reduce((a, b) => a + b, 0)).toBeCloseTo(sum, 6);
    const states: Record<string, string> = {
      Running: 'run',
      Ready: 'ready',
      'Network, fs': 'net',
      Awaiting: 'sync',
      'Pool, native': 'sys',
      GC: 'gc',
      Timer: 'sleep',
      Unknown: 'off',
    };
    const named = shown.slice(0, -1).filter((row) => row[0]! in states);
    expect(named.length).toBeGreaterThan(0);
    for (const [name, text] of named) {
      expect(Math.abs(Number(text) - request.states[states[name!]!]! / scale), name).toBeLessThanOrEqual(digit + 1e-6);
    }
  });

  it('pleases the browser: no error, no violation of its policy', () => {
    expect(open.complaints).toEqual([]);
  });
});
