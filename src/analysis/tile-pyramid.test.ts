import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DISPLAY_STATES, DisplayState } from './states.ts';
import { buildPyramid, levelFor, readShares } from './tile-pyramid.ts';
import type { Track } from './tracks.ts';

interface Interval {
  readonly start: number;
  readonly end: number;
  readonly display: number;
}

/** Runs of adjoining intervals: gap before the first, then (length, state) pairs. */
const runs = fc.array(
  fc.tuple(
    fc.integer({ min: 0, max: 5000 }),
    fc.array(fc.tuple(fc.integer({ min: 1, max: 3000 }), fc.integer({ min: 0, max: DISPLAY_STATES - 1 })), {
      maxLength: 60,
    }),
  ),
  { maxLength: 5 },
);

type Runs = readonly (readonly [number, readonly (readonly [number, number])[]])[];

function intervalsOf(shape: Runs): Interval[][] {
  return shape.map(([gap, parts]) => {
    let time = gap;
    return parts.map(([length, display]) => {
      const start = time;
      time += length;
      return { start, end: time, display };
    });
  });
}

function trackOf(intervals: readonly (readonly Interval[])[]): Track {
  const flat = intervals.flat();
  const offsets: number[] = [];
  let position = 0;
  for (const run of intervals) {
    offsets.push(position, position + run.length);
    position += run.length;
  }
  return {
    start: Float64Array.from(flat, (interval) => interval.start),
    end: Float64Array.from(flat, (interval) => interval.end),
    display: Uint8Array.from(flat, (interval) => interval.display),
    rows: undefined,
    runs: Int32Array.from(offsets),
  };
}

/** Time in a state inside of a bucket, the slow and obvious way. */
function timeIn(intervals: readonly (readonly Interval[])[], state: number, from: number, to: number): number {
  return intervals
    .flat()
    .filter((interval) => interval.display === state)
    .reduce((sum, { start, end }) => sum + Math.max(0, Math.min(end, to) - Math.max(start, from)), 0);
}

describe('buildPyramid', () => {
  it('holds the true share of every state in every bucket of every level, rounded to 1/255', () => {
    fc.assert(
      fc.property(runs, (shape) => {
        const intervals = intervalsOf(shape);
        const track = trackOf(intervals);
        const pyramid = buildPyramid(track);
        const end = Math.max(0, ...intervals.flat().map((interval) => interval.end));
        for (let level = Math.max(0, pyramid.finest - 3); level <= pyramid.coarsest; level++) {
          const width = 2 ** level;
          const count = Math.floor(end / width) + 2;
          const shares = readShares(track, pyramid, level, 0, count);
          const expected = Uint8Array.from(shares, (_, i) => {
            const bucket = Math.floor(i / DISPLAY_STATES);
            const time = timeIn(intervals, i % DISPLAY_STATES, bucket * width, (bucket + 1) * width);
            const share = Math.round((time / (width * pyramid.scale)) * 255);
            return time === 0 ? 0 : Math.min(255, Math.max(1, share));
          });
          expect(shares).toEqual(expected);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('answers any window like the same part of a larger one', () => {
    fc.assert(
      fc.property(runs, fc.nat(14), fc.nat(40), fc.integer({ min: 1, max: 40 }), (shape, level, first, count) => {
        const track = trackOf(intervalsOf(shape));
        const pyramid = buildPyramid(track);
        const all = readShares(track, pyramid, level, 0, 80);
        const part = readShares(track, pyramid, level, first, count);
        expect(part).toEqual(all.subarray(first * DISPLAY_STATES, (first + count) * DISPLAY_STATES));
      }),
    );
  });

  it('scales a group by the most members it had in a known state at once', () => {
    const run = (display: number) => [{ start: 0, end: 1000, display }];
    const { Run, Net, Off } = DisplayState;
    const group = trackOf([run(Run), run(Net), run(Net), run(Off)]);
    const pyramid = buildPyramid(group);
    expect(pyramid.scale).toBe(3);
    const shares = readShares(group, pyramid, 3, 10, 1);
    expect([shares[Run], shares[Net], shares[Off]]).toEqual([85, 170, 85]);
  });

  it('reads positions through `rows` where intervals do not lie side by side', () => {
    const track = trackOf([
      [
        { start: 0, end: 8, display: DisplayState.Run },
        { start: 8, end: 16, display: DisplayState.Net },
        { start: 16, end: 24, display: DisplayState.Run },
      ],
    ]);
    const running: Track = { ...track, rows: Int32Array.of(0, 2), runs: Int32Array.of(0, 2) };
    const shares = readShares(running, buildPyramid(running), 3, 0, 3);
    expect([0, 1, 2].map((bucket) => shares[bucket * DISPLAY_STATES])).toEqual([255, 0, 255]);
    expect(shares.reduce((sum, share) => sum + share, 0)).toBe(510);
  });

  it('takes under one byte per interval and keeps up with overlapping long waits', () => {
    const waits = Array.from({ length: 2000 }, (_, i) => [
      { start: i, end: 1_000_000 - i, display: DisplayState.Sync },
      { start: 1_000_000 - i, end: 1_000_001, display: DisplayState.Run },
    ]);
    const busy = Array.from({ length: 96_000 }, (_, i) => ({ start: i * 10, end: i * 10 + 10, display: i % 2 }));
    const track = trackOf([...waits, busy]);
    const pyramid = buildPyramid(track);
    expect(pyramid.shares.length).toBeLessThan(100_000);
    expect(pyramid.scale).toBe(2001);
  });

  it('is empty for an empty track', () => {
    const track = trackOf([]);
    expect([...readShares(track, buildPyramid(track), 4, 0, 2)]).toEqual(Array(2 * DISPLAY_STATES).fill(0));
  });
});

it('levelFor picks the widest buckets that fit', () => {
  expect([1, 1.9, 2, 1023, 1024, 0.3].map(levelFor)).toEqual([0, 0, 1, 9, 10, 0]);
});
