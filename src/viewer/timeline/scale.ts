/**
 * The one mapping between time and pixels. Everything that is drawn asks here, so that equal times are equal pixels in
 * every row, in the overview and in the axis. Also the arithmetic of zooming and panning, which only moves the window.
 */

/** A window of time, ns since the origin of the trace. */
export interface TimeWindow {
  readonly start: number;
  readonly end: number;
}

/** Never closer than this, ns: below it, a trace clock has nothing to show. */
export const MIN_WINDOW = 20;

/** Time on a row of pixels from `left` to `right`. */
export class TimeScale {
  readonly start: number;
  readonly end: number;
  readonly left: number;
  readonly right: number;
  /** ns per pixel. */
  readonly perPixel: number;

  /** @param left first pixel of the window, and `right` the one after the last; any pixel unit, used throughout */
  constructor(window: TimeWindow, left: number, right: number) {
    this.start = window.start;
    this.end = window.end;
    this.left = left;
    this.right = Math.max(left + 1, right);
    this.perPixel = (window.end - window.start) / (this.right - left);
  }

  /** Pixel of a time, not rounded. */
  x(time: number): number {
    return this.left + (time - this.start) / this.perPixel;
  }

  /** Pixel edge of a time: where slices begin and end. */
  edge(time: number): number {
    return Math.round(this.x(time));
  }

  /** Time at a pixel, ns. */
  time(x: number): number {
    return this.start + (x - this.left) * this.perPixel;
  }
}

/** Keeps a window inside `bounds`, with its length if that fits. */
export function clampWindow(window: TimeWindow, bounds: TimeWindow): TimeWindow {
  const whole = bounds.end - bounds.start;
  const length = Math.min(whole, Math.max(MIN_WINDOW, window.end - window.start));
  const start = Math.min(Math.max(window.start, bounds.start), bounds.end - length);
  return { start, end: start + length };
}

/**
 * Zooms so that the time under the pointer stays under it.
 * @param factor length of the new window per length of the old one; below 1 zooms in
 */
export function zoomAt(window: TimeWindow, time: number, factor: number, bounds: TimeWindow): TimeWindow {
  const length = Math.min(bounds.end - bounds.start, Math.max(MIN_WINDOW, (window.end - window.start) * factor));
  const at = (time - window.start) / (window.end - window.start);
  const start = time - at * length;
  return clampWindow({ start, end: start + length }, bounds);
}

/** Moves the window by a part of its length; positive is later. */
export function panBy(window: TimeWindow, part: number, bounds: TimeWindow): TimeWindow {
  const shift = (window.end - window.start) * part;
  return clampWindow({ start: window.start + shift, end: window.end + shift }, bounds);
}

/** A window around [start, end] with margins given as parts of its length. */
export function windowAround(
  start: number,
  end: number,
  before: number,
  after: number,
  bounds: TimeWindow,
): TimeWindow {
  const length = Math.max(MIN_WINDOW, end - start);
  return clampWindow({ start: start - length * before, end: start + length * (1 + after) }, bounds);
}

/** A window between two, for zoom animations: the length changes by ratio, so that the zoom looks even. */
export function interpolateWindow(from: TimeWindow, to: TimeWindow, part: number): TimeWindow {
  if (part >= 1) return to;
  const fromLength = from.end - from.start;
  const toLength = to.end - to.start;
  const length = fromLength * (toLength / fromLength) ** part;
  if (Math.abs(toLength - fromLength) < 1e-9 * fromLength) {
    const start = from.start + (to.start - from.start) * part;
    return { start, end: start + length };
  }
  const moved = (length - fromLength) / (toLength - fromLength);
  const start = from.start + (to.start - from.start) * moved;
  return { start, end: start + length };
}
