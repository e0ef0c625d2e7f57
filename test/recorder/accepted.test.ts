/**
 * The outside judge: Go's newest reader accepts what the recorder writes, at every level, on every supported Node, for
 * programs that use everything; and so does our own reader.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { nodeBinary, testedMajors } from '../../scripts/node-versions.mjs';
import { loadTrace } from '../../src/analysis/index.ts';
import { GoState } from '../../src/reader/index.ts';
import { judge } from '../oracle/judge.ts';
import { readAll } from './support/assemble.ts';
import { recordProgram } from './support/record-program.ts';

const PROGRAMS: readonly (readonly [program: string, ...args: number[]])[] = [
  ['random.mjs', 1, 800],
  ['random.mjs', 2, 800],
  ['random.mjs', 3, 800],
  ['service.mjs', 60],
  ['workers.mjs'],
];

describe.each(testedMajors())('on Node %i', (major) => {
  const node = nodeBinary(major);
  it.skipIf(node === undefined).each([0, 1, 2] as const)('level %i is accepted', async (level) => {
    const files: string[] = [];
    for (const [program, ...args] of PROGRAMS) {
      const { file, code, stderr } = await recordProgram(program, { node: node!, level, args });
      expect({ program, code, stderr }).toEqual({ program, code: 0, stderr: '' });
      expect({ program, problem: readAll(readFileSync(file)).reader.problem }).toEqual({ program, problem: undefined });
      files.push(file);
    }
    for (const verdict of (await judge(files)) ?? []) {
      expect({ program: PROGRAMS[files.indexOf(verdict.file)], error: verdict.error }).toEqual({
        program: PROGRAMS[files.indexOf(verdict.file)],
        error: undefined,
      });
    }
  });
});

it('every strand that is woken runs, over many chunks of records', async () => {
  const { file } = await recordProgram('service.mjs', { level: 2, args: [900] });
  const model = await loadTrace([readFileSync(file)]);
  const { count, start, end, state } = model.intervals;
  let leftReady = 0;
  for (let i = 0; i < count; i++) {
    if (state[i] === GoState.Runnable && end[i]! - start[i]! > model.info.end / 2) leftReady++;
  }
  // One is Node's own: the module loader has a reaction whose job no hook reports.
  expect(leftReady).toBeLessThanOrEqual(1);
  expect(model.info.lost).toBe(0);
});

it('names the strands of the program by function, file and line', async () => {
  const { file } = await recordProgram('service.mjs', { level: 2, args: [300] });
  const { goroutines, strings, stacks } = await loadTrace([readFileSync(file)]);
  const handle = Array.from(goroutines.name, (name) => strings[name]).indexOf('handle');
  expect(handle).toBeGreaterThan(0);
  const frame = stacks.offset[goroutines.entryStack[handle]!]!;
  expect(strings[stacks.file[frame]!]).toMatch(/test\/recorder\/programs\/service\.mjs$/);
  const source = readFileSync(new URL('./programs/service.mjs', import.meta.url), 'utf8').split('\n');
  expect(source[stacks.line[frame]! - 1]).toContain('await');
  const unnamed = Array.from(goroutines.name, (name) => strings[name]).filter((name) => name === 'async function');
  expect(unnamed.length).toBeLessThan(goroutines.count * 0.05);
});
