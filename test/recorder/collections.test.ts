/** Option `gc`: the heap before and after a collection that the program forces, and measures itself. */
import { expect, it } from 'vitest';
import { nodeBinary, testedMajors } from '../../scripts/node-versions.mjs';
import { METRIC_HEAP, metricSeries } from '../../src/analysis/index.ts';
import { judge } from '../oracle/judge.ts';
import { AGAIN } from './support/again.ts';
import { recordProgram } from './support/record-program.ts';
import { logLine, modelOf } from './support/recorded-trace.ts';

/** What the program and the recorder allocate between two readings, bytes. */
const TOLERANCE = 1e6;

it.each(testedMajors())('on Node %i: kind, pause, and the heap before and after', AGAIN, async (major) => {
  const node = nodeBinary(major)!;
  const { file, stdout, code } = await recordProgram('collecting.mjs', {
    node,
    sources: ['gc'],
    flags: ['--expose-gc'],
  });
  expect(code).toBe(0);
  const { before, after } = JSON.parse(stdout) as { before: number; after: number };
  const model = await modelOf(file);
  const { ranges, strings } = model;
  const begins = logLine(model, 'collects').time;
  const ends = logLine(model, 'has collected').time;
  const pause = Array.from({ length: ranges.count }, (_, row) => row).find(
    (row) =>
      ranges.start[row]! >= begins &&
      ranges.end[row]! <= ends &&
      strings[ranges.name[row]!] === 'stop-the-world (GC mark-compact)',
  );
  expect(pause).toBeDefined();
  const heap = metricSeries(model, METRIC_HEAP)!;
  const inPause = Array.from(heap.time, (time, i) => ({ time, value: heap.value[i]! })).filter(
    ({ time }) => time >= ranges.start[pause!]! && time <= ranges.end[pause!]! + 10,
  );
  expect(inPause).toHaveLength(2);
  expect(Math.abs(inPause[0]!.value - before)).toBeLessThan(TOLERANCE);
  expect(Math.abs(inPause[1]!.value - after)).toBeLessThan(TOLERANCE);
  expect(before - after).toBeGreaterThan(10 * TOLERANCE);
  for (const verdict of (await judge([file])) ?? []) expect(verdict.error).toBeUndefined();
});
