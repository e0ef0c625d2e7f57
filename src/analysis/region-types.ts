/**
 * Regions by their name and the place where they begin: how many, how long. A region that the trace does not see begin or
 * end counts with the part that it does see, as in `go tool trace`.
 */
import { finish, type Steps } from '../base/index.ts';
import { percentileOfDescending } from './latency.ts';
import type { TraceModel } from './model.ts';
import { type TimeRange, wholeTrace } from './time-range.ts';

export interface RegionType {
  /** String id. */
  readonly name: number;
  /** Stack of the begin of one of them, 0 = not known. */
  readonly stack: number;
  /** Region rows, in order of their begin. */
  readonly regions: Int32Array;
  /** Their lengths, longest first; ns. */
  readonly lengths: Float64Array;
  /** Regions that the trace does not see begin or end. */
  readonly open: number;
  /** ns. */
  readonly total: number;
  readonly p50: number;
  readonly p99: number;
}

/**
 * Is a region one of those by which the recorder of a Node trace says what works for a task? They are named like it. A
 * program's own region that is named like its task cannot be told from them.
 */
export function marksTask({ info, regions, tasks }: TraceModel, region: number): boolean {
  const task = regions.task[region]!;
  return info.dialect === 'node' && task >= 0 && regions.type[region] === tasks.type[task];
}

/** Length of a region as far as it lies in the range, ns. */
export function regionLength({ regions }: TraceModel, region: number, range: TimeRange): number {
  const start = regions.start[region]!;
  const end = regions.end[region]!;
  const first = Number.isNaN(start) ? range.start : Math.max(start, range.start);
  const last = Number.isNaN(end) ? range.end : Math.min(end, range.end);
  return Math.max(0, last - first);
}

/** Types of regions, those with the greatest total first; without the recorder's own (`marksTask`). */
export function regionTypes(model: TraceModel, range = wholeTrace(model)): RegionType[] {
  return finish(regionTypesSteps(model, range));
}

/** Regions between two pauses. */
const PER_STEP = 40_000;

/** `regionTypes` of the regions that overlap a range, each with its part in it; in pieces. */
export function* regionTypesSteps(model: TraceModel, range: TimeRange): Steps<RegionType[]> {
  const { regions } = model;
  const types = new Map<string, number[]>();
  for (let region = 0; region < regions.count; region++) {
    if (region % PER_STEP === PER_STEP - 1) yield;
    if (marksTask(model, region) || regions.start[region]! >= range.end || regions.end[region]! < range.start) continue;
    const key = `${regions.type[region]} ${regions.stack[region]}`;
    const rows = types.get(key);
    if (rows === undefined) types.set(key, [region]);
    else rows.push(region);
  }
  const found: RegionType[] = [];
  for (const rows of types.values()) {
    found.push(typeOf(model, rows, range));
    yield;
  }
  return found.sort((a, b) => b.total - a.total);
}

function typeOf(model: TraceModel, rows: readonly number[], range: TimeRange): RegionType {
  const { regions } = model;
  const lengths = Float64Array.from(rows, (region) => regionLength(model, region, range))
    .sort()
    .reverse();
  return {
    name: regions.type[rows[0]!]!,
    stack: regions.stack[rows[0]!]!,
    regions: Int32Array.from(rows),
    lengths,
    open: rows.filter((row) => Number.isNaN(regions.start[row]!) || Number.isNaN(regions.end[row]!)).length,
    total: lengths.reduce((a, b) => a + b, 0),
    p50: percentileOfDescending(lengths, 0.5),
    p99: percentileOfDescending(lengths, 0.99),
  };
}
