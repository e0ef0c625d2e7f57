/**
 * The outside judge: Go's newest reader accepts what the recorder writes, at every level, on every supported Node, for
 * programs that use everything; and so does our own reader.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { nodeBinary, testedMajors } from '../../scripts/node-versions.mjs';
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
