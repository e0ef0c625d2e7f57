/**
 * A trace of a million events stays fluid. The figures depend on the machine and are printed, not demanded; what is
 * demanded is that every step of the script was painted.
 */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { keepPicture, launchBrowser, openTrace, textOf } from './support/browser.ts';
import { syntheticTrace } from './support/synthetic-trace.ts';

const STEPS = 120;

declare global {
  interface Window {
    /** Time of each animation frame callback, ms: see `watchFrames`. */
    frameTimes: number[];
  }
}

let browser: Browser;

beforeAll(async () => {
  browser = await launchBrowser();
});

afterAll(() => browser?.close());

/** Times every animation frame callback of the page. */
function watchFrames(): void {
  const request = window.requestAnimationFrame.bind(window);
  const frames: number[] = [];
  window.frameTimes = frames;
  window.requestAnimationFrame = (callback) =>
    request((now) => {
      const began = performance.now();
      callback(now);
      frames.push(performance.now() - began);
    });
}

/** Turns the wheel once per frame; returns the time that the page's own script took per frame, ms, ascending. */
async function wheel(page: Page, zoom: boolean): Promise<number[]> {
  return page.evaluate(
    async ([steps, ctrlKey]) => {
      const host = document.querySelector('.timeline-host')!;
      const { left, top } = host.getBoundingClientRect();
      const frames = window.frameTimes;
      frames.length = 0;
      for (let i = 0; i < steps; i++) {
        const delta = (i % 60 < 30 ? 1 : -1) * 14;
        const init = { clientX: left + 700, clientY: top + 120, bubbles: true, cancelable: true, ctrlKey };
        host.dispatchEvent(
          new WheelEvent('wheel', { ...init, deltaX: ctrlKey ? 0 : delta, deltaY: ctrlKey ? delta : 0 }),
        );
        await new Promise<void>((resolve) => {
          setTimeout(() => requestAnimationFrame(() => resolve()));
        });
      }
      return frames.filter((time) => time > 0.2).sort((a, b) => a - b);
    },
    [STEPS, zoom] as const,
  );
}

function report(name: string, frames: number[]): void {
  const at = (part: number) => frames[Math.min(frames.length - 1, Math.floor(part * frames.length))]!.toFixed(1);
  console.info(`${name}: script per frame p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, worst ${at(1)} ms`);
}

it('pans and zooms a million events', async () => {
  const trace = syntheticTrace({ seconds: 60, requestsPerSecond: 240 });
  const began = performance.now();
  const { page, complaints, close } = await openTrace(browser, trace, { init: watchFrames });
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  const facts = await textOf(page, '.facts');
  console.info(
    `${(trace.length / 1e6).toFixed(1)} MB, ${/[\d.]+ M events/.exec(facts)?.[0]}: shown after ${seconds} s`,
  );
  expect(facts).toMatch(/1\.\d\d M events/);
  const near = await wheel(page, false);
  await page.keyboard.press('0');
  const zoomed = await wheel(page, true);
  await page.keyboard.press('0');
  for (let i = 0; i < 5; i++) await page.keyboard.press('w');
  const far = await wheel(page, false);
  report('pan at the slowest request', near);
  report('zoom from the whole', zoomed);
  report('pan near the whole', far);
  await keepPicture(page, 'million');
  for (const frames of [near, zoomed, far]) expect(frames.length).toBeGreaterThan(STEPS / 2);
  expect(complaints).toEqual([]);
  await close();
}, 180_000);
