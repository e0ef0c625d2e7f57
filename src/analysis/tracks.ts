/**
 * What one row of the timeline draws: a set of intervals, taken from the model without a copy.
 *
 * The idea: a track is a few *runs*, stretches of positions whose intervals follow one another in time without
 * overlap: one run for a goroutine or a proc, one per member for a group. So every track, whatever it is of, is
 * searched with one binary search per run and summed by walking. Positions are rows of the interval table, or
 * indices into `rows` where the intervals of a track do not lie side by side (procs).
 */
import type { TraceModel } from './model.ts';

export interface Track {
  /** Columns of the interval table. */
  readonly start: Float64Array;
  readonly end: Float64Array;
  readonly display: Uint8Array;
  /** Position to interval row; undefined when positions are rows. */
  readonly rows: Int32Array | undefined;
  /** Run i is positions runs[2i] to runs[2i + 1]. */
  readonly runs: Int32Array;
}

function track(model: TraceModel, runs: Int32Array, rows?: Int32Array): Track {
  const { start, end, display } = model.intervals;
  return { start, end, display, rows, runs };
}

/** The intervals of some goroutines, by index. */
export function goroutinesTrack(model: TraceModel, goroutines: ArrayLike<number>): Track {
  const { offset } = model.goroutines;
  const runs = new Int32Array(goroutines.length * 2);
  for (let i = 0; i < goroutines.length; i++) {
    const goroutine = goroutines[i]!;
    runs[2 * i] = offset[goroutine]!;
    runs[2 * i + 1] = offset[goroutine + 1]!;
  }
  return track(model, runs);
}

/** The intervals of one goroutine, by index. */
export function goroutineTrack(model: TraceModel, goroutine: number): Track {
  return goroutinesTrack(model, [goroutine]);
}

/** The intervals of all goroutines of a group. */
export function groupTrack(model: TraceModel, group: number): Track {
  const { offset, members } = model.groups;
  return goroutinesTrack(model, members.subarray(offset[group], offset[group + 1]));
}

/** What ran on a proc. */
export function procTrack(model: TraceModel, proc: number): Track {
  const { offset, running } = model.procs;
  return track(model, Int32Array.of(offset[proc]!, offset[proc + 1]!), running);
}

/** What ran on all procs. */
export function procsTrack(model: TraceModel): Track {
  const { count, offset, running } = model.procs;
  const runs = new Int32Array(count * 2);
  for (let proc = 0; proc < count; proc++) runs.set([offset[proc]!, offset[proc + 1]!], 2 * proc);
  return track(model, runs, running);
}

/**
 * What ran on all procs, with columns of its own: in `procsTrack` the rows lie all over the table, which costs whoever
 * walks over them more than once. Run i is proc i.
 */
export function copiedProcsTrack(model: TraceModel): Track {
  const { running } = model.procs;
  const { start, end, display } = model.intervals;
  const copy = {
    start: new Float64Array(running.length),
    end: new Float64Array(running.length),
    display: new Uint8Array(running.length),
  };
  for (let position = 0; position < running.length; position++) {
    const row = running[position]!;
    copy.start[position] = start[row]!;
    copy.end[position] = end[row]!;
    copy.display[position] = display[row]!;
  }
  return { ...copy, rows: undefined, runs: procsTrack(model).runs };
}

/** Run `run` of a track as a track. */
export function runOf({ start, end, display, rows, runs }: Track, run: number): Track {
  return { start, end, display, rows, runs: runs.subarray(2 * run, 2 * run + 2) };
}

/** The intervals of all goroutines. */
export function allTrack(model: TraceModel): Track {
  const { count, offset } = model.goroutines;
  const runs = new Int32Array(2 * count);
  for (let goroutine = 0; goroutine < count; goroutine++) {
    runs[2 * goroutine] = offset[goroutine]!;
    runs[2 * goroutine + 1] = offset[goroutine + 1]!;
  }
  return track(model, runs);
}

/** Number of intervals in a track. */
export function trackLength(track: Track): number {
  let length = 0;
  for (let i = 0; i < track.runs.length; i += 2) length += track.runs[i + 1]! - track.runs[i]!;
  return length;
}

/** Interval row at a position of a track. */
export function rowAt(track: Track, position: number): number {
  return track.rows === undefined ? position : track.rows[position]!;
}

/** First position of the run [from, to) whose interval ends after `time`; `to` when there is none. */
export function firstEndingAfter(track: Track, time: number, from: number, to: number): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (track.end[rowAt(track, middle)]! <= time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Interval row of run `run` that holds `time`, or -1. */
export function rowAtTime(track: Track, run: number, time: number): number {
  const to = track.runs[2 * run + 1]!;
  const position = firstEndingAfter(track, time, track.runs[2 * run]!, to);
  if (position === to) return -1;
  const row = rowAt(track, position);
  return track.start[row]! <= time ? row : -1;
}
