/**
 * Pictures of the viewer, from real traces.
 *
 *   npm run demo -- --exit                              records .cache/demo.trace
 *   node scripts/pictures.mjs                           the pictures of README and docs, into docs/images/
 *   node scripts/pictures.mjs --beside DIR [--only X]   every view beside the picture DIR/<view>-<theme>.png of how it
 *                                                       should look, into test-results/beside/, for looking at
 *
 * `--go FILE` names the Go trace; without it, .cache/go.trace, or no Go pictures. `--before FILE` is another trace of the
 * Node program, for the comparison, and `--large FILE` one of several seconds, for the page while it loads. What stays different from the pictures of
 * how it should look, and why, is in docs/viewer-look.md.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { dirname, extname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { findChromium } from './ensure-chromium.mjs';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const FLAGS = ['--no-sandbox', '--headless', '--disable-gpu', '--disable-quic', '--no-first-run'];
const OFFLINE = ['--disable-background-networking', '--disable-component-update', '--disable-sync'];
const WIDE = { width: 1440, height: 900 };
/** Pieces of a trace that is sent slowly, and milliseconds between two. */
const PIECES = 100;
const PACE = 100;
/** Milliseconds for anything the page is asked to do. */
const PATIENCE = 30_000;

/** Opens the tree of the slowest request of the first kind. */
const slowestTree = async (page) => page.locator('.heat-table tbody tr').first().click();

/** Selects the slowest request. */
const slowest = async (page) => page.locator('.extremes .bar-button').first().click();

/**
 * What is shown: which trace (undefined: none), beside which other, while how much of it was read, at which size, after which steps. Their names are those of the pictures
 * of how they should look.
 */
const VIEWS = {
  'a-node-first': { trace: 'node' },
  'a-node-first-800': { trace: 'node', size: { width: 800, height: 600 } },
  'a-node-first-390': { trace: 'node', size: { width: 390, height: 844 } },
  'b-request': { trace: 'node', steps: slowest },
  'c-go-first': { trace: 'go' },
  'd-groups-flame': { trace: 'go', hash: '#page=groups' },
  'e-tasks-mmu': { trace: 'node', hash: '#page=tasks', steps: slowestTree },
  'e-memory': { trace: 'go', hash: '#page=memory' },
  'f-compare': { trace: 'before', after: 'node' },
  'g-empty': { trace: undefined },
  'g-loading': { trace: 'large', part: 0.3 },
};

/** The pictures in the docs: view, theme, name. */
const DOCUMENTED = [
  ['a-node-first', 'light', 'viewer'],
  ['b-request', 'light', 'viewer-request'],
  ['c-go-first', 'dark', 'viewer-go'],
];

const { values: options } = parseArgs({
  options: {
    beside: { type: 'string' },
    only: { type: 'string', default: '' },
    go: { type: 'string', default: join(ROOT, '.cache', 'go.trace') },
    node: { type: 'string', default: join(ROOT, '.cache', 'demo.trace') },
    before: { type: 'string', default: join(ROOT, '.cache', 'before.trace') },
    large: { type: 'string', default: join(ROOT, '.cache', 'large.trace') },
  },
});

const browser = await chromium.launch({ executablePath: findChromium(), args: [...FLAGS, ...OFFLINE] });
const servers = new Map();
try {
  if (options.beside === undefined) await picturesOfDocs();
  else await picturesBeside(options.beside);
} finally {
  await browser.close();
  for (const { end } of servers.values()) end();
}

async function picturesOfDocs() {
  const folder = join(ROOT, 'docs', 'images');
  mkdirSync(folder, { recursive: true });
  for (const [view, theme, name] of DOCUMENTED) {
    const picture = await pictureOf(VIEWS[view], theme);
    if (picture !== undefined) writeFileSync(join(folder, `${name}.png`), picture);
  }
}

async function picturesBeside(wanted) {
  const folder = join(ROOT, 'test-results', 'beside');
  mkdirSync(folder, { recursive: true });
  for (const [name, view] of Object.entries(VIEWS)) {
    for (const theme of ['light', 'dark']) {
      const file = `${name}-${theme}.png`;
      if (!file.includes(options.only)) continue;
      const picture = await pictureOf(view, theme);
      if (picture === undefined) continue;
      writeFileSync(join(folder, file), picture);
      const model = join(wanted, file);
      if (!existsSync(model)) continue;
      writeFileSync(join(folder, `${name}-${theme}-pair.png`), await sideBySide(readFileSync(model), picture));
      console.log(`test-results/beside/${name}-${theme}-pair.png`);
    }
  }
}

/** A picture of a view; undefined, with a word about it, when its trace is not there. */
async function pictureOf({ trace, after, part, size = WIDE, steps, hash = '' }, theme) {
  const file = trace === undefined ? undefined : options[trace];
  if (file !== undefined && !existsSync(file)) {
    console.log(`No ${trace} trace at ${file}: left out.`);
    return undefined;
  }
  const context = await browser.newContext({ viewport: size, colorScheme: theme, reducedMotion: 'reduce' });
  context.setDefaultTimeout(PATIENCE);
  const page = await context.newPage();
  page.on('pageerror', (error) => console.error(error.stack));
  try {
    const address = await addressOf(file ?? options.node, options[after], part);
    await page.goto(address + hash);
    if (file === undefined) await page.goto(new URL('/', address).href);
    await page.waitForSelector(
      trace === undefined
        ? '.empty'
        : part
          ? '.timeline-host .unread'
          : after
            ? '.compare'
            : '.trace:not([data-reading])',
    );
    await steps?.(page);
    if (part === undefined) await page.waitForLoadState('networkidle');
    else await page.waitForFunction(isFarRead, part);
    // The page works some figures out when it has settled.
    await page.waitForTimeout(400);
    return await page.screenshot();
  } finally {
    await context.close();
  }
}

/** In the page: was so much of the time read? */
function isFarRead(part) {
  const host = document.querySelector('.timeline-host');
  return host.querySelector('.unread').offsetLeft > host.clientWidth * part;
}

/** The address of a trace, served as `exectrace view` does; or slowly, and never to its end. */
async function addressOf(file, after, part) {
  const key = [file, after, part].join();
  const served = servers.get(key) ?? (await (part === undefined ? serve(file, after) : serveSlowly(file)));
  servers.set(key, served);
  return served.url;
}

async function serveSlowly(file) {
  const types = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };
  const trace = readFileSync(file);
  const server = createServer((request, response) => {
    const path = new URL(request.url, 'http://localhost').pathname;
    if (path === '/part.trace') {
      response.writeHead(200, { 'Content-Length': trace.length });
      // In pieces: what there is so far is shown as more comes.
      const size = Math.ceil(trace.length / PIECES);
      let sent = 0;
      const timer = setInterval(() => {
        if (sent + size >= trace.length || response.destroyed) return clearInterval(timer);
        response.write(trace.subarray(sent, sent + size));
        sent += size;
      }, PACE);
      return;
    }
    const name = path === '/' ? 'index.html' : path.slice(1);
    response.setHeader('Content-Type', types[extname(name)] ?? 'application/octet-stream');
    response.end(readFileSync(join(ROOT, 'dist', 'viewer', name)));
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  const end = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${server.address().port}/?trace=part.trace`, end };
}

async function serve(file, after) {
  const files = after === undefined ? [file] : ['--compare', file, after];
  const args = [join(ROOT, 'bin', 'exectrace.js'), 'view', ...files, '--no-open'];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(createInterface(child.stdout), 'line', { signal: AbortSignal.timeout(PATIENCE) });
  return { url: /http\S+/.exec(line)[0], end: () => child.kill() };
}

/** Two pictures on one, the wanted one left. */
async function sideBySide(left, right) {
  const page = await browser.newPage();
  try {
    const image = (png) => `<img src="data:image/png;base64,${png.toString('base64')}">`;
    await page.setContent(
      `<body style="margin:0;display:inline-flex;gap:8px;background:#f0f">${image(left)}${image(right)}`,
    );
    return await page.locator('body').screenshot();
  } finally {
    await page.close();
  }
}
