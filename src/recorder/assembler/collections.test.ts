import { describe, expect, it } from 'vitest';
import { Collections } from './collections.ts';

const ALL = Number.POSITIVE_INFINITY;
const scavenge = { kind: 1, start: 100, end: 200 };
const work = (name: string, start: number, end: number) => ({ name, start, end });

describe('what the collector did on a thread', () => {
  it('is phases where its middle lies in a pause, in whatever order it was told', () => {
    const collections = new Collections();
    collections.addWork(work('inner', 120, 150));
    collections.addWork(work('outer', 95, 190));
    collections.add(scavenge);
    collections.addWork(work('same start', 120, 130));
    expect(collections.take(ALL, ALL)).toEqual({
      pause: scavenge,
      phases: [work('outer', 95, 190), work('inner', 120, 150), work('same start', 120, 130)],
    });
    expect(collections.take(ALL, ALL)).toBeUndefined();
    expect(collections.size).toBe(0);
  });

  it('is work of its own before, between and after pauses', () => {
    const collections = new Collections();
    const [before, between, after] = [work('sweep', 10, 99), work('sweep', 210, 250), work('sweep', 400, 500)];
    const markCompact = { kind: 4, start: 300, end: 390 };
    for (const each of [after, between, before]) collections.addWork(each);
    collections.add(scavenge);
    collections.add(markCompact);
    const taken = Array.from({ length: 6 }, () => collections.take(ALL, ALL));
    expect(taken).toEqual([
      { work: before },
      { pause: scavenge, phases: [] },
      { work: between },
      { pause: markCompact, phases: [] },
      { work: after },
      undefined,
    ]);
  });

  it('moves the end of a generation out of a pause', () => {
    const collections = new Collections();
    collections.add(scavenge);
    expect([100, 101, 199, 200].map((time) => collections.notInPause(time))).toEqual([100, 100, 100, 200]);
  });

  it('waits for its time', () => {
    const collections = new Collections();
    collections.add(scavenge);
    expect(collections.take(99, ALL)).toBeUndefined();
    expect(collections.take(ALL, 199)).toBeUndefined();
    expect(collections.newest).toBe(scavenge);
    expect(collections.take(100, 200)).toEqual({ pause: scavenge, phases: [] });
    expect(collections.newest).toBeUndefined();
  });
});
