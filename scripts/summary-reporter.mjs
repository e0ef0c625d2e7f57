/**
 * A vitest reporter that adds one line for machines: "N passed, N failed, N skipped", alone on its line, as the very
 * last thing the run prints. A test file that does not load and an error outside any test count as failed.
 *
 * It also keeps what it counted, by outcome of the file, for the second look (second-look.mjs); a run that is one counts
 * the files that passed at the first look as well.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What the last run counted: `{ passing, failing: string[], errors }`. */
export const OUTCOME = fileURLToPath(new URL('../node_modules/.cache/exectrace-tests/outcome.json', import.meta.url));

export default class SummaryReporter {
  onTestRunEnd(modules, unhandledErrors) {
    const passing = JSON.parse(process.env.EXECTRACE_FIRST_LOOK ?? '{"passed":0,"failed":0,"skipped":0}');
    const all = { ...passing, failed: unhandledErrors.length };
    const failing = [];
    for (const module of modules) {
      const counts = countsOf(module);
      if (counts.failed > 0) failing.push(module.relativeModuleId);
      for (const state of Object.keys(all)) {
        all[state] += counts[state];
        if (counts.failed === 0) passing[state] += counts[state];
      }
    }
    mkdirSync(dirname(OUTCOME), { recursive: true });
    writeFileSync(OUTCOME, JSON.stringify({ passing, failing, errors: unhandledErrors.length }));
    // At exit, because the default reporter and vitest itself still print after this call.
    process.once('exit', () => {
      console.log(`${all.passed} passed, ${all.failed} failed, ${all.skipped} skipped`);
    });
  }
}

function countsOf(module) {
  const counts = { passed: 0, failed: module.errors().length, skipped: 0 };
  for (const test of module.children.allTests()) {
    const { state } = test.result();
    if (state === 'passed' || state === 'failed') counts[state]++;
    else counts.skipped++;
  }
  return counts;
}
