/**
 * The measured side of the assembler's bench: turns captured words into a trace once, as the writer does, and prints as JSON
 * what that took: CPU time (ns, of all threads of the process: the compilers' too) for each `parts`-th of the words, and
 * how much went in and came out.
 *
 *   node replay-words.mjs DIST FILE LEVEL PARTS [OUT]
 *
 * As live, but without waiting: the words come chunk by chunk, are encoded a hold-back later, and generations are cut each
 * second. What is written is counted and dropped.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const [dist, file, level, parts, out] = process.argv.slice(2);
const base = pathToFileURL(`${dist}/`);
const { Assembler } = await import(new URL('recorder/assembler/assembler.js', base));
const { CHUNK_WORDS, HEADER_WORDS, Header } = await import(new URL('recorder/record/layout.js', base));

const TWO_32 = 2 ** 32;
/** As in the writer (trace-output.ts), ns. */
const HOLD_BACK = 100e6;
const GENERATION = 1e9;
const WRITE_PERIOD = 250e6;

const bytes = readFileSync(file);
const raw = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
const chunks = Array.from({ length: raw.length / CHUNK_WORDS }, (_, i) =>
  raw.subarray(i * CHUNK_WORDS, (i + 1) * CHUNK_WORDS),
);
const timeOf = (chunk) => (chunk[Header.BaseHigh] >>> 0) * TWO_32 + (chunk[Header.BaseLow] >>> 0);

let size = 0;
const kept = [];
const sink = (part) => {
  size += part.length;
  if (out !== undefined) kept.push(part.slice());
};
const clock = (mono) => ({ mono, wallSeconds: 0, wallNanoseconds: 0 });
const costs = [];
let before = process.cpuUsage();
const assembler = new Assembler({ sink, level: Number(level), facts: { pool: 4 }, clock });
const start = timeOf(chunks[0]);
assembler.begin(start);
let generation = start;
let written = start;
for (const [i, chunk] of chunks.entries()) {
  const now = timeOf(chunk);
  const settled = now - HOLD_BACK;
  if (settled - generation >= GENERATION) {
    assembler.cut(settled);
    generation = settled;
  } else assembler.encode(settled);
  if (now - written >= WRITE_PERIOD) {
    assembler.flush();
    written = now;
  }
  assembler.push(0, 0, chunk, HEADER_WORDS, chunk[Header.Length], true);
  if (Math.floor(((i + 1) * parts) / chunks.length) > costs.length) {
    const { user, system } = process.cpuUsage(before);
    costs.push((user + system) * 1000);
    before = process.cpuUsage();
  }
}
assembler.finish();
if (out !== undefined) writeFileSync(out, Buffer.concat(kept));
const { recorded, strands } = assembler.totals;
console.log(JSON.stringify({ costs, records: recorded, strands, bytes: size }));
