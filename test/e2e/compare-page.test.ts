/** The page that compares two traces: its numbers are those of `exectrace diff`; the evidence is in the trace that has it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startViewServer } from '../../src/server/index.ts';
import { launchBrowser, openTrace } from './support/browser.ts';
import { cliJson } from './support/cli-json.ts';
import { csvRows, downloaded } from './support/page-download.ts';
import { syntheticTrace } from './support/synthetic-trace.ts';

interface Change {
  readonly name: string;
  readonly verdict: string;
  readonly a: { readonly count: number; readonly p50: number };
  readonly b: { readonly count: number; readonly p50: number };
}
interface Report {
  readonly tasks: readonly Change[];
  readonly groups: readonly Change[];
  readonly findings: { readonly gained: readonly { id: string }[]; readonly lost: readonly { id: string }[] };
}

const VIEWER = fileURLToPath(new URL('../../dist/viewer/', import.meta.url));

let browser: Browser;
let folder: string;
let before: string;
let after: string;

beforeAll(async () => {
  browser = await launchBrowser();
  folder = mkdtempSync(join(tmpdir(), 'exectrace-compare-'));
  before = join(folder, 'before.trace');
  after = join(folder, 'after.trace');
  writeFileSync(before, syntheticTrace({ seconds: 2, requestsPerSecond: 40 }));
  writeFileSync(after, syntheticTrace({ seconds: 2, requestsPerSecond: 160 }));
});

afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true });
});

async function expectReport(page: Page): Promise<void> {
  await page.waitForSelector('.compare[aria-busy="false"] .compare-body');
  const report = cliJson<Report>('diff', before, after);
  const rows = csvRows(await downloaded(page, 'Save the table of Requests as CSV'));
  expect(rows.map((row) => [row.name, row.verdict, Number(row['n A']), Number(row['n B'])])).toEqual(
    report.tasks.map(({ name, verdict, a, b }) => [name, verdict, a.count, b.count]),
  );
  for (const [i, { a, b }] of report.tasks.entries()) {
    expect(Math.abs(Number(rows[i]!['p50 A, ns']) - a.p50)).toBeLessThan(1);
    expect(Math.abs(Number(rows[i]!['p50 B, ns']) - b.p50)).toBeLessThan(1);
  }
  // The curve's quantiles are those of the table, each with its interval or the word that there are too few.
  const [first] = report.tasks.filter(({ a, b }) => a.count > 0 && b.count > 0);
  const medians = await page.locator('.compare-done tbody tr').first().locator('td').allTextContents();
  expect(await page.locator('.compare-done select option').first().textContent()).toBe(first!.name);
  expect(medians[0]).toBe('p50');
  expect(Number(medians[1])).toBeCloseTo(first!.a.p50 / 1e6, 0);
  for (const interval of [medians[2]!, medians[4]!]) expect(interval).toMatch(/^few$|^[\d.]+ to [\d.]+$/);
  expect(await page.locator('.done-chart .done-a, .done-chart .done-b').count()).toBe(2);
  const signs = await page.locator('.compare-finding > b:first-child').allTextContents();
  expect(signs.filter((sign) => sign === '+').length).toBe(report.findings.gained.length);
  expect(signs.filter((sign) => sign === '\u2212').length).toBe(report.findings.lost.length);
}

describe('the page that compares', () => {
  it('opens with both traces that the server has, with the numbers of the command line', async () => {
    const server = await startViewServer({ file: before, compare: after, viewer: VIEWER });
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    try {
      const page = await context.newPage();
      await page.goto(server.url);
      await expectReport(page);
      await page.locator('.compare-tables .row-button, .compare-finding .link').first().click();
      await page.waitForSelector('.timeline-host');
    } finally {
      await context.close();
      await server.close();
    }
  });

  it('takes the second trace from the picker, and says why one cannot be read', async () => {
    const open = await openTrace(browser, before, { hash: '#page=compare' });
    try {
      const { page } = open;
      const pick = async (name: string, buffer: Buffer) => {
        const chooser = page.waitForEvent('filechooser');
        await page.getByRole('button', { name: 'Open the second trace…' }).click();
        await (await chooser).setFiles({ name, mimeType: '', buffer });
      };
      await pick('hello.txt', Buffer.from('hello'));
      await page.getByText('This is not a trace').waitFor();
      await pick('after.trace', Buffer.from(syntheticTrace({ seconds: 2, requestsPerSecond: 160 })));
      await expectReport(page);
      expect(open.complaints).toEqual([]);
    } finally {
      await open.close();
    }
  });
});
