/**
 * Work for everyone: axe-core finds nothing on any page in either theme, and everything that matters can be done without a
 * mouse: from the skip links to the worst request, what it waited for, and back.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PAGES } from '../../src/viewer/state/pages.ts';
import { launchBrowser, openTrace, type PageOptions, textOf } from './support/browser.ts';
import { syntheticTrace } from './support/synthetic-trace.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** What WCAG 2.2 AA asks for, and what axe counts as good practice. */
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
/**
 * Rows of tables are 22 px high beside a chart, less than the 24 px that a target needs. Their functions are also on the
 * timeline and in the palette, which WCAG 2.5.8 allows; for a finger the rows are higher, and the rule is checked.
 */
const FINGER_RULE = 'target-size';
/** Heads of columns that are drawings have an aria-label, which this rule does not count. */
const NOT_ASKED = ['empty-table-header'];
const THEMES = ['light', 'dark'] as const;
const trace = syntheticTrace({ seconds: 3, requestsPerSecond: 80 });
let browser: Browser;

beforeAll(async () => {
  browser = await launchBrowser();
});

afterAll(() => browser?.close());

async function withPage(options: PageOptions, test: (page: Page) => Promise<void>, bytes = trace): Promise<void> {
  const open = await openTrace(browser, bytes, options);
  try {
    await test(open.page);
    expect(open.complaints).toEqual([]);
  } finally {
    await open.close();
  }
}

/** What axe says against the page: rule, and the elements. */
async function violationsOf(page: Page, finger = false): Promise<string[]> {
  // Evaluated by the debugger, which the content security policy of the page does not concern.
  await page.evaluate(AXE);
  const found = await page.evaluate(
    async ({ tags, without }) => {
      const { axe } = globalThis as unknown as { axe: { run(options: object): Promise<Result> } };
      interface Result {
        violations: { id: string; help: string; nodes: { target: string[]; failureSummary: string }[] }[];
      }
      const { violations } = await axe.run({
        runOnly: { type: 'tag', values: tags },
        rules: Object.fromEntries(without.map((rule) => [rule, { enabled: false }])),
      });
      return violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map((node) => node.target).join(' ')}`);
    },
    { tags: RULES, without: finger ? NOT_ASKED : [...NOT_ASKED, FINGER_RULE] },
  );
  return found;
}

const sizes = [
  { width: 1440, height: 900, touch: false },
  { width: 390, height: 844, touch: true },
];

describe('axe finds nothing', () => {
  const cases = PAGES.flatMap((name) => THEMES.map((theme) => ({ name, theme })));
  it.each(cases)('on the page $name in the $theme theme', async ({ name, theme }) => {
    for (const size of sizes) {
      await withPage({ theme, hash: `#page=${name}`, ...size }, async (page) => {
        await page.waitForSelector('.timeline-host, .page h2');
        expect(await violationsOf(page, size.touch)).toEqual([]);
      });
    }
  });

  it.each(THEMES)(
    'with a request selected, the help, the export menu, the palette and a search open, in the %s theme',
    async (theme) => {
      await withPage({ theme }, async (page) => {
        await page.locator('.extremes .bar-button').first().click();
        await page.waitForSelector('.answer-title');
        expect(await violationsOf(page)).toEqual([]);
        await page.keyboard.press('?');
        await page.waitForSelector('.help');
        expect(await violationsOf(page)).toEqual([]);
        await page.keyboard.press('Escape');
        await page.keyboard.press('Control+s');
        await page.waitForSelector('.export-item');
        expect(await violationsOf(page)).toEqual([]);
        await page.keyboard.press('Escape');
        await page.keyboard.press('Control+k');
        await page.waitForSelector('.palette .match');
        expect(await violationsOf(page)).toEqual([]);
        await page.keyboard.press('Escape');
        await page.keyboard.press('/');
        await page.keyboard.type('order');
        await page.waitForSelector('.search .match');
        expect(await violationsOf(page)).toEqual([]);
      });
    },
  );

  it.each(THEMES)('with a finding explained, a range and brushed lengths, in the %s theme', async (theme) => {
    await withPage({ theme, hash: '#range=500000000,2500000000&len=20000000,900000000' }, async (page) => {
      await page.locator('.finding .link', { hasText: 'Why' }).first().click();
      await page.waitForSelector('.why');
      expect(await violationsOf(page)).toEqual([]);
    });
  });

  it.each(THEMES)('when the file is no trace, in the %s theme', async (theme) => {
    const noTrace = new TextEncoder().encode('hello');
    await withPage({ theme }, async (page) => expect(await violationsOf(page)).toEqual([]), noTrace);
  });
});

/** Presses Tab until the focused element's text or label has a word in it. */
async function tabTo(page: Page, word: RegExp, most = 60): Promise<void> {
  for (let i = 0; i < most; i++) {
    await page.keyboard.press('Tab');
    if (word.test(await focused(page))) return;
  }
  throw new Error(`The Tab key did not reach ${word}; it ended at ${await focused(page)}`);
}

function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    const element = document.activeElement;
    const inside = [...(element?.querySelectorAll('[aria-label]') ?? [])].map((part) =>
      part.getAttribute('aria-label'),
    );
    return [element?.getAttribute('aria-label'), ...inside, element?.textContent].join(' ').trim();
  });
}

describe('without a mouse', () => {
  it('one gets from the skip link over the first finding to the interval, who woke it, and back', async () => {
    await withPage({}, async (page) => {
      await page.keyboard.press('Tab');
      expect(await focused(page)).toBe('Skip to what stands out');
      await page.keyboard.press('Enter');
      await tabTo(page, /^Show$/, 3);
      await page.keyboard.press('Enter');
      await page.waitForSelector('.details.open');
      expect(await textOf(page, '.live')).toMatch(/refreshCatalog, running/);
      await page.keyboard.press('3');
      await page.keyboard.press(',');
      expect(await textOf(page, '.live')).not.toMatch(/refreshCatalog, running/);
      await page.keyboard.press('Control+z');
      expect(await textOf(page, '.live')).toMatch(/refreshCatalog, running/);
      for (let i = 0; i < 4; i++) await page.keyboard.press('Escape');
      await page.waitForSelector('.details:not(.open)');
    });
  });

  it('one finds the slowest request in its panel, sees what it waited for, and goes to the next one of its kind', async () => {
    await withPage({}, async (page) => {
      await page.keyboard.press('2');
      await tabTo(page, /slowest/, 4);
      await page.keyboard.press('Enter');
      await page.waitForSelector('.answer-title');
      const slowest = await textOf(page, '.answer-title');
      await page.keyboard.press('2');
      await tabTo(page, /^#\d+$/, 3);
      await tabTo(page, /^#\d+$/, 1);
      await page.keyboard.press('Enter');
      await page.waitForFunction((title) => document.querySelector('.answer-title')?.textContent !== title, slowest);
      await page.keyboard.press('Control+z');
      await page.waitForFunction((title) => document.querySelector('.answer-title')?.textContent === title, slowest);
    });
  });

  it('one runs commands from the palette, and steps through what a search found', async () => {
    await withPage({}, async (page) => {
      await page.keyboard.press('Control+k');
      await page.waitForSelector('.palette .match');
      await page.keyboard.type('light dark');
      await page.keyboard.press('Enter');
      await page.waitForSelector('html[data-theme="dark"]');
      await page.waitForSelector('.palette', { state: 'detached' });
      await page.keyboard.press('/');
      await page.keyboard.type('pay');
      await page.waitForSelector('.search .match');
      const matches = await page.locator('.search .match').count();
      await page.keyboard.press('Enter');
      await page.waitForSelector('.answer-title');
      const first = await textOf(page, '.answer-title');
      expect(matches).toBeGreaterThan(1);
      await page.keyboard.press('Enter');
      await page.waitForFunction((title) => document.querySelector('.answer-title')?.textContent !== title, first);
      expect(await textOf(page, '.live')).toMatch(/^2 of \d+/);
      await page.keyboard.press('Shift+Enter');
      await page.waitForFunction((title) => document.querySelector('.answer-title')?.textContent === title, first);
    });
  });

  it('one brushes latencies with the arrow keys, and hears which', async () => {
    await withPage({}, async (page) => {
      const slider = page.getByRole('slider', { name: /Lengths/ });
      await slider.focus();
      await page.keyboard.press('ArrowLeft');
      const one = await slider.getAttribute('aria-valuetext');
      await page.keyboard.press('Shift+ArrowLeft');
      const more = await slider.getAttribute('aria-valuetext');
      expect(one).toMatch(/^[\d.]+ ms to [\d.]+ ms, \d+$/);
      expect(more).not.toBe(one);
      const count = Number(/, (\d+)$/.exec(more!)![1]);
      expect(await textOf(page, '.requests .panel-detail')).toMatch(new RegExp(`^${count} `));
      await page.keyboard.press('Escape');
      expect(await slider.getAttribute('aria-valuetext')).toBe('all lengths');
    });
  });

  it('single letters can be switched off, and all else still works', async () => {
    await withPage({}, async (page) => {
      const position = () => textOf(page, '.timeline-head .muted');
      await page.keyboard.press('?');
      await page.getByRole('checkbox', { name: 'single letters are keys' }).uncheck();
      await page.keyboard.press('Escape');
      const before = await position();
      await page.keyboard.press('w');
      await page.keyboard.press('0');
      expect(await position()).toBe(before);
      await page.keyboard.press('Control+k');
      await page.waitForSelector('.palette .match');
      await page.keyboard.type('zoom out');
      await page.keyboard.press('Enter');
      await page.waitForFunction(
        (text) => document.querySelector('.timeline-head .muted')?.textContent !== text,
        before,
      );
      await page.reload();
      await page.waitForSelector('.timeline-host');
      const reloaded = await position();
      await page.keyboard.press('s');
      expect(await position()).toBe(reloaded);
    });
  });
});

describe('what people ask of their system', () => {
  it('is obeyed: forced colours keep heights and textures, and the selection is highlighted', async () => {
    await withPage({}, async (page) => {
      await page.emulateMedia({ forcedColors: 'active' });
      await page.locator('.extremes .bar-button').first().click();
      await page.waitForSelector('.answer-title');
      const colours = await page.evaluate(() => {
        const value = (name: string) => document.documentElement.style.getPropertyValue(name);
        return ['--run', '--net', '--sync', '--readyHatch', '--surface', '--accent'].map(value);
      });
      expect(new Set(colours.slice(0, 3)).size).toBe(1);
      expect(colours[3]).toBe(colours[4]);
      expect(colours[5]).not.toBe(colours[4]);
      expect(await violationsOf(page)).toEqual([]);
    });
  });

  it('is obeyed: more contrast leaves no muted text', async () => {
    await withPage({}, async (page) => {
      await page.emulateMedia({ contrast: 'more' });
      await page.waitForFunction(() => {
        const { style } = document.documentElement;
        return style.getPropertyValue('--muted') === style.getPropertyValue('--text');
      });
    });
  });
});
