/**
 * Option `gc`, held to what the program measures and to what must be so: the heap before and after a collection that it
 * forces, the phases of that, and what V8's helper threads did for it.
 */
import { describe, expect, it } from 'vitest';
import { nodeBinary, testedMajors } from '../../scripts/node-versions.mjs';
import { METRIC_HEAP, metricSeries, type TraceModel } from '../../src/analysis/index.ts';
import { judge } from '../oracle/judge.ts';
import { recordProgram } from './support/record-program.ts';
import { logLine, modelOf } from './support/recorded-trace.ts';

/** What the program and the recorder allocate between two readings, bytes. */
const TOLERANCE = 1e6;
/** Two clocks of V8, one of which counts microseconds; ns. */
const EDGE = 0.5e6;

interface Stretch {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

function ranges({ ranges: { count, start, end, name }, strings }: TraceModel, pattern: RegExp): Stretch[] {
  return Array.from({ length: count }, (_, i) => ({ name: strings[name[i]!]!, start: start[i]!, end: end[i]! })).filter(
    (range) => pattern.test(range.name),
  );
}

function regions({ regions: { count, start, end, type }, strings }: TraceModel): Stretch[] {
  return Array.from({ length: count }, (_, i) => ({ name: strings[type[i]!]!, start: start[i]!, end: end[i]! })).filter(
    ({ name }) => name.startsWith('GC '),
  );
}

/** What the helpers did, by what it was. */
function helpers({ goroutines, intervals, strings }: TraceModel): Stretch[] {
  const jobs: Stretch[] = [];
  for (let row = 0; row < goroutines.count; row++) {
    const name = strings[goroutines.name[row]!]!;
    if (!name.startsWith('GC helper: ')) continue;
    const first = goroutines.offset[row]!;
    const last = goroutines.offset[row + 1]! - 1;
    jobs.push({ name, start: intervals.start[first]!, end: intervals.end[last]! });
  }
  return jobs;
}

const isIn = (outer: Stretch, { start, end }: Stretch): boolean =>
  start >= outer.start - EDGE && end <= outer.end + EDGE;

describe.each(testedMajors())('on Node %i', (major) => {
  it.each([1, 2] as const)('level %i: heap, phases and helpers of collections', async (level) => {
    const options = { node: nodeBinary(major)!, level, sources: ['gc'], flags: ['--expose-gc'] };
    const { file, stdout, stderr, code } = await recordProgram('collecting.mjs', options);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const { before, after } = JSON.parse(stdout) as { before: number; after: number };
    const model = await modelOf(file);
    const asked = { name: '', start: logLine(model, 'collects').time, end: logLine(model, 'has collected').time };
    // Two, when one that was under way had to be brought to its end first.
    const forced = ranges(model, /^stop-the-world \(GC mark-compact\)$/).filter((range) => isIn(asked, range));
    const pause = forced.at(-1);
    expect(pause).toBeDefined();

    const heap = metricSeries(model, METRIC_HEAP)!;
    const heapIn = ({ start, end }: Stretch) =>
      Array.from(heap.time, (time, i) => ({ time, value: heap.value[i]! }))
        .filter(({ time }) => time >= start && time <= end + 10)
        .map(({ value }) => value);
    for (const each of forced) expect(heapIn(each)).toHaveLength(2);
    expect(Math.abs(heapIn(forced[0]!)[0]! - before)).toBeLessThan(TOLERANCE);
    expect(Math.abs(heapIn(pause!)[1]! - after)).toBeLessThan(TOLERANCE);
    expect(before - after).toBeGreaterThan(10 * TOLERANCE);

    // The forced collection marks, clears and evacuates, in that order, and all of it while the world is stopped.
    const phases = regions(model).filter((region) => isIn(pause!, region));
    const [mark, clear, evacuate] = ['GC mark', 'GC clear', 'GC evacuate'].map((name) =>
      phases.find((phase) => phase.name === name),
    );
    expect(mark!.end).toBeLessThanOrEqual(clear!.start);
    expect(clear!.end).toBeLessThanOrEqual(evacuate!.start);
    // Phases lie in pauses.
    const pauses = ranges(model, /^stop-the-world \(GC/);
    for (const region of regions(model))
      expect(
        pauses.some((each) => isIn(each, region)),
        region.name,
      ).toBe(true);

    // Helpers scavenge while the world is stopped for that, and mark while a cycle is under way.
    const jobs = helpers(model);
    expect(jobs.length).toBeGreaterThan(0);
    const scavenges = ranges(model, /^stop-the-world \(GC scavenge\)$/);
    const cycles = ranges(model, /^GC concurrent mark phase$/);
    for (const job of jobs) {
      const within = job.name.includes('scavenge') ? scavenges : job.name.includes('marking') ? cycles : [job];
      expect(
        within.some((each) => isIn(each, job)),
        `${job.name} at ${job.start}`,
      ).toBe(true);
    }
    for (const verdict of (await judge([file])) ?? []) expect(verdict.error).toBeUndefined();
  });
});

it('tells neither phases nor helpers without the option', async () => {
  const model = await modelOf((await recordProgram('collecting.mjs', { level: 1, flags: ['--expose-gc'] })).file);
  expect([regions(model), helpers(model)]).toEqual([[], []]);
});
