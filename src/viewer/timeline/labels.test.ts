import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nameForms } from '../../analysis/index.ts';
import { cutEnd, cutPath, fitLabel, labelBox, runLadder, TextMeasure, waitLadder } from './labels.ts';

/** Every character 6 pixels wide. */
const measure = new TextMeasure((text) => text.length * 6);

describe('names', () => {
  it('lose their import path, then their package', () => {
    expect(nameForms('net/http.(*conn).serve')).toEqual(['net/http.(*conn).serve', 'http.(*conn).serve', 'serve']);
    expect(nameForms('loadOrder')).toEqual(['loadOrder']);
    expect(nameForms('GET /orders/:id')).toEqual(['GET /orders/:id']);
  });
});

describe('the ladder of a running slice', () => {
  const ladder = runLadder('net/http.(*conn).serve', '12.4 ms');

  it.each([
    [400, 'net/http.(*conn).serve 12.4 ms'],
    [160, 'http.(*conn).serve 12.4 ms'],
    [110, 'http.(*conn).serve'],
    [40, 'serve'],
    [20, ''],
  ])('in %d pixels is %j', (pixels, text) => expect(fitLabel(ladder, pixels, measure)).toBe(text));

  it('keeps the duration of a plain name while it fits', () => {
    expect(runLadder('refresh', '37.0 ms')).toEqual(['refresh 37.0 ms', 'refresh']);
  });
});

describe('the ladder of a waiting slice', () => {
  const ladder = waitLadder('mutex', '(*Cache).mu', '181 ms');

  it.each([
    [200, 'mutex (*Cache).mu 181 ms'],
    [80, 'mutex 181 ms'],
    [40, '181 ms'],
    [30, ''],
  ])('in %d pixels is %j: a duration is never cut', (pixels, text) =>
    expect(fitLabel(ladder, pixels, measure, false)).toBe(text),
  );
});

describe('cutting', () => {
  it('keeps at least five characters', () => {
    expect(cutEnd('refreshCatalog', 60, measure)).toBe('refreshCa…');
    expect(cutEnd('refreshCatalog', 36, measure)).toBe('refre…');
    expect(cutEnd('refreshCatalog', 30, measure)).toBe('');
  });

  it('never exceeds the room', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 0, max: 300 }), (text, pixels) => {
        expect(measure.width(cutEnd(text, pixels, measure))).toBeLessThanOrEqual(Math.max(pixels, 0));
      }),
    );
  });

  it('takes the middle out of a path, never the file and line', () => {
    const path = 'srv/app/src/routes/orders.ts:27';
    expect(cutPath(path, 400, measure)).toBe(path);
    expect(cutPath(path, 150, measure)).toBe('srv/app/…/orders.ts:27');
    expect(cutPath(path, 100, measure)).toBe('orders.ts:27');
    expect(cutPath(path, 60, measure)).toBe('');
  });
});

describe('the place of a label', () => {
  it('sticks to the visible left edge', () => {
    expect(labelBox(-500, 300, 216, 1424, 5)).toEqual({ x: 221, width: 75 });
    expect(labelBox(400, 500, 216, 1424, 5)).toEqual({ x: 405, width: 91 });
  });

  it('does not exist in less than 24 visible pixels', () => {
    expect(labelBox(100, 239, 216, 1424, 5)).toBeUndefined();
    expect(labelBox(300, 323, 216, 1424, 5)).toBeUndefined();
    expect(labelBox(300, 324, 216, 1424, 5)).toBeDefined();
  });
});
