/** Counts of goroutines over a stretch of time, against the sort of all begins and ends. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { EventScript, NotExist, Runnable, Running, Undetermined, Waiting } from '../../test/support/event-script.ts';
import { brokenLaws } from '../../test/support/model-laws.ts';
import { upperBound } from '../base/index.ts';
import { countSeries } from './counter-series.ts';
import { livingSteps } from './living.ts';
import type { StepSeries } from './metric-pyramid.ts';
import type { TraceModel } from './model.ts';
import { buildRangeIndex } from './range-index.ts';
import { DisplayState } from './states.ts';

/** Goroutines that were there, and some that come and go, each with a few changes of state. */
function model(gaps: readonly number[]): TraceModel {
  const script = new EventScript();
  let now = 10;
  script.go(now, 1, Undetermined, Running, { proc: 0 }).go(now, 2, Undetermined, Runnable);
  gaps.forEach((gap, i) => {
    const id = 3 + i;
    now += gap;
    script.go(now, id, NotExist, Runnable, { proc: 0, by: 1 });
    now += gap;
    if (i % 2 === 0) script.go(now, id, Runnable, Running, { proc: 1 });
    if (i % 4 === 0) script.go(now + 1, id, Running, Waiting, { proc: 1 });
    if (i % 4 === 2) script.go(now + 1, id, Running, NotExist, { proc: 1 });
    now += 1;
  });
  return script.sync(now + 5).model();
}

function valueAt({ time, value }: StepSeries, at: number): number {
  const point = upperBound(time, at) - 1;
  return point < 0 ? 0 : value[point]!;
}

const gaps = fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 60 });

it('counts per bucket what the intervals say', () => {
  fc.assert(
    fc.property(gaps, (steps) => {
      expect(brokenLaws(model(steps))).toEqual([]);
    }),
  );
});

it('is right at every moment of a stretch', () => {
  fc.assert(
    fc.property(gaps, fc.nat(2000), fc.integer({ min: 1, max: 300 }), (steps, start, length) => {
      const trace = model(steps);
      const whole = countSeries(trace, DisplayState.Ready);
      const part = livingSteps(trace, buildRangeIndex(trace, 4), 'ready', { start, end: start + length });
      for (let at = start; at < start + length; at++) expect(valueAt(part, at)).toBe(valueAt(whole, at));
    }),
    { numRuns: 50 },
  );
});

it('counts all that there are', () => {
  const trace = model([5, 5, 5]);
  const index = buildRangeIndex(trace);
  const at = (time: number) => valueAt(livingSteps(trace, index, 'alive', { start: time, end: time + 1 }), time);
  expect([at(12), at(16), at(31), at(trace.info.end - 1)]).toEqual([2, 3, 4, 4]);
});
