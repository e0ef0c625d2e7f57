/** Paints a frame, in the order of its parts, with a painter of rectangles and one of marks: on canvases, or into a file. */
import type { Theme } from '../theme/tokens.ts';
import type { Frame } from './frame.ts';
import { type FrameInput, scrollTop } from './frame-input.ts';
import type { MarkFonts, MarkPainter } from './paint-marks.ts';
import type { RectPainter } from './rect-painter.ts';
import { TimeScale } from './scale.ts';
import type { Palette } from './styles.ts';

export interface Look {
  readonly theme: Theme;
  readonly palette: Palette;
  readonly fonts: MarkFonts;
}

/** @param input what the frame was composed from */
export function paintFrame(
  frame: Frame,
  input: FrameInput,
  { theme, palette, fonts }: Look,
  rects: RectPainter,
  marks: MarkPainter,
): void {
  const { trace, geometry, hover, measures, window, range } = input;
  const scale = new TimeScale(window, geometry.left, geometry.right);
  const { height, rowsTop } = geometry;
  const below = scrollTop(input);
  rects.begin(geometry.width, height, palette, scale.edge(0), geometry.ratio);
  rects.paint(frame.under, 0, height, true);
  rects.paint(frame.rows.bars, below, height, false);
  rects.paint(frame.rows.over, below, height, false);
  rects.paint(frame.pinned.bars, rowsTop, below, false);
  rects.paint(frame.pinned.over, rowsTop, below, false);
  rects.paint(frame.path, below, height, true);
  rects.paint(frame.over, 0, height, true);
  const cursor = hover.time !== undefined && range === undefined ? trace.clock(hover.time, scale.perPixel) : '';
  const cursorX = hover.time === undefined ? 0 : scale.edge(hover.time);
  marks.paint(frame, geometry, below, theme, fonts, measures, cursor, cursorX);
}
