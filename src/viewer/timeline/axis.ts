/**
 * Ticks of a time axis: round steps of 1, 2 or 5, at least so many pixels apart, labelled as fine as the step needs.
 */
import { clock, type TimeUnit } from '../theme/numbers.ts';
import type { TimeScale, TimeWindow } from './scale.ts';

export interface Tick {
  readonly time: number;
  readonly x: number;
  readonly label: string;
}

/** The smallest of 1, 2, 5 times a power of ten that is not below `least`. */
export function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  for (const factor of [1, 2, 5]) if (factor * power >= least * (1 - 1e-9)) return factor * power;
  return 10 * power;
}

/**
 * @param pixelsApart least distance of two ticks
 * @param bounds no tick outside
 * @param unit of the labels
 */
export function axisTicks(scale: TimeScale, pixelsApart: number, bounds: TimeWindow, unit: TimeUnit): Tick[] {
  const step = niceStep(scale.perPixel * pixelsApart);
  const ticks: Tick[] = [];
  const first = Math.ceil(scale.start / step - 1e-6);
  for (let i = first; ticks.length < 1000; i++) {
    const time = i * step;
    if (time > scale.end + step * 1e-6 || time > bounds.end) break;
    if (time >= bounds.start - step * 1e-6) ticks.push({ time, x: scale.edge(time), label: clock(time, step, unit) });
  }
  return ticks;
}
