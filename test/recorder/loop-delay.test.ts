/** The delay of the event loop, held against blocks whose length the trace itself knows. */
import { expect, it } from 'vitest';
import { nodeBinary, testedMajors } from '../../scripts/node-versions.mjs';
import { measuredDelay } from '../../src/analysis/index.ts';
import { AGAIN } from './support/again.ts';
import { recordProgram } from './support/record-program.ts';
import { logLine, modelOf } from './support/recorded-trace.ts';

/** The histogram's own period, and as much again for a busy machine, ns. */
const TOLERANCE = 60e6;

it.each(testedMajors())('on Node %i: the longest delay is the longest block', AGAIN, async (major) => {
  const { file, code } = await recordProgram('burning.mjs', { node: nodeBinary(major)!, level: 0 });
  expect(code).toBe(0);
  const model = await modelOf(file);
  const block = logLine(model, 'long ends').time - logLine(model, 'long begins').time;
  const delay = measuredDelay(model)!;
  expect(Math.abs(delay.longest - block)).toBeLessThan(TOLERANCE);
  expect(delay.mean).toBeLessThan(delay.longest);
});
