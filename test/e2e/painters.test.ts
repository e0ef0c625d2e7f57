/**
 * The two backends paint the same picture: WebGL2, which runs by software here, against the 2D canvas. Textures differ
 * by how they are smoothed; nothing else may.
 */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { keepPicture, launchBrowser, openTrace } from './support/browser.ts';
import { syntheticTrace } from './support/synthetic-trace.ts';

let browser: Browser;

beforeAll(async () => {
  browser = await launchBrowser();
});

afterAll(() => browser?.close());

/** Makes canvases readable after they were shown. Runs in the page, so it can call nothing else of this file. */
function readable(): void {
  const getContext = HTMLCanvasElement.prototype.getContext;
  Object.assign(HTMLCanvasElement.prototype, {
    getContext(this: HTMLCanvasElement, kind: string, options?: object) {
      return getContext.call(this, kind, { ...options, preserveDrawingBuffer: true });
    },
  });
}

/** The same, and makes the page believe that its WebGL is done by hardware. */
function readableHardware(): void {
  const getParameter = WebGL2RenderingContext.prototype.getParameter;
  const UNMASKED_RENDERER = 0x9246;
  WebGL2RenderingContext.prototype.getParameter = function (this: WebGL2RenderingContext, name: number) {
    return name === UNMASKED_RENDERER || name === this.RENDERER ? 'test' : getParameter.call(this, name);
  };
  const getContext = HTMLCanvasElement.prototype.getContext;
  Object.assign(HTMLCanvasElement.prototype, {
    getContext(this: HTMLCanvasElement, kind: string, options?: object) {
      return getContext.call(this, kind, { ...options, preserveDrawingBuffer: true });
    },
  });
}

/** Pixels of the timeline's rectangles as RGBA bytes, and the kind of its canvas. */
async function picture(init: () => void, name: string): Promise<{ kind: string; pixels: Uint8Array }> {
  const trace = syntheticTrace({ seconds: 3, requestsPerSecond: 80 });
  const { page, close } = await openTrace(browser, trace, { init, width: 1000, height: 700 });
  await page.keyboard.press('f');
  await keepPicture(page, `painter-${name}`);
  const result = await page.evaluate(() => {
    const canvas = document.querySelector<HTMLCanvasElement>('.timeline-host canvas')!;
    const copy = new OffscreenCanvas(canvas.width, canvas.height);
    const context = copy.getContext('2d')!;
    context.drawImage(canvas, 0, 0);
    const kind = canvas.getContext('webgl2') === null ? '2d' : 'webgl2';
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    let text = '';
    for (let at = 0; at < data.length; at += 8192) text += String.fromCharCode(...data.subarray(at, at + 8192));
    return { kind, pixels: btoa(text) };
  });
  await close();
  return { kind: result.kind, pixels: Buffer.from(result.pixels, 'base64') };
}

it('WebGL2 and the 2D canvas agree', async () => {
  const [gl, flat] = [await picture(readableHardware, 'webgl2'), await picture(readable, '2d')];
  expect([gl.kind, flat.kind]).toEqual(['webgl2', '2d']);
  expect(gl.pixels.length).toBe(flat.pixels.length);
  let far = 0;
  let painted = 0;
  for (let i = 0; i < gl.pixels.length; i += 4) {
    let delta = 0;
    for (let c = i; c < i + 4; c++) delta = Math.max(delta, Math.abs(gl.pixels[c]! - flat.pixels[c]!));
    if (flat.pixels[i + 3]! > 0) painted++;
    // Half the distance of the two colours of the hatch.
    if (delta > 40) far++;
  }
  expect(painted).toBeGreaterThan(50_000);
  expect(far / painted).toBeLessThan(0.005);
});
