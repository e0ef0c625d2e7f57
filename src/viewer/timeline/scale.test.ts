import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { axisTicks, niceStep } from './axis.ts';
import { clampWindow, interpolateWindow, MIN_WINDOW, panBy, TimeScale, windowAround, zoomAt } from './scale.ts';

const BOUNDS = { start: 0, end: 12e9 };
const MS = { name: 'ms', ns: 1e6 };

const aWindow = fc
  .tuple(fc.double({ min: 0, max: 12e9, noNaN: true }), fc.double({ min: 1e3, max: 12e9, noNaN: true }))
  .map(([start, length]) => clampWindow({ start, end: start + length }, BOUNDS));

describe('the scale', () => {
  it('maps the window to the pixels and back', () => {
    const scale = new TimeScale({ start: 4e9, end: 5e9 }, 216, 1216);
    expect([scale.x(4e9), scale.x(4.5e9), scale.x(5e9)]).toEqual([216, 716, 1216]);
    expect(scale.time(716)).toBe(4.5e9);
    expect(scale.perPixel).toBe(1e6);
  });

  it('gives neighbours one common edge', () => {
    const scale = new TimeScale({ start: 0, end: 1000 }, 0, 333);
    for (let time = 0; time < 1000; time += 7) expect(Number.isInteger(scale.edge(time))).toBe(true);
  });
});

describe('zooming', () => {
  it('keeps the time under the pointer where it is', () => {
    const window = { start: 4e9, end: 5e9 };
    const next = zoomAt(window, 4.25e9, 0.5, BOUNDS);
    expect((4.25e9 - next.start) / (next.end - next.start)).toBeCloseTo(0.25);
    expect(next.end - next.start).toBeCloseTo(0.5e9);
  });

  it('stays inside the trace and above the least window, whatever is done', () => {
    const step = fc.tuple(fc.double({ min: 0.01, max: 100, noNaN: true }), fc.double({ min: -3, max: 3, noNaN: true }));
    fc.assert(
      fc.property(aWindow, fc.array(step, { maxLength: 20 }), (start, steps) => {
        let window = start;
        for (const [factor, part] of steps) {
          window = panBy(zoomAt(window, (window.start + window.end) / 2, factor, BOUNDS), part, BOUNDS);
          expect(window.start).toBeGreaterThanOrEqual(0);
          expect(window.end).toBeLessThanOrEqual(12e9 + 1);
          expect(window.end - window.start).toBeGreaterThanOrEqual(MIN_WINDOW * 0.99);
        }
      }),
    );
  });

  it('shows a little before and more after what is fitted', () => {
    expect(windowAround(4e9, 5e9, 0.03, 0.07, BOUNDS)).toEqual({ start: 3.97e9, end: 5.07e9 });
  });

  it('ends animations exactly, and never turns back on the way', () => {
    fc.assert(
      fc.property(aWindow, aWindow, (from, to) => {
        expect(interpolateWindow(from, to, 1)).toBe(to);
        const lengths = [0, 0.25, 0.5, 0.75, 1].map((part) => {
          const window = interpolateWindow(from, to, part);
          return window.end - window.start;
        });
        const sorted = [...lengths].sort((a, b) => a - b);
        const grows = to.end - to.start >= from.end - from.start;
        (grows ? sorted : sorted.reverse()).forEach((length, i) => {
          expect(Math.abs(length - lengths[i]!)).toBeLessThanOrEqual(1e-6 * Math.max(length, 1));
        });
      }),
    );
  });
});

describe('the axis', () => {
  it('has steps of 1, 2 and 5', () => {
    expect([1, 1.1, 2.1, 5.1, 0.3, 70].map(niceStep)).toEqual([1, 2, 5, 10, 0.5, 100]);
  });

  it('has ticks at least so far apart, at round times, labelled as finely as they differ', () => {
    const scale = new TimeScale({ start: 4.2e9, end: 4.76e9 }, 216, 1424);
    const ticks = axisTicks(scale, 110, BOUNDS, { name: 's', ns: 1e9 });
    expect(ticks.map((tick) => tick.label)).toEqual(['4.2 s', '4.3 s', '4.4 s', '4.5 s', '4.6 s', '4.7 s']);
    ticks.slice(1).forEach((tick, i) => {
      expect(tick.x - ticks[i]!.x).toBeGreaterThanOrEqual(110);
    });
  });

  it('has no tick outside of the trace, in any window', () => {
    fc.assert(
      fc.property(aWindow, (window) => {
        const ticks = axisTicks(new TimeScale(window, 0, 1000), 100, BOUNDS, MS);
        expect(ticks.length).toBeLessThanOrEqual(11);
        for (const tick of ticks) expect(tick.time).toBeLessThanOrEqual(12e9);
        expect(new Set(ticks.map((tick) => tick.label)).size).toBe(ticks.length);
      }),
    );
  });
});
