/**
 * The program's own clock against the trace's, so that tests can say "not before this reading, not after that one": true
 * however often the machine interrupts a program between two lines, where "as long, give or take" is not.
 *
 * A program tells its clock in lines of category `clock` that hold a reading each. A line is stamped after its reading, so
 * of many the one with the least difference is right to within microseconds.
 */
import type { TraceModel } from '../../../src/analysis/index.ts';
import { logLines } from './recorded-trace.ts';

const MS = 1e6;
/** How far the two may be apart, ns. */
export const CLOCKS = 0.1 * MS;

/** What turns a reading of `performance.now()`, ms, into a time of the trace, ns. */
export function programClock(model: TraceModel): (reading: number) => number {
  const lines = logLines(model, 'clock');
  if (lines.length < 20) throw new Error('the program does not tell its clock');
  const offset = Math.min(...lines.map(({ time, message }) => time - Number(message) * MS));
  return (reading) => offset + reading * MS;
}
