/** The viewer in a real browser, on traces whose content is known. */
import { gzipSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/viewer/state/commands.ts';
import { keepPicture, launchBrowser, openTrace, type PageOptions, textOf } from './support/browser.ts';
import { syntheticTrace } from './support/synthetic-trace.ts';

const SERVICE = { seconds: 3, requestsPerSecond: 80 };
const trace = syntheticTrace(SERVICE);
let browser: Browser;

beforeAll(async () => {
  browser = await launchBrowser();
});

afterAll(() => browser?.close());

/** Opens a trace for a test, and demands at its end that the page did not complain. */
async function withPage(bytes: Uint8Array, options: PageOptions, test: (page: Page) => Promise<void>): Promise<void> {
  const open = await openTrace(browser, bytes, options);
  try {
    await test(open.page);
    expect(open.complaints).toEqual([]);
  } finally {
    await open.close();
  }
}

/** Start and end of the window, as the head of the timeline says. */
function windowText(page: Page): Promise<string> {
  return textOf(page, '.timeline-head .muted');
}

describe('the page', () => {
  const sizes = [
    [1440, 900],
    [800, 600],
    [390, 844],
  ] as const;
  const cases = sizes.flatMap(([width, height]) =>
    (['light', 'dark'] as const).map((theme) => ({ width, height, theme })),
  );

  it.each(cases)('fits $width × $height in the $theme theme, and never scrolls as a whole', async (options) => {
    await withPage(trace, options, async (page) => {
      const size = await page.evaluate(() => [document.body.scrollWidth, document.body.scrollHeight]);
      expect(size).toEqual([options.width, options.height]);
      await keepPicture(page, `first-${options.width}-${options.theme}`);
      // No text of a row name reaches into the time area.
      const overlaps = await page.evaluate(
        () =>
          [...document.querySelectorAll('.row-name')].filter((row) =>
            [...row.querySelectorAll('span')].some(
              (text) => text.getBoundingClientRect().right > row.getBoundingClientRect().right + 0.5,
            ),
          ).length,
      );
      expect(overlaps).toBe(0);
    });
  });

  it('has one gutter line for overview and timeline', async () => {
    await withPage(trace, {}, async (page) => {
      const gutters = await page.evaluate(() =>
        ['.overview', '.timeline-host'].map((name) =>
          getComputedStyle(document.querySelector(name)!).getPropertyValue('--gutter'),
        ),
      );
      expect(new Set(gutters).size).toBe(1);
    });
  });

  it('remembers the theme that was chosen', async () => {
    await withPage(trace, { theme: 'light' }, async (page) => {
      await page.getByRole('button', { name: 'Use the dark theme' }).click();
      expect(await page.locator('html').getAttribute('data-theme')).toBe('dark');
      await page.reload();
      await page.waitForSelector('.timeline-host');
      expect(await page.locator('html').getAttribute('data-theme')).toBe('dark');
    });
  });
});

describe('opening', () => {
  it('shows a cut file up to its last good event, and says so', async () => {
    await withPage(trace.subarray(0, Math.round(trace.length * 0.7)), {}, async (page) => {
      const message = await textOf(page, '.message.warning');
      expect(message).toContain('The file ends early');
      expect(message).toMatch(/Everything up to \d\.\d+ s is here/);
      expect(await page.locator('.row-name').count()).toBeGreaterThan(3);
    });
  });

  it.each([
    ['{"snapshot":{"meta":{}}}', 'This is a heap snapshot, not a trace'],
    ['{"nodes":[],"startTime":1}', 'This is a CPU profile of V8, not a trace'],
    ['{"metadata":{},"traceEvents":[]}', 'This is a Chrome trace in JSON, not an execution trace'],
    ['\x0a\x04\x08\x01\x10\x02', 'This is a pprof profile, not a trace'],
    ['go 1.99 trace\0\0\0 and more', 'This trace has format 1.99, which this viewer does not know'],
    ['<!doctype html><title>x</title>', 'This is a web page, not a trace'],
    ['', 'The file is empty'],
    ['hello', 'This is not a trace that can be read'],
  ])('says what %j is', async (text, title) => {
    await withPage(new TextEncoder().encode(text), {}, async (page) => {
      expect(await textOf(page, '.message.error b')).toBe(title);
    });
  });

  it('reads what gzip has compressed', async () => {
    await withPage(gzipSync(trace), {}, async (page) => {
      expect(await textOf(page, '.title')).toBe('orders-api.js');
    });
  });

  it('takes a file from the picker, and one that is dropped', async () => {
    await withPage(new TextEncoder().encode('hello'), {}, async (page) => {
      const chooser = page.waitForEvent('filechooser');
      await page.getByRole('button', { name: 'Open…' }).click();
      await (await chooser).setFiles({ name: 'picked.trace', mimeType: '', buffer: Buffer.from(trace) });
      await page.waitForSelector('.timeline-host');

      const bytes = [...syntheticTrace({ seconds: 1, requestsPerSecond: 10 })];
      await page.evaluate((data) => {
        const transfer = new DataTransfer();
        transfer.items.add(new File([new Uint8Array(data)], 'dropped.trace'));
        document.dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true }));
      }, bytes);
      await page.waitForFunction(() => document.querySelector('.facts')?.textContent?.includes('1.00 s'));
    });
  });
});

describe('a hostile trace', () => {
  it('is shown as text, never as HTML', async () => {
    const evil = '<img src=x onerror="window.hacked=1">';
    const names = { order: `GET /${evil}`, pay: `POST /${evil}`, load: evil, log: `${evil}\n\u202e`, region: evil };
    await withPage(syntheticTrace({ ...SERVICE, names }), {}, async (page) => {
      await page.locator('.extremes .bar-button').first().click();
      await page.waitForSelector('.answer-title');
      await page.keyboard.press('/');
      await page.keyboard.type('onerror');
      await page.waitForSelector('.match');
      await keepPicture(page, 'hostile');
      expect(await textOf(page, '.answer-title')).toContain(evil);
      expect(await page.locator('img').count()).toBe(0);
      expect(await page.evaluate(() => 'hacked' in window)).toBe(false);
      const body = await textOf(page, 'body');
      expect(body).not.toContain('\u202e');
    });
  });
});

describe('the timeline', () => {
  it('zooms at the pointer with Ctrl and the wheel, pans sideways, and scrolls its rows', async () => {
    await withPage(trace, { height: 700 }, async (page) => {
      const before = await windowText(page);
      const box = (await page.locator('.timeline-host').boundingBox())!;
      await page.mouse.move(box.x + 700, box.y + 120);
      await page.keyboard.down('Control');
      await page.mouse.wheel(0, -300);
      await page.keyboard.up('Control');
      const zoomed = await windowText(page);
      expect(zoomed).not.toBe(before);
      await page.mouse.wheel(200, 0);
      const panned = await windowText(page);
      expect(panned).not.toBe(zoomed);
      await page.mouse.wheel(0, 120);
      await page.waitForFunction(() => document.querySelector('.timeline-rows')!.scrollTop > 0);
      expect(await windowText(page)).toBe(panned);
    });
  });

  it('measures a range by dragging, and zooms to it', async () => {
    await withPage(trace, {}, async (page) => {
      const box = (await page.locator('.timeline-host').boundingBox())!;
      await page.mouse.move(box.x + 500, box.y + 150);
      await page.mouse.down();
      await page.mouse.move(box.x + 700, box.y + 150, { steps: 4 });
      await page.mouse.up();
      expect(await page.locator('.range-hint').isVisible()).toBe(true);
      await page.keyboard.press('Enter');
      await page.waitForSelector('.range-hint', { state: 'detached' });
      expect(await textOf(page, '.crumbs')).toContain('Part of it');
      await page.keyboard.press('0');
      expect(await textOf(page, '.crumbs')).toBe('Whole trace');
    });
  });

  it('selects a slice on click, with its strand in the details, and keeps it in the address', async () => {
    await withPage(trace, {}, async (page) => {
      // The loop is held in the middle of what is shown first.
      const row = (await page.locator('.row-name', { hasText: 'Main loop' }).boundingBox())!;
      await page.mouse.click(800, row.y + 14);
      const details = page.locator('.details.open');
      expect(await textOf(page, '.details.open h2')).toBe('refreshCatalog');
      const cells = await details.locator('table.dense tr').allInnerTexts();
      const values = cells.map((cell) =>
        Number(
          cell
            .split('\t')
            .filter((text) => text.trim() !== '')
            .at(-1),
        ),
      );
      expect(values.slice(0, -1).reduce((a, b) => a + b, 0)).toBeCloseTo(values.at(-1)!, 6);
      await page.waitForFunction(() => /g:\d+,at:\d+/.test(location.hash));
      const sentence = await textOf(page, '.live');
      expect(sentence).toMatch(/^refreshCatalog, running, 3\d\d ms/);
      await page.reload();
      await page.waitForSelector('.details.open');
      expect(await textOf(page, '.details.open h2')).toBe('refreshCatalog');
      expect(await textOf(page, '.live')).toBe(sentence);
    });
  });

  it('goes with Back to the selection before', async () => {
    await withPage(trace, {}, async (page) => {
      await page.locator('.extremes .bar-button').first().click();
      await page.waitForFunction(() => location.hash.includes('task:'));
      const first = await textOf(page, '.same-kind tr.selected');
      await page.locator('.same-kind tbody tr').nth(2).click();
      await page.waitForFunction(
        (text) => document.querySelector('.same-kind tr.selected')?.textContent !== text,
        first,
      );
      const second = await page.evaluate(() => location.hash);
      await page.waitForFunction((hash) => location.hash !== hash, second);
      await page.goBack();
      await page.waitForFunction(
        (text) => document.querySelector('.same-kind tr.selected')?.textContent === text,
        first,
      );
    });
  });
});

describe('the keyboard', () => {
  it('walks rows and slices, and says each step', async () => {
    await withPage(trace, {}, async (page) => {
      await page.keyboard.press('3');
      const said: string[] = [];
      for (const key of ['ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowRight', '.', ',']) {
        await page.keyboard.press(key);
        said.push(await textOf(page, '.live'));
      }
      expect(said.every((sentence) => sentence !== '')).toBe(true);
      expect(new Set(said).size).toBeGreaterThan(2);
      await page.keyboard.press('Escape');
      await page.keyboard.press('Escape');
      await page.keyboard.press('Escape');
      expect(await textOf(page, '.details')).toContain('Nothing selected');
    });
  });

  it('lists every command in the help, and is quiet in the search field', async () => {
    await withPage(trace, {}, async (page) => {
      await page.keyboard.press('?');
      const help = await textOf(page, '.help');
      for (const command of COMMANDS) expect(help).toContain(command.title);
      await page.keyboard.press('Escape');
      await page.waitForSelector('.help', { state: 'detached' });
      const before = await windowText(page);
      await page.keyboard.press('/');
      await page.keyboard.type('wasd0f');
      expect(await page.locator('#search').inputValue()).toBe('wasd0f');
      expect(await windowText(page)).toBe(before);
    });
  });

  it('filters by the legend, and isolates with Shift', async () => {
    await withPage(trace, {}, async (page) => {
      const pressed = () =>
        page
          .locator('.legend-entry')
          .evaluateAll((entries) => entries.map((entry) => entry.getAttribute('aria-pressed')));
      const entry = page.locator('.legend-entry', { hasText: 'ready' });
      await entry.click();
      expect((await pressed()).filter((state) => state === 'false')).toHaveLength(1);
      await entry.click();
      await entry.click({ modifiers: ['Shift'] });
      expect((await pressed()).filter((state) => state === 'true')).toHaveLength(1);
      await entry.click({ modifiers: ['Shift'] });
      expect((await pressed()).filter((state) => state === 'false')).toHaveLength(0);
    });
  });
});
