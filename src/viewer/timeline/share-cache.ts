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

export class ShareCache {
  readonly #blocks = new Map<string, Uint8Array>();

  /**
   * @param key identifies the track
   * @param level buckets of 2^level ns
   */
  read(key: string, source: Shares, level: number, start: number, end: number): BucketRange {
    const bucketNs = 2 ** level;
    const first = Math.max(0, Math.floor(start / bucketNs));
    const count = Math.max(1, Math.ceil(end / bucketNs) - first);
    const shares = new Uint8Array(count * DISPLAY_STATES);
    const lastBlock = Math.floor((first + count - 1) / BLOCK);
    for (let block = Math.floor(first / BLOCK); block <= lastBlock; block++) {
      const from = Math.max(first, block * BLOCK);
      const to = Math.min(first + count, (block + 1) * BLOCK);
      const bytes = this.#block(key, source, level, block);
      const at = (from - block * BLOCK) * DISPLAY_STATES;
      shares.set(bytes.subarray(at, at + (to - from) * DISPLAY_STATES), (from - first) * DISPLAY_STATES);
    }
    return { first, bucketNs, shares };
  }

  #block(key: string, source: Shares, level: number, block: number): Uint8Array {
    const id = `${key}/${level}/${block}`;
    let bytes = this.#blocks.get(id);
    if (bytes === undefined) {
      bytes = readShares(source.track, source.pyramid, level, block * BLOCK, BLOCK);
      if (this.#blocks.size >= CAPACITY) this.#blocks.delete(this.#blocks.keys().next().value!);
      this.#blocks.set(id, bytes);
    }
    return bytes;
  }
}
