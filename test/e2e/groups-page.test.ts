/** The page of goroutine groups: its numbers are those of `exectrace groups`, for the whole trace and for a range. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser, openTrace, textOf } from './support/browser.ts';
import { cliJson } from './support/cli-json.ts';
import { csvRows, downloaded } from './support/page-download.ts';
import { syntheticTrace } from './support/synthetic-trace.ts';

interface Report {
  readonly start: number;
  readonly groups: readonly {
    readonly name: string;
    readonly goroutines: number;
    readonly time: {
      readonly total: number;
      readonly execution: number;
      readonly schedulerWait: number;
      readonly blocked: Readonly<Record<string, number>>;
    };
  }[];
}

let browser: Browser;
let folder: string;
let file: string;

beforeAll(async () => {
  browser = await launchBrowser();
  folder = mkdtempSync(join(tmpdir(), 'exectrace-pages-'));
  file = join(folder, 'service.trace');
  writeFileSync(file, syntheticTrace({ seconds: 2, requestsPerSecond: 60 }));
});

afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true });
});

async function withPage(hash: string, test: (page: Page) => Promise<void>, width = 1440, height = 900): Promise<void> {
  const open = await openTrace(browser, file, { hash, width, height });
  try {
    await open.page.waitForSelector('.page[aria-busy="false"] tbody tr');
    await test(open.page);
    expect(open.complaints).toEqual([]);
  } finally {
    await open.close();
  }
}

/** The table as a file, against the report: every group, every bucket, to the nanosecond. */
async function expectNumbers(page: Page, { groups }: Report): Promise<void> {
  const rows = csvRows(await downloaded(page, 'CSV'));
  const wanted = groups.filter(({ time }) => time.total > 0);
  expect(rows.length).toBe(wanted.length);
  for (const { name, time } of wanted) {
    const row = rows.find((candidate) => candidate.name === name)!;
    expect(Number(row['execution, ns'])).toBe(time.execution);
    expect(Number(row['scheduler wait, ns'])).toBe(time.schedulerWait);
    for (const [reason, value] of Object.entries(time.blocked))
      expect(Number(row[`blocked ${reason}, ns`])).toBe(value);
    expect(Math.abs(Number(row['life, ns']) - time.total)).toBeLessThan(1);
  }
}

describe('the page of groups', () => {
  it('has the numbers of the command line', async () => {
    await withPage('#page=groups&v=columns%3Dbuckets%26all%3D1', (page) =>
      expectNumbers(page, cliJson('groups', file)),
    );
  });

  it('is limited to the range that is chosen on the overview', async () => {
    await withPage('#page=groups&v=columns%3Dbuckets%26all%3D1', async (page) => {
      const box = (await page.locator('.overview').boundingBox())!;
      const from = box.x + 216;
      const width = box.width - 216 - 16;
      await page.mouse.move(from + width * 0.25, box.y + 40);
      await page.mouse.down();
      await page.mouse.move(from + width * 0.5, box.y + 40, { steps: 4 });
      await page.mouse.up();
      await page.waitForSelector('.chip');
      await page.waitForFunction(() => document.querySelector('.page')?.getAttribute('aria-busy') === 'false');
      const life = async () =>
        csvRows(await downloaded(page, 'CSV')).reduce((sum, row) => sum + Number(row['life, ns']), 0);
      const inRange = await life();
      await page.getByRole('button', { name: 'Show the whole trace' }).click();
      await expect.poll(life).toBeGreaterThan(inRange * 2);
    });
  });

  it('opens a group, whose strands lead to the timeline; Escape goes back', async () => {
    await withPage('#page=groups', async (page) => {
      await page.getByRole('button', { name: 'GET /orders/17', exact: true }).click();
      await page.waitForSelector('.page[aria-busy="false"] table[aria-label^="strands of"]');
      expect(await textOf(page, '.panel-detail')).toContain('GET /orders/17');
      await page.keyboard.press('Escape');
      await page.waitForSelector('table[aria-label="strand groups"]');
      await page.getByRole('button', { name: 'GET /orders/17', exact: true }).click();
      await page.waitForURL(/open/);
      await page.locator('table[aria-label^="strands of"] .row-button').first().click();
      await page.waitForSelector('.timeline-host');
      expect(await textOf(page, '.live')).toContain('GET /orders/17');
      await page.waitForURL((url) => !url.hash.includes('page='));
      await page.goBack();
      await page.waitForSelector('table[aria-label^="strands of"]');
    });
  });

  it('is reached from the menu where there is no room for the bar, and sorts by any column', async () => {
    await withPage(
      '#page=groups',
      async (page) => {
        await page.getByRole('combobox', { name: 'Page', exact: true }).selectOption('overview');
        await page.waitForSelector('.timeline-host');
        await page.getByRole('combobox', { name: 'Page', exact: true }).selectOption('groups');
        await page.getByRole('button', { name: 'n', exact: true }).click();
        const counts = await page
          .locator('table[aria-label="strand groups"] tbody tr td:nth-child(2)')
          .allTextContents();
        const numbers = counts.map((text) => Number(text.replace(/\D/g, '')));
        expect(numbers).toEqual([...numbers].sort((a, b) => b - a));
        expect(await page.locator('th[aria-sort="descending"]').textContent()).toContain('n');
      },
      800,
      600,
    );
  });
});
