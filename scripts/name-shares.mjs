/**
 * How many strands of a trace carry the name of a function with file and line, and what the others are called.
 *
 *   node scripts/name-shares.mjs FILE …
 *
 * A strand that is named by its type, such as `tcp socket`, has a stack with one frame whose file is `node`.
 */
import { createReadStream } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { loadTrace } from '../dist/analysis/index.js';

const LISTED = 12;
const POOL_JOB = /: thread pool: /;

/** Strands of `model`, those with a function's name, and the names of the others with their counts, most first. */
export function nameShares({ goroutines, stacks, strings }) {
  const others = new Map();
  let named = 0;
  for (let strand = 0; strand < goroutines.count; strand++) {
    const name = strings[goroutines.name[strand]];
    const stack = goroutines.entryStack[strand];
    // A job of the thread pool has no entry stack: its name says whether it is known who asked for it.
    const isNamed = stack === 0 ? POOL_JOB.test(name) : strings[stacks.file[stacks.offset[stack + 1] - 1]] !== 'node';
    if (isNamed) named++;
    else others.set(name, (others.get(name) ?? 0) + 1);
  }
  return { strands: goroutines.count, named, others: [...others].sort((a, b) => b[1] - a[1]) };
}

/** The shares as a line, and a line for the most frequent of the other names. */
export function describeShares({ strands, named, others }) {
  const share = ((100 * named) / strands).toFixed(1);
  const rest = others.slice(0, LISTED).map(([name, count]) => `${name} ${count}`);
  return `${share} % of ${strands} strands are named by a function; the others: ${rest.join(', ')}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const file of process.argv.slice(2)) {
    console.log(`${file}: ${describeShares(nameShares(await loadTrace(createReadStream(file))))}`);
  }
}
