/** Worker threads in the trace, however they end; and what the program sees of being followed into them: nothing. */

import { describe, expect, it } from 'vitest';
import { nodeBinary, testedMajors } from '../../scripts/node-versions.mjs';
import type { TraceModel } from '../../src/analysis/index.ts';
import { intervalProc } from '../../src/analysis/index.ts';
import { GoState } from '../../src/reader/index.ts';
import { MAX_THREADS } from '../../src/recorder/record/layout.ts';
import { judge } from '../oracle/judge.ts';
import { recordProgram, traceFile } from './support/record-program.ts';
import { logLine, logLines, modelOf } from './support/recorded-trace.ts';

/** The goroutines that run at time `at` (ns). */
function runningAt({ intervals }: TraceModel, at: number): number[] {
  const running: number[] = [];
  for (let i = 0; i < intervals.count; i++) {
    if (intervals.state[i] !== GoState.Running) continue;
    if (intervals.start[i]! <= at && at < intervals.end[i]!) running.push(intervals.goroutine[i]!);
  }
  return running;
}

describe('the records of workers', () => {
  it.each([0, 1, 2] as const)('are in the trace however the worker ends, at level %i', async (level) => {
    const { file, code, stderr } = await recordProgram('workers.mjs', { level });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const model = await modelOf(file);
    const lines = logLines(model, 'worker').map(({ message }) => message);
    expect(lines).toEqual(['natural', 'exit', 'throw', 'nested', 'noArguments', 'stuck']);
    expect(model.info.lost).toBe(0);
    // Seven workers one after another, and main: procs are used again.
    expect(model.procs.count).toBeLessThan(8);
    expect(model.procs.count).toBeGreaterThan(1);
    // At the end nothing runs on the threads of workers.
    const main = new Set(mainIntervals(model));
    const { start, end } = model.info;
    expect(runningAt(model, start + (end - start) * (1 - 1e-9)).filter((goroutine) => !main.has(goroutine))).toEqual(
      [],
    );
  });

  it('end with a worker that is terminated, for its own workers too', async () => {
    const { file, code } = await recordProgram('families.mjs', { level: 1 });
    expect(code).toBe(0);
    const model = await modelOf(file);
    const inner = logLine(model, 'inner');
    const after = logLine(model, 'afterwards').time;
    expect(runningAt(model, inner.time)).toContain(inner.goroutine);
    expect(runningAt(model, after)).not.toContain(inner.goroutine);
    expect(logLine(model, 'outer').time).toBeLessThan(after);
  });

  it('end with the recording while workers still run, and leave the workers as they were', async () => {
    const file = traceFile();
    const { code, stdout, stderr } = await recordProgram('running-workers.mjs', { unrecorded: true, args: [file] });
    expect({ code, stderr, stdout }).toEqual({ code: 0, stderr: '', stdout: 'unrecorded\nunrecorded\nlost 0\n' });
    const lines = logLines(await modelOf(file), 'line').map(({ message }) => message);
    expect(lines.filter((line) => line !== 'starting').sort()).toEqual(['answering', 'stuck']);
  });
});

describe.each(testedMajors())('on Node %i, workers that ran before the recording', (major) => {
  it('take part in it, whatever they do and whoever started them, until they or it are gone', async () => {
    const file = traceFile();
    const options = { node: nodeBinary(major)!, unrecorded: true, args: [file] };
    const { code, stdout, stderr } = await recordProgram('earlier-workers.mjs', options);
    const answer = "{ message: 'outer', joined: false }";
    expect({ code, stderr, stdout }).toEqual({ code: 0, stderr: '', stdout: `lost 0\n${answer}\n` });
    const model = await modelOf(file);
    const { procs, goroutines, intervals, strings } = model;
    expect(procs.count).toBe(4);
    // The functions of the two that answer have their names, and ran on two event loops.
    const answering = new Set<number>();
    for (let row = 0; row < intervals.count; row++) {
      const name = strings[goroutines.name[intervals.goroutine[row]!]!];
      if (name === 'answers' && intervals.state[row] === GoState.Running) answering.add(intervalProc(intervals, row));
    }
    expect(answering.size).toBe(2);
    // One runs all the time, and not after its end.
    const scripts = (message: string) =>
      runningAt(model, logLine(model, message).time).filter(
        (goroutine) => strings[goroutines.name[goroutine]!] === 'worker script',
      );
    expect(scripts('all take part')).toHaveLength(1);
    expect(scripts('the loop is gone')).toEqual([]);
    for (const { error } of (await judge([file])) ?? []) expect(error).toBeUndefined();
  });
});

/** The goroutines that ever ran on the first proc. */
function mainIntervals({ procs, intervals }: TraceModel): number[] {
  const first = Array.from(procs.id).indexOf(0);
  const rows = procs.running.subarray(procs.offset[first]!, procs.offset[first + 1]!);
  return Array.from(rows, (row) => intervals.goroutine[row]!);
}

describe('the Worker class', () => {
  it('is to the program what it was', async () => {
    const off = await recordProgram('worker-class.mjs', { unrecorded: true, args: ['off'] });
    const on = await recordProgram('worker-class.mjs', { unrecorded: true, args: [traceFile()] });
    expect({ stdout: on.stdout, stderr: on.stderr, code: on.code }).toEqual({
      stdout: off.stdout,
      stderr: off.stderr,
      code: 0,
    });
  });

  it.each(['require', 'import', 'NODE_OPTIONS'] as const)(
    'takes a program whose flags no worker may be given, preloaded by %s',
    async (preload) => {
      const { file, code, stderr } = await recordProgram('workers.mjs', {
        preload,
        level: 0,
        flags: ['--expose-gc', '--title=workers', '--max-old-space-size=500'],
      });
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      const lines = logLines(await modelOf(file), 'worker').map(({ message }) => message);
      expect(lines).toEqual(['natural', 'exit', 'throw', 'nested', 'noArguments', 'stuck']);
    },
  );
});

it('threads that find no room are left out, and the trace says how many', async () => {
  // With the main thread three more than there is room for; which of them are left out nobody knows.
  const { file, code, stderr } = await recordProgram('crowd.mjs', { level: 0, args: [MAX_THREADS + 2] });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const { info, procs } = await modelOf(file);
  expect([info.facts.threadsLeftOut, procs.count]).toEqual([3, MAX_THREADS]);
  for (const { error } of (await judge([file])) ?? []) expect(error).toBeUndefined();
});
