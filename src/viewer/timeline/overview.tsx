/**
 * The overview strip: the whole trace, always in view, with the window shown below. Its body and handles drag, a drag
 * elsewhere chooses a new window, the wheel zooms, a double click fits everything.
 */
import { effect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { Viewer } from '../state/viewer.ts';
import { windowPixels } from './overview-frame.ts';
import { OverviewPainter, type StripGeometry } from './overview-painter.ts';
import { clampWindow, TimeScale, type TimeWindow, zoomAt } from './scale.ts';
import { Unread } from './unread.tsx';
import { RIGHT_MARGIN, rootScale } from './view.ts';

/** Design pixels around a handle that grasp it. */
const GRASP = 6;
/** Pixels of movement from which a press beside the window chooses a new one. */
const DRAG_FROM = 3;
const ZOOM_PER_PIXEL = 1.0022;

export function Overview({ viewer }: { viewer: Viewer }) {
  const host = useRef<HTMLDivElement>(null);
  const rects = useRef<HTMLCanvasElement>(null);
  const marks = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const painter = new OverviewPainter(rects.current!, marks.current!, viewer.measures, viewer.fontFamily);
    const view = new OverviewView(viewer, host.current!, painter);
    return () => view.dispose();
  }, [viewer]);
  const trace = viewer.app.trace.value!;
  const { start, end } = viewer.app.window.value;
  const node = trace.model.info.dialect === 'node';
  return (
    <div
      class="overview"
      ref={host}
      role="img"
      aria-label={`Whole trace; shown below: ${trace.clock(start, 1e6)} to ${trace.clock(end, 1e6)}`}
    >
      <canvas ref={rects} />
      <canvas ref={marks} />
      <Unread viewer={viewer} window={trace.bounds} />
      <span class="overview-label busy">{node ? 'Main loop' : `${trace.model.procs.count} P, CPU`}</span>
      {trace.summary.counters[0]?.kind === 'heap' && <span class="overview-label heap">Heap</span>}
    </div>
  );
}

type Grip = 'start' | 'end' | 'body' | 'new';

/** Keeps the strip painted, and turns presses and wheels into windows. */
class OverviewView {
  readonly #viewer: Viewer;
  readonly #host: HTMLElement;
  readonly #painter: OverviewPainter;
  readonly #abort = new AbortController();
  readonly #disposers: (() => void)[] = [];
  #drag: { readonly grip: Grip; readonly time: number; readonly window: TimeWindow } | undefined;
  #dirty = true;

  #known: (StripGeometry & { readonly pixels: number }) | undefined;

  constructor(viewer: Viewer, host: HTMLElement, painter: OverviewPainter) {
    this.#viewer = viewer;
    this.#host = host;
    this.#painter = painter;
    const invalidate = () => {
      this.#dirty = true;
      viewer.loop.request();
    };
    const resized = new ResizeObserver(() => {
      this.#known = undefined;
      invalidate();
    });
    resized.observe(host);
    this.#disposers.push(
      () => resized.disconnect(),
      () => this.#abort.abort(),
      viewer.loop.add(() => this.#paintIfDirty()),
      effect(() => {
        viewer.shown.value.value;
        viewer.app.trace.value;
        viewer.app.range.value;
        viewer.app.page.value;
        viewer.theme.theme.value;
        invalidate();
      }),
    );
    const { signal } = this.#abort;
    host.addEventListener('pointerdown', (event) => this.#down(event), { signal });
    host.addEventListener('pointermove', (event) => this.#move(event), { signal });
    host.addEventListener('pointerup', () => this.#up(), { signal });
    host.addEventListener('pointercancel', () => this.#up(), { signal });
    host.addEventListener('dblclick', () => this.#fit(), { signal });
    host.addEventListener('wheel', (event) => this.#wheel(event), { signal, passive: false });
  }

  dispose(): void {
    for (const dispose of this.#disposers) dispose();
  }

  /** Kept until the size changes: to ask the page for it costs. */
  #geometry(): StripGeometry {
    const pixels = devicePixelRatio;
    if (this.#known?.pixels === pixels) return this.#known;
    const ratio = pixels * rootScale();
    const gutter = Number.parseFloat(getComputedStyle(this.#host).getPropertyValue('--gutter'));
    const width = Math.round(this.#host.clientWidth * pixels);
    const height = Math.round(this.#host.clientHeight * pixels);
    const [left, right] = [Math.round(gutter * ratio), width - Math.round(RIGHT_MARGIN * ratio)];
    this.#known = { pixels, ratio, width, height, left, right };
    return this.#known;
  }

  #paintIfDirty(): void {
    const trace = this.#viewer.app.trace.peek();
    if (!this.#dirty || trace === undefined) return;
    this.#dirty = false;
    const geometry = this.#geometry();
    if (geometry.width === 0) return;
    const { app, shown, theme } = this.#viewer;
    // Pages without a timeline have no window; what they are limited to is the range.
    const window = app.page.peek() === 'overview' ? shown.value.peek() : trace.bounds;
    this.#painter.paint(trace, theme.theme.peek(), geometry, window, app.range.peek());
  }

  #at(event: PointerEvent | WheelEvent): { x: number; scale: TimeScale; ratio: number } {
    const { left, right, ratio } = this.#geometry();
    const scale = new TimeScale(this.#viewer.app.trace.peek()!.bounds, left, right);
    return { x: (event.clientX - this.#host.getBoundingClientRect().left) * devicePixelRatio, scale, ratio };
  }

  #gripAt(x: number, scale: TimeScale, ratio: number): Grip {
    const window = this.#shown();
    if (window === undefined || window.end - window.start >= (scale.end - scale.start) * 0.999) return 'new';
    const { x0, x1 } = windowPixels(window, scale, ratio);
    if (Math.abs(x - x0) <= GRASP * ratio && x < (x0 + x1) / 2) return 'start';
    if (Math.abs(x - x1) <= GRASP * ratio) return 'end';
    return x > x0 && x < x1 ? 'body' : 'new';
  }

  #down(event: PointerEvent): void {
    if (event.button !== 0 || this.#viewer.app.trace.peek() === undefined) return;
    const { x, scale, ratio } = this.#at(event);
    if (x < scale.left) return;
    const window = this.#shown() ?? { start: 0, end: 0 };
    this.#drag = { grip: this.#gripAt(x, scale, ratio), time: scale.time(x), window };
    this.#host.setPointerCapture(event.pointerId);
  }

  #move(event: PointerEvent): void {
    const { app } = this.#viewer;
    if (app.trace.peek() === undefined) return;
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
    if (drag.grip === 'body') this.#show({ start: start + shift, end: end + shift });
    else if (drag.grip === 'start') this.#show({ start: Math.min(time, end - scale.perPixel), end });
    else if (drag.grip === 'end') this.#show({ start, end: Math.max(time, start + scale.perPixel) });
    else if (Math.abs(shift) > DRAG_FROM * scale.perPixel) {
      this.#show({ start: Math.min(time, drag.time), end: Math.max(time, drag.time) });
    }
  }

  /** What presses move: the window of the timeline; on the other pages, the range that they are limited to. */
  #shown(): TimeWindow | undefined {
    const { app } = this.#viewer;
    return app.page.peek() === 'overview' ? app.window.peek() : app.range.peek();
  }

  #show(window: TimeWindow): void {
    const { app } = this.#viewer;
    const { bounds } = app.trace.peek()!;
    if (app.page.peek() === 'overview') app.moveWindow(window);
    else app.range.value = clampWindow(window, bounds);
  }

  #up(): void {
    this.#drag = undefined;
  }

  #fit(): void {
    const { app } = this.#viewer;
    if (app.page.peek() === 'overview') app.fitAll();
    else app.range.value = undefined;
  }

  #wheel(event: WheelEvent): void {
    const { app } = this.#viewer;
    const trace = app.trace.peek();
    if (trace === undefined || app.page.peek() !== 'overview') return;
    event.preventDefault();
    const { x, scale } = this.#at(event);
    const factor = ZOOM_PER_PIXEL ** event.deltaY;
    app.moveWindow(zoomAt(app.window.peek(), scale.time(Math.max(x, scale.left)), factor, trace.bounds));
  }
}
