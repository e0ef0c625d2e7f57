/**
 * How long what calls back had been ready: exact for timers and messages, inferred for what the loop asks the outside world
 * for. Times must lie between readings that the program took before and after.
 */
import { describe, expect, it } from 'vitest';
import { nodeBinary, testedMajors } from '../../scripts/node-versions.mjs';
import type { TraceModel } from '../../src/analysis/index.ts';
import { GoState } from '../../src/reader/index.ts';
import { judge } from '../oracle/judge.ts';
import { CLOCKS, programClock } from './support/program-clock.ts';
import { recordProgram } from './support/record-program.ts';
import { logLine, modelOf } from './support/recorded-trace.ts';

const MS = 1e6;
const DELAY = 20 * MS;
/** Less than events wait for what is reported late. */
const HELD_BACK = 90 * MS;
/** Node's timers count whole milliseconds. */
const TIMER_STEP = 1.1 * MS;

interface Ready {
  readonly from: number;
  readonly to: number;
  /** Where it says that it was made ready. */
  readonly stack: string | undefined;
  /** When the strand that runs at `time` began to run. */
  readonly time: number;
}

/** When the strand that says `message` had been ready before, ns; `since` a time, first. */
function readyBefore(model: TraceModel, message: string, since = Number.POSITIVE_INFINITY): Ready {
  const { intervals, goroutines, stacks, strings } = model;
  const { time, goroutine } = logLine(model, message);
  let row = goroutines.offset[goroutine]!;
  while (intervals.end[row]! <= Math.min(time, since)) row++;
  const step = since < time ? 1 : -1;
  while (intervals.state[row] !== GoState.Runnable) row += step;
  const stack = stacks.offset[intervals.stack[row]!]!;
  const isEmpty = stacks.offset[intervals.stack[row]! + 1] === stack;
  return {
    from: intervals.start[row]!,
    to: intervals.end[row]!,
    stack: isEmpty ? undefined : strings[stacks.func[stack]!],
    time,
  };
}

/** Holds that `values` grow, but for the difference of the clocks. */
function inOrder(name: string, ...values: readonly number[]): void {
  for (let i = 1; i < values.length; i++) {
    expect(values[i]! - values[i - 1]!, `${name}: ${values.map((value) => value / MS)}, at ${i}`).toBeGreaterThan(
      -CLOCKS,
    );
  }
}

describe.each(testedMajors())('on Node %i, a loop that is blocked', (major) => {
  it.each([1, 2] as const)('at level %i: what was ready meanwhile was ready for as long', async (level) => {
    const { file, stdout, code } = await recordProgram('readiness.mjs', { node: nodeBinary(major)!, level });
    expect(code).toBe(0);
    const model = await modelOf(file);
    const toTrace = programClock(model);
    const read = JSON.parse(stdout) as Record<string, number>;
    const at = (name: string): number => toTrace(read[name]!);

    // Who posted a message is known, and when, unless it had to wait for longer than events are held back.
    const message = readyBefore(model, 'message', at('beforePost'));
    const isKnown = message.to - at('beforePost') < HELD_BACK;
    if (isKnown) expect(message.stack).toBeUndefined();
    inOrder('message', at(isKnown ? 'beforePost' : 'slept'), message.from, at('beforeBlock'));
    inOrder('message', at('afterBlock'), message.to, message.time);

    // When a socket had something is not: at the earliest when the loop had looked last, which was before the block.
    const data = readyBefore(model, 'data');
    expect(data.stack).toBe('ready (inferred)');
    inOrder('data', at('slept'), data.from, at('beforeBlock'), at('afterBlock'), data.to, data.time);

    // A timer is ready when it is due.
    const timer = readyBefore(model, 'timer');
    expect(timer.stack).toBeUndefined();
    inOrder('timer', at('beforeArming') + DELAY - TIMER_STEP, timer.from, at('armed') + DELAY + TIMER_STEP);
    inOrder('timer', at('afterBlock'), timer.to, timer.time);
    for (const verdict of (await judge([file])) ?? []) expect(verdict.error).toBeUndefined();
  });
});
