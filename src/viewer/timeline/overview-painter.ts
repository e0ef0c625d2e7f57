/**
 * Paints the overview strip on two canvases: the columns, which change only with the trace, the size and the theme; and
 * above them the heap's line, the axis and the window.
 */
import type { OpenTrace } from '../state/open-trace.ts';
import { duration } from '../theme/numbers.ts';
import type { Theme } from '../theme/tokens.ts';
import { composeOverview, OVERVIEW_AXIS, type OverviewFrame, windowPixels } from './overview-frame.ts';
import { paintOnCanvas } from './paint-rects-2d.ts';
import type { RectPainter } from './rect-painter.ts';
import type { Measures } from './row-context.ts';
import { TimeScale, type TimeWindow } from './scale.ts';
import { paletteOf } from './styles.ts';

/** Opacity of the veil over what is outside of the window. */
const VEIL = 0.55;
/** Opacity of the tint over the chosen range. */
const RANGE_TINT = 0.13;

/** Sizes of the strip in device pixels. */
export interface StripGeometry {
  readonly ratio: number;
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
}

export class OverviewPainter {
  readonly #rects: RectPainter;
  /** Of the canvas below, with what does not change while the window moves; and of the one above. */
  readonly #base: CanvasRenderingContext2D;
  readonly #context: CanvasRenderingContext2D;
  readonly #measures: Measures;
  readonly #family: string;
  /** What the columns were painted from. */
  #painted: { trace: OpenTrace; theme: Theme; geometry: StripGeometry } | undefined;

  constructor(rects: HTMLCanvasElement, marks: HTMLCanvasElement, measures: Measures, family: string) {
    this.#rects = paintOnCanvas(rects);
    const base = rects.getContext('2d');
    const context = marks.getContext('2d');
    if (base === null || context === null) throw new Error('This browser has no 2D canvas.');
    this.#base = base;
    this.#context = context;
    this.#measures = measures;
    this.#family = family;
  }

  paint(trace: OpenTrace, theme: Theme, geometry: StripGeometry, window: TimeWindow, range?: TimeWindow): void {
    this.#paintBase(trace, theme, geometry);
    const context = this.#context;
    const { canvas } = context;
    if (canvas.width !== geometry.width || canvas.height !== geometry.height) {
      canvas.width = geometry.width;
      canvas.height = geometry.height;
    }
    context.clearRect(0, 0, geometry.width, geometry.height);
    context.font = this.#font(geometry);
    const { bounds } = trace;
    const whole = window.end - window.start >= (bounds.end - bounds.start) * (1 - 1e-9);
    if (!whole) this.#paintWindow(trace, window, geometry, theme);
    if (range !== undefined) this.#paintRange(trace, range, geometry, theme);
  }

  #font({ ratio }: StripGeometry): string {
    return `${11 * ratio}px ${this.#family}`;
  }

  /** Columns, heap and ticks: painted only when the trace, the size or the theme is another one. */
  #paintBase(trace: OpenTrace, theme: Theme, geometry: StripGeometry): void {
    const last = this.#painted;
    const same =
      last?.trace === trace &&
      last.theme === theme &&
      (['ratio', 'width', 'height', 'left', 'right'] as const).every((key) => last.geometry[key] === geometry[key]);
    if (same) return;
    const frame = composeOverview({ trace, ...geometry });
    this.#rects.begin(geometry.width, geometry.height, paletteOf(theme, new Set()), 0, geometry.ratio);
    this.#rects.paint(frame.rects, 0, geometry.height, true);
    this.#base.font = this.#font(geometry);
    this.#paintHeap(frame, geometry, theme);
    this.#paintTicks(frame, geometry, theme);
    this.#painted = { trace, theme, geometry };
  }

  #paintWindow(trace: OpenTrace, window: TimeWindow, geometry: StripGeometry, theme: Theme): void {
    const context = this.#context;
    const { ratio, height, left, right } = geometry;
    const px = (design: number) => Math.round(design * ratio);
    const { x0, x1 } = windowPixels(window, new TimeScale(trace.bounds, left, right), ratio);
    const top = px(OVERVIEW_AXIS);
    context.globalAlpha = VEIL;
    context.fillStyle = theme.neutral.bg;
    context.fillRect(left, top + 1, x0 - left, height - top);
    context.fillRect(x1, top + 1, right - x1, height - top);
    context.globalAlpha = 1;
    const pixel = Math.max(1, px(1));
    context.strokeStyle = theme.neutral.text;
    context.lineWidth = pixel;
    context.strokeRect(x0 + pixel / 2, top + pixel / 2, x1 - x0 - pixel, height - top - pixel);
    context.fillStyle = theme.neutral.text;
    const middle = top + Math.round((height - top) / 2) - px(6);
    context.fillRect(x0 - pixel, middle, px(3), px(12));
    context.fillRect(x1 - px(2), middle, px(3), px(12));
    this.#paintLabel(`shown below: ${duration(window.end - window.start)}`, x0, x1, geometry, theme, 'text');
  }

  /** The chosen range: a tint, its edges with handles, and where it begins and how long it is. */
  #paintRange(trace: OpenTrace, range: TimeWindow, geometry: StripGeometry, theme: Theme): void {
    const context = this.#context;
    const { ratio, height, left, right } = geometry;
    const px = (design: number) => Math.round(design * ratio);
    const scale = new TimeScale(trace.bounds, left, right);
    const [x0, x1] = [scale.edge(range.start), Math.max(scale.edge(range.start) + 1, scale.edge(range.end))];
    const top = px(OVERVIEW_AXIS);
    context.fillStyle = theme.neutral.accent;
    context.globalAlpha = RANGE_TINT;
    context.fillRect(x0, top, x1 - x0, height - top);
    context.globalAlpha = 1;
    const middle = top + Math.round((height - top) / 2) - px(7);
    for (const x of [x0, x1]) {
      context.fillRect(x, top, Math.max(1, px(1)), height - top);
      context.fillRect(x - px(2), middle, px(5), px(14));
    }
    const text = `${trace.clock(range.start, scale.perPixel)} + ${duration(range.end - range.start)}`;
    this.#paintLabel(text, x0, x1, geometry, theme, 'accent');
  }

  /** A label right of a stretch, else left of it. */
  #paintLabel(
    text: string,
    x0: number,
    x1: number,
    { ratio, left, right }: StripGeometry,
    theme: Theme,
    colour: 'text' | 'accent',
  ): void {
    const context = this.#context;
    const px = (design: number) => Math.round(design * ratio);
    const width = Math.round(this.#measures.normal.width(text) * ratio) + px(8);
    const x = x1 + px(6) + width < right ? x1 + px(5) : x0 - px(5) - width;
    if (x < left) return;
    const top = px(OVERVIEW_AXIS + 4);
    context.fillStyle = theme.neutral[colour];
    context.beginPath();
    context.roundRect(x, top, width, px(15), px(2));
    context.fill();
    context.fillStyle = theme.neutral.surface;
    context.fillText(text, x + px(4), top + px(11));
  }

  #paintHeap({ heap: { xs, ys } }: OverviewFrame, { ratio }: StripGeometry, theme: Theme): void {
    const context = this.#base;
    context.strokeStyle = theme.states[2]!.fill;
    context.lineWidth = 1.25 * ratio;
    context.lineJoin = 'round';
    context.beginPath();
    let drawing = false;
    for (let i = 0; i < xs.length; i++) {
      const known = !Number.isNaN(ys[i]!);
      if (known && drawing) context.lineTo(xs[i]!, ys[i]!);
      else if (known) context.moveTo(xs[i]!, ys[i]!);
      drawing = known;
    }
    context.stroke();
  }

  #paintTicks(frame: OverviewFrame, { ratio, right }: StripGeometry, theme: Theme): void {
    const context = this.#base;
    context.fillStyle = theme.neutral.muted;
    for (const tick of frame.ticks) {
      const x = tick.x + Math.round(4 * ratio);
      if (x + this.#measures.normal.width(tick.label) * ratio > right + 8 * ratio) continue;
      context.fillText(tick.label, x, Math.round(12 * ratio));
    }
  }
}
