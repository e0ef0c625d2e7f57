/**
 * Zoomed-out rows that tell the truth: for every bucket of time, the share of each display state.
 *
 * The law: buckets are 2^level ns wide and aligned to time 0, so two frames of a pan share all their buckets and a
 * zoom by two merges pairs. Shares are bytes: `round(255 × time in the state / (bucket width × scale))`, at least 1
 * when there was any time at all, so that a single busy microsecond in a minute is still there. `scale` is how
 * many goroutines make a full bar: 1 for a goroutine or a proc, the peak for a group.
 *
 * Building is linear in intervals + buckets, however long the intervals are: an interval adds its two ragged ends
 * to their buckets and marks where full cover begins and ends; a running sum spreads it over the buckets between.
 * The finest level has about one bucket per 16 intervals, so that all levels together take under one byte per
 * interval; below it, shares are computed from the intervals themselves (one binary search per run, then a walk).
 */
import { DISPLAY_STATES, DisplayState } from './states.ts';
import { firstEndingAfter, rowAt, type Track, trackLength } from './tracks.ts';

/** Intervals per bucket of the finest level: 8 bytes per bucket, twice for all levels, make one byte per interval. */
const INTERVALS_PER_BUCKET = 16;
const FULL = 255;

/** Plain data: it can be moved between threads. */
export interface TilePyramid {
  /** Levels that are stored; a bucket of level n is 2^n ns wide. The coarsest one holds the track in one bucket. */
  readonly finest: number;
  readonly coarsest: number;
  /** Goroutines that make a full bar. */
  readonly scale: number;
  /** Time at which the track begins, ns. Level n is stored from the bucket that holds it. */
  readonly from: number;
  /** Level n is bytes offset[n - finest] to offset[n - finest + 1] of `shares`. */
  readonly offset: Int32Array;
  /** DISPLAY_STATES bytes per bucket. */
  readonly shares: Uint8Array;
}

/** Sums time per state and bucket over a stretch of buckets. */
class ShareSums {
  width: number;
  first: number;
  readonly count: number;
  /** Time per (bucket, state), ns: the ragged ends only, until `spread`. */
  readonly time: Float64Array;
  /** Change of the number of intervals that cover a bucket fully, per (bucket, state). */
  readonly #cover: Int32Array;

  constructor(level: number, first: number, count: number) {
    this.width = 2 ** level;
    this.first = first;
    this.count = count;
    this.time = new Float64Array(count * DISPLAY_STATES);
    this.#cover = new Int32Array((count + 1) * DISPLAY_STATES);
  }

  /** Begins anew, for as many buckets of another level or place. */
  reset(level: number, first: number): this {
    this.width = 2 ** level;
    this.first = first;
    this.time.fill(0);
    this.#cover.fill(0);
    return this;
  }

  /**
   * Adds the intervals of a track at `from` to `to`, one run or a part of one; what lies outside of the buckets is cut
   * off. One loop, with everything it needs in variables: it sees every interval of a trace several times.
   */
  addRun({ start, end, display, rows }: Track, from: number, to: number): void {
    const { width, first, count, time } = this;
    const cover = this.#cover;
    // A width is a power of two: to multiply with its inverse is as exact as to divide by it.
    const perWidth = 1 / width;
    const low = first * width;
    const high = low + count * width;
    for (let position = from; position < to; position++) {
      const row = rows === undefined ? position : rows[position]!;
      let begin = start[row]!;
      let stop = end[row]!;
      if (begin >= high) return;
      if (begin < low) begin = low;
      if (stop > high) stop = high;
      if (begin >= stop) continue;
      const state = display[row]!;
      const a = ((begin - low) * perWidth) | 0;
      const b = ((stop - low) * perWidth) | 0;
      if (a === b) {
        time[a * DISPLAY_STATES + state]! += stop - begin;
        continue;
      }
      time[a * DISPLAY_STATES + state]! += low + (a + 1) * width - begin;
      if (b < count) time[b * DISPLAY_STATES + state]! += stop - low - b * width;
      cover[(a + 1) * DISPLAY_STATES + state]!++;
      cover[b * DISPLAY_STATES + state]!--;
    }
  }

  /** Adds the full cover to `time`. Call once, when all intervals are in. */
  spread(): void {
    const covering = new Float64Array(DISPLAY_STATES);
    for (let i = 0; i < this.time.length; i++) {
      const state = i % DISPLAY_STATES;
      covering[state]! += this.#cover[i]!;
      this.time[i]! += covering[state]! * this.width;
    }
  }
}

/** Adds the part of a track that lies in the buckets of `sums`. */
function addTrack(sums: ShareSums, track: Track): void {
  const { runs } = track;
  const low = sums.first * sums.width;
  for (let run = 0; run < runs.length; run += 2) {
    const to = runs[run + 1]!;
    sums.addRun(track, firstEndingAfter(track, low, runs[run]!, to), to);
  }
  sums.spread();
}

/** The same for buckets that hold all of it: nothing has to be searched. */
function addWhole(sums: ShareSums, track: Track): void {
  const { runs } = track;
  for (let run = 0; run < runs.length; run += 2) sums.addRun(track, runs[run]!, runs[run + 1]!);
  sums.spread();
}

function quantise(time: Float64Array, length: number, full: number, out: Uint8Array, at: number): void {
  for (let i = 0; i < length; i++) {
    const share = time[i]!;
    out[at + i] = share <= 0 ? 0 : Math.min(FULL, Math.max(1, Math.round((share / full) * FULL)));
  }
}

/** Merges pairs of buckets in place; returns the number of buckets left. */
function halve(time: Float64Array, first: number, count: number): number {
  const coarse = Math.floor(first / 2);
  const merged = Math.floor((first + count - 1) / 2) - coarse + 1;
  const shift = 2 * coarse - first; // 0, or -1 when the first pair lacks its left bucket
  for (let bucket = 0; bucket < merged; bucket++) {
    const left = 2 * bucket + shift;
    for (let state = 0; state < DISPLAY_STATES; state++) {
      const a = left >= 0 ? time[left * DISPLAY_STATES + state]! : 0;
      const b = left + 1 < count ? time[(left + 1) * DISPLAY_STATES + state]! : 0;
      time[bucket * DISPLAY_STATES + state] = a + b;
    }
  }
  return merged;
}

/** The most goroutines at once that were in a known state, as a mean over a bucket; at least 1. */
function peak(sums: ShareSums): number {
  let most = 0;
  for (let bucket = 0; bucket < sums.count; bucket++) {
    let sum = 0;
    for (let state = 0; state < DisplayState.Off; state++) sum += sums.time[bucket * DISPLAY_STATES + state]!;
    if (sum > most) most = sum;
  }
  return Math.max(1, Math.ceil(most / sums.width - 1e-6));
}

/** First start and last end of a track, ns; [0, 0] when it is empty. */
function extent(track: Track): readonly [number, number] {
  let from = Number.POSITIVE_INFINITY;
  let to = 0;
  for (let run = 0; run < track.runs.length; run += 2) {
    const a = track.runs[run]!;
    const b = track.runs[run + 1]!;
    if (a === b) continue;
    from = Math.min(from, track.start[rowAt(track, a)]!);
    to = Math.max(to, track.end[rowAt(track, b - 1)]!);
  }
  return from < to ? [from, to] : [0, 0];
}

/**
 * Builds the pyramid of a track: time linear in its intervals, memory under one byte per interval.
 *
 * @param scale goroutines or procs that make a full bar; by default the most that were in a known state at once
 * @param most buckets of the finest level, about: few are built faster, as they stay in the processor's cache, and leave
 * more to be computed from the intervals when one zooms in
 */
export function buildPyramid(track: Track, scale?: number, most = Number.POSITIVE_INFINITY): TilePyramid {
  const [from, to] = extent(track);
  const wanted = Math.max(1, Math.min(most, trackLength(track) / INTERVALS_PER_BUCKET));
  const finest = Math.max(0, Math.ceil(Math.log2((to - from) / wanted || 1)));
  const coarsest = Math.max(finest, Math.ceil(Math.log2(to + 1)));
  let first = Math.floor(from / 2 ** finest);
  let count = Math.floor(to / 2 ** finest) - first + 1;
  const sums = new ShareSums(finest, first, count);
  addWhole(sums, track);
  const full = scale ?? peak(sums);

  const offset = new Int32Array(coarsest - finest + 2);
  const shares = new Uint8Array((2 * count + 2 * offset.length) * DISPLAY_STATES);
  for (let level = finest; level <= coarsest; level++) {
    const at = offset[level - finest]!;
    quantise(sums.time, count * DISPLAY_STATES, 2 ** level * full, shares, at);
    offset[level - finest + 1] = at + count * DISPLAY_STATES;
    count = halve(sums.time, first, count);
    first = Math.floor(first / 2);
  }
  return { finest, coarsest, scale: full, from, offset, shares: shares.slice(0, offset.at(-1)) };
}

/** The level whose buckets are the widest that are not wider than `width` ns (a pixel, say). */
export function levelFor(width: number): number {
  return Math.max(0, Math.floor(Math.log2(width)));
}

/** Sums of the last reading, used again by the next of as many buckets: zooming reads thousands of them. */
let scratch: ShareSums | undefined;

/**
 * Shares of `count` buckets from bucket `first` of a level: DISPLAY_STATES bytes per bucket, indexed by display state.
 * Bucket b is the time from b × 2^level ns on. Any level will do: finer ones than the pyramid holds are computed from
 * the intervals, coarser ones than it holds are its coarsest bucket, which is all there is.
 */
export function readShares(
  track: Track,
  pyramid: TilePyramid,
  level: number,
  first: number,
  count: number,
): Uint8Array {
  const out = new Uint8Array(count * DISPLAY_STATES);
  if (level < pyramid.finest) {
    if (scratch?.count !== count) scratch = new ShareSums(level, first, count);
    const sums = scratch.reset(level, first);
    addTrack(sums, track);
    quantise(sums.time, out.length, sums.width * pyramid.scale, out, 0);
    return out;
  }
  const stored = Math.min(level, pyramid.coarsest);
  const from = pyramid.offset[stored - pyramid.finest]!;
  const to = pyramid.offset[stored - pyramid.finest + 1]!;
  const shift = (Math.floor(pyramid.from / 2 ** stored) - first) * DISPLAY_STATES;
  const begin = Math.max(0, shift);
  const end = Math.min(out.length, shift + to - from);
  if (begin < end) out.set(pyramid.shares.subarray(from + begin - shift, from + end - shift), begin);
  return out;
}
