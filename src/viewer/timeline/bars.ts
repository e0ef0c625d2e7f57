/**
 * Turns a row of intervals into rectangles: exact slices where they are wide enough to be seen one by one, and columns
 * of stacked shares where they are not. Two states are never blended into one colour.
 *
 * The idea: one walk over the intervals in the window. An interval of three pixels or more is a slice; shorter ones add
 * their time to the pixel columns they touch, and a column is emitted as soon as the walk has left it.
 */
import { DISPLAY_STATES, DisplayState, firstEndingAfter, rowAt, type Track } from '../../analysis/index.ts';
import { isFullHeight, stateHeight } from '../theme/tokens.ts';
import type { RectList } from './rect-list.ts';
import type { TimeScale } from './scale.ts';
import { Fade, groupEdgeStyle, groupStyle, stateInkStyle, stateStyle, texturedStyle } from './styles.ts';

/** Where the bar of a row is on the canvas, device pixels. */
export interface BarBox {
  /** First and last pixel + 1 of the drawing area. */
  readonly left: number;
  readonly right: number;
  /** Bottom of all bars of the row. */
  readonly base: number;
  /** Height of a full bar. */
  readonly height: number;
  /** Device pixels per CSS pixel. */
  readonly ratio: number;
}

/** A slice that was drawn one by one: what labels, hover and tests want to know. Pixels are not clipped. */
export interface DrawnSlice {
  readonly x0: number;
  readonly x1: number;
  readonly top: number;
  readonly height: number;
  /** Interval row. */
  readonly row: number;
  readonly display: DisplayState;
  readonly fade: Fade;
}

/** How a track's intervals look, beyond their states. */
export interface Look {
  /** Group colour of an interval row when it is a slice, or -1 for the colour of its state. */
  readonly colourOf: (row: number) => number;
  /** Whether it is pale or dim; undefined if nothing is. */
  readonly fadeOf: ((row: number) => Fade) | undefined;
}

/** Stacking order of a column, bottom to top. Off is a hair and is not stacked. */
const STACK: readonly DisplayState[] = [
  DisplayState.Run,
  DisplayState.Sys,
  DisplayState.Gc,
  DisplayState.Ready,
  DisplayState.Net,
  DisplayState.Sync,
  DisplayState.Sleep,
];

/** CSS pixels from which an interval is a slice of its own. */
const SLICE_MIN = 3;
/** Width and height in CSS pixels from which a slice has its texture and outline. */
const TEXTURE_MIN_WIDTH = 4;
const TEXTURE_MIN_HEIGHT = 8;

/**
 * Draws a track of one run (a goroutine, a proc) from its intervals.
 * @param onSlice called for every slice that is wide enough to be seen
 */
export function drawIntervals(
  track: Track,
  scale: TimeScale,
  box: BarBox,
  { colourOf, fadeOf }: Look,
  out: RectList,
  onSlice: (slice: DrawnSlice) => void,
): void {
  const columns = new ColumnStack(box, out);
  const least = SLICE_MIN * box.ratio;
  const last = track.runs[1]!;
  for (let i = firstEndingAfter(track, scale.start, track.runs[0]!, last); i < last; i++) {
    const row = rowAt(track, i);
    const from = track.start[row]!;
    if (from >= scale.end) break;
    const x0 = scale.x(from);
    const x1 = scale.x(track.end[row]!);
    const display = track.display[row]! as DisplayState;
    const fade = fadeOf === undefined ? Fade.None : fadeOf(row);
    if (Math.round(x1) - Math.round(x0) >= least) {
      columns.flush(Math.round(x0));
      onSlice(drawSlice(row, Math.round(x0), Math.round(x1), display, colourOf(row), fade, box, out));
      columns.startAt(Math.round(x1));
    } else {
      columns.add(x0, x1, display, fade);
    }
  }
  columns.flush(box.right);
}

/** Number of intervals of a one-run track that touch the window. */
export function intervalsInWindow(track: Track, start: number, end: number): number {
  const from = firstEndingAfter(track, start, track.runs[0]!, track.runs[1]!);
  return firstEndingAfter(track, end, from, track.runs[1]!) - from;
}

function drawSlice(
  row: number,
  x0: number,
  x1: number,
  display: DisplayState,
  colour: number,
  fade: Fade,
  box: BarBox,
  out: RectList,
): DrawnSlice {
  const { ratio } = box;
  const pixel = Math.max(1, Math.round(ratio));
  const height = Math.round(stateHeight(display, box.height / ratio) * ratio);
  const top = box.base - height;
  const right = x1 - x0 > SLICE_MIN * ratio ? x1 - pixel : x1;
  const left = Math.max(x0, box.left);
  const width = Math.min(right, box.right) - left;
  if (colour >= 0) {
    out.add(left, top, width, height, groupStyle(colour) + fade);
    if (x0 >= box.left) out.add(x0, top, Math.min(pixel, width), height, groupEdgeStyle(colour) + fade);
  } else {
    const large = right - x0 >= TEXTURE_MIN_WIDTH * ratio && height >= TEXTURE_MIN_HEIGHT * ratio;
    out.add(left, top, width, height, (large ? texturedStyle(display) : stateStyle(display)) + fade);
    if (large && display === DisplayState.Ready) {
      outlineSlice(x0, right, top, height, pixel, box, stateInkStyle(display) + fade, out);
    }
  }
  return { x0, x1: right, top, height, row, display, fade };
}

/** The obligatory outline of pale slices; sides that are scrolled off are left out. */
export function outlineSlice(
  x0: number,
  x1: number,
  top: number,
  height: number,
  pixel: number,
  box: BarBox,
  style: number,
  out: RectList,
): void {
  const left = Math.max(x0, box.left);
  const right = Math.min(x1, box.right);
  out.add(left, top, right - left, pixel, style);
  out.add(left, top + height - pixel, right - left, pixel, style);
  if (x0 >= box.left) out.add(x0, top + pixel, Math.min(pixel, right - x0), height - 2 * pixel, style);
  if (x1 <= box.right) out.add(x1 - pixel, top + pixel, pixel, height - 2 * pixel, style);
}

/**
 * Pixel heights of stacked shares: each state's share of its own height, at least one pixel for what is there, and
 * never above the bar.
 * @param shares share per `DisplayState` of the column's time; may sum to less than 1
 * @param bar height of a full bar, pixels
 * @param heights receives the height per `DisplayState`
 */
export function stackHeights(shares: Float64Array, bar: number, ratio: number, heights: Int32Array): void {
  let room = bar;
  for (const display of STACK) {
    const share = shares[display]!;
    const full = isFullHeight(display) ? bar : Math.round(stateHeight(display, bar / ratio) * ratio);
    const height = share <= 0 ? 0 : Math.min(room, Math.max(1, Math.round(share * full)));
    heights[display] = height;
    room -= height;
  }
}

/**
 * Collects short intervals into pixel columns. Where something stands out in a column, what is pale or dim there gives way:
 * one column cannot show both.
 */
class ColumnStack {
  readonly #box: BarBox;
  readonly #out: RectList;
  readonly #shares = new Float64Array(DISPLAY_STATES);
  readonly #faded = new Float64Array(DISPLAY_STATES);
  readonly #heights = new Int32Array(DISPLAY_STATES);
  readonly #width: number;
  #column = -1;
  #used = false;
  /** How what is in `#faded` is faded; none if nothing is. */
  #fade: Fade = Fade.None;
  #from: number;

  constructor(box: BarBox, out: RectList) {
    this.#box = box;
    this.#out = out;
    this.#width = Math.max(1, Math.round(box.ratio));
    this.#from = box.left;
  }

  /** Columns may not begin left of x: a slice ends there. */
  startAt(x: number): void {
    this.#from = Math.max(this.#from, x);
  }

  add(x0: number, x1: number, display: DisplayState, fade: Fade): void {
    const left = Math.max(x0, this.#box.left);
    const right = Math.min(x1, this.#box.right);
    for (let x = left; x < right; ) {
      const column = Math.floor(x / this.#width);
      if (column !== this.#column) this.#emit(this.#box.right);
      this.#column = column;
      const edge = Math.min(right, (column + 1) * this.#width);
      if (fade === Fade.None) {
        this.#shares[display]! += (edge - x) / this.#width;
        this.#used = true;
      } else {
        this.#faded[display]! += (edge - x) / this.#width;
        this.#fade = fade;
      }
      x = edge;
    }
  }

  /** Emits what is collected; nothing of it is drawn right of `limit`. */
  flush(limit: number): void {
    this.#emit(limit);
    this.#column = -1;
  }

  #emit(limit: number): void {
    if (!this.#used && this.#fade === Fade.None) return;
    const x = Math.max(this.#from, this.#column * this.#width);
    const width = Math.min(limit, this.#box.right, (this.#column + 1) * this.#width) - x;
    const shares = this.#used ? this.#shares : this.#faded;
    const fade = this.#used ? Fade.None : this.#fade;
    stackHeights(shares, this.#box.height, this.#box.ratio, this.#heights);
    addColumn(x, Math.max(width, Math.min(1, limit - x)), this.#heights, fade, this.#box, this.#out);
    this.#shares.fill(0);
    this.#faded.fill(0);
    this.#used = false;
    this.#fade = Fade.None;
  }
}

/** One column of stacked states. */
function addColumn(x: number, width: number, heights: Int32Array, fade: Fade, box: BarBox, out: RectList): void {
  let bottom = box.base;
  for (const display of STACK) {
    const height = heights[display]!;
    if (height === 0) continue;
    bottom -= height;
    const textured = height >= TEXTURE_MIN_HEIGHT * box.ratio;
    out.add(x, bottom, width, height, (textured ? texturedStyle(display) : stateStyle(display)) + fade);
  }
}

/**
 * Draws buckets of a tile pyramid, each between the pixel edges of its times. Runs of equal columns become one
 * rectangle per state.
 * @param shares DISPLAY_STATES bytes per bucket, 255 is a full bar
 * @param first number of the first bucket: bucket b begins at b × `bucketNs`
 * @param boost factor on all shares, so that a group's row uses its height
 */
export function drawBuckets(
  shares: Uint8Array,
  first: number,
  bucketNs: number,
  boost: number,
  scale: TimeScale,
  box: BarBox,
  out: RectList,
  fade: Fade = Fade.None,
): void {
  const count = shares.length / DISPLAY_STATES;
  run.fill(0);
  let runStart = 0;
  let x0 = Math.max(box.left, scale.edge(first * bucketNs));
  for (let bucket = 0; bucket <= count; bucket++) {
    // Neighbours are mostly equal: bytes are compared before anything is worked out.
    if (bucket > runStart && bucket < count && sameBytes(shares, bucket)) continue;
    if (bucket < count) {
      const at = bucket * DISPLAY_STATES;
      for (let s = 0; s < DISPLAY_STATES; s++) column[s] = (shares[at + s]! / 255) * boost;
      stackHeights(column, box.height, box.ratio, heights);
      if (equal(heights, run)) continue;
    }
    if (bucket > runStart) {
      const x1 = Math.min(box.right, scale.edge((first + bucket) * bucketNs));
      addColumn(x0, x1 - x0, run, fade, box, out);
      x0 = Math.max(box.left, x1);
    }
    run.set(heights);
    runStart = bucket;
  }
}

/** Used again by each call of `drawBuckets`. */
const column = new Float64Array(DISPLAY_STATES);
const heights = new Int32Array(DISPLAY_STATES);
const run = new Int32Array(DISPLAY_STATES);

/** Is a bucket, byte by byte, like the one before it? */
function sameBytes(shares: Uint8Array, bucket: number): boolean {
  const at = bucket * DISPLAY_STATES;
  for (let s = at; s < at + DISPLAY_STATES; s++) if (shares[s] !== shares[s - DISPLAY_STATES]) return false;
  return true;
}

/** Equality of two columns; called for every bucket of every frame. */
function equal(a: Int32Array, b: Int32Array): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/**
 * Factor that lets the fullest visible bucket nearly fill the bar, in steps of 1, 2, 5, so that it rarely changes while
 * panning. Off does not count: it is not drawn.
 */
export function boostOf(shares: Uint8Array): number {
  let most = 0;
  for (let at = 0; at < shares.length; at += DISPLAY_STATES) {
    let sum = 0;
    for (let s = 0; s < DisplayState.Off; s++) sum += shares[at + s]!;
    if (sum > most) most = sum;
  }
  if (most === 0) return 1;
  const room = 255 / most;
  for (const step of [50, 20, 10, 5, 2]) if (room >= step) return step;
  return 1;
}
