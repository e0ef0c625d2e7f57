/** How names of a trace are printed: on one line, cut to a width, and never empty. */
import { count, oneLine } from '../base/index.ts';

const MOST_NAME = 60;

/** A name of the trace for a table. */
export function shortName(text: string): string {
  const clean = oneLine(text);
  if (clean === '') return '(unnamed)';
  return clean.length > MOST_NAME ? `${clean.slice(0, MOST_NAME - 1)}…` : clean;
}

/** With a capital letter, for heads of tables. */
export function capital(text: string): string {
  return text[0]!.toUpperCase() + text.slice(1);
}

/** `1 event`, `41 203 events`. */
export function plural(n: number, noun: string): string {
  return `${count(n)} ${noun}${n === 1 ? '' : 's'}`;
}
