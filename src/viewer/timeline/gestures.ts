/**
 * Pointer, wheel and touch on the timeline. Plain wheel scrolls the rows, and zooms over the axis; Ctrl or Cmd with the
 * wheel, and pinching, zoom at the pointer; sideways or Shift pans. A drag measures a range; with Shift, Space or the
 * middle button it pans. A click selects, a double click fits.
 */
import { effect } from '@preact/signals';
import type { AppState } from '../state/app-state.ts';
import type { Viewer } from '../state/viewer.ts';
import { NO_HOVER } from './frame-input.ts';
import { panBy, type TimeScale, zoomAt } from './scale.ts';
import type { TimelineModel } from './timeline-model.ts';
import type { TimelineView } from './view.ts';

/** CSS pixels of movement from which a press is a drag. */
const DRAG_FROM = 4;
/** Zoom factor per pixel of wheel. */
const ZOOM_PER_PIXEL = 1.0022;
/** Pixels per line and per page of wheels that count in those. */
const WHEEL_UNITS = [1, 16, 400] as const;

interface Press {
  readonly x: number;
  readonly y: number;
  readonly pan: boolean;
  /** Time at the press, ns, and the scale then: a drag keeps the time under the pointer. */
  readonly time: number;
  readonly scale: TimeScale;
  dragging: boolean;
}

export class TimelineGestures {
  readonly #app: AppState;
  readonly #model: TimelineModel;
  readonly #view: TimelineView;
  readonly #host: HTMLElement;
  readonly #scroller: HTMLElement;
  readonly #abort = new AbortController();
  readonly #touches = new Map<number, { x: number; y: number }>();
  #press: Press | undefined;
  #pinch: { distance: number; time: number; scale: TimeScale } | undefined;
  #space = false;
  /** Where the pointer is, for when what is under it moves. */
  #pointer: { clientX: number; clientY: number } | undefined;
  readonly #stopFollowing: () => void;

  constructor(
    { app, timeline: model, shown }: Pick<Viewer, 'app' | 'timeline' | 'shown'>,
    view: TimelineView,
    host: HTMLElement,
    scroller: HTMLElement,
  ) {
    this.#app = app;
    this.#model = model;
    this.#view = view;
    this.#host = host;
    this.#scroller = scroller;
    const { signal } = this.#abort;
    host.addEventListener('wheel', (event) => this.#wheel(event), { signal, passive: false });
    host.addEventListener('pointerdown', (event) => this.#down(event), { signal });
    host.addEventListener('pointermove', (event) => this.#move(event), { signal });
    host.addEventListener('pointerup', (event) => this.#up(event), { signal });
    host.addEventListener('pointercancel', (event) => this.#cancel(event), { signal });
    host.addEventListener('pointerleave', () => this.#leave(), { signal });
    host.addEventListener('dblclick', (event) => this.#doubleClick(event), { signal });
    document.addEventListener('keydown', (event) => this.#spaceKey(event, true), { signal });
    document.addEventListener('keyup', (event) => this.#spaceKey(event, false), { signal });
    this.#stopFollowing = effect(() => {
      shown.value.value;
      model.scroll.value;
      model.rows.value;
      this.#hover();
    });
  }

  dispose(): void {
    this.#abort.abort();
    this.#stopFollowing();
  }

  /** Pixel of an event on the canvas (device), and height in the rows' area (design), what is scrolled not counted. */
  #place(event: { clientX: number; clientY: number }): { x: number; y: number; inRows: boolean } {
    const box = this.#host.getBoundingClientRect();
    const { ratio, rowsTop } = this.#view.geometry();
    const pixels = devicePixelRatio;
    const x = (event.clientX - box.left) * pixels;
    const canvasY = (event.clientY - box.top) * pixels;
    return { x, y: (canvasY - rowsTop) / ratio, inRows: canvasY >= rowsTop };
  }

  #wheel(event: WheelEvent): void {
    const trace = this.#app.trace.peek();
    if (trace === undefined) return;
    event.preventDefault();
    const unit = WHEEL_UNITS[event.deltaMode] ?? 1;
    const { x, inRows } = this.#place(event);
    const scale = this.#view.scale();
    const window = this.#app.window.peek();
    const sideways = event.shiftKey && event.deltaX === 0 ? event.deltaY : event.deltaX;
    if (event.ctrlKey || event.metaKey || (!inRows && sideways === 0)) {
      const factor = ZOOM_PER_PIXEL ** (event.deltaY * unit * (event.ctrlKey ? 2 : 1));
      this.#app.moveWindow(zoomAt(window, scale.time(Math.max(x, scale.left)), factor, trace.bounds));
    } else if (Math.abs(sideways) > Math.abs(event.shiftKey ? 0 : event.deltaY)) {
      const part = (sideways * unit * devicePixelRatio) / (scale.right - scale.left);
      this.#app.moveWindow(panBy(window, part, trace.bounds));
    } else {
      this.#scroller.scrollTop += event.deltaY * unit;
    }
  }

  #down(event: PointerEvent): void {
    if (event.button > 1 || isControl(event.target)) return;
    const { x, y } = this.#place(event);
    if (event.pointerType === 'touch') {
      this.#touches.set(event.pointerId, { x, y });
      if (this.#touches.size === 2) return this.#startPinch();
    }
    const scale = this.#view.scale();
    if (x < scale.left) return;
    const touch = event.pointerType === 'touch';
    const pan = touch || event.shiftKey || this.#space || event.button === 1;
    this.#press = { x, y, pan, time: scale.time(x), scale, dragging: false };
    if (event.button === 1) event.preventDefault();
  }

  #move(event: PointerEvent): void {
    const trace = this.#app.trace.peek();
    if (trace === undefined) return;
    const place = this.#place(event);
    if (this.#touches.has(event.pointerId)) this.#touches.set(event.pointerId, place);
    if (this.#pinch !== undefined) return this.#movePinch();
    if (this.#press === undefined) {
      this.#pointer = event.pointerType === 'touch' ? undefined : event;
      return this.#hover();
    }
    const press = this.#press;
    if (!press.dragging) {
      if (Math.abs(place.x - press.x) < DRAG_FROM * devicePixelRatio) return;
      press.dragging = true;
      this.#host.setPointerCapture(event.pointerId);
      this.#pointer = undefined;
      this.#model.hover.value = NO_HOVER;
    }
    if (press.pan) {
      const start = press.time - (place.x - press.scale.left) * press.scale.perPixel;
      const length = press.scale.end - press.scale.start;
      this.#app.moveWindow({ start, end: start + length });
    } else {
      const scale = this.#view.scale();
      const time = scale.time(Math.min(Math.max(place.x, scale.left), scale.right));
      this.#app.range.value = { start: Math.min(press.time, time), end: Math.max(press.time, time) };
    }
  }

  /** Works out what is under the pointer. */
  #hover(): void {
    const trace = this.#app.trace.peek();
    if (trace === undefined || this.#pointer === undefined) return;
    const { x, y, inRows } = this.#place(this.#pointer);
    this.#model.hover.value = this.#model.hoverAt(trace, this.#view.scale(), x, inRows ? y : -1);
  }

  #up(event: PointerEvent): void {
    this.#touches.delete(event.pointerId);
    if (this.#touches.size < 2) this.#pinch = undefined;
    const press = this.#press;
    this.#press = undefined;
    if (press === undefined || press.dragging) return;
    this.#click(event);
  }

  #cancel(event: PointerEvent): void {
    this.#touches.delete(event.pointerId);
    this.#press = undefined;
    this.#pinch = undefined;
  }

  #leave(): void {
    this.#pointer = undefined;
    if (this.#press === undefined) this.#model.hover.value = NO_HOVER;
  }

  /** Selects what is under the pointer; a click beside everything ends a measured range. */
  #click(event: PointerEvent): void {
    const trace = this.#app.trace.peek();
    if (trace === undefined) return;
    const { x, y, inRows } = this.#place(event);
    this.#app.range.value = undefined;
    const hit = this.#model.hoverAt(trace, this.#view.scale(), x, inRows ? y : -1);
    const row = this.#model.rows.peek()[hit.row];
    if (row === undefined) return;
    if (hit.interval >= 0) {
      this.#app.selectStrand(trace.model.intervals.goroutine[hit.interval]!, hit.interval);
    } else if (row.kind === 'task' || row.kind === 'regions' || row.kind === 'logs') {
      this.#app.selectTask(row.ref);
    } else if (row.kind === 'group' || row.kind === 'type') {
      this.#app.toggleRow(row.key);
    }
  }

  #doubleClick(event: MouseEvent): void {
    const trace = this.#app.trace.peek();
    if (trace === undefined || isControl(event.target)) return;
    const { x, y, inRows } = this.#place(event);
    const hit = this.#model.hoverAt(trace, this.#view.scale(), x, inRows ? y : -1);
    const { start, end } = trace.model.intervals;
    if (hit.interval >= 0) this.#app.goAround(start[hit.interval]!, end[hit.interval]!);
    else if (x >= this.#view.scale().left) this.#app.fitAll();
  }

  #startPinch(): void {
    const [a, b] = [...this.#touches.values()];
    const scale = this.#view.scale();
    this.#press = undefined;
    this.#pinch = { distance: Math.max(10, Math.abs(a!.x - b!.x)), time: scale.time((a!.x + b!.x) / 2), scale };
  }

  #movePinch(): void {
    const [a, b] = [...this.#touches.values()];
    const pinch = this.#pinch!;
    const trace = this.#app.trace.peek();
    if (a === undefined || b === undefined || trace === undefined) return;
    const factor = pinch.distance / Math.max(10, Math.abs(a.x - b.x));
    const perPixel = pinch.scale.perPixel * factor;
    const start = pinch.time - ((a.x + b.x) / 2 - pinch.scale.left) * perPixel;
    this.#app.moveWindow({ start, end: start + (pinch.scale.right - pinch.scale.left) * perPixel });
  }

  #spaceKey(event: KeyboardEvent, down: boolean): void {
    if (event.code === 'Space') this.#space = down;
  }
}

/** Buttons and links inside the timeline handle their own clicks. */
function isControl(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('button, a, input') !== null;
}
