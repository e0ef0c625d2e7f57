/**
 * The overview strip: the whole trace, always in view, with the window shown below. Its body and handles drag, a drag
 * elsewhere chooses a new window, the wheel zooms.
 */
import { effect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { Viewer } from '../state/viewer.ts';
import { duration } from '../theme/numbers.ts';
import type { Theme } from '../theme/tokens.ts';
import { composeOverview, OVERVIEW_AXIS, type OverviewFrame, windowPixels } from './overview-frame.ts';
import { CanvasRectPainter } from './paint-rects-2d.ts';
import { TimeScale, type TimeWindow, zoomAt } from './scale.ts';
import { ShareCache } from './share-cache.ts';
import { paletteOf } from './styles.ts';
import { RIGHT_MARGIN } from './view.ts';

/** CSS pixels around a handle that grasp it. */
const GRASP = 6;
const DIM = 0.55;

export function Overview({ viewer }: { viewer: Viewer }) {
  const host = useRef<HTMLDivElement>(null);
  const rects = useRef<HTMLCanvasElement>(null);
  const marks = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const view = new OverviewView(viewer, host.current!, rects.current!, marks.current!);
    return () => view.dispose();
  }, [viewer]);
  const trace = viewer.app.trace.value;
  const window = viewer.app.window.value;
  const node = trace?.model.info.dialect === 'node';
  return (
    <div
      class="overview"
      ref={host}
      role="img"
      aria-label={`Whole trace; shown below: ${trace?.clock(window.start, 1e6)} to ${trace?.clock(window.end, 1e6)}`}
    >
      <canvas ref={rects} aria-hidden="true" />
      <canvas ref={marks} aria-hidden="true" />
      <span class="overview-label busy">{node ? 'Main loop' : `${trace?.model.procs.count ?? 0} P, CPU`}</span>
      {trace?.summary.counters[0]?.kind === 'heap' && <span class="overview-label heap">Heap</span>}
    </div>
  );
}

interface StripGeometry {
  readonly ratio: number;
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
}

type Grip = 'start' | 'end' | 'body' | 'new';

class OverviewView {
  readonly #viewer: Viewer;
  readonly #host: HTMLElement;
  readonly #rects: CanvasRectPainter;
  readonly #context: CanvasRenderingContext2D;
  readonly #cache = new ShareCache();
  readonly #abort = new AbortController();
  readonly #disposers: (() => void)[] = [];
  #drag: { grip: Grip; time: number; window: TimeWindow } | undefined;
  #dirty = true;

  constructor(viewer: Viewer, host: HTMLElement, rects: HTMLCanvasElement, marks: HTMLCanvasElement) {
    this.#viewer = viewer;
    this.#host = host;
    this.#rects = new CanvasRectPainter(rects);
    this.#context = marks.getContext('2d')!;
    const invalidate = () => {
      this.#dirty = true;
      viewer.loop.request();
    };
    const resized = new ResizeObserver(invalidate);
    resized.observe(host);
    this.#disposers.push(
      () => resized.disconnect(),
      () => this.#abort.abort(),
      viewer.loop.add(() => this.#paintIfDirty()),
      effect(() => {
        viewer.shown.value.value;
        viewer.app.trace.value;
        viewer.app.range.value;
        viewer.theme.theme.value;
        invalidate();
      }),
    );
    const { signal } = this.#abort;
    host.addEventListener('pointerdown', (event) => this.#down(event), { signal });
    host.addEventListener('pointermove', (event) => this.#move(event), { signal });
    host.addEventListener('pointerup', () => this.#up(), { signal });
    host.addEventListener('pointercancel', () => this.#up(), { signal });
    host.addEventListener('dblclick', () => viewer.app.fitAll(), { signal });
    host.addEventListener('wheel', (event) => this.#wheel(event), { signal, passive: false });
  }

  dispose(): void {
    for (const dispose of this.#disposers) dispose();
  }

  #geometry(): StripGeometry {
    const rootScale = Number.parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
    const ratio = devicePixelRatio * rootScale;
    const gutter = Number.parseFloat(getComputedStyle(this.#host).getPropertyValue('--gutter'));
    const width = Math.round(this.#host.clientWidth * devicePixelRatio);
    const height = Math.round(this.#host.clientHeight * devicePixelRatio);
    return { ratio, width, height, left: Math.round(gutter * ratio), right: width - Math.round(RIGHT_MARGIN * ratio) };
  }

  #paintIfDirty(): void {
    const trace = this.#viewer.app.trace.peek();
    if (!this.#dirty || trace === undefined) return;
    this.#dirty = false;
    const geometry = this.#geometry();
    if (geometry.width === 0) return;
    const window = this.#viewer.shown.value.peek();
    const frame = composeOverview({ trace, ...geometry, window, cache: this.#cache });
    const theme = this.#viewer.theme.theme.peek();
    this.#rects.begin(geometry.width, geometry.height, paletteOf(theme, new Set()), 0, geometry.ratio);
    this.#rects.paint(frame.rects, 0, true);
    this.#rects.end();
    this.#paintMarks(frame, geometry, theme);
  }

  #paintMarks(frame: OverviewFrame, geometry: StripGeometry, theme: Theme): void {
    const context = this.#context;
    const { ratio, width, height, left, right } = geometry;
    const px = (design: number) => Math.round(design * ratio);
    context.canvas.width = width;
    context.canvas.height = height;
    this.#paintHeap(frame, ratio, theme);
    this.#paintTicks(frame, geometry, theme);
    const { x0, x1 } = frame.window;
    const top = px(OVERVIEW_AXIS);
    const window = this.#viewer.shown.value.peek();
    const { bounds } = this.#viewer.app.trace.peek()!;
    if (window.end - window.start >= (bounds.end - bounds.start) * (1 - 1e-9)) return;
    context.globalAlpha = DIM;
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
    this.#paintWindowLabel(`shown below: ${duration(window.end - window.start)}`, frame, geometry, theme);
  }

  #paintHeap(frame: OverviewFrame, ratio: number, theme: Theme): void {
    const context = this.#context;
    const { xs, ys } = frame.heap;
    context.strokeStyle = theme.states[2]!.fill;
    context.lineWidth = 1.25 * ratio;
    context.lineJoin = 'round';
    context.beginPath();
    let drawing = false;
    for (let i = 0; i < xs.length; i++) {
      if (Number.isNaN(ys[i]!)) drawing = false;
      else {
        if (drawing) context.lineTo(xs[i]!, ys[i]!);
        else context.moveTo(xs[i]!, ys[i]!);
        drawing = true;
      }
    }
    context.stroke();
  }

  #paintTicks(frame: OverviewFrame, { ratio, right }: { ratio: number; right: number }, theme: Theme): void {
    const context = this.#context;
    const { normal } = this.#viewer.measures;
    context.font = this.#font('', ratio);
    context.fillStyle = theme.neutral.muted;
    for (const tick of frame.ticks) {
      const x = tick.x + Math.round(4 * ratio);
      if (x + normal.width(tick.label) * ratio > right + 8 * ratio) continue;
      context.fillText(tick.label, x, Math.round(12 * ratio));
    }
  }

  /** Length of the window, right of its frame, else left of it. */
  #paintWindowLabel(
    text: string,
    frame: OverviewFrame,
    { ratio, left, right }: { ratio: number; left: number; right: number },
    theme: Theme,
  ): void {
    const context = this.#context;
    const px = (design: number) => Math.round(design * ratio);
    const width = Math.round(this.#viewer.measures.normal.width(text) * ratio) + px(8);
    const { x0, x1 } = frame.window;
    const fitsRight = x1 + px(6) + width < right;
    const x = fitsRight ? x1 + px(5) : x0 - px(5) - width;
    if (x < left) return;
    const top = px(OVERVIEW_AXIS + 4);
    context.fillStyle = theme.neutral.text;
    context.beginPath();
    context.roundRect(x, top, width, px(15), px(2));
    context.fill();
    context.fillStyle = theme.neutral.surface;
    context.font = this.#font('', ratio);
    context.fillText(text, x + px(4), top + px(11));
  }

  #font(weight: string, ratio: number): string {
    return `${weight} ${11 * ratio}px ${getComputedStyle(document.body).fontFamily}`.trim();
  }

  #at(event: PointerEvent | WheelEvent): { x: number; scale: TimeScale; ratio: number } {
    const { left, right, ratio } = this.#geometry();
    const scale = new TimeScale(this.#viewer.app.trace.peek()!.bounds, left, right);
    return { x: (event.clientX - this.#host.getBoundingClientRect().left) * devicePixelRatio, scale, ratio };
  }

  #gripAt(x: number, scale: TimeScale, ratio: number): Grip {
    const { x0, x1 } = windowPixels(this.#viewer.app.window.peek(), scale, ratio);
    const { bounds } = this.#viewer.app.trace.peek()!;
    const window = this.#viewer.app.window.peek();
    if (window.end - window.start >= (bounds.end - bounds.start) * 0.999) return 'new';
    const grasp = GRASP * ratio;
    if (Math.abs(x - x0) <= grasp && x < (x0 + x1) / 2) return 'start';
    if (Math.abs(x - x1) <= grasp) return 'end';
    return x > x0 && x < x1 ? 'body' : 'new';
  }

  #down(event: PointerEvent): void {
    if (event.button !== 0 || this.#viewer.app.trace.peek() === undefined) return;
    const { x, scale, ratio } = this.#at(event);
    if (x < scale.left) return;
    this.#drag = { grip: this.#gripAt(x, scale, ratio), time: scale.time(x), window: this.#viewer.app.window.peek() };
    this.#host.setPointerCapture(event.pointerId);
  }

  #move(event: PointerEvent): void {
    const { app } = this.#viewer;
    const trace = app.trace.peek();
    if (trace === undefined) return;
    const { x, scale, ratio } = this.#at(event);
    const drag = this.#drag;
    if (drag === undefined) {
      const grip = this.#gripAt(x, scale, ratio);
      this.#host.dataset.grip = grip === 'start' || grip === 'end' ? 'edge' : grip;
      return;
    }
    const time = scale.time(Math.min(Math.max(x, scale.left), scale.right));
    const { start, end } = drag.window;
    const shift = time - drag.time;
    if (drag.grip === 'body') app.moveWindow({ start: start + shift, end: end + shift });
    else if (drag.grip === 'start') app.moveWindow({ start: Math.min(time, end - scale.perPixel), end });
    else if (drag.grip === 'end') app.moveWindow({ start, end: Math.max(time, start + scale.perPixel) });
    else if (Math.abs(shift) > 3 * scale.perPixel) {
      app.moveWindow({ start: Math.min(time, drag.time), end: Math.max(time, drag.time) });
    }
  }

  #up(): void {
    this.#drag = undefined;
  }

  #wheel(event: WheelEvent): void {
    const { app } = this.#viewer;
    const trace = app.trace.peek();
    if (trace === undefined) return;
    event.preventDefault();
    const { x, scale } = this.#at(event);
    app.moveWindow(
      zoomAt(app.window.peek(), scale.time(Math.max(x, scale.left)), 1.0022 ** event.deltaY, trace.bounds),
    );
  }
}
