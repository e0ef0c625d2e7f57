/** A message from thread to thread: who woke whom, when, and how long it took, by the program's own clock. */
import { describe, expect, it } from 'vitest';
import { nodeBinary, testedMajors } from '../../scripts/node-versions.mjs';
import { GoState } from '../../src/reader/index.ts';
import { judge } from '../oracle/judge.ts';
import { AGAIN } from './support/again.ts';
import { recordProgram } from './support/record-program.ts';
import { logLine, modelOf } from './support/recorded-trace.ts';

const MS = 1e6;
/** ns */
const TOLERANCE = 2 * MS;

describe.each(testedMajors())('on Node %i', AGAIN, (major) => {
  it.each([1, 2] as const)('at level %i the strand that posts wakes the port that receives', async (level) => {
    const { file, stdout, stderr, code } = await recordProgram('messages.mjs', { node: nodeBinary(major)!, level });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const took = JSON.parse(stdout) as Record<string, number>;
    const model = await modelOf(file);
    const { intervals, goroutines } = model;
    const names = ['to worker', 'to main', 'a port', 'through the port', 'back through it', 'after a refused one'];
    for (const name of names) {
      const posts = logLine(model, `posts ${name}`);
      const ready = Array.from({ length: intervals.count }, (_, row) => row).filter(
        (row) =>
          intervals.state[row] === GoState.Runnable &&
          intervals.waker[row] === posts.goroutine &&
          intervals.goroutine[row] !== posts.goroutine &&
          Math.abs(intervals.start[row]! - posts.time) < TOLERANCE,
      );
      const nameOf = (row: number) => model.strings[goroutines.name[intervals.goroutine[row]!]!]!;
      const isPort = (row: number) => nameOf(row).endsWith('MESSAGEPORT');
      const woken = ready.filter(isPort);
      expect({ name, woken: woken.length }).toEqual({ name, woken: 1 });
      const row = woken[0]!;
      // It ran when the program had the message.
      const delay = intervals.end[row]! - posts.time;
      expect(Math.abs(delay - took[name]! * MS), `${name}: ${delay / MS} ms`).toBeLessThan(TOLERANCE);
    }
    for (const verdict of (await judge([file])) ?? []) expect(verdict.error).toBeUndefined();
  });
});
