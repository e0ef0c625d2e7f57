/**
 * Bench 5: what the writer's thread does with the records, apart from everything around it.
 *
 *   npm run build && node bench/assembler.mjs [--programs typical,read-file] [--levels 1,2] [--nodes 24] [--rounds 5]
 *                                             [--against DIST] [--profile FOLDER]
 *
 * A program's words are captured once (lib/capture.mjs) and turned into a trace again and again, each time once in a
 * fresh process (lib/replay-words.mjs): by this build, by this build again (the null row), and by another one whose
 * `dist` is given. `--profile` keeps a CPU profile of one such process per program and level instead.
 *
 * Compilation is a large part of what a short recording costs, so a process's time is told in parts: the first twentieth
 * of the requests, the next four twentieths, and the least of all parts, which is what a long recording settles to.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { nodeBinary } from '../scripts/node-versions.mjs';
import { captureWords } from './lib/capture-words.mjs';
import { table } from './lib/markdown.mjs';
import { traceStat } from './lib/trace-stat.mjs';

const REPLAY = fileURLToPath(new URL('lib/replay-words.mjs', import.meta.url));
const DIST = fileURLToPath(new URL('../dist', import.meta.url));
const UNITS = 40_000;
const PARTS = 20;
const WARMING = 5;

const { values: options } = parseArgs({
  options: {
    programs: { type: 'string', default: 'typical,read-file' },
    levels: { type: 'string', default: '1,2' },
    nodes: { type: 'string', default: '24' },
    rounds: { type: 'string', default: '5' },
    against: { type: 'string' },
    profile: { type: 'string' },
  },
});
const builds = [
  { name: 'this build', dist: DIST },
  { name: 'null', dist: DIST },
  ...(options.against === undefined ? [] : [{ name: options.against, dist: options.against }]),
];

/** One process: costs per part, ns, and what came of it. `flags` are Node's. */
function replay(execPath, dist, file, level, flags = [], out = []) {
  const args = [...flags, REPLAY, dist, file, String(level), String(PARTS), ...out];
  return JSON.parse(execFileSync(execPath, args, { encoding: 'utf8' }));
}

/** µs per unit of the parts `from` to `to`, on average. */
function costOf({ costs }, from, to) {
  const sum = costs.slice(from, to).reduce((a, b) => a + b, 0);
  return sum / 1000 / (UNITS / PARTS) / (to - from);
}

/** The rows of one program at one level: a row per build, the least over all rounds. */
function measure(execPath, folder, file, level) {
  const runs = builds.map(() => []);
  for (let round = 0; round < Number(options.rounds); round++) {
    const order = builds.map((_, i) => i);
    // In an order that mirrors itself, as the machine may get slower.
    for (const i of round % 2 === 0 ? order : order.reverse()) {
      runs[i].push(replay(execPath, builds[i].dist, file, level));
    }
  }
  return builds.map(({ name, dist }, i) => {
    const trace = join(folder, 'out.trace');
    const { records } = replay(execPath, dist, file, level, [], [trace]);
    const { events, bytes } = traceStat(trace);
    const least = (from, to) => Math.min(...runs[i].map((run) => costOf(run, from, to)));
    const settled = Math.min(...runs[i].flatMap((run) => run.costs.map((_, part) => costOf(run, part, part + 1))));
    return [
      name,
      (records / UNITS).toFixed(1),
      (events.total / UNITS).toFixed(1),
      (bytes / UNITS).toFixed(0),
      least(0, 1).toFixed(1),
      least(1, WARMING).toFixed(1),
      settled.toFixed(1),
      ((settled * 1000 * UNITS) / records).toFixed(0),
      ((settled * 1000 * UNITS) / events.total).toFixed(0),
    ];
  });
}

const head = ['', 'records', 'events', 'bytes', 'first 5 %', 'next 20 %', 'settled', 'ns per record', 'ns per event'];
for (const major of options.nodes.split(',')) {
  const execPath = nodeBinary(Number(major));
  if (execPath === undefined) continue;
  for (const name of options.programs.split(',')) {
    for (const level of options.levels.split(',')) {
      const folder = mkdtempSync(join(tmpdir(), 'exectrace-bench-'));
      try {
        console.error(`… ${name} at level ${level}, Node ${major}`);
        const file = join(folder, 'words');
        const { title, unit } = await captureWords({ name, execPath, level, file, count: UNITS });
        if (options.profile !== undefined) {
          replay(execPath, DIST, file, level, ['--cpu-prof', `--cpu-prof-dir=${options.profile}`]);
          continue;
        }
        const rows = measure(execPath, folder, file, level);
        console.log(`\n${title}, level ${level}, Node ${major}; per ${unit}, µs of CPU\n\n${table(head, rows)}`);
      } finally {
        rmSync(folder, { recursive: true });
      }
    }
  }
}
