/**
 * A real Chromium on the real viewer: the server of `exectrace view` in this process, the built page in the browser.
 * Everything the page complains about (errors, violations of its content security policy) is collected.
 */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { startViewServer } from '../../../src/server/index.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const VIEWER = join(ROOT, 'dist', 'viewer');
/** Pictures for people to look at; not in version control. */
const RESULTS = join(ROOT, 'test-results');

/** A trace that was read to its end, or a message. */
export const SHOWN = '.trace:not([data-reading]) :is(.timeline-host, .page), .empty';

const ARGUMENTS = [
  '--no-sandbox',
  '--headless',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** @throws Error that says how to get a browser when there is none */
export function launchBrowser(): Promise<Browser> {
  const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
  if (!existsSync(executablePath)) {
    throw new Error(
      `There is no Chromium at ${executablePath}. Install one (apt-get install chromium), or name its path in CHROMIUM.`,
    );
  }
  return chromium.launch({ executablePath, args: ARGUMENTS });
}

export interface PageOptions {
  readonly width?: number;
  readonly height?: number;
  readonly theme?: 'light' | 'dark';
  /** A finger instead of a mouse. */
  readonly touch?: boolean;
  /** Runs in the page before its own scripts. */
  readonly init?: () => void;
  /** Behind the address: a hash. */
  readonly hash?: string;
}

export interface OpenPage {
  readonly page: Page;
  /** What the page complained about. */
  readonly complaints: string[];
  close(): Promise<void>;
}

/** Opens a trace, as `exectrace view` would, and waits until it or a message is shown. */
export async function openTrace(
  browser: Browser,
  trace: Uint8Array | string,
  options: PageOptions = {},
): Promise<OpenPage> {
  const folder = mkdtempSync(join(tmpdir(), 'exectrace-e2e-'));
  const file = typeof trace === 'string' ? trace : join(folder, 'app.trace');
  if (typeof trace !== 'string') writeFileSync(file, trace);
  const server = await startViewServer({ file, viewer: VIEWER });
  const { page, complaints } = await newPage(browser, options);
  await page.goto(server.url + (options.hash ?? ''));
  // Below the limit of a test, so that it can say what it waited for.
  await page.waitForSelector(SHOWN, { timeout: 40_000 });
  const close = async () => {
    await page.context().close();
    await server.close();
    rmSync(folder, { recursive: true });
  };
  return { page, complaints, close };
}

/** A page without a trace. Closing its context is up to the caller. */
export async function newPage(browser: Browser, options: PageOptions): Promise<{ page: Page; complaints: string[] }> {
  const context = await browser.newContext({
    viewport: { width: options.width ?? 1440, height: options.height ?? 900 },
    colorScheme: options.theme ?? 'light',
    reducedMotion: 'reduce',
    hasTouch: options.touch ?? false,
    isMobile: options.touch ?? false,
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error.stack)));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  if (options.init !== undefined) await page.addInitScript(options.init);
  return { page, complaints };
}

/** Text of an element, also of what is not in view. */
export async function textOf(page: Page, selector: string): Promise<string> {
  return (await page.locator(selector).first().textContent()) ?? '';
}

/** Keeps a picture in test-results/. */
export async function keepPicture(page: Page, name: string): Promise<void> {
  mkdirSync(RESULTS, { recursive: true });
  await page.screenshot({ path: join(RESULTS, `${name}.png`) });
}
