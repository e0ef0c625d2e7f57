/**
 * Parts of goroutines' lives: what a question is limited to when it is about some goroutines, a group, regions or a
 * range of time. Extents of one goroutine do not overlap.
 */
import type { TraceModel } from './model.ts';
import { type TimeRange, wholeTrace } from './time-range.ts';

/** A stretch of a goroutine's life, ns. */
export interface Extent {
  readonly goroutine: number;
  readonly start: number;
  readonly end: number;
}

/** The lives of all goroutines, as far as they lie in the range. */
export function allExtents(model: TraceModel, range: TimeRange = wholeTrace(model)): Extent[] {
  return extentsOfGoroutines(model, Array.from({ length: model.goroutines.count }).keys(), range);
}

/** The lives of some goroutines, by index. */
export function extentsOfGoroutines(model: TraceModel, wanted: Iterable<number>, range: TimeRange): Extent[] {
  return Array.from(livesIn(model, wanted, range));
}

/** The lives of some goroutines one after another, for whoever does not need all of them at once. */
export function* livesIn(
  { goroutines, info }: TraceModel,
  wanted: Iterable<number>,
  range: TimeRange,
): Generator<Extent, void, void> {
  for (const goroutine of wanted) {
    const created = goroutines.created[goroutine]!;
    const ended = goroutines.ended[goroutine]!;
    const start = Math.max(range.start, Number.isNaN(created) ? info.start : created);
    const end = Math.min(range.end, Number.isNaN(ended) ? info.end : ended);
    if (start < end) yield { goroutine, start, end };
  }
}

/** The lives of the goroutines of some groups. */
export function extentsOfGroups(model: TraceModel, groups: Iterable<number>, range: TimeRange): Extent[] {
  const { offset, members } = model.groups;
  return Array.from(groups).flatMap((group) =>
    extentsOfGoroutines(model, members.subarray(offset[group], offset[group + 1]), range),
  );
}

/** The stretches in which some regions were open. */
export function extentsOfRegions(model: TraceModel, regions: Iterable<number>, range: TimeRange): Extent[] {
  const { start, end, goroutine } = model.regions;
  return disjoint(
    Array.from(regions, (region) => ({
      goroutine: goroutine[region]!,
      start: Number.isNaN(start[region]!) ? range.start : start[region]!,
      end: Number.isNaN(end[region]!) ? range.end : end[region]!,
    })),
    range,
  );
}

/** The extents within the range, those of a goroutine that overlap as one; by goroutine, in time order. */
export function disjoint(extents: readonly Extent[], range: TimeRange): Extent[] {
  const sorted = extents
    .map(({ goroutine, start, end }) => ({
      goroutine,
      start: Math.max(start, range.start),
      end: Math.min(end, range.end),
    }))
    .filter(({ start, end }) => start < end)
    .sort((a, b) => a.goroutine - b.goroutine || a.start - b.start);
  const merged: { goroutine: number; start: number; end: number }[] = [];
  for (const extent of sorted) {
    const last = merged.at(-1);
    if (last !== undefined && last.goroutine === extent.goroutine && extent.start <= last.end)
      last.end = Math.max(last.end, extent.end);
    else merged.push(extent);
  }
  return merged;
}
