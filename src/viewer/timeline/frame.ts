/**
 * One picture of the timeline as data: rectangles for the rectangle painter, and marks (labels, lines, outlines) for
 * the canvas above it. Everything is in whole device pixels of the timeline's canvas.
 *
 * The idea: painters are dumb. What is drawn is decided by pure functions that fill a frame, and can be tested as
 * numbers. A frame is reused, so that drawing allocates little.
 */
import type { DisplayState } from '../../analysis/index.ts';
import type { Tick } from './axis.ts';
import { RectList } from './rect-list.ts';

/** Colour of a text: a neutral, or the ink or inside colour of a state. */
export type TextColour = 'text' | 'muted' | 'stwInk' | 'userOn' | `ink${number}` | `on${number}`;

export interface Label {
  readonly x: number;
  /** Baseline. */
  readonly y: number;
  readonly text: string;
  readonly colour: TextColour;
  /** State whose fill is put behind the text, for slices with a texture; -1 for none. */
  readonly patch: DisplayState | -1;
}

/** A 2 px bracket with a filled label in the lane under the axis. */
export interface Bracket {
  readonly x0: number;
  readonly x1: number;
  readonly kind: 'stw' | 'gc';
  /** Empty: there is no room. */
  readonly text: string;
  readonly textX: number;
  readonly textWidth: number;
}

/** Length of a measured range: a filled label in the lane, with arrows to the edges that are in view. */
export interface RangeMark {
  readonly x0: number;
  readonly x1: number;
  readonly text: string;
  readonly textX: number;
  readonly textWidth: number;
}

export type OutlineKind = 'hover' | 'selected' | 'gap' | 'same';

export interface Outline {
  readonly x0: number;
  readonly x1: number;
  readonly top: number;
  readonly height: number;
  readonly kind: OutlineKind;
}

/** A vertical wake-up line from cause to effect. */
export interface Wake {
  readonly x: number;
  readonly from: number;
  readonly to: number;
  /** Its time was inferred: the line is dashed. */
  readonly inferred: boolean;
  /** Empty: nothing is written beside it. */
  readonly text: string;
  readonly textX: number;
  readonly textY: number;
}

/** Where a critical path changes rows, when its task is selected: an arrow down or up. */
export interface PathArrow {
  readonly x: number;
  /** Tip of the arrow. */
  readonly y: number;
  readonly down: boolean;
}

/** Begin and end of a critical path, where they are in view. */
export interface PathEnds {
  readonly begin: { readonly x: number; readonly y: number } | undefined;
  readonly end: { readonly x: number; readonly y: number } | undefined;
}

/** A line of a counter: y of each x, in device pixels; NaN where there is no value. */
export interface Polyline {
  readonly xs: Float64Array;
  readonly ys: Float64Array;
  readonly base: number;
  readonly kind: 'heap' | 'ready' | 'alive' | 'threads' | 'delay' | 'limit' | 'type';
}

/** Hollow diamond of a log. */
export interface Diamond {
  readonly x: number;
  readonly y: number;
}

/** What is drawn in rows: of those that scroll, or of the pinned ones. */
export class Layer {
  /** Slices and columns: no two of one style class overlap, so a painter may batch by style. */
  readonly bars = new RectList();
  /** What a filter holds of, over rows that are dim. */
  readonly over = new RectList();
  readonly labels: Label[] = [];
  readonly outlines: Outline[] = [];
  readonly lines: Polyline[] = [];
  readonly diamonds: Diamond[] = [];
  /** Columns of lines of earlier frames, to be used again. */
  readonly #columns: Float64Array[] = [];
  #columnsUsed = 0;

  /** A column of so many numbers for a line of this frame. */
  column(length: number): Float64Array {
    const at = this.#columnsUsed++;
    if ((this.#columns[at]?.length ?? 0) < length) this.#columns[at] = new Float64Array(length * 2);
    return this.#columns[at]!.subarray(0, length);
  }

  clear(): void {
    this.#columnsUsed = 0;
    this.bars.clear();
    this.over.clear();
    for (const list of [this.labels, this.outlines, this.lines, this.diamonds]) list.length = 0;
  }
}

export class Frame {
  /** Row tints, grid and bands: painted in this order. */
  readonly under = new RectList();
  readonly rows = new Layer();
  readonly pinned = new Layer();
  /** Critical path with its halo, in this order; over the rows that scroll. */
  readonly path = new RectList();
  /** Stop-the-world lines, chosen ranges, the cursor: painted in this order. */
  readonly over = new RectList();
  /** Texts in the lane under the axis. */
  readonly lane: Label[] = [];
  readonly brackets: Bracket[] = [];
  readonly wakes: Wake[] = [];
  readonly arrows: PathArrow[] = [];
  ends: PathEnds = { begin: undefined, end: undefined };
  range: RangeMark | undefined;
  ticks: Tick[] = [];

  clear(): void {
    this.range = undefined;
    for (const part of [this.under, this.rows, this.pinned, this.path, this.over]) part.clear();
    for (const list of [this.lane, this.brackets, this.wakes, this.arrows]) list.length = 0;
    this.ends = { begin: undefined, end: undefined };
    this.ticks = [];
  }
}

/** Sizes of the timeline in device pixels. */
export interface Geometry {
  /** Device pixels per design pixel: devicePixelRatio × root font size / 16. */
  readonly ratio: number;
  readonly width: number;
  readonly height: number;
  /** First pixel of the time area, and the one after its last. */
  readonly left: number;
  readonly right: number;
  /** Bottom of the axis, and of the lane for brackets: rows begin there. */
  readonly axisBottom: number;
  readonly rowsTop: number;
}

/** Design pixels: heights of the axis and of the lane. */
export const AXIS_HEIGHT = 22;
export const LANE_HEIGHT = 16;

/**
 * @param width and `height` of the canvas in device pixels
 * @param gutter and `margin` in design pixels
 */
export function timelineGeometry(
  ratio: number,
  width: number,
  height: number,
  gutter: number,
  margin: number,
): Geometry {
  const px = (design: number) => Math.round(design * ratio);
  return {
    ratio,
    width,
    height,
    left: px(gutter),
    right: width - px(margin),
    axisBottom: px(AXIS_HEIGHT),
    rowsTop: px(AXIS_HEIGHT) + px(LANE_HEIGHT),
  };
}
