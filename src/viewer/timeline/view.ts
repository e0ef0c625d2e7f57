/**
 * The timeline's canvases: sizes them, composes a frame when something changed, paints it. Pointer and wheel live in
 * `gestures.ts`, row names in `gutter.tsx`.
 */
import { effect, type ReadonlySignal } from '@preact/signals';
import { DisplayState } from '../../analysis/index.ts';
import type { AppState } from '../state/app-state.ts';
import type { FrameLoop } from '../state/frame-loop.ts';
import type { OpenTrace } from '../state/open-trace.ts';
import type { ShownWindow } from '../state/shown-window.ts';
import type { Theme } from '../theme/tokens.ts';
import { composeFrame } from './compose.ts';
import { Frame, type Geometry, timelineGeometry } from './frame.ts';
import type { FrameInput } from './frame-input.ts';
import { TextMeasure } from './labels.ts';
import { makeRectPainter } from './make-rect-painter.ts';
import { paintFrame } from './paint-frame.ts';
import { type MarkFonts, MarkPainter, type MarkSurface } from './paint-marks.ts';
import type { RectPainter } from './rect-painter.ts';
import type { Measures } from './row-context.ts';
import { TimeScale } from './scale.ts';
import { ShareCache } from './share-cache.ts';
import { type Palette, paletteOf } from './styles.ts';
import type { TimelineModel } from './timeline-model.ts';

/** Right margin in design pixels, the same as the overview's. */
export const RIGHT_MARGIN = 16;
const FONT_SIZE = 11;

/** What the view needs of the page's `Viewer`. */
export interface ViewParts {
  readonly app: AppState;
  readonly timeline: TimelineModel;
  readonly shown: ShownWindow;
  readonly theme: { readonly theme: ReadonlySignal<Theme> };
  readonly loop: FrameLoop;
  readonly measures: Measures;
  readonly fontFamily: string;
}

export interface TimelineCanvases {
  readonly host: HTMLElement;
  readonly rects: HTMLCanvasElement;
  readonly marks: HTMLCanvasElement;
}

export class TimelineView {
  readonly #app: AppState;
  readonly #model: TimelineModel;
  readonly #shown: ShownWindow;
  readonly #theme: ReadonlySignal<Theme>;
  readonly #measures: Measures;
  readonly #family: string;
  readonly #canvases: TimelineCanvases;
  #rects: RectPainter;
  readonly #marks: MarkPainter;
  readonly #frame = new Frame();
  #cache = new ShareCache();
  /** Whose shares the cache holds. */
  #cached: OpenTrace | undefined;
  readonly #disposers: (() => void)[] = [];
  #geometry: (Geometry & { readonly pixels: number }) | undefined;
  #fonts: (MarkFonts & { readonly ratio: number }) | undefined;
  #palette: { key: unknown[]; palette: Palette } | undefined;
  #dirty = true;

  constructor({ app, timeline, shown, theme, loop, measures, fontFamily }: ViewParts, canvases: TimelineCanvases) {
    this.#app = app;
    this.#model = timeline;
    this.#shown = shown;
    this.#theme = theme.theme;
    this.#measures = measures;
    this.#family = fontFamily;
    this.#canvases = canvases;
    const marks = canvases.marks.getContext('2d');
    if (marks === null) throw new Error('This browser has no 2D canvas.');
    this.#marks = new MarkPainter(marks as MarkSurface);
    const invalidate = () => {
      this.#dirty = true;
      loop.request();
    };
    const makePainter = (): RectPainter =>
      makeRectPainter(canvases.rects, () => {
        this.#rects = makePainter();
        invalidate();
      });
    this.#rects = makePainter();
    const resized = new ResizeObserver(() => {
      this.#geometry = undefined;
      invalidate();
    });
    resized.observe(canvases.host);
    this.#disposers.push(
      () => resized.disconnect(),
      loop.add(() => this.#paintIfDirty()),
      effect(() => {
        this.#readAll();
        invalidate();
      }),
    );
  }

  dispose(): void {
    for (const dispose of this.#disposers) dispose();
  }

  /** The geometry of the canvas at its present size. To ask the page for it costs, so it is kept until that changes. */
  geometry(): Geometry {
    const pixels = devicePixelRatio;
    if (this.#geometry?.pixels === pixels) return this.#geometry;
    const { host } = this.#canvases;
    const gutter = Number.parseFloat(getComputedStyle(host).getPropertyValue('--gutter'));
    const width = Math.round(host.clientWidth * pixels);
    const height = Math.round(host.clientHeight * pixels);
    this.#geometry = { ...timelineGeometry(pixels * rootScale(), width, height, gutter, RIGHT_MARGIN), pixels };
    return this.#geometry;
  }

  scale(geometry = this.geometry()): TimeScale {
    return new TimeScale(this.#shown.value.peek(), geometry.left, geometry.right);
  }

  /** Touches every signal that a frame depends on. */
  #readAll(): void {
    const app = this.#app;
    for (const signal of [app.trace, app.selection, app.range, app.hidden, app.showBands, app.wakes]) signal.value;
    const model = this.#model;
    for (const signal of [model.rows, model.layout, model.scroll, model.hover, model.filter]) signal.value;
    this.#shown.value.value;
    this.#theme.value;
  }

  #paintIfDirty(): void {
    const trace = this.#app.trace.peek();
    if (!this.#dirty || trace === undefined) return;
    this.#dirty = false;
    const geometry = this.geometry();
    if (geometry.width === 0 || geometry.height === 0) return;
    if (this.#cached !== trace) {
      this.#cached = trace;
      this.#cache = new ShareCache();
    }
    const input = frameInput(
      { app: this.#app, timeline: this.#model, shown: this.#shown, measures: this.#measures },
      { trace, geometry, cache: this.#cache, hover: this.#model.hover.peek(), scroll: this.#model.scroll.peek() },
    );
    composeFrame(input, this.#frame);
    this.#paint(input);
  }

  #paint(input: FrameInput): void {
    const theme = this.#theme.peek();
    const look = { theme, palette: this.#paletteOf(theme), fonts: this.#fontsOf(input.geometry.ratio) };
    paintFrame(this.#frame, input, look, this.#rects, this.#marks);
  }

  #fontsOf(ratio: number): MarkFonts {
    if (this.#fonts?.ratio !== ratio) this.#fonts = { ratio, ...markFonts(ratio, this.#family) };
    return this.#fonts;
  }

  #paletteOf(theme: Theme): Palette {
    const hidden = this.#app.hidden.peek();
    if (this.#palette?.key[0] !== theme || this.#palette.key[1] !== hidden) {
      this.#palette = { key: [theme, hidden], palette: paletteOf(theme, hidden) };
    }
    return this.#palette.palette;
  }
}

/** What to draw now, on a canvas of a size: everything that the state of the page has to do with it. */
export function frameInput(
  { app, timeline, shown, measures }: Pick<ViewParts, 'app' | 'timeline' | 'shown' | 'measures'>,
  own: Pick<FrameInput, 'trace' | 'geometry' | 'cache' | 'hover' | 'scroll'>,
): FrameInput {
  const hidden = app.hidden.peek();
  const bands = app.showBands.peek();
  return {
    ...own,
    rows: timeline.rows.peek(),
    layout: timeline.layout.peek(),
    window: shown.value.peek(),
    measures,
    selection: app.selection.peek(),
    wakes: app.wakes.peek(),
    range: app.range.peek(),
    hidden: { stw: !bands || hidden.has('stw'), gc: !bands || hidden.has(DisplayState.Gc) },
    filter: timeline.filter.peek(),
    focus: app.focusTask.peek(),
    chosen: app.selection.peek().task >= 0,
  };
}

/** The fonts of labels. @param family as the page has it */
export function markFonts(ratio: number, family: string): MarkFonts {
  const size = FONT_SIZE * ratio;
  return { normal: `${size}px ${family}`, bold: `600 ${size}px ${family}` };
}

/** Root font size per 16 px: design pixels to CSS pixels. */
export function rootScale(): number {
  return Number.parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
}

/** Width of texts in a font, by a canvas of its own. */
export function measureIn(font: string): TextMeasure {
  const context = new OffscreenCanvas(1, 1).getContext('2d');
  if (context === null) throw new Error('This browser has no 2D canvas.');
  context.font = font;
  return new TextMeasure((text) => context.measureText(text).width);
}
