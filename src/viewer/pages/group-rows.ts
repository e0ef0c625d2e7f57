/** Rows of the page of groups and of the goroutines of one group: where their time went, in a range. */
import {
  DisplayState,
  groupBucketsSteps,
  memberBucketsSteps,
  rangeTotals,
  type TimeBuckets,
  type TimeRange,
} from '../../analysis/index.ts';
import { type Steps, selectKth } from '../../base/index.ts';
import type { OpenTrace } from '../state/open-trace.ts';

/** What a group and a goroutine have in common. */
export interface TimeRow {
  /** Index of the group or of the goroutine. */
  readonly index: number;
  readonly name: string;
  /** Package of a Go group, place of a strand. */
  readonly detail: string;
  /** How many goroutines were there in the range. */
  readonly n: number;
  /** Time per display state, ns. */
  readonly totals: Float64Array;
  readonly life: number;
  /** The buckets of Go's goroutine analysis. */
  readonly buckets: TimeBuckets;
}

export interface GroupRow extends TimeRow {
  /** 99th percentile of the lives that ended in the trace, ns; NaN if none did. */
  readonly p99: number;
}

export interface MemberRow extends TimeRow {
  /** ns; NaN: before or behind the trace. */
  readonly created: number;
  readonly ended: number;
}

/** Goroutines between two pauses. */
const PER_STEP = 20_000;

/** All groups, in pieces. */
export function* groupRowsSteps(trace: OpenTrace, range: TimeRange): Steps<GroupRow[]> {
  const { model, summary, names } = trace;
  const { groups } = model;
  const buckets = yield* groupBucketsSteps(model, range);
  const rows: GroupRow[] = [];
  let looked = 0;
  for (let group = 0; group < groups.count; group++) {
    const members = groups.members.subarray(groups.offset[group]!, groups.offset[group + 1]!);
    const totals = rangeTotals(model, summary.rangeIndex, members, range);
    const alive = members.filter((goroutine) => trace.isAliveIn(goroutine, range));
    rows.push({
      index: group,
      name: names.group(group),
      detail: model.info.dialect === 'go' ? names.clean(names.package(group)) : '',
      n: alive.length,
      totals,
      life: sum(totals),
      buckets: buckets[group]!,
      p99: lifePercentile(trace, alive, 0.99),
    });
    looked += members.length + 20;
    if (looked < PER_STEP) continue;
    looked = 0;
    yield;
  }
  return rows;
}

/** The goroutines of a group that were there in the range, in pieces. */
export function* memberRowsSteps(trace: OpenTrace, group: number, range: TimeRange): Steps<MemberRow[]> {
  const { model, names } = trace;
  const { groups, goroutines } = model;
  const buckets = yield* memberBucketsSteps(model, group, range);
  const members = groups.members.subarray(groups.offset[group]!, groups.offset[group + 1]!);
  const rows: MemberRow[] = [];
  for (const [i, goroutine] of members.entries()) {
    if (i % PER_STEP === PER_STEP - 1) yield;
    if (!trace.isAliveIn(goroutine, range)) continue;
    const totals = rangeTotals(model, trace.summary.rangeIndex, [goroutine], range);
    rows.push({
      index: goroutine,
      name:
        model.info.dialect === 'go'
          ? names.strand(goroutine)
          : `${names.strand(goroutine)} #${goroutines.id[goroutine]}`,
      detail: names.strandDetail(goroutine),
      n: 1,
      totals,
      life: sum(totals),
      buckets: buckets[i]!,
      created: goroutines.created[goroutine]!,
      ended: goroutines.ended[goroutine]!,
    });
  }
  return rows;
}

function lifePercentile({ model: { goroutines } }: OpenTrace, members: Int32Array, q: number): number {
  const lives = Float64Array.from(members, (g) => goroutines.ended[g]! - goroutines.created[g]!).filter(
    (life) => life >= 0,
  );
  return lives.length === 0 ? Number.NaN : selectKth(lives, Math.max(0, Math.ceil(q * lives.length) - 1));
}

function sum(totals: Float64Array): number {
  return totals.reduce((a, b) => a + b, 0);
}

/** Did it do anything of its own in the range? */
export function isActive({ totals }: TimeRow): boolean {
  return totals[DisplayState.Run]! + totals[DisplayState.Gc]! + totals[DisplayState.Sys]! > 0;
}

/** A column of buckets that some row has: reasons of waits and ranges, the largest first. */
export interface BucketKey {
  readonly kind: 'blocked' | 'range';
  readonly name: string;
  readonly total: number;
}

export function bucketKeys(rows: readonly TimeRow[]): BucketKey[] {
  const totals = new Map<string, BucketKey>();
  const add = (kind: BucketKey['kind'], times: Readonly<Record<string, number>>) => {
    for (const [name, time] of Object.entries(times)) {
      const key = `${kind} ${name}`;
      totals.set(key, { kind, name, total: (totals.get(key)?.total ?? 0) + time });
    }
  };
  for (const { buckets } of rows) {
    add('blocked', buckets.blocked);
    add('range', buckets.ranges);
  }
  return [...totals.values()].sort((a, b) => a.kind.localeCompare(b.kind) || b.total - a.total);
}
