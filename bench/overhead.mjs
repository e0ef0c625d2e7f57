/**
 * Bench 1: what recording costs a whole process. METHOD.md explains the method; in short:
 *
 * 1. Per program and Node version, five long-lived processes run the same code: off, off once more (the null row),
 *    level 0, 1 and 2, each recorded to a file by the real preload.
 * 2. They serve windows of a fixed number of requests in turn: off null 0 1 2 | 2 1 0 null off. This is one round; the
 *    next one begins one place further on, as a window right after another of the same process is not like the rest.
 *    Only one process works at any time; the load comes from the harness's own.
 * 3. Before and after each round the CPU clock of every process is read (all threads, so the writer counts too). As
 *    all five are measured over the same stretch of wall time, work that a process does late is not lost.
 * 4. Before the first and after the last round, the clocks of single threads are read too: they say where the cost is.
 * 5. A ratio is taken within a round; reported are the median over all rounds and its quartiles. Several sets of fresh
 *    processes, because the luck of the JIT differs from process to process.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Contestant } from './lib/contestant.mjs';
import { comparison, table } from './lib/markdown.mjs';
import { VARIANTS } from './lib/recording.mjs';
import { compareSets, mean, median } from './lib/statistics.mjs';
import { clocksBetween, THREAD_KINDS } from './lib/threads.mjs';
import { traceStat } from './lib/trace-stat.mjs';

/** The variants that are compared with the first. */
const OTHERS = VARIANTS.slice(1).map(({ name }) => name);
export const PROGRAMS = ['hello', 'typical', 'await-heavy', 'read-file'];

/**
 * Measures programs on Node binaries ({ version, path } each). `sets`: how many times with fresh processes; `rounds`:
 * per set, best a multiple of the five places; `warmUp`: rounds before the first measured one. Returns tables in
 * Markdown: the overhead, and where Node tells its threads apart, which of them it is on.
 */
export async function benchOverhead({ programs, nodes, sets, rounds, warmUp }, progress) {
  const rows = [];
  const threadRows = [];
  for (const name of programs) {
    const program = await import(`./programs/${name}.mjs`);
    for (const node of nodes) {
      const results = [];
      for (let set = 1; set <= sets; set++) {
        progress(`${program.title}, Node ${node.version}, set ${set} of ${sets}`);
        results.push(await runSet(name, program, { execPath: node.path, rounds, warmUp }));
      }
      rows.push(summaryRow(program, node, results));
      threadRows.push(...threadSummary(program, node, results));
    }
  }
  const overhead = table(['Program', 'Node', 'CPU off', ...OTHERS, 'trace at level 1, 2'], rows);
  if (threadRows.length === 0) return overhead;
  return `${overhead}\n\n${table(['CPU by thread, µs per unit', 'Node', 'thread', 'off', ...OTHERS], threadRows)}`;
}

/**
 * One set: returns { costs, threads, bytes, loads } per variant: CPU µs per unit of work, by round and by kind of thread,
 * trace bytes per unit, and CPU time by wall time of the round, µs per µs.
 */
export async function runSet(name, program, { execPath, rounds, warmUp, variants = VARIANTS }) {
  const folder = mkdtempSync(join(tmpdir(), 'exectrace-bench-'));
  const contestants = [];
  try {
    for (const [i, { level, sources }] of variants.entries()) {
      const file = join(folder, `${i}.trace`);
      contestants.push(await Contestant.start(name, program, { execPath, level, file, sources }));
    }
    for (let i = 0; i < warmUp; i++) await runRound(contestants, i, program.windowSize);
    const threadsBefore = contestants.map((contestant) => contestant.threads());
    const clocks = [await readClocks(contestants)];
    const times = [performance.now()];
    for (let i = 0; i < rounds; i++) {
      await runRound(contestants, i, program.windowSize);
      clocks.push(await readClocks(contestants));
      times.push(performance.now());
    }
    const threadsAfter = contestants.map((contestant) => contestant.threads());
    await Promise.all(contestants.map((contestant) => contestant.end()));
    const units = 2 * program.windowSize;
    const perRound = (of) => Array.from({ length: rounds }, (_, i) => of(i));
    return variants.map(({ level }, v) => ({
      costs: perRound((i) => (clocks[i + 1][v] - clocks[i][v]) / units),
      loads: perRound((i) => (clocks[i + 1][v] - clocks[i][v]) / 1000 / (times[i + 1] - times[i])),
      threads: clocksBetween(threadsBefore[v], threadsAfter[v], units * rounds),
      bytes: level === undefined ? 0 : traceStat(join(folder, `${v}.trace`)).bytes / (units * (rounds + warmUp)),
    }));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function runRound(contestants, round, size) {
  const first = round % contestants.length;
  const order = [...contestants.slice(first), ...contestants.slice(0, first)];
  for (const contestant of [...order, ...order.toReversed()]) await contestant.window(size);
}

async function readClocks(contestants) {
  return await Promise.all(contestants.map((contestant) => contestant.cpu()));
}

function summaryRow(program, node, sets) {
  const [off, ...others] = VARIANTS.map((_, v) => sets.map((set) => set[v].costs));
  const bytes = [3, 4].map((v) => `${Math.round(median(sets.map((set) => set[v].bytes)))} B`).join(', ');
  return [
    program.title,
    node.version,
    `${median(off.map(mean)).toFixed(1)} µs/${program.unit}`,
    ...others.map((costs) => comparison(compareSets(costs, off))),
    bytes,
  ];
}

/** A row per kind of thread that did anything; nothing where threads cannot be told apart. */
function threadSummary(program, node, sets) {
  if (sets.some((set) => set.some(({ threads }) => threads === undefined))) return [];
  return THREAD_KINDS.map((kind) => {
    const costs = VARIANTS.map((_, v) => median(sets.map((set) => set[v].threads[kind])));
    return [program.title, node.version, kind, ...costs.map((cost) => cost.toFixed(1))];
  });
}
