/** What leaves the page: pictures of the timeline, tables, a part of the trace, text. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Browser, Download, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadTrace } from '../../src/analysis/index.ts';
import { keepPicture, launchBrowser, openTrace, type PageOptions, textOf } from './support/browser.ts';
import { csvRows } from './support/page-download.ts';
import { syntheticTrace } from './support/synthetic-trace.ts';

const RESULTS = fileURLToPath(new URL('../../test-results/', import.meta.url));
const trace = syntheticTrace({ seconds: 3, requestsPerSecond: 80 });
let browser: Browser;

beforeAll(async () => {
  browser = await launchBrowser();
});

afterAll(() => browser?.close());

async function withPage(options: PageOptions, test: (page: Page) => Promise<void>): Promise<void> {
  const open = await openTrace(browser, trace, options);
  try {
    await open.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await test(open.page);
    expect(open.complaints).toEqual([]);
  } finally {
    await open.close();
  }
}

async function openMenu(page: Page): Promise<void> {
  await page.keyboard.press('Control+s');
  await page.waitForSelector('.export-menu[open] .export-item');
}

async function closeMenu(page: Page): Promise<void> {
  await page.keyboard.press('Escape');
  await page.waitForSelector('.export-menu', { state: 'detached' });
}

/** Opens the menu by its key, chooses an item, and takes the file. */
async function exported(page: Page, id: string): Promise<{ bytes: Buffer; download: Download }> {
  await openMenu(page);
  const arrival = page.waitForEvent('download');
  await page.locator(`[data-export="${id}"]`).click();
  const download = await arrival;
  await page.waitForSelector('.export-menu', { state: 'detached' });
  return { bytes: readFileSync(await download.path()), download };
}

/** What the browser makes of an SVG file: no error, and what is in it. */
function parsed(page: Page, svg: string) {
  return page.evaluate((text) => {
    const document = new DOMParser().parseFromString(text, 'image/svg+xml');
    return {
      error: document.querySelector('parsererror')?.textContent ?? '',
      names: [...new Set([...document.querySelectorAll('*')].map((element) => element.localName))].sort(),
      texts: [...document.querySelectorAll('text')].map((element) => element.textContent),
    };
  }, svg);
}

describe('pictures of the timeline', () => {
  it.each(['light', 'dark'] as const)('are saved as SVG and PNG in the %s theme', async (theme) => {
    await withPage({ theme }, async (page) => {
      const { bytes, download } = await exported(page, 'svg');
      expect(download.suggestedFilename()).toBe('orders-api.js timeline.svg');
      const svg = bytes.toString('utf8');
      const { error, names, texts } = await parsed(page, svg);
      expect(error).toBe('');
      expect(names.filter((name) => !/^(svg|title|desc|defs|pattern|clipPath|g|rect|path|text)$/.test(name))).toEqual(
        [],
      );
      const rows = await page.locator('.gutter .row-name .name').allTextContents();
      // Whole rows only: the last one on screen may be cut off, and is left out.
      for (const row of rows.slice(0, -3)) expect(texts).toContain(row);
      expect(texts.join(' ')).toMatch(/\d\.\d+ s to \d\.\d+ s · \d+ ms of 3\.00 s/);
      expect(texts.some((text) => text?.startsWith('running'))).toBe(true);

      const png = (await exported(page, 'png')).bytes;
      expect(png.subarray(1, 4).toString()).toBe('PNG');
      expect(png.readUInt32BE(16)).toBe(2 * 1440);
      expect(png.readUInt32BE(20)).toBe(2 * Number(/height="(\d+)"/.exec(svg)![1]));
      mkdirSync(RESULTS, { recursive: true });
      writeFileSync(`${RESULTS}timeline-${theme}.png`, png);
      writeFileSync(`${RESULTS}timeline-${theme}.svg`, bytes);
    });
  });

  it('say which range and which filter they show', async () => {
    await withPage({ hash: '#w=0,2000000000&range=500000000,900000000&q=state%3Dready' }, async (page) => {
      const { texts } = await parsed(page, (await exported(page, 'svg')).bytes.toString('utf8'));
      expect(texts.join('\n')).toMatch(/range 0\.500 s \+ 400 ms · filter state=ready/);
    });
  });

  it('can be made on any page, and on a narrow one', async () => {
    await withPage({ width: 390, height: 844 }, async (page) => {
      const { error, texts } = await parsed(page, (await exported(page, 'svg')).bytes.toString('utf8'));
      expect(error).toBe('');
      expect(texts.length).toBeGreaterThan(5);
    });
  });
});

describe('the menu', () => {
  it('opens by its button, is walked by keys, and gives the focus back', async () => {
    await withPage({}, async (page) => {
      const button = page.getByRole('button', { name: 'Export', exact: true });
      await button.click();
      await page.waitForSelector('.export-menu[open]');
      await keepPicture(page, 'export-menu');
      await page.keyboard.press('ArrowDown');
      const second = await page.evaluate(() => (document.activeElement as HTMLElement).dataset.export);
      expect(second).toBe('svg');
      await page.keyboard.press('Escape');
      await page.waitForSelector('.export-menu', { state: 'detached' });
      expect(await button.evaluate((element) => element === document.activeElement)).toBe(true);
    });
  });

  it('is in the palette too', async () => {
    await withPage({}, async (page) => {
      await page.keyboard.press('Control+k');
      await page.waitForSelector('.palette .match');
      await page.keyboard.type('svg');
      await page.locator('.match[aria-selected="true"]', { hasText: 'Picture of the timeline: SVG' }).waitFor();
      const arrival = page.waitForEvent('download');
      await page.keyboard.press('Enter');
      expect((await arrival).suggestedFilename()).toContain('.svg');
    });
  });

  it('saves every table of the first screen, all rows of it', async () => {
    await withPage({}, async (page) => {
      await openMenu(page);
      const tables = await page
        .locator('[data-export^="table:"]')
        .evaluateAll((items) => items.map((item) => (item as HTMLElement).dataset.export!));
      await closeMenu(page);
      expect(tables).toEqual([
        'table:findings',
        'table:requests',
        'table:kinds of requests',
        'table:strand groups',
        'table:blocks of the loop',
      ]);
      const requests = csvRows((await exported(page, 'table:requests')).bytes);
      const model = await loadTrace([trace]);
      const ended = model.tasks.end.filter((end) => end > 0).length;
      expect(requests).toHaveLength(ended);
      const [slowest] = requests;
      const states = Object.entries(slowest!).slice(5);
      expect(states.reduce((sum, [, ns]) => sum + Number(ns), 0)).toBeCloseTo(Number(slowest!['length, ns']), 3);
    });
  });
});

describe('tables', () => {
  it.each([
    ['page=groups', ['Strand groups']],
    ['page=tasks', ['Requests', 'tree of the task', 'GET /orders/:id']],
    ['page=memory', ['collector']],
    ['page=profiles&v=as%3Dtable', ['functions']],
    ['sel=task:1', ['critical path', 'strands of the task', 'logs and regions']],
  ])('of #%s are in the menu', async (hash, names) => {
    await withPage({ hash: `#${hash}` }, async (page) => {
      // Some are there only once they are worked out.
      await page.waitForFunction((n) => document.querySelectorAll('.table-tools').length >= n, names.length);
      await openMenu(page);
      const offered = await page
        .locator('[data-export^="table:"]')
        .evaluateAll((items) => items.map((item) => (item as HTMLElement).dataset.export));
      expect(offered).toEqual(expect.arrayContaining(names.map((name) => `table:${name}`)));
    });
  });
});

describe('a part of the trace', () => {
  it('is a trace of the chosen range', async () => {
    await withPage({ hash: '#range=1000000000,1500000000' }, async (page) => {
      const { bytes, download } = await exported(page, 'cut');
      expect(download.suggestedFilename()).toMatch(/^orders-api\.js 500 ms from 1\.\d+ s\.trace$/);
      const model = await loadTrace([bytes]);
      expect(model.info.end - model.info.start).toBeGreaterThan(0.4e9);
      expect(model.info.end - model.info.start).toBeLessThan(0.6e9);
      expect(model.tasks.count).toBeGreaterThan(10);
    });
  });
});

describe('text', () => {
  it('is what is selected, with its states, its path and a link to it', async () => {
    await withPage({}, async (page) => {
      await page.locator('.extremes .bar-button').first().click();
      const title = await textOf(page, '.answer-title');
      await page.keyboard.press('Control+c');
      await page.waitForFunction(() => document.querySelector('.live')?.textContent?.includes('copied'));
      const text = await page.evaluate(() => navigator.clipboard.readText());
      expect(text).toContain(title);
      expect(text).toMatch(/^ {2}ready \d+ ms, \d+ %$/m);
      expect(text).toContain('Critical path. Its end depended on');
      expect(text).toMatch(/^http.*#.*sel=task:\d+/m);
    });
  });

  it('leaves marked text to the browser', async () => {
    await withPage({}, async (page) => {
      await page.evaluate(() => getSelection()!.selectAllChildren(document.querySelector('.title')!));
      await page.keyboard.press('Control+c');
      await page.waitForFunction(async () => (await navigator.clipboard.readText()) === 'orders-api.js');
    });
  });
});
