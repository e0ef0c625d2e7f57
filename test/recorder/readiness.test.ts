/** How long what calls back had been ready: exact for timers, inferred for what the loop asks the outside world for. */
import { describe, expect, it } from 'vitest';
import { nodeBinary, testedMajors } from '../../scripts/node-versions.mjs';
import type { TraceModel } from '../../src/analysis/index.ts';
import { GoState } from '../../src/reader/index.ts';
import { judge } from '../oracle/judge.ts';
import { AGAIN } from './support/again.ts';
import { recordProgram } from './support/record-program.ts';
import { logLine, modelOf } from './support/recorded-trace.ts';

const MS = 1e6;
/** ns */
const TOLERANCE = 2 * MS;

/** How long the strand that says `message` had been ready before, ns, and where it says that it was made so. */
function readyBefore(model: TraceModel, message: string): { length: number; stack: string | undefined } {
  const { intervals, goroutines, stacks, strings } = model;
  const { time, goroutine } = logLine(model, message);
  let row = goroutines.offset[goroutine]!;
  while (intervals.end[row]! <= time) row++;
  while (intervals.state[row] !== GoState.Runnable) row--;
  const stack = stacks.offset[intervals.stack[row]!]!;
  const isEmpty = stacks.offset[intervals.stack[row]! + 1] === stack;
  return {
    length: intervals.end[row]! - intervals.start[row]!,
    stack: isEmpty ? undefined : strings[stacks.func[stack]!],
  };
}

describe.each(testedMajors())('on Node %i, a loop that is blocked', AGAIN, (major) => {
  it.each([1, 2] as const)('at level %i: what was ready meanwhile was ready for as long', async (level) => {
    const { file, stdout, code } = await recordProgram('readiness.mjs', { node: nodeBinary(major)!, level });
    expect(code).toBe(0);
    const { block, late } = JSON.parse(stdout) as { block: number; late: number };
    const model = await modelOf(file);
    const end = logLine(model, 'blocks').time + block * MS;
    for (const name of ['data', 'message']) {
      const { length, stack } = readyBefore(model, name);
      // Who posted a message is known.
      expect(stack, name).toBe(name === 'message' ? undefined : 'ready (inferred)');
      // Ready as soon as the block began, and then until its own turn came.
      const expected = block * MS + logLine(model, name).time - end;
      expect(Math.abs(length - expected), `${name}: ${length / MS} against ${expected / MS} ms`).toBeLessThan(
        TOLERANCE,
      );
    }
    const timer = readyBefore(model, 'timer');
    expect(timer.stack).toBeUndefined();
    expect(Math.abs(timer.length - late * MS), `${timer.length / MS} against ${late} ms`).toBeLessThan(TOLERANCE);
    expect(late).toBeGreaterThan(29);
    for (const verdict of (await judge([file])) ?? []) expect(verdict.error).toBeUndefined();
  });
});
