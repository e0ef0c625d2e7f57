/**
 * How numbers and foreign text are written for people: three significant figures, a unit by magnitude, a space
 * between number and unit.
 */

/** Three significant figures without an exponent: `412`, `18.2`, `6.12`, `0.410`. Zero is `0`. */
export function figures3(value: number): string {
  const size = Math.abs(value);
  if (size === 0) return '0';
  if (size >= 99.95) return value.toFixed(0);
  if (size >= 9.995) return value.toFixed(1);
  if (size >= 0.9995) return value.toFixed(2);
  return value.toFixed(size < 0.0005 ? 4 : 3);
}

/** An exact count in groups of three digits: `41 203`. */
export function count(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ' ');
}

/** A duration in ns: `940 ns`, `12.4 µs`, `6.12 ms`, `4.29 s`, `3 min 12 s`. NaN is `open`. */
export function duration(ns: number): string {
  if (Number.isNaN(ns)) return 'open';
  if (ns < 999.5) return ns === 0 ? '0' : `${Math.round(ns)} ns`;
  if (ns < 999.5e3) return `${figures3(ns / 1e3)} µs`;
  if (ns < 999.5e6) return `${figures3(ns / 1e6)} ms`;
  if (ns < 59.95e9) return `${figures3(ns / 1e9)} s`;
  const seconds = Math.round(ns / 1e9);
  return seconds % 60 === 0 ? `${seconds / 60} min` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** A share as percent: whole, one decimal below 10: `53 %`, `4.2 %`. Zero is `0`. */
export function percent(share: number): string {
  const value = share * 100;
  if (value === 0) return '0';
  if (value < 0.05) return '< 0.1 %';
  return `${value < 9.95 ? value.toFixed(1).replace('.0', '') : Math.round(value)} %`;
}

/** A size in bytes, in powers of ten: `38.2 MB`. */
export function byteSize(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const unit = units.findIndex((_, power) => bytes < 999.5 * 1000 ** power);
  const power = unit < 0 ? units.length - 1 : unit;
  return power === 0 ? `${bytes} B` : `${figures3(bytes / 1000 ** power)} ${units[power]}`;
}

/** Foreign text made fit for one line: what controls a terminal or reorders text becomes U+FFFD. */
export function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '\ufffd');
}
