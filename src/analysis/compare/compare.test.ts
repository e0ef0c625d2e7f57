/** The test of Mann and Whitney against all permutations, and the comparison of traces whose difference is known. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventScript, Runnable, Running, Undetermined, Waiting } from '../../../test/support/event-script.ts';
import type { TraceModel } from '../model.ts';
import { compareTraces } from './compare-traces.ts';
import { mannWhitney } from './mann-whitney.ts';

describe('the test of Mann and Whitney', () => {
  it('knows the values of a table', () => {
    // Normal approximation with continuity correction: U = 64, n = m = 8, z = 3.3079.
    const low = [1, 2, 3, 4, 5, 6, 7, 8];
    const high = low.map((value) => value + 8);
    expect(mannWhitney(low, high)).toEqual({ p: expect.closeTo(0.00093946, 5), greater: 1 });
    expect(mannWhitney(high, low).greater).toBe(0);
    expect(mannWhitney(low, low)).toEqual({ p: expect.closeTo(1, 6), greater: 0.5 });
    expect(mannWhitney([1, 1, 1, 1, 1, 1, 1, 1], [1, 1, 1, 1, 1, 1, 1, 1])).toEqual({ p: 1, greater: 0.5 });
  });

  it('does not judge small samples', () => {
    expect(mannWhitney([1, 2], [100, 200])).toEqual({ p: 1, greater: 1 });
    expect(mannWhitney([], [1])).toEqual({ p: 1, greater: 0.5 });
  });

  it('agrees with random permutations', () => {
    const sample = fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 8, maxLength: 12 });
    fc.assert(
      fc.property(sample, sample, (a, b) => {
        const { p, greater } = mannWhitney(a, b);
        let [least, all] = [0, 0];
        const both = [...a, ...b];
        let seed = 12345;
        const random = (): number => {
          seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
          return seed / 0x7fffffff;
        };
        for (let round = 0; round < 800; round++, all++) {
          const mixed = both.map((value) => [random(), value] as const).sort((x, y) => x[0] - y[0]);
          const values = mixed.map(([, value]) => value);
          const other = greaterOf(values.slice(0, a.length), values.slice(a.length));
          if (Math.abs(other - 0.5) >= Math.abs(greater - 0.5) - 1e-9) least++;
        }
        expect(Math.abs(p - least / all)).toBeLessThan(0.1);
      }),
      { numRuns: 20 },
    );
  });
});

function greaterOf(a: readonly number[], b: readonly number[]): number {
  let sum = 0;
  for (const x of a) for (const y of b) sum += y > x ? 1 : y === x ? 0.5 : 0;
  return sum / (a.length * b.length);
}

/** Twenty requests of about `length`, of which `waiting` is for the network. */
function requests(length: number, waiting: number, kind = 'GET /'): TraceModel {
  const script = new EventScript().go(1, 1, Undetermined, Waiting, { subjectStack: ['handler'] });
  for (let i = 0; i < 20; i++) {
    const at = 10_000 * (i + 1);
    const end = at + length + i * 10;
    script
      .go(at - 2, 1, Waiting, Runnable)
      .go(at - 1, 1, Runnable, Running, { proc: 0 })
      .task('TaskBegin', at, 1, i + 1, kind)
      .go(at + 5, 1, Running, Waiting, { reason: 'network' })
      .go(at + 5 + waiting, 1, Waiting, Runnable)
      .go(at + 6 + waiting, 1, Runnable, Running, { proc: 0 })
      .task('TaskEnd', end, 1, i + 1, kind)
      .go(end + 1, 1, Running, Waiting, { reason: 'network' });
  }
  return script.sync(1_000_000).model();
}

describe('the comparison of two traces', () => {
  it('says what got worse, and which part of it', () => {
    const { tasks } = compareTraces(requests(1000, 500), requests(2000, 1400));
    expect(tasks).toMatchObject([{ name: 'GET /', verdict: 'worse', greater: 1 }]);
    const [{ a, b, p }] = tasks as [(typeof tasks)[0]];
    expect([a.count, b.count]).toEqual([20, 20]);
    expect(b.means.network! - a.means.network!).toBe(900);
    expect(p).toBeLessThan(0.0001);
    expect(compareTraces(requests(2000, 500), requests(1000, 500)).tasks).toMatchObject([{ verdict: 'better' }]);
  });

  it('says nothing of what did not change, or too little', () => {
    expect(compareTraces(requests(1000, 500), requests(1000, 500)).tasks).toMatchObject([{ verdict: 'same' }]);
    expect(compareTraces(requests(1000, 500), requests(1030, 500)).tasks).toMatchObject([{ verdict: 'same' }]);
  });

  it('tells what is on one side only', () => {
    const { tasks } = compareTraces(requests(1000, 500), requests(1000, 500, 'GET /new'));
    expect(tasks).toMatchObject([
      { name: 'GET /new', verdict: 'new' },
      { name: 'GET /', verdict: 'gone' },
    ]);
  });
});
