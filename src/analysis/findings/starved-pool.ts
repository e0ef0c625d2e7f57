/** More operations wait for libuv's thread pool at once than it has threads, so some of them queue. */

import { count, duration, percent } from '../../base/index.ts';
import { GoState } from '../../reader/index.ts';
import { countOverlaps } from '../counter-series.ts';
import { intervalReason } from '../interval-links.ts';
import type { TraceFacts } from './facts.ts';
import type { Finding } from './finding.ts';

/** libuv's default, for traces that do not say how many threads the pool has. */
const DEFAULT_THREADS = 4;
/** Reasons of waits that a pool thread works for. */
const POOL_REASONS = new Set(['fs', 'dns', 'crypto', 'zlib']);
const SHARE = 0.05;
const SERIOUS = 0.25;

export function starvedPool({ model, names, length }: TraceFacts): Finding | undefined {
  const { info, intervals, strings } = model;
  if (info.dialect !== 'node') return undefined;
  const threads = Number(info.facts.pool) || DEFAULT_THREADS;
  const wanted = Uint8Array.from(strings, (text) => Number(POOL_REASONS.has(text)));
  const rows: number[] = [];
  const byReason = new Map<number, number>();
  for (let row = 0; row < intervals.count; row++) {
    if (intervals.state[row] !== GoState.Waiting || wanted[intervalReason(intervals, row)] === 0) continue;
    rows.push(row);
    byReason.set(intervalReason(intervals, row), (byReason.get(intervalReason(intervals, row)) ?? 0) + 1);
  }
  if (rows.length <= threads) return undefined;
  const { time, value } = countOverlaps(
    info.start,
    Float64Array.from(rows, (row) => intervals.start[row]!),
    Float64Array.from(rows, (row) => intervals.end[row]!),
  );
  let [over, peak, start, end] = [0, 0, info.start, info.start];
  for (let at = 0; at < value.length; at++) {
    if (value[at]! <= threads) continue;
    const until = time[at + 1] ?? info.end;
    over += until - time[at]!;
    if (value[at]! > peak) [peak, start, end] = [value[at]!, time[at]!, until];
  }
  const share = over / length;
  if (share < SHARE) return undefined;
  const [reason] = [...byReason].reduce((a, b) => (b[1] > a[1] ? b : a));
  return {
    id: 'starved-pool',
    severity: share >= SERIOUS ? 3 : 2,
    value: count(peak),
    title: `jobs at once for the ${threads} threads of the pool`,
    detail: `More than ${threads} for ${percent(share)} of the time, most of them ${names.text(reason)}`,
    why: {
      definition: `More file, DNS, crypto or zlib operations are under way than libuv's pool has threads, for more than ${percent(SHARE)} of the time. The rest of them queues. UV_THREADPOOL_SIZE sets the number of threads.`,
      found: `${count(rows.length)} operations, more than ${threads} at once for ${duration(over)}.`,
    },
    measure: { value: share, threshold: SHARE, unit: 'share' },
    target: { kind: 'time', start, end },
    evidence: [{ kind: 'time', start, end }],
  };
}
