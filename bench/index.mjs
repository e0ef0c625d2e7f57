/**
 * `npm run bench`: runs the benches and prints their tables as Markdown. METHOD.md says how they measure.
 *
 *   npm run bench -- [--quick] [--save] [--only overhead|events|reading] [--programs hello,typical] [--nodes 20,24] [--sets N]
 *                    [--sizes 10,100,1000]
 *
 * --quick gives a first impression in under three minutes; its figures are not for quoting. --save also writes the
 * tables to bench/results/.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { nodeBinary } from '../scripts/node-versions.mjs';
import { benchEvents } from './events.mjs';
import { pinToOneCpu } from './lib/pin.mjs';
import { benchOverhead, PROGRAMS } from './overhead.mjs';
import { benchReading } from './reading.mjs';

const FULL = { sets: 5, rounds: 40, warmUp: 150, batches: 60 };
const QUICK = { sets: 1, rounds: 10, warmUp: 3, batches: 8 };

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    save: { type: 'boolean', default: false },
    only: { type: 'string' },
    programs: { type: 'string', default: PROGRAMS.join(',') },
    sets: { type: 'string' },
    nodes: { type: 'string', default: '20,24' },
    sizes: { type: 'string', default: '10,100' },
  },
});

const size = { ...(options.quick ? QUICK : FULL) };
if (options.sets !== undefined) size.sets = Number(options.sets);
const nodes = options.nodes.split(',').flatMap((major) => {
  const path = nodeBinary(Number(major));
  if (path === undefined) return [];
  const version = execFileSync(path, ['--version'], { encoding: 'utf8' }).trim().slice(1);
  return [{ version, path }];
});

/** In this order: pinning holds for the rest of the run, and the events bench leaves the writer a CPU of its own. */
const BENCHES = {
  async events() {
    const text = benchEvents({ ...size, nodes }, progress);
    return `# Cost of an event on the traced thread\n\n${circumstances(`${size.batches} batches`)}\n\n${text}\n`;
  },
  async reading() {
    const sizes = options.sizes.split(',').map(Number);
    const rounds = options.quick ? 3 : 9;
    const text = await benchReading({ sizes, rounds, node: process.execPath }, progress);
    return `# Reading traces, against Go's own tools\n\n${circumstances(`${rounds} rounds`)}\n\n${text}\n`;
  },
  async overhead() {
    const pinned = pinToOneCpu();
    const text = await benchOverhead({ ...size, programs: options.programs.split(','), nodes }, progress);
    const effort = `${size.sets} sets of ${size.rounds} rounds, ${pinned}`;
    return `# Overhead of recording: CPU of the whole process\n\n${circumstances(effort)}\n\n${text}\n`;
  },
};

function progress(text) {
  console.error(`… ${text}`);
}

function circumstances(effort) {
  const kind = options.quick ? 'A quick run: not for quoting. ' : '';
  const machine = `${cpus()[0].model}, ${cpus().length} CPUs, ${process.platform} ${process.arch}`;
  return `${kind}${machine}; load average ${loadavg()[0].toFixed(1)}; ${effort}. Method: bench/METHOD.md.`;
}

const names = options.only === undefined ? Object.keys(BENCHES) : [options.only];
if (names.some((name) => BENCHES[name] === undefined)) {
  console.error(`--only takes one of: ${Object.keys(BENCHES).join(', ')}`);
  process.exit(2);
}
for (const name of names) {
  const text = await BENCHES[name]();
  console.log(text);
  if (!options.save) continue;
  const folder = new URL('results/', import.meta.url);
  mkdirSync(folder, { recursive: true });
  writeFileSync(new URL(`${name}.md`, folder), text);
}
