/**
 * The window as it is drawn: follows `AppState.window`, at once for wheel and drag, in 160 ms when a command goes
 * somewhere, and at once for people who asked for less motion.
 */
import { effect, signal } from '@preact/signals';
import { interpolateWindow, type TimeWindow } from '../timeline/scale.ts';
import type { AppState } from './app-state.ts';
import type { FrameLoop } from './frame-loop.ts';

const DURATION = 160;

export class ShownWindow {
  readonly value = signal<TimeWindow>({ start: 0, end: 1 });
  #from: TimeWindow = this.value.value;
  #to: TimeWindow = this.value.value;
  #began: number | undefined;

  constructor(app: AppState, loop: FrameLoop) {
    const calm = matchMedia('(prefers-reduced-motion: reduce)');
    loop.add((now) => {
      if (this.#step(now)) loop.request();
    });
    effect(() => {
      const window = app.window.value;
      const animate = app.animated.value && !calm.matches;
      this.#from = this.value.peek();
      this.#to = window;
      this.#began = undefined;
      if (animate) loop.request();
      else this.value.value = window;
    });
  }

  /** Moves on; returns whether there is more to come. */
  #step(now: number): boolean {
    if (this.value.peek() === this.#to) return false;
    this.#began ??= now;
    const part = Math.min(1, (now - this.#began) / DURATION);
    this.value.value = interpolateWindow(this.#from, this.#to, 1 - (1 - part) ** 3);
    return part < 1;
  }
}
