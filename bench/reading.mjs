/**
 * How fast traces are read, against Go's own tools on the same files: reading and ordering to the end against
 * golang.org/x/exp/trace, and the model with what a first page shows against the start-up of `go tool trace`.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startGoTraceTool } from './lib/go-trace-tool.mjs';
import { table } from './lib/markdown.mjs';
import { compare, median } from './lib/statistics.mjs';

const OURS = fileURLToPath(new URL('lib/read-trace.mjs', import.meta.url));
const MB = 1e6;
/** Clock ticks per second of /proc. */
const TICKS = 100;

/**
 * @param options `sizes` of the traces in MB; `rounds`; `node` to run; `pages`: up to which size Go's tool is started, MB
 * @returns two tables as Markdown
 */
export async function benchReading({ sizes, rounds, node, pages = 100 }, progress) {
  const folder = mkdtempSync(join(tmpdir(), 'exectrace-bench-'));
  try {
    const load = build('go-load', folder);
    const read = build('go-read', folder);
    const files = sizes.map((size) => {
      progress(`a trace of ${size} MB`);
      const file = join(folder, `${size}.trace`);
      execFileSync(load, [file, String(size * MB)], { stdio: 'inherit' });
      return { size, file, bytes: statSync(file).size };
    });
    const reading = [];
    const page = [];
    for (const each of files) {
      progress(`reading ${each.size} MB`);
      const ours = (kind) => numbers(execFileSync(node, [OURS, kind, each.file]));
      const go = () => numbers(execFileSync(read, [each.file]));
      const sides = { go, again: go, ours: () => ours('read'), objects: () => ours('events') };
      reading.push(readingRow(each, await inTurn(rounds, sides)));
      progress(`first page of ${each.size} MB`);
      const variants = { ours: () => ours('page'), two: () => ours('two') };
      if (each.size <= pages) variants.go = () => firstPage(each.file);
      page.push(pageRow(each, await inTurn(Math.max(1, rounds >> 2), variants)));
    }
    return [
      '## Reading and ordering to the end, one thread',
      table(
        [
          'trace',
          'events',
          'Go, ns per event',
          'ours',
          'Go ÷ ours',
          'null: Go ÷ Go',
          'by the clock',
          'an object per event',
          'memory, Go',
          'ours',
        ],
        reading,
      ),
      '## Model and first page',
      table(
        [
          'trace',
          '`go tool trace`, CPU',
          'ours',
          'Go ÷ ours',
          'memory, Go',
          'ours',
          'ours ÷ file',
          'time, one thread',
          'two',
          'one ÷ two',
        ],
        page,
      ),
    ].join('\n\n');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function build(name, folder) {
  const file = join(folder, name);
  execFileSync('go', ['build', '-o', file, '.'], {
    cwd: fileURLToPath(new URL(name, import.meta.url)),
    stdio: 'inherit',
  });
  return file;
}

function numbers(output) {
  const [time, events, memory, wall] = String(output).trim().split(' ').map(Number);
  return { time, events, memory, wall };
}

/** Runs the variants in turn, in an order that mirrors itself, and collects the results of each. */
async function inTurn(rounds, variants) {
  const results = Object.fromEntries(Object.keys(variants).map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    const names = Object.keys(variants);
    if (round % 2 === 1) names.reverse();
    for (const name of names) results[name].push(await variants[name]());
  }
  return results;
}

/** CPU time and memory of `go tool trace` when it has answered the first request. */
async function firstPage(file) {
  const { child, url } = await startGoTraceTool(file);
  try {
    const response = await fetch(url);
    await response.text();
    const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1].split(' ');
    const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
    const time = ((Number(fields[11]) + Number(fields[12])) / TICKS) * 1e9;
    return { time, memory: Number(/VmHWM:\s+(\d+)/.exec(status)[1]) * 1024 };
  } finally {
    child.kill();
  }
}

const megabytes = (bytes) => `${Math.round(bytes / MB)} MB`;
const times = (result) => result.map(({ time }) => time);
const walls = (result) => result.map(({ wall }) => wall);
const most = (result) => Math.max(...result.map(({ memory }) => memory));
const ratio = ({ median: middle, low, high }) => `**${middle.toFixed(2)}** (${low.toFixed(2)} to ${high.toFixed(2)})`;

function readingRow({ bytes }, { go, again, ours, objects }) {
  const { events } = ours[0];
  if (go[0].events !== events) throw new Error(`Go reads ${go[0].events} events, we read ${events}`);
  const each = (result) => (median(times(result)) / events).toFixed(0);
  return [
    megabytes(bytes),
    events.toLocaleString('en'),
    each(go),
    each(ours),
    ratio(compare(times(go), times(ours))),
    ratio(compare(times(again), times(go))),
    ratio(compare(walls(go), walls(ours))),
    ratio(compare(times(go), times(objects))),
    megabytes(most(go)),
    megabytes(most(ours)),
  ];
}

function pageRow({ bytes }, { go, ours, two }) {
  const passed = (result) => `${(median(walls(result)) / 1e9).toFixed(2)} s`;
  const seconds = (result) => `${(median(times(result)) / 1e9).toFixed(1)} s`;
  return [
    megabytes(bytes),
    go === undefined ? '–' : seconds(go),
    seconds(ours),
    go === undefined ? '–' : ratio(compare(times(go), times(ours))),
    go === undefined ? '–' : megabytes(most(go)),
    megabytes(most(ours)),
    (most(ours) / bytes).toFixed(1),
    passed(ours),
    passed(two),
    ratio(compare(walls(ours), walls(two))),
  ];
}
