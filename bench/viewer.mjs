/**
 * The viewer in a real Chromium, on Go traces of several sizes: how soon rows are there, how soon all of it, how much
 * memory, and how long frames take while one pans and zooms. Beside it Go's own way to a timeline, on the same files: the
 * page of `go tool trace`, which is Catapult's viewer on Chrome's JSON. METHOD.md, section 6.
 *
 *   npm run build && node bench/viewer.mjs [--sizes 1,10,100,300] [--catapult 300] [--file TRACE] [--save]
 *
 * --catapult: up to which size in MB Go's page is opened as well. Every step has a limit of time, and Go's page one of
 * memory: what goes beyond is given up, and the table says when.
 */
import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { chromium } from 'playwright-core';
import * as analysis from '../dist/analysis/index.js';
import { startViewServer } from '../dist/server/index.js';
import { startGoTraceTool } from './lib/go-trace-tool.mjs';
import { GaveUp, within } from './lib/limits.mjs';
import { table } from './lib/markdown.mjs';
import { median, quantile } from './lib/statistics.mjs';

const VIEWER = fileURLToPath(new URL('../dist/viewer/', import.meta.url));
const MB = 1e6;
/** The most that a step may take, s: making a trace, opening one, the questions to it, Go's page. */
const LIMIT = 120;
/** Memory of the renderer and of `go tool trace` together with which Go's page is given up, bytes. */
const MOST_MEMORY = 6e9;
const STEPS = 120;
const DONE = '.trace:not([data-reading]) .timeline-host';
const ARGUMENTS = ['--no-sandbox', '--headless', '--disable-gpu', '--disable-quic', '--no-first-run'];

const { values: options } = parseArgs({
  options: {
    sizes: { type: 'string', default: '1,10,100,300' },
    catapult: { type: 'string', default: '300' },
    file: { type: 'string', multiple: true },
    save: { type: 'boolean', default: false },
    // Of a process of ours, which measures the questions to one trace.
    questions: { type: 'string' },
  },
});

if (options.questions !== undefined) {
  console.log(JSON.stringify(await measureQueries(options.questions)));
  process.exit();
}
const folder = mkdtempSync(join(tmpdir(), 'exectrace-bench-'));
try {
  const text = report(await measureAll());
  console.log(text);
  if (options.save) {
    mkdirSync(new URL('results/', import.meta.url), { recursive: true });
    writeFileSync(new URL('results/viewer.md', import.meta.url), text);
  }
} finally {
  rmSync(folder, { recursive: true });
}

async function measureAll() {
  const results = [];
  for (const file of options.file ?? makeTraces()) {
    const bytes = statSync(file).size;
    progress(`${megabytes(bytes)} in the viewer`);
    const ours = await orFailure(inBrowser((page, pids) => measureViewer(page, pids, file)));
    progress(`${megabytes(bytes)}: queries`);
    const queries = await orFailure(askInProcess(file));
    let catapult;
    if (bytes <= (Number(options.catapult) + 1) * 1.5 * MB) {
      progress(`${megabytes(bytes)} in the page of go tool trace`);
      catapult = await orFailure(catapultOf(file));
    }
    results.push({ bytes, ours, queries, catapult });
  }
  return results;
}

/** A result, or `{ failed }`: one that fails must not take the others with it. */
async function orFailure(result) {
  try {
    return await result;
  } catch (error) {
    const failed = error instanceof GaveUp ? error.message : `failed: ${String(error.message).split('\n')[0]}`;
    progress(failed);
    return { failed };
  }
}

/** The questions in a process of their own, which can be ended, and whose memory is then free again. */
async function askInProcess(file) {
  const self = fileURLToPath(import.meta.url);
  const child = promisify(execFile)(process.execPath, [self, '--questions', file], { killSignal: 'SIGKILL' });
  const { stdout } = await within(
    { seconds: LIMIT },
    () => child,
    () => child.child.kill('SIGKILL'),
  );
  return JSON.parse(stdout);
}

async function catapultOf(file) {
  let tool;
  try {
    const toolMemory = () => (tool === undefined ? 0 : memoryOf([tool.pid], 'VmRSS'));
    const measure = (page, pids) => measureCatapult(page, pids, file, (child) => (tool = child));
    return await inBrowser(measure, { toolMemory, most: MOST_MEMORY });
  } finally {
    tool?.kill('SIGKILL');
  }
}

function makeTraces() {
  const load = join(folder, 'go-load');
  const cwd = fileURLToPath(new URL('go-load', import.meta.url));
  execFileSync('go', ['build', '-o', load, '.'], { cwd, stdio: 'inherit' });
  return options.sizes.split(',').map((size) => {
    progress(`a trace of ${size} MB`);
    const file = join(folder, `${size}.trace`);
    execFileSync(load, [file, String(Number(size) * MB)], { stdio: 'inherit', timeout: LIMIT * 1000 });
    return file;
  });
}

/**
 * A fresh browser with one page, and the processes that render it: at most for so long, and with so much memory. The
 * browser is killed at the end, as one that is busy does not close.
 */
async function inBrowser(measure, { toolMemory = () => 0, most } = {}) {
  const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
  const server = await chromium.launchServer({ executablePath, args: ARGUMENTS });
  let known = [];
  const run = async () => {
    const browser = await chromium.connect(server.wsEndpoint());
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await page.goto('data:text/html,<title>bench</title>');
    const cdp = await browser.newBrowserCDPSession();
    const pids = async () => {
      const { processInfo } = await cdp.send('SystemInfo.getProcessInfo');
      known = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id);
      return known;
    };
    await pids();
    return measure(page, pids);
  };
  const memory = () => memoryOf(known, 'VmRSS') + toolMemory();
  return within({ seconds: LIMIT, memory, most }, run, () => server.kill());
}

/** Memory of the renderers, bytes: now, or the most that they had. */
function memoryOf(pids, field) {
  const read = (pid) => {
    try {
      return Number(new RegExp(`${field}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) * 1024;
    } catch {
      return 0;
    }
  };
  return Math.max(...pids.map(read));
}

/** In the page: notes when rows and all are there, and how long each frame's own script takes. */
function watch() {
  const request = window.requestAnimationFrame.bind(window);
  window.bench = { frames: [], rows: undefined, done: undefined };
  window.requestAnimationFrame = (callback) =>
    request((now) => {
      const began = performance.now();
      callback(now);
      window.bench.frames.push(performance.now() - began);
    });
  const look = () => {
    if (window.bench.rows === undefined && document.querySelector('.timeline-host .row-name') !== null)
      window.bench.rows = performance.now();
    if (document.querySelector('.trace:not([data-reading]) .timeline-host') === null) return request(look);
    window.bench.done = performance.now();
  };
  request(look);
}

async function measureViewer(page, pids, file) {
  const server = await startViewServer({ file, viewer: VIEWER });
  try {
    await page.addInitScript(watch);
    await page.goto(server.url);
    await page.waitForSelector(DONE, { timeout: LIMIT * 1000 });
    await page.waitForFunction(() => window.bench.done !== undefined, undefined, { timeout: LIMIT * 1000 });
    const { rows, done } = await page.evaluate(() => window.bench);
    const session = await page.context().newCDPSession(page);
    await session.send('HeapProfiler.collectGarbage');
    const ids = await pids();
    const memory = memoryOf(ids, 'VmRSS');
    const peak = memoryOf(ids, 'VmHWM');
    await page.keyboard.press('0');
    const zoom = await frames(page, true);
    await page.keyboard.press('0');
    for (let i = 0; i < 6; i++) await page.keyboard.press('w');
    const pan = await frames(page, false);
    return { rows, done, memory, peak, zoom, pan };
  } finally {
    await server.close();
  }
}

/** Turns the wheel once per frame; the time that the page's own script took per frame, ms. */
function frames(page, ctrlKey) {
  return page.evaluate(
    async ([steps, ctrlKey]) => {
      const host = document.querySelector('.timeline-host');
      const { left, top } = host.getBoundingClientRect();
      window.bench.frames.length = 0;
      for (let i = 0; i < steps; i++) {
        const delta = (i % 60 < 30 ? -1 : 1) * 20;
        const where = { clientX: left + 700, clientY: top + 120, bubbles: true, cancelable: true, ctrlKey };
        const by = { deltaX: ctrlKey ? 0 : delta, deltaY: ctrlKey ? delta : 0 };
        host.dispatchEvent(new WheelEvent('wheel', { ...where, ...by }));
        await new Promise((resolve) => setTimeout(() => requestAnimationFrame(() => resolve())));
      }
      return window.bench.frames.filter((time) => time > 0.2);
    },
    [STEPS, ctrlKey],
  );
}

/** The functions behind range totals, search and flame graphs, in this process: the same engine as the browser's. */
async function measureQueries(file) {
  const model = await analysis.loadTrace([readFileSync(file)]);
  const index = analysis.buildRangeIndex(model);
  const { start, end } = model.info;
  const part = (from, to) => ({ start: start + (end - start) * from, end: start + (end - start) * to });
  const ranges = [part(0, 1), part(0.1, 0.9), part(0.3, 0.4), part(0.5, 0.501)];
  const timed = (run) => {
    const began = performance.now();
    run();
    return performance.now() - began;
  };
  const worst = (run) => Math.max(...ranges.map((range) => median([1, 2, 3].map(() => timed(() => run(range))))));
  return {
    totals: worst((range) => analysis.allRangeTotals(model, index, range)),
    search: median(
      ['serve', 'main', '4711', 'nothing like it'].map((text) => timed(() => analysis.search(model, text))),
    ),
    flame: timed(() => {
      const samples = drain(analysis.allWaitSamplesSteps(model, ['sync'], part(0, 1)));
      drain(analysis.flameGraphSteps(model, samples));
    }),
  };
}

function drain(steps) {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/** `go tool trace`, from its start to the moment at which Catapult has a model and a frame was painted. */
async function measureCatapult(page, pids, file, started) {
  const began = performance.now();
  const { child, url } = await startGoTraceTool(file, started);
  try {
    const ready = performance.now() - began;
    const home = await (await fetch(url, { signal: AbortSignal.timeout(LIMIT * 1000) })).text();
    const [, first] = /href="(\/trace\?view=proc[^"]*)"/.exec(home) ?? [undefined, '/trace?view=proc'];
    const parts = [...home.matchAll(/href="\/trace\?view=proc/g)].length;
    await pids();
    await page.goto(new URL(first.replaceAll('&amp;', '&'), url).href, { timeout: LIMIT * 1000 });
    await pids();
    const drawn = () => document.querySelector('tr-ui-timeline-view')?.model !== undefined;
    await page.waitForFunction(drawn, undefined, { timeout: LIMIT * 1000, polling: 50 });
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve))));
    const done = performance.now() - began;
    const goMemory = memoryOf([child.pid], 'VmHWM');
    return { ready, done, parts, memory: memoryOf(await pids(), 'VmHWM'), goMemory };
  } finally {
    child.kill();
  }
}

function report(results) {
  const machine = `${cpus()[0].model}, ${cpus().length} CPUs, ${process.platform} ${process.arch}`;
  const load = loadavg()[0].toFixed(1);
  return [
    '# The viewer in Chromium',
    `${machine}; load average ${load}. Method: bench/METHOD.md, section 6.`,
    '## Loading',
    table(['trace', 'first rows', 'complete', 'memory ÷ file', 'most ÷ file', 'memory', 'most'], results.map(loading)),
    'The aim for 100 MB: first rows in 1 s, complete in 4 s, 7 times the file in memory.',
    `First load, gzip: ${(firstLoad() / 1000).toFixed(1)} kB of 150 allowed.`,
    '## Frames and questions',
    table(
      ['trace', 'pan p95', 'p99', 'zoom p95', 'p99', 'range totals', 'search', 'flame graph'],
      results.map(({ bytes, ours, queries }) => [
        megabytes(bytes),
        ...(ours.failed
          ? [ours.failed, '', '', '']
          : [ours.pan, ours.zoom].flatMap((list) => [0.95, 0.99].map((share) => ms(quantile(list, share))))),
        ...(queries.failed ? [queries.failed, '', ''] : [queries.totals, queries.search, queries.flame].map(ms)),
      ]),
    ),
    'The aim: 8 ms at p95, totals in 50 ms, a search in 50 ms, a flame graph in 100 ms.',
    "## Go's own page: `go tool trace`, Catapult's viewer",
    table(
      ['trace', 'parsed', 'drawn', 'drawn ÷ our complete', 'its links', "browser's memory", "tool's memory"],
      results.filter(({ catapult }) => catapult !== undefined).map(beside),
    ),
    '',
  ].join('\n\n');
}

function loading({ bytes, ours }) {
  if (ours.failed) return [megabytes(bytes), ours.failed, '', '', '', '', ''];
  const ratio = (memory) => (memory / bytes).toFixed(1);
  return [
    megabytes(bytes),
    seconds(ours.rows),
    seconds(ours.done),
    ratio(ours.memory),
    ratio(ours.peak),
    megabytes(ours.memory),
    megabytes(ours.peak),
  ];
}

function beside({ bytes, ours, catapult }) {
  if (catapult.failed) return [megabytes(bytes), catapult.failed, '', '', '', '', ''];
  const { ready, done, parts, memory, goMemory } = catapult;
  const factor = ours.failed ? '' : `**${(done / ours.done).toFixed(1)}**`;
  return [megabytes(bytes), seconds(ready), seconds(done), factor, parts, megabytes(memory), megabytes(goMemory)];
}

/** Bytes of what the page loads before it can open a trace, packed with gzip: what index.html names, and the worker. */
function firstLoad() {
  const page = readFileSync(join(VIEWER, 'index.html'), 'utf8');
  const named = [...page.matchAll(/(?:src|href)="\.\/([^"]+\.(?:js|css))"/g)].map(([, name]) => name);
  const workers = readdirSync(join(VIEWER, 'assets')).filter((name) => name.startsWith('load-worker'));
  const files = ['index.html', ...named, ...workers.map((name) => join('assets', name))];
  return files.reduce((sum, name) => sum + gzipSync(readFileSync(join(VIEWER, name)), { level: 9 }).length, 0);
}

function megabytes(bytes) {
  return `${Math.round(bytes / MB)} MB`;
}

function seconds(milliseconds) {
  return `${(milliseconds / 1000).toFixed(2)} s`;
}

function ms(milliseconds) {
  return `${milliseconds.toFixed(1)} ms`;
}

function progress(text) {
  console.error(`… ${text}`);
}
