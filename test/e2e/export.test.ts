/** Shapes of delivery: one HTML file that opens from a disk, and static files on any host. */
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { execFileSync, LONG, spawnSync } from '../support/child-process.ts';
import { keepPicture, launchBrowser, newPage, SHOWN, textOf } from './support/browser.ts';
import { slowServer } from './support/slow-server.ts';
import { syntheticTrace } from './support/synthetic-trace.ts';

const EXECTRACE = fileURLToPath(new URL('../../bin/exectrace.js', import.meta.url));
const INDEX = new URL('../../dist/viewer/index.html', import.meta.url);
const folder = mkdtempSync(join(tmpdir(), 'exectrace-export-'));
const file = join(folder, 'app.trace');
const trace = syntheticTrace({ seconds: 3, requestsPerSecond: 80 });
let browser: Browser;

beforeAll(async () => {
  writeFileSync(file, trace);
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true });
});

function exportPage(from: string, name: string): string {
  const page = join(folder, name);
  execFileSync(process.execPath, [EXECTRACE, 'export', '--html', '-o', page, from], { timeout: LONG });
  return page;
}

/** Opens a page that holds a trace, from the disk and without a network. */
async function shown(path: string, check: (page: Awaited<ReturnType<typeof newPage>>['page']) => Promise<void>) {
  const { page, complaints } = await newPage(browser, {});
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await page.context().setOffline(true);
  await page.goto(pathToFileURL(path).href);
  await page.waitForSelector(SHOWN, { timeout: 30_000 });
  await check(page);
  expect(complaints).toEqual([]);
  expect(asked.filter((url) => !/^(file|blob|data):/.test(url))).toEqual([]);
  await page.context().close();
}

describe('export --html', () => {
  it('makes a page that shows the trace from a disk, offline, under its own strict policy', async () => {
    const path = exportPage(file, 'page.html');
    expect(statSync(path).size).toBeLessThan(trace.length + 700_000);
    await shown(path, async (page) => {
      expect(await textOf(page, '.facts')).toContain('events');
      expect(await page.locator('.finding').count()).toBeGreaterThan(0);
      expect(await page.locator('script.exectrace-trace').count()).toBe(0);
      const policy = await page.locator('meta[http-equiv=Content-Security-Policy]').getAttribute('content');
      expect(policy).toMatch(
        /default-src 'none'; script-src 'sha256-[^']+'; style-src 'sha256-[^']+'; worker-src blob:/,
      );
      expect(policy).not.toMatch(/unsafe|\*|https?:/);
      await keepPicture(page, 'export');
    });
  });

  it('lets nothing run but its own script', async () => {
    const { page, complaints } = await newPage(browser, {});
    await page.goto(pathToFileURL(exportPage(file, 'policy.html')).href);
    await page.waitForSelector(SHOWN, { timeout: 30_000 });
    const ran = await page.evaluate(() => {
      document.body.insertAdjacentHTML('beforeend', '<img src="x:" onerror="window.injected = true">');
      const script = document.createElement('script');
      script.textContent = 'window.injected = true';
      document.body.append(script);
      return 'injected' in window;
    });
    expect(ran).toBe(false);
    expect(complaints.filter((text) => text.includes('Content Security Policy'))).not.toEqual([]);
    await page.context().close();
  });

  it('keeps lazy pages and gzipped traces, and whatever the file is called', async () => {
    const odd = join(folder, `a "quoted" <b>&'.trace`);
    writeFileSync(odd, gzipSync(trace));
    await shown(exportPage(odd, 'odd.html'), async (page) => {
      await page.locator('.pages button').nth(1).click();
      await page.waitForSelector('.page table', { timeout: 30_000 });
      expect(await page.locator('.title b, .title i').count()).toBe(0);
    });
  });

  it('says what is missing, and leaves no half page behind', () => {
    const run = (...args: string[]) =>
      spawnSync(process.execPath, [EXECTRACE, 'export', ...args], { encoding: 'utf8' });
    expect(run(file)).toMatchObject({ status: 2, stderr: expect.stringContaining('--html') });
    expect(run('--html', file)).toMatchObject({ status: 2, stderr: expect.stringContaining('-o') });
    const bad = join(folder, 'bad.trace');
    writeFileSync(bad, 'hello');
    const out = join(folder, 'bad.html');
    expect(run('--html', '-o', out, bad)).toMatchObject({ status: 1, stderr: expect.stringContaining('bad.trace') });
    expect(statSync(out, { throwIfNoEntry: false })).toBeUndefined();
    expect(run('--html', '-o', out, join(folder, 'none'))).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('no such file'),
    });
  });
});

describe('the static files', () => {
  it('work on a host that knows nothing of them', async () => {
    const server = await slowServer(trace);
    const { page, complaints } = await newPage(browser, {});
    await page.goto(server.url);
    await page.waitForSelector('.loading, .trace', { timeout: 30_000 });
    server.finish();
    await page.waitForSelector(SHOWN, { timeout: 30_000 });
    expect(await page.locator('.finding').count()).toBeGreaterThan(0);
    expect(complaints).toEqual([]);
    await page.context().close();
    await server.close();
  });

  it('say what to do when they are opened from a disk', async () => {
    const { page } = await newPage(browser, {});
    await page.goto(INDEX.href);
    expect(await page.locator('body').textContent()).toMatch(/from a server only.*exectrace view.*export --html/s);
    await page.context().close();
  });

  it('have relative addresses only', () => {
    const html = readFileSync(fileURLToPath(INDEX), 'utf8');
    for (const [, address] of html.matchAll(/(?:src|href)="([^"]*)"/g)) expect(address).toMatch(/^\.\//);
  });
});
