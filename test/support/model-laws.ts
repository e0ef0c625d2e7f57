/** The laws that every model keeps, whatever the trace: broken ones as sentences. */
import {
  countOverlaps,
  countSeries,
  DisplayState,
  intervalProc,
  pyramidOf,
  readPeaks,
  type TraceModel,
} from '../../src/analysis/index.ts';

export function brokenLaws(model: TraceModel): string[] {
  return [...goroutineLaws(model), ...procLaws(model), ...taskLaws(model), ...livingLaws(model)];
}

/** Intervals of a goroutine adjoin from its creation (or the start) to its end (or that of the trace). */
function goroutineLaws(model: TraceModel): string[] {
  const { goroutines, intervals, info } = model;
  const broken: string[] = [];
  for (let goroutine = 0; goroutine < goroutines.count; goroutine++) {
    const first = goroutines.offset[goroutine]!;
    const last = goroutines.offset[goroutine + 1]! - 1;
    if (first > last) continue;
    const created = goroutines.created[goroutine]!;
    const ended = goroutines.ended[goroutine]!;
    if (intervals.start[first] !== (Number.isNaN(created) ? info.start : created))
      broken.push(`goroutine ${goroutine} does not begin with its first interval`);
    if (intervals.end[last] !== (Number.isNaN(ended) ? info.end : ended))
      broken.push(`goroutine ${goroutine} does not end with its last interval`);
    for (let row = first; row <= last; row++) {
      if (intervals.goroutine[row] !== goroutine) broken.push(`interval ${row} is of another goroutine`);
      if (row > first && intervals.start[row] !== intervals.end[row - 1]) broken.push(`a gap before interval ${row}`);
      if (intervals.end[row]! < intervals.start[row]!) broken.push(`interval ${row} ends before it starts`);
    }
  }
  return broken;
}

/** One goroutine at a time on a proc, in time order, and every interval on a proc is in the proc's list. */
function procLaws(model: TraceModel): string[] {
  const { procs, intervals } = model;
  const broken: string[] = [];
  for (let proc = 0; proc < procs.count; proc++) {
    let busyUntil = Number.NEGATIVE_INFINITY;
    for (let at = procs.offset[proc]!; at < procs.offset[proc + 1]!; at++) {
      const row = procs.running[at]!;
      if (intervalProc(intervals, row) !== proc) broken.push(`interval ${row} is not on proc ${proc}`);
      if (intervals.start[row]! < busyUntil) broken.push(`interval ${row} overlaps another one on proc ${proc}`);
      busyUntil = intervals.end[row]!;
    }
  }
  const onProcs = intervals.link.reduce((count, _, row) => count + Number(intervalProc(intervals, row) >= 0), 0);
  if (onProcs !== procs.running.length) broken.push('an interval on a proc is not in its list');
  return broken;
}

/** The most that are ready, or there, in a bucket is what the intervals say. */
function livingLaws(model: TraceModel): string[] {
  const { goroutines, intervals, living, info } = model;
  const there = Array.from({ length: goroutines.count }, (_, goroutine) => goroutine).filter(
    (goroutine) => goroutines.offset[goroutine]! < goroutines.offset[goroutine + 1]!,
  );
  const lives = countOverlaps(
    info.start,
    Float64Array.from(there, (goroutine) => intervals.start[goroutines.offset[goroutine]!]!),
    Float64Array.from(there, (goroutine) => intervals.end[goroutines.offset[goroutine + 1]! - 1]!),
  );
  const expected = { ready: countSeries(model, DisplayState.Ready), alive: lives };
  return (['ready', 'alive'] as const).flatMap((kind) => {
    const buckets = Math.floor(info.end / 2 ** living.level) + 1;
    const above = { finest: living.level + 1, levels: pyramidOf(living.level + 1, living[kind]).levels };
    const peaks = readPeaks(() => expected[kind], above, living.level, 0, buckets);
    const wrong = peaks.findIndex((peak, bucket) => (living[kind][bucket] ?? 0) !== (Number.isNaN(peak) ? 0 : peak));
    return wrong < 0 ? [] : [`bucket ${wrong} of living.${kind} has ${living[kind][wrong]}, not ${peaks[wrong]}`];
  });
}

/** Parents come before children, ends after starts, regions nest. */
function taskLaws(model: TraceModel): string[] {
  const { tasks, regions, goroutines } = model;
  const broken: string[] = [];
  for (let task = 0; task < tasks.count; task++) {
    if (tasks.name[task]! >= model.strings.length || tasks.kind[task]! >= model.strings.length) {
      broken.push(`task ${task} has a name or a kind that is no string`);
    }
    if (tasks.parent[task]! >= task) broken.push(`task ${task} has a parent that comes later`);
    if (tasks.end[task]! < tasks.start[task]!) broken.push(`task ${task} ends before it starts`);
  }
  for (let region = 0; region < regions.count; region++) {
    if (regions.end[region]! < regions.start[region]!) broken.push(`region ${region} ends before it starts`);
    if (regions.goroutine[region]! < 0 || regions.goroutine[region]! >= goroutines.count)
      broken.push(`region ${region} is of no goroutine`);
  }
  return broken;
}
