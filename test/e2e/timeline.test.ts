/**
 * The timeline in a real browser: filter, pins, order and hidden rows, wake-ups that are followed, gaps that explain
 * themselves, measuring. The trace is synthetic and read here too, so that its content is known.
 */

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DisplayState, intervalWaker } from '../../src/analysis/index.ts';
import type { OpenTrace } from '../../src/viewer/state/open-trace.ts';
import { keepPicture, launchBrowser, openTrace, type PageOptions, textOf } from './support/browser.ts';
import { openSynthetic } from './support/open-trace.ts';
import { syntheticTrace } from './support/synthetic-trace.ts';

const SERVICE = { seconds: 3, requestsPerSecond: 80 };
const bytes = syntheticTrace(SERVICE);
let browser: Browser;
let trace: OpenTrace;

beforeAll(async () => {
  browser = await launchBrowser();
  trace = await openSynthetic(SERVICE);
});

afterAll(() => browser?.close());

async function withPage(options: PageOptions, test: (page: Page) => Promise<void>): Promise<void> {
  const open = await openTrace(browser, bytes, options);
  try {
    await test(open.page);
    expect(open.complaints).toEqual([]);
  } finally {
    await open.close();
  }
}

/** The longest interval in a state; with `woken`, of those that somebody in the program woke. */
function longest(
  display: DisplayState,
  woken = false,
): { interval: number; strand: number; start: number; end: number } {
  const { intervals } = trace.model;
  const { count, start, end, goroutine, display: own } = intervals;
  let best = -1;
  for (let row = 0; row < count; row++) {
    if (own[row] !== display || (woken && intervalWaker(intervals, row) < 0)) continue;
    if (best < 0 || end[row]! - start[row]! > end[best]! - start[best]!) best = row;
  }
  return { interval: best, strand: goroutine[best]!, start: start[best]!, end: end[best]! };
}

/** An address with a window around an interval, whose strand is pinned: its row is the first, its middle in the middle. */
function pinnedAt({ strand, start, end }: { strand: number; start: number; end: number }): string {
  const margin = (end - start) / 2;
  return `#w=${Math.round(start - margin)},${Math.round(end + margin)}&pin=s:${strand}`;
}

/** The middle of the time area in the first row. */
async function firstRow(page: Page): Promise<{ x: number; y: number }> {
  const host = (await page.locator('.timeline-host').boundingBox())!;
  const rows = (await page.locator('.pinned-rows').boundingBox())!;
  return { x: host.x + 216 + (host.width - 216 - 16) / 2, y: rows.y + 11 };
}

const rowNames = (page: Page) => page.locator('.timeline-rows .row-name .name').allTextContents();
const windowText = (page: Page) => textOf(page, '.timeline-head .muted.wide');

describe('the filter', () => {
  it('says how much matches, steps through it, and is in the address', async () => {
    await withPage({}, async (page) => {
      await page.keyboard.press('g');
      await page.keyboard.type('func=loadOrder state=net dur>1ms');
      await page.waitForFunction(() => /\d+ slices?/.test(document.querySelector('.filter-count')?.textContent ?? ''));
      const said = Number((await textOf(page, '.filter-count')).replace(/\D/g, ''));
      const { count, start, end, display, goroutine } = trace.model.intervals;
      let expected = 0;
      for (let row = 0; row < count; row++) {
        const isOne = display[row] === DisplayState.Net && end[row]! - start[row]! > 1e6;
        if (isOne && trace.names.functionOf(goroutine[row]!) === 'loadOrder') expected++;
      }
      expect(said).toBe(expected);
      const groups = (await page.locator('.timeline-rows .row-name').allTextContents()).filter((row) =>
        / of \d/.test(row),
      );
      expect(groups.map((row) => row.replace(/\d.*$/, ''))).toEqual(['loadOrder']);
      await page.keyboard.press('Enter');
      await page.waitForFunction(() => location.hash.includes('sel=g:'));
      expect(decodeURIComponent(await page.evaluate(() => location.hash))).toContain(
        'q=func=loadOrder state=net dur>1ms',
      );
      const first = await page.evaluate(() => location.hash);
      await page.keyboard.press('Enter');
      await page.waitForFunction((before) => location.hash !== before, first);
      await keepPicture(page, 'timeline-filter');
      await page.keyboard.press('Escape');
      await page.waitForSelector('.filter-count', { state: 'detached' });
    });
  });

  it('says in words what it cannot understand', async () => {
    await withPage({ hash: '#q=state%3Dnowhere' }, async (page) => {
      await page.waitForSelector('.filter-problem');
      expect(await textOf(page, '.filter-problem')).toContain('There is no state “nowhere”: running');
      expect(await page.locator('#filter').getAttribute('aria-invalid')).toBe('true');
    });
  });
});

describe('rows', () => {
  it('stay on top when they are pinned, also after a reload', async () => {
    await withPage({}, async (page) => {
      const name = page.locator('.timeline-rows .row-name', { hasText: 'Main loop' });
      await name.hover();
      await page.keyboard.press('p');
      await page.waitForSelector('.pinned-rows .row-name');
      expect(await page.locator('.pinned-rows .name').allTextContents()).toEqual(['Main loop']);
      const top = (await page.locator('.pinned-rows').boundingBox())!.y;
      await page.locator('.timeline-rows').evaluate((rows) => {
        rows.scrollTop = 200;
      });
      expect((await page.locator('.pinned-rows').boundingBox())!.y).toBe(top);
      await page.waitForFunction(() => location.hash.includes('pin=p:0'));
      await page.reload();
      await page.waitForSelector('.pinned-rows .row-name');
      await page.locator('.pinned-rows .row-name').hover();
      await page.getByRole('button', { name: 'Unpin Main loop' }).click();
      await page.waitForSelector('.pinned-rows', { state: 'detached' });
    });
  });

  it('are hidden, and brought back by the menu', async () => {
    await withPage({}, async (page) => {
      await page.locator('.timeline-rows .row-name', { hasText: 'Main loop' }).hover();
      await page.keyboard.press('h');
      await page.waitForFunction(() => location.hash.includes('norows=p:0'));
      expect(await rowNames(page)).not.toContain('Main loop');
      await page.getByRole('button', { name: 'Rows' }).click();
      await page.getByRole('button', { name: 'Show all' }).click();
      await page.keyboard.press('Escape');
      expect(await rowNames(page)).toContain('Main loop');
      expect(await page.locator('#rows-menu').count()).toBe(0);
    });
  });

  it('are in the order that is chosen', async () => {
    await withPage({ hash: `#w=0,${trace.bounds.end}&rows=more:groups` }, async (page) => {
      const groups = async () => {
        const names = await page.locator('.timeline-rows .row-name').allTextContents();
        return names.filter((name) => name.includes('×')).map((name) => name.replace(/×.*$/, '').trim());
      };
      const before = await groups();
      await page.getByRole('button', { name: 'Rows' }).click();
      await page.getByLabel('sort by').selectOption('name');
      await page.waitForFunction(() => document.querySelector('.timeline-rows')?.textContent?.includes('by name'));
      const after = await groups();
      expect(after).not.toEqual(before);
      expect(after).toEqual([...after].sort((a, b) => a.localeCompare(b)));
    });
  });
});

describe('a gap or slice', () => {
  it('that was ready says who ran, in the tooltip and in the details', async () => {
    const ready = longest(DisplayState.Ready);
    await withPage({ hash: pinnedAt(ready) }, async (page) => {
      const { x, y } = await firstRow(page);
      await page.mouse.move(x, y);
      await page.waitForSelector('.tooltip');
      const said = await textOf(page, '.tooltip');
      expect(said).toMatch(/was ready for [\d.]+ ms/);
      expect(said).toContain('The main loop ran refreshCatalog');
      const tooltip = (await page.locator('.tooltip').boundingBox())!;
      expect(tooltip.y > y + 12 || tooltip.y + tooltip.height < y - 12).toBe(true);
      await page.mouse.click(x, y);
      await page.waitForSelector('.explained');
      expect(await textOf(page, '.explained')).toContain('refreshCatalog');
      await page.locator('.explained button', { hasText: 'refreshCatalog' }).click();
      await page.waitForFunction(() =>
        /^refreshCatalog/.test(document.querySelector('.details h2')?.textContent ?? ''),
      );
    });
  });

  it('of an idle loop says what woke it next', async () => {
    const { track } = trace.procShares(0);
    const rows = track.rows!;
    let gap = { start: 0, end: 0 };
    for (let i = 1; i < rows.length; i++) {
      const [start, end] = [track.end[rows[i - 1]!]!, track.start[rows[i]!]!];
      if (end - start > gap.end - gap.start) gap = { start, end };
    }
    const hash = `#w=${Math.round(gap.start)},${Math.round(gap.end)}&pin=p:0`;
    await withPage({ hash }, async (page) => {
      const { x, y } = await firstRow(page);
      await page.mouse.move(x, y);
      await page.waitForSelector('.tooltip');
      const said = await textOf(page, '.tooltip');
      expect(said).toMatch(/Main loop was idle for [\d.]+ ms/);
      expect(said).toMatch(/(It was next woken for .+, by .+|Next it ran .+)\./);
    });
  });
});

describe('wake-ups', () => {
  it('are followed to a strand of a folded group, which is opened', async () => {
    const ready = longest(DisplayState.Ready, true);
    await withPage({ hash: pinnedAt(ready) }, async (page) => {
      const { x, y } = await firstRow(page);
      await page.mouse.click(x, y);
      await page.waitForSelector('.details.open h2');
      const waker = intervalWaker(trace.model.intervals, ready.interval);
      await page.keyboard.press('[');
      await page.waitForFunction(
        (name) => document.querySelector('.details h2')?.textContent === name,
        trace.names.strand(waker),
      );
      // Its row is on screen, and marked as current.
      await page.waitForSelector('.timeline-rows .row-name[aria-current="true"]');
      await keepPicture(page, 'timeline-wakeup');
    });
  });
});

describe('time', () => {
  it('is measured by a drag, with totals per state, and Enter goes there', async () => {
    await withPage({}, async (page) => {
      const host = (await page.locator('.timeline-host').boundingBox())!;
      await page.mouse.move(host.x + 500, host.y + 200);
      await page.mouse.down();
      await page.mouse.move(host.x + 700, host.y + 210, { steps: 4 });
      await page.mouse.up();
      await page.waitForSelector('.range-totals');
      expect(await textOf(page, '.range-totals')).toMatch(/\d (ms|s|µs)/);
      await keepPicture(page, 'timeline-range');
      const before = await page.evaluate(() => location.hash);
      await page.keyboard.press('Enter');
      await page.waitForFunction((hash) => location.hash !== hash && !location.hash.includes('range='), before);
      await page.waitForSelector('.range-totals', { state: 'detached' });
    });
  });

  it('fits by a double click beside everything, and zooms by a pinch', async () => {
    await withPage({}, async (page) => {
      const host = (await page.locator('.timeline-host').boundingBox())!;
      await page.mouse.dblclick(host.x + 600, host.y + 10);
      await page.waitForFunction(() => document.querySelector('.crumbs')?.textContent === 'Whole trace');
      const whole = await windowText(page);
      await page.evaluate(() => {
        const target = document.querySelector('.timeline-host')!;
        const { left, top } = target.getBoundingClientRect();
        const send = (type: string, pointerId: number, x: number) =>
          target.dispatchEvent(
            new PointerEvent(type, {
              pointerId,
              pointerType: 'touch',
              clientX: left + x,
              clientY: top + 150,
              bubbles: true,
              cancelable: true,
            }),
          );
        send('pointerdown', 1, 600);
        send('pointerdown', 2, 700);
        send('pointermove', 1, 500);
        send('pointermove', 2, 800);
        send('pointerup', 1, 500);
        send('pointerup', 2, 800);
      });
      await page.waitForFunction(
        (before) => document.querySelector('.timeline-head .muted.wide')?.textContent !== before,
        whole,
      );
      // Two fingers at a distance of 100 pixels that end at one of 300 show a third.
      await page.waitForFunction((length) => {
        const [start, end] = (/w=(\d+),(\d+)/.exec(location.hash) ?? []).slice(1).map(Number);
        return start !== undefined && Math.abs((end! - start) / length - 1 / 3) < 0.02;
      }, trace.bounds.end - trace.bounds.start);
    });
  });
});
