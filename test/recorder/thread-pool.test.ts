/** Jobs of the thread pool: handed over, inferred to run or to queue, done. The program knows how long each of them took. */
import { describe, expect, it } from 'vitest';
import { nodeBinary, testedMajors } from '../../scripts/node-versions.mjs';
import { poolOccupancy, poolUse, type TraceModel } from '../../src/analysis/index.ts';
import { judge } from '../oracle/judge.ts';
import { AGAIN } from './support/again.ts';
import { HandRecording, readAll } from './support/assemble.ts';
import { recordProgram } from './support/record-program.ts';
import { logLine, logLines, modelOf } from './support/recorded-trace.ts';

const MS = 1e6;
/** ns */
const TOLERANCE = 2 * MS;

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

function near(actual: readonly number[], expected: readonly number[]): void {
  actual.forEach((time, i) => {
    expect(Math.abs(time - expected[i]!), `${actual} against ${expected}`).toBeLessThan(TOLERANCE);
  });
}

describe.each(testedMajors())('on Node %i, four equal jobs on two threads', AGAIN, (major) => {
  it.each([1, 2] as const)('at level %i: two run at once, two queue until one of those is done', async (level) => {
    const { file, stdout, code } = await recordProgram('pool.mjs', {
      node: nodeBinary(major)!,
      level,
      env: { UV_THREADPOOL_SIZE: '2' },
    });
    expect(code).toBe(0);
    const measured = JSON.parse(stdout) as { from: number; to: number }[];
    const froms = inOrder(measured.map(({ from }) => from * MS));
    const tos = inOrder(measured.map(({ to }) => to * MS));
    // The third begins when the first to end has ended, the fourth with the second.
    const begun = froms.map((from, i) => (i < 2 ? from : Math.max(from, tos[i - 2]!)));
    const model = await modelOf(file);
    const from = logLine(model, 'four jobs').time;
    const to = logLine(model, 'four jobs done').time;
    const four = jobs(model, 'crypto').filter(({ start }) => start >= from && start < to);
    expect(four).toHaveLength(4);
    near(
      four.map(({ start }) => start - from),
      begun,
    );
    near(inOrder(four.map(({ end }) => end - from)), tos);
    const queued = logLines(model, 'exectrace')
      .filter(({ time }) => time > from && time <= to)
      .map(({ message }) => JSON.parse(message))
      .filter(({ kind }) => kind === 'pool queue');
    expect(queued.map(({ inferred }) => inferred)).toEqual([true, true]);
    near(inOrder(queued.map(({ ns }) => ns)), inOrder([begun[2]! - froms[2]!, begun[3]! - froms[3]!]));
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
