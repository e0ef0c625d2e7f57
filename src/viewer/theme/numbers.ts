/**
 * How the viewer writes numbers, beyond what all parts of the product share (`base/quantities.ts`): counts with thin
 * spaces, one unit per column, clock positions, and parts that add up to what is shown as their sum.
 */
import { figures3 } from '../../base/index.ts';

export { byteSize, duration, figures3, oneLine, percent } from '../../base/index.ts';

const THIN_SPACE = '\u2009';
/** The true minus sign. */
export const MINUS = '\u2212';

/** Exact below ten million, in groups of three with thin spaces: `41 203`; then three figures: `66.0 M`. */
export function count(value: number): string {
  if (value >= 1e7) return `${figures3(value / 1e6)} M`;
  return String(value).replace(/\B(?=(\d{3})+$)/g, THIN_SPACE);
}

/** A unit of time: its name, and how many ns it is. */
export interface TimeUnit {
  readonly name: string;
  readonly ns: number;
}

const UNITS: readonly TimeUnit[] = [
  { name: 'ns', ns: 1 },
  { name: 'µs', ns: 1e3 },
  { name: 'ms', ns: 1e6 },
  { name: 's', ns: 1e9 },
];
export const MS: TimeUnit = UNITS[2]!;
const S: TimeUnit = UNITS[3]!;

/**
 * The unit of a column, for its head: the largest value has up to four digits before the point, so that the typical
 * ones, which are much smaller, keep theirs.
 */
export function columnUnit(largest: number): TimeUnit {
  return UNITS.find((unit) => largest < 9999.5 * unit.ns) ?? S;
}

/** The unit in which `duration` says a time that is not over a minute. */
export function unitOf(ns: number): TimeUnit {
  return UNITS.find((unit) => ns < 999.5 * unit.ns) ?? S;
}

/** A duration for a column whose head names the unit; NaN is `open`. */
export function durationIn(ns: number, unit: TimeUnit): string {
  return Number.isNaN(ns) ? 'open' : figures3(ns / unit.ns);
}

/** The unit of positions in a trace of this length: seconds, but for those that are shorter than one. */
export function clockUnit(length: number): TimeUnit {
  return unitOf(length);
}

/**
 * A position in time, as fine as the distance that two neighbouring positions must show.
 * @param ns time since the start of the trace
 * @param step that distance, ns
 * @param unit the same for all positions of a trace (`clockUnit`)
 */
export function clock(ns: number, step: number, unit: TimeUnit = S): string {
  const decimals = Math.max(0, Math.min(9, Math.ceil(Math.log10(unit.ns / step) - 1e-9)));
  const digits = (Math.abs(ns) / unit.ns).toFixed(decimals);
  const isZero = Number(digits) === 0;
  return `${ns < 0 && !isZero ? MINUS : ''}${digits} ${unit.name}`;
}

/**
 * Parts of a whole with one number of decimals for all, rounded by largest remainder so that what is shown adds up to
 * the shown sum.
 * @param parts values in any unit, not negative
 * @param decimals digits after the point
 * @returns texts of the parts, and of their sum; zero is `0`
 */
export function partsThatAddUp(parts: readonly number[], decimals: number): { parts: string[]; sum: string } {
  const scale = 10 ** decimals;
  const total = Math.round(parts.reduce((a, b) => a + b, 0) * scale);
  const units = parts.map((part) => Math.floor(part * scale + 1e-9));
  let missing = total - units.reduce((a, b) => a + b, 0);
  const byRemainder = parts.map((part, i) => ({ i, rest: part * scale - units[i]! })).sort((a, b) => b.rest - a.rest);
  for (const { i } of byRemainder) {
    if (missing <= 0) break;
    units[i]!++;
    missing--;
  }
  const text = (value: number) => (value === 0 ? '0' : (value / scale).toFixed(decimals));
  return { parts: units.map(text), sum: text(total) };
}
