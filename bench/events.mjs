/**
 * Bench 2: what one event costs the traced thread. Tight loops of a single operation, each in a fresh process, off
 * and at levels 0, 1 and 2; the best of many batches. The difference to off, divided by the events that one turn
 * leaves in the trace, is the cost of an event. The rows of API calls say what a call costs when nothing records.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { table } from './lib/markdown.mjs';
import { recordingOptions } from './lib/recording.mjs';
import { traceStat } from './lib/trace-stat.mjs';

const LOOPS = fileURLToPath(new URL('lib/loops.mjs', import.meta.url));

const ASYNC_LOOPS = ['await a value', 'await an async function that awaits', 'setImmediate', 'process.nextTick'];
const API_LOOPS = [
  'isEnabled()',
  'log(category, message)',
  'startRegion(type), end()',
  'withRegion(type, fn)',
  'newTask(type), end()',
  'withTask(type, fn)',
];
const LEVELS = [0, 1, 2];

/** Measures on Node binaries ({ version, path } each), with `batches` per loop. Returns Markdown: two tables. */
export function benchEvents({ nodes, batches }, progress) {
  const sections = [];
  for (const node of nodes) {
    progress(`events, Node ${node.version}`);
    const rows = ASYNC_LOOPS.map((loop) => asyncRow(loop, node, batches));
    const head = ['ns per turn', 'off', ...LEVELS.map((level) => `level ${level}`), 'events per turn', 'ns per event'];
    sections.push(`Node ${node.version}`, table(head, rows));

    progress(`API calls, Node ${node.version}`);
    const empty = runLoop('empty loop', node, batches, undefined).best;
    const calls = API_LOOPS.map((loop) => apiRow(loop, node, batches, empty));
    sections.push(table(['ns per call', 'off', 'level 0'], calls));
  }
  return sections.join('\n\n');
}

/** Events and ns per event are those of level 2. Ticks are merged into what they follow and leave no event. */
function asyncRow(loop, node, batches) {
  const off = runLoop(loop, node, batches, undefined);
  const levels = LEVELS.map((level) => runLoop(loop, node, batches, level));
  const full = levels.at(-1);
  const perEvent = full.eventsPerTurn < 0.1 ? '–' : ((full.best - off.best) / full.eventsPerTurn).toFixed(1);
  const figures = [off.best, ...levels.map((level) => level.best), full.eventsPerTurn];
  return [loop, ...figures.map((figure) => figure.toFixed(1)), perEvent];
}

function apiRow(loop, node, batches, empty) {
  const off = runLoop(loop, node, batches, undefined).best - empty;
  const on = runLoop(loop, node, batches, 0).best - empty;
  return [`\`${loop}\``, off.toFixed(1), on.toFixed(1)];
}

/** One loop in a process of its own: { best, eventsPerTurn }; ns per turn. Throws if the recorder dropped anything. */
function runLoop(loop, node, batches, level) {
  const folder = mkdtempSync(join(tmpdir(), 'exectrace-bench-'));
  try {
    const file = join(folder, 'loop.trace');
    const { env, execArgv } = recordingOptions(level, file);
    const output = execFileSync(node.path, [...execArgv, LOOPS, loop, String(batches)], { env, encoding: 'utf8' });
    const { costs, turns } = JSON.parse(output);
    const eventsPerTurn = level === undefined ? 0 : traceStat(file).events.total / turns;
    return { best: Math.min(...costs), eventsPerTurn };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
