/**
 * Fuzzes the reader, the text form and the analyses with as many inputs as one likes, on all cores:
 *
 *     npm run fuzz -- 10000000
 *
 * Every input is made from its number (test/fuzz/inputs.ts), so a run can be continued: a second argument is the first
 * number. What breaks is written to a temporary folder whose name is printed; keep it in test/fuzz/found.
 */
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';

const inputs = Number(process.argv[2] ?? 1_000_000);
const from = Number(process.argv[3] ?? 0);
if (!(inputs > 0) || !(from >= 0)) {
  console.error('usage: npm run fuzz -- INPUTS [FROM]');
  process.exit(2);
}
const processes = availableParallelism();
const each = Math.ceil(inputs / processes);
const begin = Date.now();
const codes = await Promise.all(
  Array.from({ length: processes }, (_, i) => {
    const env = { ...process.env, FUZZ_INPUTS: String(each), FUZZ_FROM: String(from + i * each) };
    const child = spawn(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', 'test/fuzz/fuzz.test.ts'], {
      env,
      stdio: 'inherit',
    });
    return new Promise((resolve) => child.once('exit', resolve));
  }),
);
console.log(`${each * processes} inputs in ${Math.round((Date.now() - begin) / 1000)} s`);
process.exitCode = codes.every((code) => code === 0) ? 0 : 1;
