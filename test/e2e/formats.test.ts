/** The viewer opens what the reader reads: old formats, and compressed files, in a real browser. */
import { gzipSync } from 'node:zlib';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { smallV1Trace } from '../support/v1-builder.ts';
import { storedZstd } from '../support/zstd.ts';
import { launchBrowser, openTrace, textOf } from './support/browser.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

test.each([
  ['format 1.21', smallV1Trace(21)],
  ['format 1.5', smallV1Trace(5)],
  ['format 1.19 in gzip', new Uint8Array(gzipSync(smallV1Trace(19)))],
  ['format 1.11 in Zstandard', storedZstd(smallV1Trace(11))],
])('%s', async (_, trace) => {
  const { page, complaints, close } = await openTrace(browser, trace);
  try {
    const text = await textOf(page, 'body');
    expect(text).toContain('P 0');
    expect(text).not.toMatch(/cannot be read|could not|not a trace/i);
    expect(complaints).toEqual([]);
  } finally {
    await close();
  }
});
