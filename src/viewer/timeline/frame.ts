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

export type OutlineKind = 'hover' | 'selected' | 'gap';

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
  readonly text: string;
}

/** A line of a counter: y of each x, in device pixels; NaN where there is no value. */
export interface Polyline {
  readonly xs: Float64Array;
  readonly ys: Float64Array;
  readonly base: number;
  readonly kind: 'heap' | 'ready' | 'limit' | 'type';
}

/** Hollow diamond of a log. */
export interface Diamond {
  readonly x: number;
  readonly y: number;
}

export class Frame {
  /** Row tints, grid and bands: painted in this order. */
  readonly under = new RectList();
  /** Slices and columns: no two of one style class overlap, so a painter may batch by style. */
  readonly bars = new RectList();
  /** Stop-the-world lines, chosen ranges, the cursor: painted in this order. */
  readonly over = new RectList();
  readonly labels: Label[] = [];
  readonly brackets: Bracket[] = [];
  readonly outlines: Outline[] = [];
  readonly wakes: Wake[] = [];
  readonly lines: Polyline[] = [];
  readonly diamonds: Diamond[] = [];
  ticks: Tick[] = [];

  clear(): void {
    for (const list of [this.under, this.bars, this.over]) list.clear();
    for (const list of [this.labels, this.brackets, this.outlines, this.wakes, this.lines, this.diamonds])
      list.length = 0;
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
