/**
 * Jobs of the thread pool: handed over, inferred to run or to queue, done. Times must lie between readings that the program
 * took before and after.
 */
import { describe, expect, it } from 'vitest';
import { nodeBinary, testedMajors } from '../../scripts/node-versions.mjs';
import { poolOccupancy, poolUse, type TraceModel } from '../../src/analysis/index.ts';
import { judge } from '../oracle/judge.ts';
import { HandRecording, readAll } from './support/assemble.ts';
import { CLOCKS, programClock } from './support/program-clock.ts';
import { recordProgram } from './support/record-program.ts';
import { logLine, logLines, modelOf } from './support/recorded-trace.ts';

const MS = 1e6;
/** Share by which a wait is rounded in the trace. */
const ROUNDING = 0.005;

/** Start and end of each job of a kind, in order, ns. */
function jobs({ goroutines, intervals, strings }: TraceModel, kind: string): { start: number; end: number }[] {
  return Array.from(goroutines.name, (name, row) => ({ name: strings[name], first: goroutines.offset[row]!, row }))
    .filter(({ name }) => name.endsWith(`thread pool: ${kind}`))
    .map(({ first, row }) => ({ start: intervals.start[first]!, end: intervals.end[goroutines.offset[row + 1]! - 1]! }))
    .sort((a, b) => a.start - b.start);
}

function inOrder(times: readonly number[]): number[] {
  return [...times].sort((a, b) => a - b);
}

/** Holds that `time` lies between two others, but for the difference of the clocks. */
function between(from: number, time: number, to: number): void {
  expect(time - from, `${time / MS} after ${from / MS}`).toBeGreaterThan(-CLOCKS);
  expect(to - time, `${time / MS} before ${to / MS}`).toBeGreaterThan(-CLOCKS);
}

describe.each(testedMajors())('on Node %i, four equal jobs on two threads', (major) => {
  it.each([1, 2] as const)('at level %i: two run at once, two queue until one of those is done', async (level) => {
    const { file, stdout, code } = await recordProgram('pool.mjs', {
      node: nodeBinary(major)!,
      level,
      env: { UV_THREADPOOL_SIZE: '2' },
    });
    expect(code).toBe(0);
    const model = await modelOf(file);
    const toTrace = programClock(model);
    const read = JSON.parse(stdout) as { before: number[]; done: number[] };
    const before = read.before.map(toTrace);
    const done = read.done.map(toTrace);
    const from = logLine(model, 'four jobs').time;
    const to = logLine(model, 'four jobs done').time;
    const four = jobs(model, 'crypto').filter(({ start }) => start >= from && start < to);
    expect(four).toHaveLength(4);
    const starts = four.map(({ start }) => start);
    const ends = inOrder(four.map(({ end }) => end));
    // Two begin when they are handed over; the third when the first to end has ended, the fourth with the second.
    for (const i of [0, 1]) between(before[i]!, starts[i]!, before[i + 1]!);
    for (const i of [2, 3]) expect(Math.abs(starts[i]! - ends[i - 2]!)).toBeLessThan(1000);
    // One ends with its callback, and callbacks come one after the other.
    for (let i = 0; i < 4; i++) between(i === 0 ? before[4]! : done[i - 1]!, ends[i]!, done[i]!);
    const queued = logLines(model, 'exectrace')
      .filter(({ time }) => time > from && time <= to)
      .map(({ message }) => JSON.parse(message))
      .filter(({ kind }) => kind === 'pool queue');
    expect(queued.map(({ inferred }) => inferred)).toEqual([true, true]);
    // They were handed over between two readings, and queued from then on.
    const waits = inOrder(queued.map(({ ns }) => ns));
    const shortest = inOrder([starts[2]! - before[3]!, starts[3]! - before[4]!]);
    const longest = inOrder([starts[2]! - before[2]!, starts[3]! - before[3]!]);
    waits.forEach((wait, i) => {
      between(shortest[i]! * (1 - ROUNDING), wait, longest[i]! * (1 + ROUNDING));
    });
    expect(Math.max(...poolOccupancy(model).value)).toBe(2);

    // Every kind is there; what crypto does on the spot is no job.
    const use = poolUse(model)!;
    expect(use).toMatchObject({ size: 2, most: 2 });
    const counts = Object.fromEntries(use.kinds.map(({ kind, jobs: count }) => [kind, count]));
    expect(counts).toMatchObject({ crypto: 5, dns: 1 });
    expect(counts.fs).toBeGreaterThanOrEqual(2);
    expect(counts.zlib).toBeGreaterThanOrEqual(4);
    for (const verdict of (await judge([file])) ?? []) expect(verdict.error).toBeUndefined();
  });
});

it('jobs over many generations, of threads that die, and that overtake each other', async () => {
  const recording = new HandRecording(2);
  const main = recording.thread();
  const other = recording.thread();
  const type = (thread: typeof main) => thread.texts.name('FSREQCALLBACK');
  for (let id = 1; id <= 8; id++) {
    const thread = id % 2 === 0 ? main : other;
    thread.record.resourceBorn(type(thread), id);
    thread.record.poolJob(id, 0);
  }
  recording.cut();
  recording.cut();
  other.record.end();
  // The last one first: it was thought to queue.
  for (const id of [8, 2, 4, 6]) {
    main.record.callbackBegins(id, () => 0);
    main.record.sliceEnds();
  }
  recording.cut();
  main.record.end();
  const { bytes } = recording.finish();
  const { reader } = readAll(bytes);
  expect(reader.problem).toBeUndefined();
});
