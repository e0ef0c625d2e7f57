/** A task's breakdown as parts of a bar, and as rows that add up. */
import {
  DISPLAY_STATES,
  DisplayState,
  displayOfPart,
  partWord,
  stateWord,
  type TaskBreakdown,
} from '../../analysis/index.ts';
import type { Table } from '../../exporters/index.ts';
import type { OpenTrace } from '../state/open-trace.ts';
import type { PathStretch } from '../state/task-path.ts';
import { duration, figures3, partsThatAddUp, unitOf } from '../theme/numbers.ts';
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

/** The critical path as parts of a bar, labelled by who. */
export function pathParts(trace: OpenTrace, stretches: readonly PathStretch[]): BarPart[] {
  return stretches.map(({ start, end, part, who }) => {
    const word = who === '' ? partWord(trace.model.info.dialect, part) : who;
    const value = end - start;
    return { display: displayOfPart(part), value, label: [`${word} ${duration(value)}`, duration(value)] };
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
  /** The state; several for the rest of a breakdown that is not listed state by state. */
  readonly states: readonly DisplayState[];
  readonly name: string;
  readonly value: number;
  readonly text: string;
}

export interface StateTable {
  readonly rows: readonly StateRow[];
  readonly sum: string;
  /** Digits behind the point in all texts. */
  readonly decimals: number;
}

/**
 * States with time in them, largest first, as texts with the same number of decimals that add up to the shown sum. What
 * would be shown as 0, or is beyond `most` rows, is one row `other`.
 * @param unit ns per unit of the column
 */
export function stateTable(
  trace: OpenTrace,
  totals: Float64Array,
  unit: number,
  most: number = DISPLAY_STATES,
): StateTable {
  const decimals = decimalsFor(Math.max(...totals) / unit);
  const states = Array.from({ length: DISPLAY_STATES }, (_, state) => state as DisplayState)
    .filter((state) => totals[state]! > 0)
    .sort((a, b) => totals[b]! - totals[a]!);
  const visible = states.filter((state) => totals[state]! / unit >= 0.5 / 10 ** decimals);
  const listed = visible.length > most ? visible.slice(0, most - 1) : visible;
  const rest = states.filter((state) => !listed.includes(state));
  const groups = rest.length > 0 ? [...listed.map((state) => [state]), rest] : listed.map((state) => [state]);
  const values = groups.map((group) => sumOf(totals, group) / unit);
  const { parts, sum } = partsThatAddUp(values, decimals);
  const rows = groups.map((group, i) => ({
    states: group,
    name: nameOf(trace, group),
    value: values[i]!,
    text: parts[i]!,
  }));
  // A rest that rounds to nothing needs no row: the sum is right without it.
  return { rows: rows.filter((row) => row.text !== '0'), sum, decimals };
}

/** All states with all digits, for files. */
export function statesAsTable({ model }: OpenTrace, totals: Float64Array): Table {
  const { dialect } = model.info;
  return [
    ['state', 'time, ns'],
    ...Array.from(totals, (time, state) => [stateWord(dialect, state as DisplayState), time]),
  ];
}

/** Another breakdown in the rows of a table: texts that add up as well. */
export function sameRows(table: StateTable, totals: Float64Array, unit: number): { parts: string[]; sum: string } {
  return partsThatAddUp(
    table.rows.map((row) => sumOf(totals, row.states) / unit),
    table.decimals,
  );
}

function sumOf(totals: Float64Array, states: readonly DisplayState[]): number {
  return states.reduce<number>((sum, state) => sum + totals[state]!, 0);
}

function nameOf(trace: OpenTrace, states: readonly DisplayState[]): string {
  const word = states.length === 1 ? stateWord(trace.model.info.dialect, states[0]!) : 'other';
  return word.charAt(0).toUpperCase() + word.slice(1);
}

/** Decimals so that the largest part has about four figures. */
function decimalsFor(most: number): number {
  return most >= 1000 ? 0 : most >= 10 ? 1 : most >= 1 ? 2 : 3;
}

/** `running 9 · network 8`: the largest states with their time, in the unit in which the whole is said (`18 ms`). */
export function shortBreakdown(trace: OpenTrace, totals: Float64Array, most = 3): string {
  const sum = totals.reduce((a, b) => a + b, 0);
  const unit = unitOf(sum);
  return Array.from({ length: DISPLAY_STATES }, (_, state) => state as DisplayState)
    .filter((state) => totals[state]! >= sum * 0.02)
    .sort((a, b) => totals[b]! - totals[a]!)
    .slice(0, most)
    .map((state) => `${stateWord(trace.model.info.dialect, state)} ${figures3(totals[state]! / unit.ns)}`)
    .join(' · ');
}
