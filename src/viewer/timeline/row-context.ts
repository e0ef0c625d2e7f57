/** What the drawing of one row works with. */
import type { OpenTrace } from '../state/open-trace.ts';
import type { BarBox } from './bars.ts';
import type { Frame, Geometry } from './frame.ts';
import type { TextMeasure } from './labels.ts';
import type { Row } from './rows.ts';
import type { TimeScale, TimeWindow } from './scale.ts';
import type { ShareCache } from './share-cache.ts';

export interface Measures {
  readonly normal: TextMeasure;
  readonly bold: TextMeasure;
}

export interface RowContext {
  readonly trace: OpenTrace;
  readonly frame: Frame;
  readonly geometry: Geometry;
  readonly scale: TimeScale;
  readonly window: TimeWindow;
  readonly cache: ShareCache;
  readonly measures: Measures;
  readonly row: Row;
  readonly box: BarBox;
}
