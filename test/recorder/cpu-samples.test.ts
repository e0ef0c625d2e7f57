/** Option `cpu`: samples of code that burns the CPU in known functions, at known times, on a known strand. */
import { expect, it } from 'vitest';
import { nodeBinary, testedMajors } from '../../scripts/node-versions.mjs';
import type { TraceModel } from '../../src/analysis/index.ts';
import { judge } from '../oracle/judge.ts';
import { recordProgram } from './support/record-program.ts';
import { logLine, modelOf } from './support/recorded-trace.ts';

interface Sample {
  readonly time: number;
  readonly goroutine: number;
  /** Functions, innermost first. */
  readonly stack: readonly string[];
}

function samplesOf({ samples, stacks, strings }: TraceModel): Sample[] {
  return Array.from(samples.time, (time, i) => {
    const stack = samples.stack[i]!;
    const frames = stacks.func.subarray(stacks.offset[stack]!, stacks.offset[stack + 1]!);
    return { time, goroutine: samples.goroutine[i]!, stack: Array.from(frames, (func) => strings[func]!) };
  });
}

it.each(testedMajors())('on Node %i: where the time went, and whose it was', async (major) => {
  const { file, code, stderr } = await recordProgram('burning.mjs', { node: nodeBinary(major)!, sources: ['cpu'] });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const model = await modelOf(file);
  const samples = samplesOf(model);
  for (const [name, length] of [
    ['main', 300],
    ['worker', 200],
    ['long', 1500],
  ] as const) {
    const begins = logLine(model, `${name} begins`);
    const ends = logLine(model, `${name} ends`);
    const inside = samples.filter(
      ({ time, goroutine }) => time > begins.time && time < ends.time && goroutine === begins.goroutine,
    );
    // One each millisecond of those that it ran, which was a fifth at least; a busy machine may starve the sampler too.
    expect(inside.length, name).toBeGreaterThan(length / 100);
    // The rest is V8's own, collections and what is compiled, and what the sampler met at the borders.
    const burning = inside.filter(({ stack }) => stack.includes('burns'));
    expect(burning.some(({ stack }) => stack.join().includes('burnsInner,burns'))).toBe(true);
    expect(burning.length, name).toBeGreaterThan(inside.length / 2);
  }
  // Nobody burns before or after.
  const first = logLine(model, 'main begins').time;
  const last = logLine(model, 'long ends').time;
  const outside = samples.filter(({ time, stack }) => (time < first || time > last) && stack.includes('burnsInner'));
  expect(outside).toEqual([]);
  for (const { stack } of samples) expect(stack.some((func) => func === '(idle)' || func === '(root)')).toBe(false);
  for (const verdict of (await judge([file])) ?? []) expect(verdict.error).toBeUndefined();
});

it('takes no samples without the option', async () => {
  const { file } = await recordProgram('burning.mjs', { level: 1 });
  expect((await modelOf(file)).samples.count).toBe(0);
});
