import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventScript, NotExist, Runnable, Running, Undetermined, Waiting } from '../../../test/support/event-script.ts';
import { Names } from '../names.ts';
import { matchFilter, stepMatch } from './match.ts';
import { contains, FilterError, parseDuration, parseFilter } from './parse.ts';

const MS = 1e6;

/** One request whose goroutine runs, waits for a lock, is runnable, and runs on another P; and a background one. */
const model = new EventScript()
  .sync(0)
  .go(0, 1, Undetermined, Running, { proc: 0, subjectStack: ['net/http.(*conn).serve'] })
  .task('TaskBegin', 0, 1, 12, 'GET /orders/17')
  .go(1 * MS, 1, Running, Waiting, { by: 1, reason: 'sync', stack: ['sync.(*Mutex).Lock', 'main.(*Cache).Get'] })
  .go(1 * MS, 2, NotExist, Running, { proc: 0, subjectStack: ['main.refresh'] })
  .go(3 * MS, 1, Waiting, Runnable, { by: 2 })
  .go(5 * MS, 1, Runnable, Running, { proc: 1 })
  .go(6 * MS, 2, Running, Waiting, { by: 2, reason: 'select' })
  .go(7 * MS, 1, Running, NotExist, { by: 1 })
  .sync(9 * MS)
  .model();
const names = new Names(model);

/** Start of each interval that matches, ms, by goroutine. */
function startsOf(query: string): number[][] {
  const { rows } = matchFilter(model, names, query);
  const { offset } = model.goroutines;
  return [0, 1].map((goroutine) =>
    Array.from({ length: offset[goroutine + 1]! - offset[goroutine]! }, (_, i) => offset[goroutine]! + i)
      .filter((row) => rows[row] === 1)
      .map((row) => model.intervals.start[row]! / MS),
  );
}

function complaint(query: string): { message: string; at: number; length: number } {
  try {
    matchFilter(model, names, query);
  } catch (error) {
    if (error instanceof FilterError) return { message: error.message, at: error.at, length: error.length };
    throw error;
  }
  throw new Error(`${query} was understood`);
}

describe('a filter', () => {
  it.each([
    [
      '',
      [
        [0, 1, 3, 5],
        [1, 6],
      ],
      'everything',
    ],
    ['state=runnable', [[3], []], 'a word of the legend'],
    ['state=ready', [[3], []], 'a word of the other dialect'],
    ['state=run,ready', [[0, 3, 5], [1]], 'alternatives'],
    ['-state=running', [[1, 3], [6]], 'the contrary'],
    ['state!=running', [[1, 3], [6]], 'the contrary, otherwise'],
    [
      'dur>=2ms',
      [
        [1, 3, 5],
        [1, 6],
      ],
      'a length',
    ],
    ['dur>2000us dur<=3ms', [[], [6]], 'two terms'],
    ['func=~http', [[0, 1, 3, 5], []], 'a part of a function'],
    ['func=serve', [[0, 1, 3, 5], []], 'a function by its last name'],
    ['http', [[0, 1, 3, 5], []], 'text alone'],
    ['-http', [[], [1, 6]], 'text alone, negated'],
    ['task=~orders', [[0, 1, 3, 5], []], 'a task'],
    ['task=#12', [[0, 1, 3, 5], []], 'a task by its number'],
    ['kind="GET /orders/:id"', [[0, 1, 3, 5], []], 'a kind with a space in it'],
    ['proc=1', [[5], []], 'a proc by number'],
    ['proc="P 0"', [[0], [1]], 'a proc by name'],
    ['wait=select', [[], [6]], 'a reason'],
    ['wait=~mutex', [[1], []], 'a lock by its function'],
    ['state=runnable dur>1ms func=~http', [[3], []], 'all of it'],
  ])('%s', (query, expected) => {
    expect(startsOf(query)).toEqual(expected);
  });

  it('counts what it found', () => {
    const { count, strands, goroutines, tasks } = matchFilter(model, names, 'state=running func=~serve');
    expect([count, strands, [...goroutines], [...tasks]]).toEqual([2, 1, [1, 0], [1]]);
  });

  it('is stepped through in order of time, both ways', () => {
    const matches = matchFilter(model, names, 'state=running');
    const walk = (step: 1 | -1) => {
      const found: number[] = [];
      let [time, row] = step > 0 ? [-1, -1] : [1e9, 1e9];
      for (let next = stepMatch(model, matches, time, row, step); next >= 0; ) {
        found.push(model.intervals.start[next]! / MS);
        [time, row] = [model.intervals.start[next]!, next];
        next = stepMatch(model, matches, time, row, step);
      }
      return found;
    };
    expect(walk(1)).toEqual([0, 1, 5]);
    expect(walk(-1)).toEqual([5, 1, 0]);
  });
});

describe('a filter that cannot be understood says why, and where', () => {
  it.each([
    ['state=nowhere', 'There is no state “nowhere”', 0],
    ['http colour=red', 'There is no “colour”', 5],
    ['dur>1', '“1” is no duration', 0],
    ['dur>soon', '“soon” is no duration', 0],
    ['dur=~1ms', 'dur is compared with', 0],
    ['func>3', 'func has no order', 0],
    ['func=', 'func= needs a value', 0],
    ['kind="GET', 'A quotation mark is not closed', 0],
    ['proc=77', 'There is no “77”: P 0, P 1', 0],
    ['-', 'nothing behind the minus', 0],
    ['x'.repeat(1001), 'longer than 1000', 0],
  ])('%s', (query, message, at) => {
    const found = complaint(query);
    expect(found.message).toContain(message);
    expect(found.at).toBe(at);
    expect(found.length).toBeGreaterThan(0);
  });

  it('never fails otherwise, whatever is typed', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[-a-z=~!<>" ,*0-9]{0,40}$/)), (query) => {
        try {
          matchFilter(model, names, query);
        } catch (error) {
          if (!(error instanceof FilterError)) throw error;
          expect(error.at + error.length).toBeLessThanOrEqual(query.length);
        }
      }),
    );
  });
});

describe('the parts', () => {
  it('split alternatives and keep what is quoted', () => {
    expect(parseFilter('  kind="GET /a, b",c  -x')).toMatchObject([
      { key: 'kind', op: '=', values: ['GET /a, b', 'c'], not: false },
      { key: 'func', op: '=~', values: ['x'], not: true },
    ]);
  });

  it('read durations', () => {
    expect(['1ms', '250us', '1.5s', '.5 µs', '3ns', '2min'].map(parseDuration)).toEqual([
      1e6, 250e3, 1.5e9, 500, 3, 120e9,
    ]);
    expect(['', 'ms', '1', '1 h', '-1ms'].map(parseDuration)).toEqual(Array(5).fill(undefined));
  });

  it('contain with a star for any text', () => {
    expect(contains('net/http.(*conn).serve', 'HTTP*serve')).toBe(true);
    expect(contains('serve http', 'http*serve')).toBe(false);
    expect(contains('a*'.repeat(1000), `${'*a'.repeat(900)}b`)).toBe(false);
  });
});
