/**
 * Bench 4: what one option of the recorder costs on top of a level, for a program that makes much use of it; and what
 * names cost, which are always on at level 2.
 *
 *   npm run build && node bench/options.mjs [OPTION…] [--quick] [--save] [--nodes 20,24]
 *
 * The method is that of the first bench (METHOD.md): per Node version long-lived processes that serve windows of work
 * in turn, here recorded without the option, without it once more (the null row), and with it; and one that is not
 * recorded. Ratios are taken within a round, against the process that is recorded without the option.
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { nodeBinary } from '../scripts/node-versions.mjs';
import { comparison, table } from './lib/markdown.mjs';
import { pinToOneCpu } from './lib/pin.mjs';
import { compareSets, mean, median } from './lib/statistics.mjs';
import { runSet } from './overhead.mjs';

/** Each option with the program that it is measured on, how that is recorded without it and with it. */
const OPTIONS = {
  sync: { program: 'blocking', without: { level: 1 }, with: { level: 1, sources: 'sync' } },
  cpu: { program: 'typical', without: { level: 2 }, with: { level: 2, sources: 'cpu' } },
  gc: { program: 'typical', without: { level: 2 }, with: { level: 2, sources: 'gc' } },
  names: { program: 'typical', without: { level: 2, sources: 'unnamed' }, with: { level: 2 } },
};
const RESULTS = new URL('results/options.md', import.meta.url);

const FULL = { sets: 4, rounds: 30, warmUp: 100 };
const QUICK = { sets: 1, rounds: 12, warmUp: 3 };

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    save: { type: 'boolean', default: false },
    nodes: { type: 'string', default: '20,24' },
  },
});
const known = Object.keys(OPTIONS);
const wanted = positionals.length === 0 ? known : positionals;
const unknown = wanted.find((option) => !known.includes(option));
if (unknown !== undefined) {
  console.error(`there is no option ${unknown} to measure, but ${known.join(', ')}`);
  process.exit(2);
}

const { sets, rounds, warmUp } = values.quick ? QUICK : FULL;
const pinned = pinToOneCpu();
const head = ['Option', 'Node', 'CPU off', 'without', 'null', 'with', 'per unit', 'of a core'];
const rows = [];
for (const option of wanted) for (const major of values.nodes.split(',')) rows.push(...(await measure(option, major)));
const kind = values.quick ? 'A quick run: not for quoting. ' : '';
const machine = `${cpus()[0].model}, ${cpus().length} CPUs; load average ${loadavg()[0].toFixed(1)}`;
const effort = `${sets} sets of ${rounds} rounds, ${pinned}. Method: bench/METHOD.md, 4.`;
const text = `# Cost of options and of names\n\n${kind}${machine}; ${effort}\n\n${table(head, rows)}\n`;
console.log(text);
if (values.save) writeFileSync(RESULTS, text);

/** The row of an option on one Node version; none where there is no such Node. */
async function measure(option, major) {
  const execPath = nodeBinary(Number(major));
  if (execPath === undefined) return [];
  const { program: name, without: base, with: full } = OPTIONS[option];
  const program = await import(`./programs/${name}.mjs`);
  const variants = [base, base, full, { level: undefined }];
  const results = [];
  for (let set = 1; set <= sets; set++) {
    console.error(`… ${option}, Node ${major}, set ${set} of ${sets}`);
    results.push(await runSet(name, program, { execPath, rounds, warmUp, variants }));
  }
  const [without, nothing, with_, off] = variants.map((_, v) => results.map((set) => set[v].costs));
  const [idle, , loaded] = variants.map((_, v) => results.map((set) => set[v].loads));
  const typical = (costs) => median(costs.map(mean));
  const added = (more, less) => median(more.map((each, i) => mean(each) - mean(less[i])));
  return [
    [
      `${option}: ${program.title}`,
      execFileSync(execPath, ['--version'], { encoding: 'utf8' }).trim(),
      `${typical(off).toFixed(2)} µs/${program.unit}`,
      `${typical(without).toFixed(2)} µs`,
      comparison(compareSets(nothing, without)),
      comparison(compareSets(with_, without)),
      `${(added(with_, without) * 1000).toFixed(0)} ns`,
      `${(added(loaded, idle) * 100).toFixed(1)} %`,
    ],
  ];
}
