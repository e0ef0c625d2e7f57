/** What the drawing of one row works with. */
import type { OpenTrace } from '../state/open-trace.ts';
import type { ActiveFilter } from './active-filter.ts';
import type { BarBox } from './bars.ts';
import type { Geometry, Layer } from './frame.ts';
import type { TextMeasure } from './labels.ts';
import type { RowLines } from './row-lines.ts';
import type { Row } from './rows.ts';
import type { TimeScale, TimeWindow } from './scale.ts';
import type { ShareCache } from './share-cache.ts';

export interface Measures {
  readonly normal: TextMeasure;
  readonly bold: TextMeasure;
}

export interface RowContext {
  readonly trace: OpenTrace;
  readonly layer: Layer;
  readonly geometry: Geometry;
  readonly scale: TimeScale;
  readonly window: TimeWindow;
  readonly cache: ShareCache;
  readonly measures: Measures;
  readonly row: Row;
  readonly box: BarBox;
  readonly filter: ActiveFilter | undefined;
  /** Stretches of the critical path in this row, as pairs of times; undefined where all of the row is on it. */
  readonly path: Float64Array | undefined;
  /** Lines that cross the row, which labels give way to. */
  readonly crossings: RowLines;
  /** Name of the slice under the pointer, string id: others of that name are underlined; -1 for none. */
  readonly hoverName: number;
}
