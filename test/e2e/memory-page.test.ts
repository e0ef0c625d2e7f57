/** The page of memory: its curve and its worst windows are those of `exectrace mmu`. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasGo, traceOfGoProgram } from '../support/go-program.ts';
import { launchBrowser, openTrace, textOf } from './support/browser.ts';
import { cliJson } from './support/cli-json.ts';
import { csvRows, downloaded } from './support/page-download.ts';

interface Report {
  readonly curve: readonly { readonly window: number; readonly mmu: number; readonly quantiles: readonly number[] }[];
  readonly worst: readonly { readonly time: number; readonly utilization: number }[];
}

const go = hasGo('the page of memory on a Go trace');

describe.skipIf(!go)('the page of memory', () => {
  let browser: Browser;
  let folder: string;
  let file: string;

  beforeAll(async () => {
    browser = await launchBrowser();
    folder = mkdtempSync(join(tmpdir(), 'exectrace-memory-'));
    file = join(folder, 'work.trace');
    writeFileSync(file, traceOfGoProgram(fileURLToPath(new URL('../analysis/programs/work.go', import.meta.url))));
  });

  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true });
  });

  it.each([
    ['stw,background,assist', false],
    ['stw,sweep', true],
  ])('has the curve and the worst windows of the command line, counting %s, per proc: %s', async (kinds, perProc) => {
    const view = new URLSearchParams({ count: kinds, window: '1000000', ...(perProc ? { per: 'proc' } : {}) });
    const open = await openTrace(browser, file, { hash: `#page=memory&v=${encodeURIComponent(view.toString())}` });
    try {
      const { page } = open;
      await page.waitForSelector('.memory[aria-busy="false"] .mmu-line');
      const report = cliJson<Report>('mmu', '--count', kinds, ...(perProc ? ['--per-proc'] : []), '-w', '1ms', file);
      const rows = csvRows(await downloaded(page, 'Save the table of utilisation as CSV'));
      expect(rows.map((row) => Number(row['window, ns']))).toEqual(report.curve.map(({ window }) => window));
      for (const [i, { mmu, quantiles }] of report.curve.entries()) {
        const [, least, ...others] = Object.values(rows[i]!).map(Number);
        expect(least).toBeCloseTo(mmu, 9);
        for (const [q, value] of others.entries()) expect(value).toBeCloseTo(quantiles[q]!, 9);
      }
      const worst = page.locator('table[aria-label="Worst windows"] tbody tr');
      await expect.poll(() => worst.count()).toBe(report.worst.length);
      await worst.first().getByRole('button').click();
      await page.waitForSelector('.timeline-host');
      await page.waitForURL(/range=/);
      expect(open.complaints).toEqual([]);
    } finally {
      await open.close();
    }
  });

  it('chooses a length by keys', async () => {
    const open = await openTrace(browser, file, { hash: '#page=memory' });
    try {
      const { page } = open;
      await page.waitForSelector('.memory[aria-busy="false"] .mmu-line');
      await page.getByRole('slider').focus();
      const before = await textOf(page, '.memory-right h2');
      await page.keyboard.press('ArrowLeft');
      await expect.poll(() => textOf(page, '.memory-right h2')).not.toBe(before);
      expect(open.complaints).toEqual([]);
    } finally {
      await open.close();
    }
  });
});
