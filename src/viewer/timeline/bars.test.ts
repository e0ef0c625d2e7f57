import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildPyramid, DISPLAY_STATES, DisplayState, readShares, type Track } from '../../analysis/index.ts';
import { type BarBox, boostOf, type DrawnSlice, drawBuckets, drawIntervals, stackHeights } from './bars.ts';
import { RectList } from './rect-list.ts';
import { TimeScale } from './scale.ts';
import { Fade, groupEdgeStyle, groupStyle, stateInkStyle, stateStyle, texturedStyle } from './styles.ts';

const { Run, Gc, Ready, Net, Sync, Sleep, Off } = DisplayState;

/** A strand row: full bar of 18 px on baseline 100, time area from pixel 200 to 1200. */
const BOX: BarBox = { left: 200, right: 1200, base: 100, height: 18, ratio: 1 };
/** One time unit is one pixel. */
const SCALE = new TimeScale({ start: 0, end: 1000 }, 200, 1200);

type Rect = [x: number, y: number, width: number, height: number, style: number];

function rectsOf(list: RectList): Rect[] {
  return Array.from({ length: list.count }, (_, i) => [
    list.x[i]!,
    list.y[i]!,
    list.width[i]!,
    list.height[i]!,
    list.style[i]!,
  ]);
}

function trackOf(intervals: readonly (readonly [start: number, end: number, display: DisplayState])[]): Track {
  return {
    start: Float64Array.from(intervals, ([start]) => start),
    end: Float64Array.from(intervals, ([, end]) => end),
    display: Uint8Array.from(intervals, ([, , display]) => display),
    rows: undefined,
    runs: Int32Array.of(0, intervals.length),
  };
}

function draw(
  track: Track,
  scale = SCALE,
  colourOf: (row: number) => number = () => -1,
  box = BOX,
  fadeOf?: (row: number) => Fade,
) {
  const list = new RectList();
  const slices: DrawnSlice[] = [];
  drawIntervals(track, scale, box, { colourOf, fadeOf }, list, (slice) => slices.push(slice));
  return { rects: rectsOf(list), slices };
}

describe('slices', () => {
  it('stand on one baseline: full 18, wait 7, sleep 3, unknown 1, with a pixel of air', () => {
    const { rects } = draw(
      trackOf([
        [0, 100, Run],
        [100, 200, Net],
        [200, 300, Sleep],
        [300, 400, Off],
      ]),
    );
    expect(rects).toEqual([
      [200, 82, 99, 18, texturedStyle(Run)],
      [300, 93, 99, 7, stateStyle(Net)],
      [400, 97, 99, 3, stateStyle(Sleep)],
      [500, 99, 99, 1, stateStyle(Off)],
    ]);
  });

  it('have an outline where their fill is pale', () => {
    const { rects } = draw(trackOf([[10, 110, Ready]]));
    expect(rects).toEqual([
      [210, 82, 99, 18, texturedStyle(Ready)],
      [210, 82, 99, 1, stateInkStyle(Ready)],
      [210, 99, 99, 1, stateInkStyle(Ready)],
      [210, 83, 1, 16, stateInkStyle(Ready)],
      [308, 83, 1, 16, stateInkStyle(Ready)],
    ]);
  });

  it('that are scrolled off are cut at the edge, without an outline there', () => {
    const { rects } = draw(trackOf([[-50, 60, Ready]]));
    expect(rects[0]).toEqual([200, 82, 59, 18, texturedStyle(Ready)]);
    expect(rects.some(([x, , width]) => x === 200 && width === 1)).toBe(false);
  });

  it('in group colour have an edge at the left', () => {
    const { rects } = draw(trackOf([[10, 50, Run]]), SCALE, () => 3);
    expect(rects).toEqual([
      [210, 82, 39, 18, groupStyle(3)],
      [210, 82, 1, 18, groupEdgeStyle(3)],
    ]);
  });

  it('are reported with their interval and their pixels', () => {
    const { slices } = draw(
      trackOf([
        [0, 2, Run],
        [2, 60, Sync],
        [60, 61, Run],
      ]),
    );
    expect(slices).toEqual([{ x0: 202, x1: 259, top: 93, height: 7, row: 1, display: Sync, fade: Fade.None }]);
  });

  it('are whole pixels on every screen', () => {
    const box: BarBox = { left: 270, right: 1780, base: 126, height: 22, ratio: 1.25 };
    const scale = new TimeScale({ start: 0, end: 777 }, 270, 1780);
    const { rects } = draw(
      trackOf([
        [0, 100, Run],
        [100, 101, Ready],
        [101, 500, Net],
      ]),
      scale,
      undefined,
      box,
    );
    for (const rect of rects) for (const value of rect) expect(Number.isInteger(value)).toBe(true);
  });
});

describe('columns', () => {
  it('stack shares from the bottom in the order of the legend, and blend nothing', () => {
    const { rects } = draw(
      trackOf([
        [10, 10.5, Run],
        [10.5, 11, Ready],
      ]),
    );
    expect(rects).toEqual([
      [210, 91, 1, 9, texturedStyle(Run)],
      [210, 82, 1, 9, texturedStyle(Ready)],
    ]);
  });

  it('show the shortest moment', () => {
    const { rects } = draw(trackOf([[10.2, 10.2001, Run]]));
    expect(rects).toEqual([[210, 99, 1, 1, stateStyle(Run)]]);
  });

  it('do not cover the slices beside them', () => {
    const { rects } = draw(
      trackOf([
        [0, 50.4, Run],
        [50.4, 51.2, Net],
        [51.2, 120, Sync],
      ]),
    );
    const wide = rects.filter(([, , width]) => width > 3);
    expect(wide.map(([x, , width]) => [x, x + width])).toEqual([
      [200, 249],
      [251, 319],
    ]);
    for (const [x, , width] of rects.filter((rect) => rect[2] <= 3)) {
      expect(x).toBeGreaterThanOrEqual(250);
      expect(x + width).toBeLessThanOrEqual(251);
    }
  });

  it('never exceed the bar, and keep a pixel for each state that fits', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.array(share, { minLength: DISPLAY_STATES, maxLength: DISPLAY_STATES }), (shares) => {
        const sum = Math.max(
          1,
          shares.reduce((a, b) => a + b, 0),
        );
        const column = Float64Array.from(shares, (value) => value / sum);
        const heights = new Int32Array(DISPLAY_STATES);
        stackHeights(column, 18, 1, heights);
        const total = heights.reduce((a, b) => a + b, 0);
        expect(total).toBeLessThanOrEqual(18);
        if (total < 18) {
          column.forEach((value, state) => {
            if (state !== Off && value > 0) expect(heights[state]).toBeGreaterThanOrEqual(1);
          });
        }
      }),
    );
  });
});

/** A track without gaps, of short and long intervals in any states. */
const aTrack = fc
  .array(fc.tuple(fc.double({ min: 0.01, max: 40, noNaN: true }), fc.integer({ min: 0, max: DISPLAY_STATES - 1 })), {
    minLength: 1,
    maxLength: 60,
  })
  .map((steps) => {
    let time = 0;
    return trackOf(
      steps.map(([length, display]) => {
        const start = time;
        time += length;
        return [start, time, display as DisplayState] as const;
      }),
    );
  });

describe('any row', () => {
  it('is drawn inside of its box, at any zoom', () => {
    fc.assert(
      fc.property(
        aTrack,
        fc.double({ min: 1, max: 3000, noNaN: true }),
        fc.double({ min: -100, max: 500, noNaN: true }),
        (track, length, start) => {
          const { rects } = draw(track, new TimeScale({ start, end: start + length }, 200, 1200));
          for (const [x, y, width, height] of rects) {
            expect(x).toBeGreaterThanOrEqual(200);
            expect(x + width).toBeLessThanOrEqual(1200);
            expect(y).toBeGreaterThanOrEqual(82);
            expect(y + height).toBeLessThanOrEqual(100);
          }
        },
      ),
    );
  });
});

describe('buckets of a pyramid', () => {
  it('become one rectangle per state and run of equal columns', () => {
    const track = trackOf([
      [0, 512, Run],
      [512, 1024, Gc],
    ]);
    const pyramid = buildPyramid(track, 1);
    const list = new RectList();
    drawBuckets(readShares(track, pyramid, 1, 0, 512), 0, 2, 1, SCALE, BOX, list);
    expect(rectsOf(list)).toEqual([
      [200, 82, 512, 18, texturedStyle(Run)],
      [712, 82, 488, 18, texturedStyle(Gc)],
    ]);
  });

  it('are raised in steps so that a quiet group is seen', () => {
    const shares = new Uint8Array(2 * DISPLAY_STATES);
    expect(boostOf(shares)).toBe(1);
    shares[Run] = 30;
    shares[DISPLAY_STATES + Off] = 255;
    expect(boostOf(shares)).toBe(5);
    shares[DISPLAY_STATES + Net] = 200;
    expect(boostOf(shares)).toBe(1);
  });
});

describe('what is pale or dim', () => {
  it('has the style of its state, faded, with its outline', () => {
    const fadeOf = (row: number) => (row === 0 ? Fade.Pale : Fade.None);
    const { rects, slices } = draw(
      trackOf([
        [0, 100, Ready],
        [100, 200, Run],
      ]),
      SCALE,
      () => -1,
      BOX,
      fadeOf,
    );
    const styles = new Set(rects.map((rect) => rect[4]));
    expect(styles).toEqual(
      new Set([texturedStyle(Ready) + Fade.Pale, stateInkStyle(Ready) + Fade.Pale, texturedStyle(Run)]),
    );
    expect(slices.map((slice) => slice.fade)).toEqual([Fade.Pale, Fade.None]);
  });

  it('gives way to what is not, where a column holds both', () => {
    // Intervals of a tenth of a pixel: in each pixel one of ten is not dim.
    const intervals = Array.from({ length: 200 }, (_, i): [number, number, DisplayState] => [
      i / 10,
      (i + 1) / 10,
      Run,
    ]);
    const shown = draw(
      trackOf(intervals),
      SCALE,
      () => -1,
      BOX,
      (row) => (row % 10 === 0 ? Fade.None : Fade.Dim),
    );
    expect(new Set(shown.rects.map((rect) => rect[4] >= Fade.Dim))).toEqual(new Set([false]));
    const none = draw(
      trackOf(intervals),
      SCALE,
      () => -1,
      BOX,
      () => Fade.Dim,
    );
    expect(new Set(none.rects.map((rect) => rect[4] >= Fade.Dim))).toEqual(new Set([true]));
  });
});
