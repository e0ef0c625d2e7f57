/** A program of some seconds: its trace has generations, which Go reads as one. The only test here that takes its time. */
import { expect, it } from 'vitest';
import { judge } from '../oracle/judge.ts';
import { recordProgram } from './support/record-program.ts';
import { logLines, modelOf, words } from './support/recorded-trace.ts';

it('a program of several seconds makes several generations, accepted and without seams', async () => {
  const { file, code } = await recordProgram('long.mjs', { level: 1, args: [3500] });
  expect(code).toBe(0);
  const model = await modelOf(file);
  expect(model.info.generations).toBeGreaterThanOrEqual(3);
  expect(model.info.lost).toBe(0);
  const lines = logLines(model, 'line').map(({ message }) => message);
  const rounds = lines.filter((line) => line !== 'worker');
  expect(rounds).toEqual(rounds.map((_, n) => `main ${n}`));
  expect(lines.length).toBeGreaterThan(rounds.length);
  const { tasks, regions, info } = model;
  const types = words(model, tasks.type);
  expect(types).toEqual(['all the time', ...rounds.map((_, n) => `round ${n}`)]);
  expect(Array.from(tasks.end).some(Number.isNaN)).toBe(false);
  const region = words(model, regions.type).indexOf('across generations');
  expect(regions.end[region]! - regions.start[region]!).toBeGreaterThan((info.end - info.start) / 2);
  for (const verdict of (await judge([file])) ?? []) {
    expect(verdict.error).toBeUndefined();
    expect(verdict.kinds.Sync).toBeGreaterThan(2);
  }
});
