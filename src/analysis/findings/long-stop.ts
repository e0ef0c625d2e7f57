/** The whole world was stopped for long. */
import { count, duration } from '../../base/index.ts';
import { RangeClass } from '../states.ts';
import type { TraceFacts } from './facts.ts';
import type { Finding } from './finding.ts';

const LONG = 1e6;
const SERIOUS = 10e6;

export function longStop({ model, names }: TraceFacts): Finding | undefined {
  const { ranges } = model;
  const length = (row: number): number => ranges.end[row]! - ranges.start[row]!;
  const stops = Array.from(ranges.class.keys())
    // Tracing itself begins with one.
    .filter(
      (row) => ranges.class[row] === RangeClass.StopTheWorld && !names.text(ranges.name[row]!).includes('start trace'),
    )
    .filter((row) => length(row) >= 0)
    .sort((a, b) => length(b) - length(a));
  const longest = stops[0];
  if (longest === undefined || length(longest) < LONG) return undefined;
  const at = (row: number) => ({ kind: 'time', start: ranges.start[row]!, end: ranges.end[row]! }) as const;
  return {
    id: 'stop-the-world',
    severity: length(longest) >= SERIOUS ? 3 : 1,
    value: duration(length(longest)),
    title: 'longest stop-the-world',
    detail: `${names.text(ranges.name[longest]!)}, one of ${count(stops.length)}`,
    why: {
      definition: `The world is stopped for more than ${LONG / 1e6} ms at a time.`,
      found: `${count(stops.length)} stops in the trace.`,
    },
    measure: { value: length(longest), threshold: LONG, unit: 'ns' },
    target: at(longest),
    evidence: stops.slice(0, 5).map(at),
  };
}
