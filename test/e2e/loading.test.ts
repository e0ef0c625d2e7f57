/** What is on the page while a trace is read: rows that grow, a way to stop, and a prefix that is never lost. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasGo, traceOfGoLoad } from '../support/go-program.ts';
import { keepPicture, launchBrowser, newPage, SHOWN, textOf } from './support/browser.ts';
import { type SlowServer, slowServer } from './support/slow-server.ts';

/** Some generations, of which all but the last are delivered before the file ends. */
const BYTES = 24e6;
const PARTIAL = '.trace[data-reading]';
const WAIT = { timeout: 30_000 };

const go = hasGo('loading, seen on a trace of some generations');
let browser: Browser;
let trace: Buffer;

beforeAll(async () => {
  browser = await launchBrowser();
  if (go) trace = traceOfGoLoad(BYTES);
});

afterAll(() => browser?.close());

/** Opens the trace, all but its end, and waits for the first rows. */
async function whileReading(test: (page: Page, server: SlowServer) => Promise<void>): Promise<void> {
  const server = await slowServer(trace);
  const { page, complaints } = await newPage(browser, {});
  try {
    await page.goto(server.url);
    await page.waitForSelector(`${PARTIAL} .timeline-host .unread`, WAIT);
    await test(page, server);
    expect(complaints.filter((text) => !text.includes('ERR_'))).toEqual([]);
  } finally {
    await page.context().close();
    await server.close();
  }
}

/** End of the window as the timeline says it, ms: its unit goes by the length of the trace. */
async function shownUntil(page: Page): Promise<number> {
  const text = (await page.locator('.timeline-head .muted').first().textContent()) ?? '';
  const [, number, unit] = / to ([\d.]+) (ms|s)$/.exec(text) ?? [];
  return Number(number) * (unit === 's' ? 1000 : 1);
}

/** Time up to which the trace was read, as the first panel says. */
const readSoFar = (page: Page) => textOf(page, '#panel-1 .panel-right');

describe.runIf(go)('while a trace is read', () => {
  it('shows rows, numbers so far, and what is not read yet; nothing is ranked', async () => {
    await whileReading(async (page, server) => {
      expect(await textOf(page, '.facts')).toContain('so far');
      expect(await textOf(page, '#panel-1')).toContain('ranked when the file is complete');
      expect(await page.locator('.row-name').count()).toBeGreaterThan(8);
      const [rows, unread] = await Promise.all(
        ['.timeline-rows', '.timeline-host .unread'].map((selector) => page.locator(selector).boundingBox()),
      );
      expect(unread!.x).toBeGreaterThan(rows!.x + 200);
      await keepPicture(page, 'loading');
      server.finish();
      await page.waitForSelector(SHOWN, WAIT);
      expect(await textOf(page, '.facts')).not.toContain('so far');
      expect(await page.locator('.unread').count()).toBe(0);
      expect(await page.locator('.loading-bar').count()).toBe(0);
      expect(await page.locator('.finding').count()).toBeGreaterThan(0);
    });
  });

  it('leaves window and selection to whoever has moved them', async () => {
    await whileReading(async (page, server) => {
      await page.locator('.timeline-host').focus();
      // To a short window at the begin: how long the trace will be is an estimate, and a window beyond its end cannot stay.
      for (let i = 0; i < 14; i++) await page.keyboard.press('w');
      for (let i = 0; i < 90; i++) await page.keyboard.press('Shift+A');
      const before = await shownUntil(page);
      server.finish();
      await page.waitForSelector(SHOWN, WAIT);
      expect(await shownUntil(page)).toBeCloseTo(before, 3);
    });
  });

  it('stops when asked to, and says that this is a part', async () => {
    await whileReading(async (page) => {
      await page.getByRole('button', { name: 'Stop and use what is here' }).click();
      await page.waitForSelector(SHOWN, WAIT);
      expect(await textOf(page, '.message')).toContain('This is a part of the file');
      expect(await page.locator('.finding').count()).toBeGreaterThan(0);
    });
  });

  it('keeps what came before the connection broke', async () => {
    await whileReading(async (page, server) => {
      expect(await readSoFar(page)).toMatch(/^first /);
      server.breakOff();
      await page.waitForSelector(SHOWN, WAIT);
      expect(await textOf(page, '.message')).toMatch(/The file ends early.*connection/s);
      expect(await page.locator('.finding').count()).toBeGreaterThan(0);
    });
  });
});
