/**
 * Bench 4: what one option of the recorder costs on top of a level, for a program that makes much use of it.
 *
 *   npm run build && node bench/options.mjs OPTION [--quick] [--nodes 20,24]
 *
 * The method is that of the first bench (METHOD.md): per Node version long-lived processes that serve windows of work
 * in turn, here recorded at the level, recorded so once more (the null row), and recorded with the option; and one
 * that is not recorded. Ratios are taken within a round, against the process that is recorded without the option.
 */
import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { nodeBinary } from '../scripts/node-versions.mjs';
import { comparison, table } from './lib/markdown.mjs';
import { pinToOneCpu } from './lib/pin.mjs';
import { compare, median } from './lib/statistics.mjs';
import { runSet } from './overhead.mjs';

/** Each option with the program that it is measured on, and the level that it comes on top of. */
const OPTIONS = {
  sync: { program: 'blocking', level: 1 },
  cpu: { program: 'typical', level: 2 },
  gc: { program: 'typical', level: 2 },
};

const FULL = { sets: 4, rounds: 20, warmUp: 5 };
const QUICK = { sets: 1, rounds: 12, warmUp: 3 };

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean', default: false }, nodes: { type: 'string', default: '20,24' } },
});
const [option] = positionals;
const known = Object.keys(OPTIONS);
if (!known.includes(option)) {
  console.error(`name an option to measure: ${known.join(', ')}`);
  process.exit(2);
}

const { program: name, level } = OPTIONS[option];
const program = await import(`./programs/${name}.mjs`);
const { sets, rounds, warmUp } = values.quick ? QUICK : FULL;
const pinned = pinToOneCpu();
const variants = [{ level }, { level }, { level, sources: option }, { level: undefined }];
const rows = [];
for (const major of values.nodes.split(',')) {
  const execPath = nodeBinary(Number(major));
  if (execPath === undefined) continue;
  const results = [];
  for (let set = 1; set <= sets; set++) {
    console.error(`… ${option}, Node ${major}, set ${set} of ${sets}`);
    results.push(await runSet(name, program, { execPath, rounds, warmUp, variants }));
  }
  const [without, nothing, with_, off] = variants.map((_, v) => results.flatMap((set) => set[v].costs));
  const version = execFileSync(execPath, ['--version'], { encoding: 'utf8' }).trim();
  rows.push([
    version,
    `${median(off).toFixed(2)} µs`,
    `${median(without).toFixed(2)} µs`,
    comparison(compare(nothing, without)),
    comparison(compare(with_, without)),
    `${(median(with_.map((cost, i) => cost - without[i])) * 1000).toFixed(0)} ns`,
  ]);
}
const head = ['Node', 'CPU off', `level ${level}`, 'null', option, `${option}, per ${program.unit}`];
console.log(`${program.title}; ${sets} sets of ${rounds} rounds, ${pinned}\n\n${table(head, rows)}`);
