/**
 * What a frame is made from: the trace, the rows, where they are scrolled, and what is selected or under the pointer.
 */
import type { OpenTrace } from '../state/open-trace.ts';
import type { Selection } from '../state/selection.ts';
import type { ActiveFilter } from './active-filter.ts';
import type { BarBox } from './bars.ts';
import type { Geometry } from './frame.ts';
import type { Measures } from './row-context.ts';
import type { Row, RowLayout } from './rows.ts';
import type { TimeWindow } from './scale.ts';
import type { ShareCache } from './share-cache.ts';

/** What the pointer is over. */
export interface Hover {
  /** Index into the rows, or -1. */
  readonly row: number;
  /** Interval row under the pointer, or -1. */
  readonly interval: number;
  /** Time under the pointer, or undefined outside of the time area. */
  readonly time: number | undefined;
  /** Under the pointer: an idle stretch of a proc, the time in which a strand does not exist, or the pixel of other rows. */
  readonly gap: TimeWindow | undefined;
}

export const NO_HOVER: Hover = { row: -1, interval: -1, time: undefined, gap: undefined };

export interface FrameInput {
  readonly trace: OpenTrace;
  readonly rows: readonly Row[];
  readonly layout: RowLayout;
  readonly geometry: Geometry;
  readonly window: TimeWindow;
  /** Design pixels by which the rows are scrolled. */
  readonly scroll: number;
  readonly cache: ShareCache;
  readonly measures: Measures;
  readonly hover: Hover;
  readonly selection: Selection;
  /** Interval rows that a direct wake-up of the selection made ready. */
  readonly wakes: readonly number[];
  /** Range that is being measured. */
  readonly range: TimeWindow | undefined;
  readonly hidden: { readonly stw: boolean; readonly gc: boolean };
  /** What the filter holds of; undefined without one. */
  readonly filter: ActiveFilter | undefined;
  /** Task in focus, whose critical path is drawn, and whether it was chosen; -1 for none. */
  readonly focus: number;
  readonly chosen: boolean;
}

type Places = Pick<FrameInput, 'layout' | 'geometry' | 'scroll'>;

/** Top of a row on the canvas, device pixels. */
export function rowTop({ layout, geometry, scroll }: Places, row: number): number {
  const { ratio, rowsTop } = geometry;
  if (row < layout.pinned) return rowsTop + Math.round(layout.tops[row]! * ratio);
  return rowsTop + Math.round((layout.pinnedHeight + layout.tops[row]! - scroll) * ratio);
}

/** Where the rows that scroll begin on the canvas: below the pinned ones. */
export function scrollTop({ layout, geometry }: Pick<FrameInput, 'layout' | 'geometry'>): number {
  return geometry.rowsTop + Math.round(layout.pinnedHeight * geometry.ratio);
}

/** Where the bar of a row is. */
export function barBox(input: Places & Pick<FrameInput, 'rows'>, index: number): BarBox {
  const row = input.rows[index]!;
  const { left, right, ratio } = input.geometry;
  const height = Math.round(row.bar * ratio);
  return { left, right, base: rowTop(input, index) + Math.round(row.top * ratio) + height, height, ratio };
}
