import { describe, expect, it } from 'vitest';
import { DisplayState } from '../../analysis/index.ts';
import type { DrawnSlice } from './bars.ts';
import { Layer, timelineGeometry } from './frame.ts';
import { TextMeasure } from './labels.ts';
import type { RowContext } from './row-context.ts';
import { RowLines } from './row-lines.ts';
import { addSliceLabel } from './slice-labels.ts';
import { Fade } from './styles.ts';

const measure = new TextMeasure((text) => text.length * 6);
const LADDER = ['net/http.(*conn).serve 12.4 ms', 'http.(*conn).serve', 'serve'];

/** The label of a running slice from x0 to x1 on a row of 18 px, with lines through it. */
function labelOf(x0: number, x1: number, crossing: readonly number[], fade: Fade = Fade.None) {
  const layer = new Layer();
  const lines = new RowLines();
  for (const x of crossing) lines.add(x, 0, 200);
  const geometry = timelineGeometry(1, 1000, 400, 100, 0);
  const box = { left: 100, right: 1000, base: 100, height: 18, ratio: 1 };
  const context = { geometry, box, layer, crossings: lines, measures: { normal: measure, bold: measure } };
  const slice: DrawnSlice = { x0, x1, top: 82, height: 18, row: 0, display: DisplayState.Run, fade };
  addSliceLabel(context as unknown as RowContext, slice, LADDER, true);
  return layer.labels.map(({ x, text, colour }) => [x, text, colour]);
}

describe('a label', () => {
  it('stands at the left of its slice when nothing crosses it', () => {
    expect(labelOf(200, 500, [])).toEqual([[205, LADDER[0], 'on0']]);
    expect(labelOf(200, 500, [150, 600])).toEqual([[205, LADDER[0], 'on0']]);
  });

  it('moves right of a line that would cross it', () => {
    expect(labelOf(200, 500, [240])).toEqual([[246, LADDER[0], 'on0']]);
  });

  it('stays left of a line that leaves it room enough', () => {
    expect(labelOf(200, 500, [400])).toEqual([[205, LADDER[0], 'on0']]);
  });

  it('takes a shorter form between two lines, the longest that fits anywhere', () => {
    expect(labelOf(200, 420, [230, 360])).toEqual([[236, 'http.(*conn).serve', 'on0']]);
    expect(labelOf(200, 300, [230, 260])).toEqual([[266, 'serve', 'on0']]);
  });

  it('is muted where its slice is pale, and missing where it is dim', () => {
    expect(labelOf(200, 500, [], Fade.Pale)).toEqual([[205, LADDER[0], 'muted']]);
    expect(labelOf(200, 500, [], Fade.Dim)).toEqual([]);
  });
});
