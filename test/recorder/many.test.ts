/** Programs that outgrow the recorder's tables: what is old keeps its identity. */
import { expect, it } from 'vitest';
import { nodeBinary, testedMajors } from '../../scripts/node-versions.mjs';
import { recordProgram } from './support/record-program.ts';
import { logLines, modelOf, words } from './support/recorded-trace.ts';

it.each(testedMajors())('an interval outlives a million promises, ticks outlive a flood, on Node %i', async (major) => {
  const { file, code } = await recordProgram('many.mjs', { node: nodeBinary(major)!, level: 1 });
  expect(code).toBe(0);
  const model = await modelOf(file);
  const names = words(model, model.goroutines.name);
  expect(logLines(model, 'line').map(({ message, goroutine }) => `${message}: ${names[goroutine]}`)).toEqual([
    'interval 1: Interval',
    'interval 2: Interval',
    'interval 3: Interval',
    'tick: process.nextTick',
  ]);
  // What is born while it is recorded did not exist before.
  expect(names.filter((name) => name === '(existed before start)').length).toBeLessThan(100);
});
