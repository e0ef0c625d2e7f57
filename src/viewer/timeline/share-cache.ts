/**
 * Buckets of the tile pyramids for the window on screen, kept in blocks, so that panning computes only what comes into
 * view and two frames at the same zoom share everything.
 */
import { DISPLAY_STATES, readShares, type TilePyramid, type Track } from '../../analysis/index.ts';
import type { TimeScale } from './scale.ts';

/** Buckets per block. */
const BLOCK = 256;
/** Blocks that are kept: about 8 MB. */
const CAPACITY = 4096;
/** Levels are fewer: a level of 2^64 ns is 584 years. */
const MOST_LEVELS = 64;

/** A track and its pyramid. */
export interface Shares {
  readonly track: Track;
  readonly pyramid: TilePyramid;
}

/** Buckets that cover a window. */
export interface BucketRange {
  readonly first: number;
  readonly bucketNs: number;
  /** DISPLAY_STATES bytes per bucket. */
  readonly shares: Uint8Array;
}

/** The level whose buckets are one to two columns of `pixels` wide. */
export function columnLevel(scale: TimeScale, pixels: number): number {
  return Math.max(0, Math.ceil(Math.log2(scale.perPixel * pixels)));
}

/** Results that may be in use at once. */
const SCRATCH = 4;

export class ShareCache {
  /** Blocks by row, then by level and number. */
  readonly #rows = new Map<string, Map<number, Uint8Array>>();
  readonly #scratch: Uint8Array[] = Array.from({ length: SCRATCH }, () => new Uint8Array(0));
  #next = 0;
  #blocks = 0;

  /**
   * Buckets that cover a window. The result is used again by the fourth call after this one.
   *
   * @param key identifies the track
   * @param level buckets of 2^level ns
   */
  read(key: string, source: Shares, level: number, start: number, end: number): BucketRange {
    const bucketNs = 2 ** level;
    const first = Math.max(0, Math.floor(start / bucketNs));
    const count = Math.max(1, Math.ceil(end / bucketNs) - first);
    const shares = this.#result(count * DISPLAY_STATES);
    let row = this.#rows.get(key);
    if (row === undefined) {
      row = new Map();
      this.#rows.set(key, row);
    }
    const lastBlock = Math.floor((first + count - 1) / BLOCK);
    for (let block = Math.floor(first / BLOCK); block <= lastBlock; block++) {
      const from = Math.max(first, block * BLOCK);
      const to = Math.min(first + count, (block + 1) * BLOCK);
      const bytes = this.#block(row, source, level, block);
      const at = (from - block * BLOCK) * DISPLAY_STATES;
      const length = (to - from) * DISPLAY_STATES;
      const target = (from - first) * DISPLAY_STATES;
      for (let i = 0; i < length; i++) shares[target + i] = bytes[at + i]!;
    }
    return { first, bucketNs, shares };
  }

  /** A result of this many bytes, in memory that was used before if that is long enough. */
  #result(bytes: number): Uint8Array {
    const at = this.#next;
    this.#next = (at + 1) % SCRATCH;
    if (this.#scratch[at]!.length < bytes) this.#scratch[at] = new Uint8Array(bytes * 2);
    return this.#scratch[at]!.subarray(0, bytes);
  }

  #block(row: Map<number, Uint8Array>, source: Shares, level: number, block: number): Uint8Array {
    const id = block * MOST_LEVELS + level;
    let bytes = row.get(id);
    if (bytes === undefined) {
      bytes = readShares(source.track, source.pyramid, level, block * BLOCK, BLOCK);
      row.set(id, bytes);
      if (++this.#blocks > CAPACITY) this.#forget(row);
    }
    return bytes;
  }

  /** Lets the blocks go of the row that was first read longest ago; not of the present one, unless it is the only one. */
  #forget(present: Map<number, Uint8Array>): void {
    for (const [key, row] of this.#rows) {
      if (row === present && this.#rows.size > 1) continue;
      this.#blocks -= row.size;
      row.clear();
      this.#rows.delete(key);
      return;
    }
  }
}
