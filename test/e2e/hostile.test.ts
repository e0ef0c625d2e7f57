/**
 * A trace whose every name was chosen by an attacker, on every page and in every file that leaves them: names are text,
 * nothing runs, nothing is asked of another host, and no name pushes a control away.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { execFileSync, LONG } from '../support/child-process.ts';
import { keepPicture, launchBrowser, newPage, openTrace, type PageOptions, SHOWN, textOf } from './support/browser.ts';
import { hiddenControls, pageSize } from './support/hidden-controls.ts';
import { syntheticTrace } from './support/synthetic-trace.ts';

const EXECTRACE = fileURLToPath(new URL('../../bin/exectrace.js', import.meta.url));
const IMAGE = '<img src=x onerror="window.hacked=1">';
const SCRIPT = `"'></title></text></script><script>window.hacked=1</script>`;
const FORMULA = `=cmd|'/c calc'!A1`;
/** Turns the direction of what follows, ends a line, and is as long as a name can be. */
const LONG_NAME = `\u202e${'hostile '.repeat(5)}\r\n${'x'.repeat(10_000)}`;
const names = {
  order: `GET /${IMAGE}${SCRIPT}`,
  pay: `POST javascript:window.hacked=1//${LONG_NAME}`,
  load: FORMULA,
  log: `${SCRIPT}\n\u202e`,
  region: `\t${FORMULA}`,
  job: `${IMAGE}${LONG_NAME}`,
  // The program's facts are one log of 1024 bytes at most.
  command: `/srv/${IMAGE.replaceAll('/', '')}${LONG_NAME.slice(0, 500)}`,
};
const trace = syntheticTrace({ seconds: 2, requestsPerSecond: 60, names });
const folder = mkdtempSync(join(tmpdir(), 'exectrace-hostile-'));
let browser: Browser;

beforeAll(async () => {
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true });
});

/** What of a trace's text has become more than text. */
function harmOf(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const harm: string[] = [];
    if ('hacked' in window) harm.push('a script ran');
    for (const element of document.querySelectorAll('body *')) {
      if (/^(img|iframe|object|embed|base|form|a|math)$/.test(element.localName)) harm.push(`<${element.localName}>`);
      if (element.localName === 'script' && element.textContent!.includes('hacked')) harm.push('<script>');
      for (const { name, value } of element.attributes) {
        if (name.startsWith('on')) harm.push(`${name} of <${element.localName}>`);
        if (/^(href|src|action|xlink:href)$/.test(name)) harm.push(`${name}=${value.slice(0, 60)}`);
        // The value of an option is for the program alone.
        if (name !== 'value' && /[\u202a-\u202e\u2066-\u2069]/.test(value))
          harm.push(`turned direction in ${name} of .${element.className}`);
      }
    }
    if (/[\u202a-\u202e\u2066-\u2069]/.test(`${document.body.textContent}${document.title}`))
      harm.push('turned direction');
    return harm;
  });
}

async function withPage(options: PageOptions, test: (page: Page) => Promise<void>): Promise<void> {
  const { page, complaints, close } = await openTrace(browser, trace, options);
  const elsewhere: string[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(new URL(page.url()).origin) && !/^(blob|data):/.test(request.url())) {
      elsewhere.push(request.url());
    }
  });
  try {
    await test(page);
    expect(await harmOf(page)).toEqual([]);
    expect(complaints).toEqual([]);
    expect(elsewhere).toEqual([]);
  } finally {
    await close();
  }
}

const SIZES = [
  { width: 1440, height: 900 },
  { width: 800, height: 600 },
  { width: 390, height: 844 },
] as const;

const PLACES = [
  ['', '.finding'],
  ['sel=task:1', '.answer-title'],
  ['sel=g:1', '.details.open'],
  ['page=groups', '.page tbody tr'],
  ['page=groups&v=open%3D0', '.page tbody tr'],
  ['page=tasks', '.page tbody tr'],
  ['page=tasks&v=show%3Dregions', '.page tbody tr'],
  ['page=profiles&v=type%3Dnet', '.page .panel-head'],
  ['page=profiles&v=type%3Dsync%26as%3Dtable', '.page .panel-head'],
  ['page=memory', '.page .panel-head'],
  ['page=compare', '.page'],
  ['q=func%3D%7E%3Cimg', '.timeline-host'],
] as const;

describe.each(SIZES)('at $width × $height', (size) => {
  it.each(PLACES)('#%s shows names as text, and hides no control', async (hash, shown) => {
    await withPage({ ...size, hash: `#${hash}` }, async (page) => {
      await page.waitForSelector(shown);
      expect(await pageSize(page)).toEqual([size.width, size.height]);
      expect(await hiddenControls(page)).toEqual([]);
      await keepPicture(page, `hostile-${size.width}-${hash.replace(/\W+/g, '-')}`);
    });
  });
});

describe('what opens over the page', () => {
  it('tooltips of slices and gaps have names as text, on the page', async () => {
    await withPage({}, async (page) => {
      const host = (await page.locator('.timeline-host').boundingBox())!;
      const block = host.x + host.width / 2;
      // The loop is held in the middle of what is shown first: by the job, for the request, which is ready meanwhile.
      for (const name of ['Main loop', '<img src=x onerror', 'pbkdf2']) {
        const box = (await page.locator('.gutter .row-name', { hasText: name }).first().boundingBox())!;
        await page.mouse.move(block, host.y - 20);
        await page.waitForSelector('.tooltip', { state: 'detached' });
        await page.mouse.move(block, box.y + box.height / 2);
        await page.waitForSelector('.tooltip');
        const tip = (await page.locator('.tooltip').boundingBox())!;
        expect(tip.x).toBeGreaterThanOrEqual(0);
        expect(tip.x + tip.width).toBeLessThanOrEqual(1440);
        expect(tip.y + tip.height).toBeLessThanOrEqual(900);
        expect(await textOf(page, '.tooltip')).toContain('<img src=x onerror="window.hacked=1">');
        expect(await harmOf(page)).toEqual([]);
      }
      await keepPicture(page, 'hostile-tooltip');
    });
  });

  it('search, palette, filter and the export menu', async () => {
    await withPage({}, async (page) => {
      await page.keyboard.press('/');
      await page.keyboard.type('onerror');
      await page.waitForSelector('.search .match');
      await keepPicture(page, 'hostile-search');
      expect(await harmOf(page)).toEqual([]);
      expect(await pageSize(page)).toEqual([1440, 900]);
      await page.keyboard.press('Escape');
      await page.keyboard.press('Control+p');
      await page.waitForSelector('.palette .match');
      await page.keyboard.type('hostile');
      await page.waitForFunction(() => document.querySelector('.palette .match')?.textContent?.includes('hostile'));
      expect(await harmOf(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await page.waitForSelector('.palette', { state: 'detached' });
      await page.locator('.extremes .bar-button').first().click();
      await page.waitForSelector('.table-tools');
      await page.keyboard.press('Control+s');
      await page.waitForSelector('.export-item');
      await keepPicture(page, 'hostile-export');
      expect(await hiddenControls(page, '.export-menu')).toEqual([]);
      expect(await pageSize(page)).toEqual([1440, 900]);
    });
  });

  it('findings that explain themselves', async () => {
    await withPage({}, async (page) => {
      for (const why of await page.getByRole('button', { name: 'Why' }).all()) {
        await why.click();
        await page.waitForSelector('.why');
        expect(await harmOf(page)).toEqual([]);
      }
    });
  });
});

describe('what leaves the page', () => {
  /** Chooses an item of the export menu; the file. */
  async function exported(page: Page, id: string): Promise<{ name: string; bytes: Buffer }> {
    await page.keyboard.press('Control+s');
    await page.waitForSelector('.export-menu[open] .export-item');
    const arrival = page.waitForEvent('download');
    await page.locator(`[data-export="${id}"]`).click();
    const download = await arrival;
    await page.waitForSelector('.export-menu', { state: 'detached' });
    return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
  }

  it('an SVG runs nothing when it is opened, and has names as text', async () => {
    await withPage({}, async (page) => {
      const { name, bytes } = await exported(page, 'svg');
      expect(name).toMatch(/^[\w.() -]{1,120}$/);
      const file = join(folder, 'timeline.svg');
      writeFileSync(file, bytes);
      const opened = await newPage(browser, {});
      await opened.page.goto(pathToFileURL(file).href);
      const found = await opened.page.evaluate(() => ({
        hacked: 'hacked' in window,
        elements: [...new Set([...document.querySelectorAll('*')].map((element) => element.localName))],
        handlers: [...document.querySelectorAll('*')].filter((element) =>
          [...element.attributes].some(({ name }) => /^(on|href|xlink)/.test(name)),
        ).length,
        text: document.documentElement.textContent!,
      }));
      expect(found.hacked).toBe(false);
      expect(found.handlers).toBe(0);
      const allowed = ['svg', 'title', 'desc', 'defs', 'pattern', 'clipPath', 'g', 'rect', 'path', 'text'];
      expect(found.elements.filter((element) => !allowed.includes(element))).toEqual([]);
      expect(found.text).toContain('<img src=');
      expect(found.text).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/);
      expect(opened.complaints).toEqual([]);
      await opened.page.context().close();
    });
  });

  it('no cell of a table begins like a formula', async () => {
    await withPage({ hash: '#sel=task:1' }, async (page) => {
      await page.waitForFunction(() => document.querySelectorAll('.table-tools').length >= 3);
      await page.keyboard.press('Control+s');
      await page.waitForSelector('.export-menu[open] .export-item');
      const tables = await page
        .locator('[data-export^="table:"]')
        .evaluateAll((items) => items.map((item) => (item as HTMLElement).dataset.export!));
      await page.keyboard.press('Escape');
      await page.waitForSelector('.export-menu', { state: 'detached' });
      let defused = 0;
      for (const table of tables) {
        const csv = (await exported(page, table)).bytes.toString('utf8');
        for (const [, quoted, plain] of csv.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,\r\n]*))/gm)) {
          const cell = quoted ?? plain ?? '';
          if (Number.isNaN(Number(cell))) expect(cell).not.toMatch(/^[=+\-@\t\r\n]/);
          if (cell.startsWith(`'=cmd`) || cell.startsWith("'\t")) defused++;
        }
      }
      expect(tables.length).toBeGreaterThan(5);
      expect(defused).toBeGreaterThan(0);
    });
  });

  it('one HTML page with such a trace of such a name runs nothing but its own script', async () => {
    const file = join(folder, `${SCRIPT.replaceAll('/', '')}.trace`);
    writeFileSync(file, trace);
    const out = join(folder, 'page.html');
    execFileSync(process.execPath, [EXECTRACE, 'export', '--html', '-o', out, file], { timeout: LONG });
    const { page, complaints } = await newPage(browser, {});
    await page.context().setOffline(true);
    await page.goto(pathToFileURL(out).href);
    await page.waitForSelector(SHOWN, { timeout: 30_000 });
    expect((await harmOf(page)).filter((harm) => harm !== '<script>')).toEqual([]);
    expect(complaints).toEqual([]);
    await page.context().close();
  });
});
