/** The options by which a command looks at a part of a trace only: `--from` and `--to`. */
import { type TimeRange, type TraceModel, wholeTrace } from '../analysis/index.ts';
import { UsageError } from './errors.ts';

export const TIME_OPTIONS = {
  from: { type: 'string', value: 'TIME', description: 'Look at what comes after: 1.5s, 200ms, 30us, 5000ns' },
  to: { type: 'string', value: 'TIME', description: 'Look at what comes before' },
} as const;

const UNITS: Readonly<Record<string, number>> = { ns: 1, us: 1e3, µs: 1e3, ms: 1e6, s: 1e9, m: 60e9 };

/**
 * A time in ns from its text: a number and a unit.
 *
 * @param option what it was given for, for the message
 * @throws UsageError
 */
export function timeOf(text: string, option: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*(ns|us|µs|ms|s|m)$/.exec(text);
  if (match === null) throw new UsageError(`--${option} needs a time such as 1.5s, 200ms or 30us, not ${text}`);
  return Number(match[1]) * UNITS[match[2]!]!;
}

/**
 * The range that the options name, once the trace is there; times count from the trace's first event.
 *
 * @throws UsageError at once, before anything is read
 */
export function timeRange({ from, to }: TimeValues): (model: TraceModel) => TimeRange {
  const first = from === undefined ? 0 : timeOf(from, 'from');
  const last = to === undefined ? Number.POSITIVE_INFINITY : timeOf(to, 'to');
  if (last < first) throw new UsageError(`--to ${to} is before --from ${from}`);
  return (model) => {
    const { start, end } = wholeTrace(model);
    return { start: Math.min(end, start + first), end: Math.min(end, start + last) };
  };
}

interface TimeValues {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}
