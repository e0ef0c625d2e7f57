/**
 * A message from thread to thread: who woke whom, and when. Held to what must be so whatever else the machine does: the port
 * becomes ready in the very run in which its sender says so, runs before the receiver has the message, and was ready for no
 * longer than the message took by the program's own clock.
 */

import { describe, expect, it } from 'vitest';
import { nodeBinary, testedMajors } from '../../scripts/node-versions.mjs';
import type { TraceModel } from '../../src/analysis/index.ts';
import { intervalWaker } from '../../src/analysis/index.ts';
import { GoState } from '../../src/reader/index.ts';
import { judge } from '../oracle/judge.ts';
import { recordProgram } from './support/record-program.ts';
import { logLine, modelOf } from './support/recorded-trace.ts';

const MS = 1e6;
/** Between the program's clock and that of the trace, ns. */
const CLOCKS = 0.1 * MS;

/** The row of the interval in which a goroutine is at a time. */
function intervalAt({ intervals, goroutines }: TraceModel, goroutine: number, time: number): number {
  let row = goroutines.offset[goroutine]!;
  while (intervals.end[row]! < time) row++;
  return row;
}

/** The rows of the intervals in which a port is ready that strand `waker` made so while it ran in interval `run`. */
function portsWoken(model: TraceModel, waker: number, run: number): number[] {
  const { intervals, goroutines, strings } = model;
  return Array.from({ length: intervals.count }, (_, row) => row).filter(
    (row) =>
      intervals.state[row] === GoState.Runnable &&
      intervalWaker(intervals, row) === waker &&
      strings[goroutines.name[intervals.goroutine[row]!]!]!.endsWith('message port') &&
      intervals.start[row]! >= intervals.start[run]! &&
      intervals.start[row]! <= intervals.end[run]!,
  );
}

describe.each(testedMajors())('on Node %i', (major) => {
  it.each([1, 2] as const)('at level %i the strand that posts wakes the port that receives', async (level) => {
    const { file, stdout, stderr, code } = await recordProgram('messages.mjs', { node: nodeBinary(major)!, level });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const took = JSON.parse(stdout) as Record<string, number>;
    const model = await modelOf(file);
    const { intervals } = model;
    const names = ['to worker', 'to main', 'a port', 'through the port', 'back through it', 'after a refused one'];
    for (const name of names) {
      const posts = logLine(model, `posts ${name}`);
      const receives = logLine(model, `receives ${name}`);
      const run = intervalAt(model, posts.goroutine, posts.time);
      expect({ name, state: intervals.state[run] }).toEqual({ name, state: GoState.Running });
      // A message that was refused has made the port ready a moment before, and cannot be told apart in time.
      const from = name === 'after a refused one' ? intervals.start[run]! : posts.time;
      const woken = portsWoken(model, posts.goroutine, run).filter((row) => intervals.start[row]! >= from);
      expect({ name, woken: woken.length }).toEqual({ name, woken: 1 });
      const [row] = woken as [number];
      expect({ name, next: intervals.state[row + 1] }).toEqual({ name, next: GoState.Running });
      expect(intervals.end[row], name).toBeLessThanOrEqual(receives.time);
      const ready = intervals.end[row]! - Math.max(posts.time, intervals.start[row]!);
      expect(ready, name).toBeLessThanOrEqual(took[name]! * MS + CLOCKS);
      expect(receives.time - posts.time, name).toBeGreaterThanOrEqual(took[name]! * MS - CLOCKS);
    }
    for (const verdict of (await judge([file])) ?? []) expect(verdict.error).toBeUndefined();
  });
});
