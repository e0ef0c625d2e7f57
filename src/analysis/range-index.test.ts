/** The index against a sum over all intervals, for random traces, goroutines and ranges. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventScript, NotExist, Runnable, Running, Undetermined, Waiting } from '../../test/support/event-script.ts';
import type { TraceModel } from './model.ts';
import { allRangeTotals, buildRangeIndex, groupRangeTotals, rangeTotals } from './range-index.ts';
import { groupTotals, stateTotals } from './state-totals.ts';
import { DISPLAY_STATES } from './states.ts';

const REASONS = ['network', 'sync', 'sleep', 'select'];

/** Goroutines that come, run, wait and go. */
const models = fc
  .array(fc.record({ who: fc.nat(7), reason: fc.nat(3), wait: fc.integer({ min: 1, max: 9 }), ends: fc.nat(9) }), {
    minLength: 1,
    maxLength: 600,
  })
  .map((moves): TraceModel => {
    const script = new EventScript();
    const state = new Map<number, number>();
    let time = 1;
    script.go(time, 100, Undetermined, Waiting, { subjectStack: ['idle'] });
    for (const { who, reason, wait, ends } of moves) {
      time += wait;
      const from = state.get(who) ?? NotExist;
      const to = from === Running ? (ends === 0 ? NotExist : Waiting) : from === Runnable ? Running : Runnable;
      script.go(time, who, from as 1, to, {
        proc: who,
        subjectStack: [`f${who % 3}`],
        ...(to === Waiting ? { reason: REASONS[reason]! } : {}),
      });
      state.set(who, to);
    }
    return script.sync(time + 5).model();
  });

describe('totals by index', () => {
  it('are those of a sum over all intervals, for any range', () => {
    fc.assert(
      fc.property(
        models,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.constantFrom(1, 2, 256),
        (model, a, b, block) => {
          const { start, end } = model.info;
          const at = (share: number): number => start + Math.round((end - start) * share);
          const range = { start: at(Math.min(a, b)), end: at(Math.max(a, b)) };
          const index = buildRangeIndex(model, block);
          const all = new Float64Array(DISPLAY_STATES);
          for (let goroutine = 0; goroutine < model.goroutines.count; goroutine++) {
            const expected = stateTotals(model, goroutine, range.start, range.end);
            expect(rangeTotals(model, index, [goroutine], range)).toEqual(expected);
            expected.forEach((time, state) => {
              all[state]! += time;
            });
          }
          expect(allRangeTotals(model, index, range)).toEqual(all);
          const groups = groupRangeTotals(model, index, range);
          for (let group = 0; group < model.groups.count; group++)
            expect(groups.slice(group * DISPLAY_STATES, (group + 1) * DISPLAY_STATES)).toEqual(
              groupTotals(model, group, range.start, range.end),
            );
        },
      ),
    );
  });
});
