/**
 * Legible text at every width: on the overview, with a request selected, on every page and at random windows of time, no
 * two texts of the page overlap, and none is cut without an ellipsis. What the canvases draw is tested as data in
 * src/viewer/timeline/frame-invariants.test.ts.
 */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser, openTrace } from './support/browser.ts';
import { syntheticTrace } from './support/synthetic-trace.ts';

const SIZES = [
  [1440, 900],
  [1024, 700],
  [800, 600],
  [390, 844],
] as const;
const PAGES = ['groups', 'tasks', 'profiles', 'memory', 'compare'];
const SECONDS = 2;

let browser: Browser;
let trace: Uint8Array;

beforeAll(async () => {
  browser = await launchBrowser();
  trace = syntheticTrace({ seconds: SECONDS, requestsPerSecond: 60 });
});

afterAll(() => browser?.close());

/** In the page: texts that overlap others, and texts that something cuts off. */
function illegible(): string[] {
  interface Box {
    readonly left: number;
    readonly right: number;
    readonly top: number;
    readonly bottom: number;
  }
  const clipOf = (element: Element): Box => {
    let clip: Box = { left: 0, top: 0, right: innerWidth, bottom: innerHeight };
    for (let at: Element | null = element; at !== null && at !== document.documentElement; at = at.parentElement) {
      if (getComputedStyle(at).overflow !== 'visible') clip = shared(clip, at.getBoundingClientRect());
    }
    return clip;
  };
  const shared = (a: Box, b: Box): Box => ({
    left: Math.max(a.left, b.left),
    right: Math.min(a.right, b.right),
    top: Math.max(a.top, b.top),
    bottom: Math.min(a.bottom, b.bottom),
  });
  /** Ends in an ellipsis, or can be scrolled to. */
  const mayBeCut = (element: Element | null): boolean => {
    if (element === null) return false;
    const { textOverflow, overflowX } = getComputedStyle(element);
    return textOverflow === 'ellipsis' || /auto|scroll/.test(overflowX) || mayBeCut(element.parentElement);
  };
  const seen: { readonly box: Box; readonly text: string; readonly element: Element }[] = [];
  const problems: string[] = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement!;
    const text = walker.currentNode.textContent!.trim();
    const isShown = element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
    if (text === '' || !isShown || element.closest('.unseen, option, title, desc, script, style') !== null) continue;
    const clip = clipOf(element);
    const range = document.createRange();
    range.selectNodeContents(walker.currentNode);
    for (const whole of range.getClientRects()) {
      const box = shared(whole, clip);
      if (box.right - box.left < 2 || box.bottom - box.top < 4) continue;
      seen.push({ box, text, element });
      if (whole.right > clip.right + 1.5 && !mayBeCut(element)) problems.push(`cut: ${text}`);
    }
  }
  seen.forEach((one, i) => {
    for (const other of seen.slice(i + 1)) {
      const { left, right, top, bottom } = shared(one.box, other.box);
      const isOver = right - left > 2 && bottom - top > 4;
      if (isOver && one.element !== other.element) problems.push(`overlap: ${one.text} / ${other.text}`);
    }
  });
  return [...new Set(problems)];
}

/** The same windows each time. */
function randomWindows(count: number): string[] {
  let seed = 7;
  const random = () => {
    seed = (seed * 48271) % 0x7fffffff;
    return seed / 0x7fffffff;
  };
  return Array.from({ length: count }, () => {
    const length = SECONDS * 1e9 * 10 ** (-5 * random());
    const start = random() * (SECONDS * 1e9 - length);
    return `${Math.round(start)},${Math.round(start + length)}`;
  });
}

async function go(page: Page, hash: string): Promise<void> {
  await page.evaluate((wanted) => {
    location.hash = wanted;
  }, hash);
  // Two frames: the page is laid out anew, and what it fetches when first shown is there.
  await page.waitForLoadState('networkidle');
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
}

describe.each(SIZES)('at %i × %i', (width, height) => {
  it('no text is over another or cut off', async () => {
    const { page, complaints, close } = await openTrace(browser, trace, { width, height });
    try {
      await page.waitForLoadState('networkidle');
      expect(await page.evaluate(illegible), 'overview').toEqual([]);
      await page.locator('.extremes .bar-button').first().click();
      await page.waitForSelector('.breadcrumbs');
      await page.waitForLoadState('networkidle');
      expect(await page.evaluate(illegible), 'a request').toEqual([]);
      for (const window of randomWindows(4)) {
        await go(page, `#w=${window}`);
        expect(await page.evaluate(illegible), window).toEqual([]);
      }
      for (const name of PAGES) {
        await go(page, `#page=${name}`);
        expect(await page.evaluate(illegible), name).toEqual([]);
      }
      expect(complaints).toEqual([]);
    } finally {
      await close();
    }
  });
});
