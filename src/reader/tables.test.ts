import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Frontier } from './frontier.ts';
import { IdMap, UNKNOWN } from './id-map.ts';
import { StackTable } from './stack-table.ts';
import { KnownName, StringTable } from './string-table.ts';
import { nanosecondsPerUnit, toNanoseconds } from './trace-clock.ts';

test('an id map behaves as a Map, for ids in rows, far off and below zero', () => {
  const id = fc.oneof(fc.integer({ min: 1, max: 5000 }), fc.maxSafeNat(), fc.integer({ min: -9, max: -2 }));
  fc.assert(
    fc.property(fc.uniqueArray(id, { maxLength: 2000, size: 'max' }), (ids) => {
      const map = new IdMap();
      for (const [value, each] of ids.entries()) {
        expect(map.get(each)).toBe(each === 0 ? 0 : UNKNOWN);
        map.set(each, value);
      }
      expect(ids.map((each) => map.get(each))).toEqual(ids.map((_, value) => value));
      expect(map.get(ids.length + 2 ** 40)).toBe(UNKNOWN);
    }),
    { numRuns: 20 },
  );
});

test('equal stacks have one id, and different ones their frames', () => {
  const frame = fc.tuple(fc.nat({ max: 2 }), fc.nat({ max: 2 }), fc.nat({ max: 2 }));
  fc.assert(
    fc.property(fc.array(fc.array(frame, { maxLength: 4 })), (stacks) => {
      const table = new StackTable();
      const ids = new Map<string, number>([['[]', 0]]);
      for (const stack of stacks) {
        for (const [func, file, line] of stack) table.addFrame(func, file, line);
        const id = table.finish();
        const key = JSON.stringify(stack);
        expect(id).toBe(ids.get(key) ?? table.count - 1);
        ids.set(key, id);
      }
      expect(table.count).toBe(ids.size);
      for (const [key, id] of ids) {
        const rows = Array.from(
          { length: table.offset.at(id + 1) - table.offset.at(id) },
          (_, i) => table.offset.at(id) + i,
        );
        expect(JSON.stringify(rows.map((row) => [table.func.at(row), table.file.at(row), table.line.at(row)]))).toBe(
          key,
        );
      }
    }),
  );
});

test('strings have one id each, and known names the same in every trace', () => {
  const table = new StringTable();
  expect(table.strings[KnownName.Gc]).toBe('GC concurrent mark phase');
  expect(table.strings[KnownName.Procs]).toBe('/sched/gomaxprocs:threads');
  expect(table.intern('')).toBe(0);
  const id = table.intern('main.main');
  expect(table.intern('main.main')).toBe(id);
  expect(table.strings[id]).toBe('main.main');
});

describe('frontier', () => {
  test('always has the earliest cursor at its head', () => {
    const step = fc.record({ forward: fc.nat({ max: 50 }), remove: fc.boolean() });
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 100 }), { minLength: 1, maxLength: 90 }), fc.array(step), (times, steps) => {
        const frontier = new Frontier();
        const present = () => [...frontier.times.subarray(0, frontier.size)];
        for (const [number, time] of times.entries()) frontier.insert(number, time);
        for (const { forward, remove } of steps) {
          if (frontier.size === 0) return;
          expect(frontier.headTime).toBe(Math.min(...present()));
          expect(frontier.nextTime).toBe(Math.min(Number.POSITIVE_INFINITY, ...present().slice(1)));
          const index = forward % frontier.size;
          const number = frontier.numbers[index]!;
          expect(frontier.times[index]).toBe(times[number]);
          if (remove) {
            frontier.remove(index);
          } else {
            times[number]! += forward;
            frontier.update(index, times[number]!);
          }
        }
        frontier.sort();
        const sorted = present();
        expect(sorted).toEqual(sorted.toSorted((a, b) => a - b));
      }),
    );
  });
});

describe('trace clock', () => {
  test('units of 64 ns, as on Unix, are exact', () => {
    expect(toNanoseconds(28_000_000_000_001, nanosecondsPerUnit(15_625_000))).toBe(1_792_000_000_000_064);
  });

  test('other frequencies are cut to whole nanoseconds', () => {
    expect(toNanoseconds(1000, nanosecondsPerUnit(12_439_489))).toBe(80_389);
  });

  test('what no 64-bit integer holds is the least one', () => {
    expect(toNanoseconds(2 ** 63, 1)).toBe(-(2 ** 63));
    expect(toNanoseconds(0, nanosecondsPerUnit(0))).toBe(-(2 ** 63));
  });
});
