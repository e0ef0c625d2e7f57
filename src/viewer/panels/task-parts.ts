/** A task's breakdown as parts of a bar, and as rows that add up. */
import { DISPLAY_STATES, DisplayState, stateWord, type TaskBreakdown } from '../../analysis/index.ts';
import type { OpenTrace } from '../state/open-trace.ts';
import { duration, figures3, partsThatAddUp } from '../theme/numbers.ts';
import type { BarPart } from './state-bar.tsx';

/** The segments of a breakdown in time order, with labels. */
export function segmentParts(trace: OpenTrace, breakdown: TaskBreakdown): BarPart[] {
  const { segmentStart, segmentState, end } = breakdown;
  return Array.from(segmentStart, (start, i) => {
    const value = (segmentStart[i + 1] ?? end) - start;
    const display = segmentState[i]! as DisplayState;
    const word = stateWord(trace.model.info.dialect, display);
    return { display, value, label: [`${word} ${duration(value)}`, duration(value)] };
  });
}

/** Sums per state, largest first where there is no order in time. */
export function totalParts(totals: Float64Array): BarPart[] {
  const order = [
    DisplayState.Run,
    DisplayState.Sys,
    DisplayState.Ready,
    DisplayState.Sync,
    DisplayState.Net,
    DisplayState.Sleep,
    DisplayState.Gc,
    DisplayState.Off,
  ];
  return order.map((display) => ({ display, value: totals[display]! }));
}

export interface StateRow {
  readonly display: DisplayState;
  readonly name: string;
  readonly value: number;
  readonly text: string;
}

/**
 * States with time in them, largest first, as texts with the same number of decimals that add up to the shown sum.
 * @param unit ns per unit of the column
 */
export function stateRows(trace: OpenTrace, totals: Float64Array, unit: number): { rows: StateRow[]; sum: string } {
  const states = Array.from({ length: DISPLAY_STATES }, (_, state) => state as DisplayState)
    .filter((state) => totals[state]! > 0)
    .sort((a, b) => totals[b]! - totals[a]!);
  const values = states.map((state) => totals[state]! / unit);
  const { parts, sum } = partsThatAddUp(values, decimalsFor(values));
  const { dialect } = trace.model.info;
  const rows = states.map((display, i) => {
    const word = stateWord(dialect, display);
    return { display, name: word.charAt(0).toUpperCase() + word.slice(1), value: values[i]!, text: parts[i]! };
  });
  return { rows, sum };
}

/** Decimals so that the largest part has about four figures. */
function decimalsFor(values: readonly number[]): number {
  const most = Math.max(0, ...values);
  return most >= 1000 ? 0 : most >= 10 ? 1 : most >= 1 ? 2 : 3;
}

/** `run 9 · Postgres 8`: the largest states with their time in the unit of the whole. */
export function shortBreakdown(trace: OpenTrace, totals: Float64Array, unit: number, most = 3): string {
  return Array.from({ length: DISPLAY_STATES }, (_, state) => state as DisplayState)
    .filter((state) => totals[state]! / unit >= 0.05)
    .sort((a, b) => totals[b]! - totals[a]!)
    .slice(0, most)
    .map((state) => `${stateWord(trace.model.info.dialect, state)} ${figures3(totals[state]! / unit)}`)
    .join(' · ');
}
