/** The empty page: its examples open and name their fault, and it fits. */
import { readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadTrace } from '../../src/analysis/index.ts';
import { EXAMPLES } from '../../src/viewer/state/examples.ts';
import { keepPicture, launchBrowser, newPage, SHOWN, textOf } from './support/browser.ts';
import { type SlowServer, slowServer } from './support/slow-server.ts';

const FOLDER = fileURLToPath(new URL('../../src/viewer/public/examples/', import.meta.url));
/** Bytes of one. */
const BUDGET = 300_000;

/** What the first screen must say of each. */
const FAULTS: Readonly<Record<string, RegExp>> = {
  'go-web-server.trace.gz': /slow requests' time is spent waiting/,
  'go-leak.trace.gz': /goroutines never end/,
  'node-loop-block.trace.gz': /Main loop blocked by/,
};

let browser: Browser;
let server: SlowServer;

beforeAll(async () => {
  browser = await launchBrowser();
  server = await slowServer(new Uint8Array(0));
});

afterAll(async () => {
  await browser?.close();
  await server?.close();
});

async function emptyPage(width = 1440, height = 900, theme: 'light' | 'dark' = 'light') {
  const { page, complaints } = await newPage(browser, { width, height, theme });
  await page.goto(new URL('/', server.url).href);
  await page.waitForSelector('.empty');
  return { page, complaints };
}

describe('an example', () => {
  it.each(EXAMPLES)('$file is small, whole, and opens with its fault named', async ({ file, title }) => {
    expect(statSync(FOLDER + file).size).toBeLessThan(BUDGET);
    expect((await loadTrace([readFileSync(FOLDER + file)])).info.problem).toBeUndefined();
    const { page, complaints } = await emptyPage();
    await page.getByRole('button', { name: title }).click();
    await page.waitForSelector(SHOWN.replace(', .empty', ''));
    expect(await textOf(page, '#panel-1')).toMatch(FAULTS[file]!);
    await keepPicture(page, `example-${file}`);
    expect(complaints).toEqual([]);
    await page.context().close();
  });
});

describe('the empty page', () => {
  it.each([
    { width: 1440, height: 900, theme: 'light' },
    { width: 1440, height: 900, theme: 'dark' },
    { width: 800, height: 600, theme: 'light' },
    { width: 390, height: 844, theme: 'light' },
  ] as const)('fits $width × $height, $theme', async ({ width, height, theme }) => {
    const { page, complaints } = await emptyPage(width, height, theme);
    expect(await page.evaluate(() => document.body.scrollWidth)).toBe(width);
    await keepPicture(page, `empty-${width}-${theme}`);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('opens an address of its own server, and no other', async () => {
    const { page } = await emptyPage();
    const field = page.getByRole('textbox', { name: /Address/ });
    await field.fill('https://example.com/a.trace');
    await field.press('Enter');
    expect(await textOf(page, '.message')).toContain('another server');
    await field.fill('examples/go-leak.trace.gz');
    await field.press('Enter');
    await page.waitForSelector(SHOWN.replace(', .empty', ''));
    await page.context().close();
  });
});
