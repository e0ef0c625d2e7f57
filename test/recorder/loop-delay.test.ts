/** The delay of the event loop, held against a block whose length the trace itself knows, and the turns that the program saw. */
import { expect, it } from 'vitest';
import { nodeBinary, testedMajors } from '../../scripts/node-versions.mjs';
import { measuredDelay } from '../../src/analysis/index.ts';
import { recordProgram } from './support/record-program.ts';
import { logLine, modelOf } from './support/recorded-trace.ts';

const MS = 1e6;
/** The period of the timer by which older versions of Node look, ns: so much of a block may pass before it is due. */
const PERIOD = 50 * MS;
/** Loops and histograms count in whole ms, and the latter in steps of a thousandth of their values. */
const ROUNDING = 3 * MS;

it.each(testedMajors())('on Node %i: the longest delay is between a block and two turns', async (major) => {
  const { file, code, stdout } = await recordProgram('blocked.mjs', { node: nodeBinary(major)!, level: 0 });
  expect(code).toBe(0);
  const model = await modelOf(file);
  const block = logLine(model, 'block ends').time - logLine(model, 'block begins').time;
  const delay = measuredDelay(model)!;
  expect(delay.longest).toBeGreaterThan(block - PERIOD - ROUNDING);
  expect(delay.longest).toBeLessThan(Number(stdout) * MS + ROUNDING);
  expect(delay.mean).toBeLessThan(delay.longest);
});
