/** The page of tasks and regions: its numbers are those of `exectrace tasks`. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser, openTrace, textOf } from './support/browser.ts';
import { cliJson } from './support/cli-json.ts';
import { csvRows, downloaded } from './support/page-download.ts';
import { syntheticTrace } from './support/synthetic-trace.ts';

interface Latency {
  readonly name: string;
  readonly count: number;
  readonly total: number;
  readonly p50: number;
  readonly p99: number;
  readonly histogram: readonly { readonly count: number }[];
}
interface Report {
  readonly tasks: readonly Latency[];
  readonly regions: readonly Latency[];
}

let browser: Browser;
let folder: string;
let file: string;
let report: Report;

beforeAll(async () => {
  browser = await launchBrowser();
  folder = mkdtempSync(join(tmpdir(), 'exectrace-tasks-'));
  file = join(folder, 'service.trace');
  writeFileSync(file, syntheticTrace({ seconds: 2, requestsPerSecond: 60 }));
  report = cliJson<Report>('tasks', file);
});

afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true });
});

async function withPage(view: Record<string, string>, test: (page: Page) => Promise<void>): Promise<void> {
  const hash = `#page=tasks&v=${encodeURIComponent(new URLSearchParams(view).toString())}`;
  const open = await openTrace(browser, file, { hash });
  try {
    await open.page.waitForSelector('.tasks[aria-busy="false"] .heat-table tbody tr');
    await test(open.page);
    expect(open.complaints).toEqual([]);
  } finally {
    await open.close();
  }
}

/** Counts in the cells of a row, without the empty ones. */
function cells(page: Page, row: number): Promise<number[]> {
  return page
    .locator(`.heat-table tbody tr:nth-child(${row + 1}) .heat-cell button`)
    .evaluateAll((all) => all.map((cell) => Number(/: (\d+)$/.exec(cell.getAttribute('aria-label')!)![1])));
}

async function expectNumbers(page: Page, kinds: readonly Latency[], name: string): Promise<void> {
  const rows = csvRows(await downloaded(page, `Save the table of ${name} as CSV`));
  expect(rows.length).toBe(kinds.length);
  for (const [i, kind] of kinds.entries()) {
    const row = Object.values(rows[i]!);
    expect(row[0]).toBe(kind.name);
    expect(Number(rows[i]!.n)).toBe(kind.count);
    for (const key of ['p50', 'p99', 'total'] as const)
      expect(Math.abs(Number(rows[i]![`${key}, ns`]) - kind[key])).toBeLessThan(1);
    expect(await cells(page, i)).toEqual(kind.histogram.map(({ count }) => count).filter((count) => count > 0));
  }
}

describe('the page of tasks', () => {
  it('has the kinds, latencies and histograms of the command line', async () => {
    await withPage({}, (page) => expectNumbers(page, report.tasks, 'Requests'));
  });

  it('has the regions of the command line', async () => {
    await withPage({ kind: 'regions' }, (page) => expectNumbers(page, report.regions, 'Regions'));
  });

  it('lists the requests of a cell, and shows one as a tree with its regions and logs', async () => {
    await withPage({}, async (page) => {
      const [first] = await cells(page, 0);
      await page.locator('.heat-cell button').first().click();
      await expect.poll(() => page.locator('.tasks-list tbody tr').count()).toBe(Math.min(first!, 40));
      await page.locator('.tasks-list .row-button').first().click();
      const [, id] = /#(\d+)/.exec(await textOf(page, '.task-tree h2'))!;
      const tree = cliJson<{ entries: { kind: string }[] }>('tasks', '--id', id!, file);
      await expect.poll(() => page.locator('.tree-table tbody tr').count()).toBe(tree.entries.length + 1);
      expect(await textOf(page, '.tree-table tbody')).toContain('user 5521');
      await page.getByRole('button', { name: 'Show in timeline' }).click();
      await page.waitForSelector('.timeline-host');
      expect(await textOf(page, '.live')).toContain(`#${id}`);
    });
  });

  it('leads to the profile of a request', async () => {
    await withPage({}, async (page) => {
      await page.locator('.task-tree').getByRole('button', { name: 'Profile' }).click();
      await page.waitForSelector('.profile[aria-busy="false"] .flame');
      expect(await page.locator('.profile-of select').inputValue()).toMatch(/^task:\d+$/);
    });
  });
});
