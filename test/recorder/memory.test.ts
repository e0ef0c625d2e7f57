/** Collections and the heap are in the trace, with values that a program can have. */
import { describe, expect, it } from 'vitest';
import { nodeBinary, testedMajors } from '../../scripts/node-versions.mjs';
import type { MetricSeries, TraceModel } from '../../src/analysis/index.ts';
import { recordProgram } from './support/record-program.ts';
import { logLine, modelOf, words } from './support/recorded-trace.ts';

const MS = 1e6;
/** For so long events are held back, ns. */
const HELD_BACK = 100 * MS;

function metric(model: TraceModel, name: string): MetricSeries {
  const series = model.metrics.find((each) => model.strings[each.name] === name);
  expect(
    words(
      model,
      model.metrics.map((each) => each.name),
    ),
  ).toContain(name);
  return series!;
}

describe.each(testedMajors())('on Node %i', (major) => {
  it.each([0, 2] as const)('garbage is seen to be collected, at level %i', async (level) => {
    const options = { node: nodeBinary(major)!, level, flags: ['--expose-gc', '--max-semi-space-size=1'] };
    const { file, code, stdout } = await recordProgram('garbage.mjs', options);
    expect(code).toBe(0);
    const [heapUsed, heapLimit, reported] = stdout.trim().split(' ').map(Number);
    const model = await modelOf(file);
    const { ranges, info } = model;
    const names = words(model, ranges.name);
    expect(names.filter((name) => name.includes('GC scavenge')).length).toBeGreaterThan(2);
    // The one that the program asked for lies between what it says before and after.
    const from = logLine(model, 'collecting').time - MS;
    // On a busy machine it may be reported later than events are held back, and is then written later than it was.
    const isLate = reported! * MS >= HELD_BACK;
    const to = isLate ? info.end : logLine(model, 'collected').time + MS;
    const full = [...names.keys()].filter((i) => names[i]!.includes('GC mark-compact'));
    // V8 may make more of one request than one collection.
    const asked = full.filter((i) => ranges.start[i]! > from && ranges.end[i]! <= to);
    expect(asked.length).toBeGreaterThanOrEqual(1);
    for (let i = 0; i < ranges.count; i++) {
      expect(ranges.start[i]).toBeGreaterThanOrEqual(info.start);
      expect(ranges.end[i]).toBeGreaterThanOrEqual(ranges.start[i]!);
      expect(ranges.end[i]).toBeLessThanOrEqual(info.end);
    }

    const used = metric(model, '/memory/classes/heap/objects:bytes');
    expect(used.value.length).toBeGreaterThan(1);
    for (const value of used.value) {
      expect(value).toBeGreaterThan(heapUsed! / 10);
      expect(value).toBeLessThan(heapLimit!);
    }
    expect(metric(model, '/gc/heap/goal:bytes').value.at(-1)).toBeCloseTo(heapLimit!, -4);
  });
});
