/** The page of profiles: the file for pprof and the numbers are those of `exectrace profile`; keys, search, sandwich. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { execFileSync } from '../support/child-process.ts';
import { hasGo, traceOfGoProgram } from '../support/go-program.ts';
import { pprofSamples } from '../support/pprof-raw.ts';
import { launchBrowser, openTrace, textOf } from './support/browser.ts';
import { cliJson } from './support/cli-json.ts';
import { csvRows, downloaded } from './support/page-download.ts';
import { syntheticTrace } from './support/synthetic-trace.ts';

const CLI = fileURLToPath(new URL('../../bin/exectrace.js', import.meta.url));

const go = hasGo('the verdict of go tool pprof on a saved profile');

let browser: Browser;
let folder: string;
let file: string;

beforeAll(async () => {
  browser = await launchBrowser();
  folder = mkdtempSync(join(tmpdir(), 'exectrace-profiles-'));
  file = join(folder, 'service.trace');
  writeFileSync(file, syntheticTrace({ seconds: 2, requestsPerSecond: 60 }));
});

afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true });
});

async function withPage(view: Record<string, string>, test: (page: Page) => Promise<void>): Promise<void> {
  const hash = `#page=profiles&v=${encodeURIComponent(new URLSearchParams(view).toString())}`;
  const open = await openTrace(browser, file, { hash });
  try {
    await open.page.waitForSelector('.profile[aria-busy="false"] .flame, .profile table.tall');
    await test(open.page);
    expect(open.complaints).toEqual([]);
  } finally {
    await open.close();
  }
}

/** The bytes that the command line writes, unpacked. */
function cliProfile(...args: string[]): Buffer {
  const output = join(folder, 'cli.pb.gz');
  execFileSync(process.execPath, [CLI, 'profile', '-o', output, ...args, file]);
  return gunzipSync(readFileSync(output));
}

describe('the page of profiles', () => {
  it.each([
    [{ type: 'sync', calls: 'stack' }, ['-t', 'sync']],
    [{ type: 'net' }, ['-t', 'net']],
    [{ type: 'sched' }, ['-t', 'sched']],
    [{ type: 'sync', of: 'group:GET /orders/17' }, ['-t', 'sync', '--group', 'GET /orders/17']],
    [{ type: 'net', of: 'task:3' }, ['-t', 'net', '--task', '3']],
    [{ type: 'sync', of: 'region:load' }, ['-t', 'sync', '--region', 'load']],
  ])('saves for %j the file of the command line', async (view, args) => {
    await withPage(view as Record<string, string>, async (page) => {
      const saved = gunzipSync(await downloaded(page, 'pprof'));
      expect(saved.equals(cliProfile(...args))).toBe(true);
    });
  });

  it.skipIf(!go)('saves a file that go tool pprof reads, of a Go trace', async () => {
    const trace = join(folder, 'work.trace');
    writeFileSync(trace, traceOfGoProgram(fileURLToPath(new URL('../analysis/programs/work.go', import.meta.url))));
    const open = await openTrace(browser, trace, { hash: `#page=profiles&v=${encodeURIComponent('type=sync')}` });
    try {
      await open.page.waitForSelector('.profile[aria-busy="false"] .flame');
      const saved = join(folder, 'page.pb.gz');
      writeFileSync(saved, await downloaded(open.page, 'pprof'));
      const samples = pprofSamples(saved);
      expect(samples.size).toBeGreaterThan(0);
      const report = cliJson<{ samples: { count: number; value: number }[] }>('profile', '-t', 'sync', trace);
      const sum = (values: Iterable<number>) => [...values].reduce((all, value) => all + value, 0);
      expect(sum([...samples.values()].map(([count]) => count))).toBe(sum(report.samples.map(({ count }) => count)));
      expect(open.complaints).toEqual([]);
    } finally {
      await open.close();
    }
  });

  it('has frames that add up, whose widths are their shares', async () => {
    await withPage({ type: 'net' }, async (page) => {
      const frames = await page.locator('.flame-frame').evaluateAll((all) =>
        all.map((frame) => ({
          level: Number(frame.getAttribute('aria-level')),
          left: frame.getBoundingClientRect().left,
          width: frame.getBoundingClientRect().width,
          share: Number(/([\d.]+) %$/.exec(frame.getAttribute('aria-label')!)?.[1]),
        })),
      );
      const whole = frames.find(({ level }) => level === 1)!;
      expect(whole.share).toBe(100);
      for (const { width, share } of frames) expect(Math.abs(width / whole.width - share / 100)).toBeLessThan(0.012);
    });
  });

  it('is operated by keys alone: in, zoom, out', async () => {
    await withPage({}, async (page) => {
      await page.locator('.flame-frame[tabindex="0"]').focus();
      await page.keyboard.press('ArrowDown');
      const inner = await page.locator('.flame-frame.selected').getAttribute('aria-label');
      expect(await textOf(page, '.profile-facts b')).toBe(inner!.slice(0, inner!.lastIndexOf(',')));
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      const width = () => page.locator('.flame-frame.selected').evaluate((frame) => frame.clientWidth);
      const all = await page.locator('.flame').evaluate((flame) => flame.clientWidth);
      await expect.poll(width).toBeGreaterThan(all - 4);
      await page.keyboard.press('Escape');
      await expect.poll(width).toBeLessThan(all - 4);
      // The page stays: Escape was about the zoom.
      expect(await page.locator('.profile').count()).toBe(1);
    });
  });

  it('searches, and says how many functions and how much time it found', async () => {
    await withPage({ type: 'net' }, async (page) => {
      await page.getByRole('searchbox', { name: 'Search functions' }).fill('CACHE');
      await page.waitForSelector('.flame-frame.hit');
      expect(await textOf(page, '.profile-search .muted')).toBe('1');
      expect(await textOf(page, '.profile-note')).toMatch(/[\d.]+ % of the time is in what the search has found/);
      const hits = await page
        .locator('.flame-frame.hit')
        .evaluateAll((all) => all.map((a) => a.getAttribute('aria-label')));
      for (const hit of hits) expect(hit).toContain('cache.get');
    });
  });

  it('shows callers and callees of a function as a sandwich, and the functions as a table', async () => {
    await withPage({ type: 'net', as: 'table' }, async (page) => {
      const rows = csvRows(await downloaded(page, 'CSV'));
      const get = rows.find((row) => row.function === 'cache.get')!;
      expect(Number(get['total, ns'])).toBeGreaterThan(0);
      await page.getByRole('button', { name: 'cache.get', exact: true }).click();
      await page.waitForSelector('[aria-label$="callers"] .flame-frame');
      const callers = await page.locator('[aria-label$="callers"] .flame-frame').allTextContents();
      expect(callers).toContain('GET /orders/17');
      expect(await page.locator('[aria-label$="callees"] .leaf').allTextContents()).toEqual([
        expect.stringContaining('network'),
      ]);
    });
  });
});
