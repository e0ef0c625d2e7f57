/**
 * A filter at work: what it holds of, and rows whose shares count only that, for those that are drawn from pyramids.
 */
import { buildPyramid, type Matches, rowAt, type Track } from '../../analysis/index.ts';
import type { Shares } from './share-cache.ts';

export class ActiveFilter {
  readonly matches: Matches;
  readonly #shares = new Map<string, Shares>();

  constructor(matches: Matches) {
    this.matches = matches;
  }

  /** The shares of a row, of what matches only, to the same scale. Made when the row is first drawn. */
  sharesOf(key: string, all: Shares): Shares {
    let shares = this.#shares.get(key);
    if (shares === undefined) {
      const track = matchingTrack(all.track, this.matches.rows);
      shares = { track, pyramid: buildPyramid(track, all.pyramid.scale) };
      this.#shares.set(key, shares);
    }
    return shares;
  }
}

/** The intervals of a track that match, in the same runs. */
function matchingTrack(track: Track, matching: Uint8Array): Track {
  const { start, end, display, runs } = track;
  const rows: number[] = [];
  const kept = new Int32Array(runs.length);
  for (let run = 0; run < runs.length; run += 2) {
    kept[run] = rows.length;
    for (let at = runs[run]!; at < runs[run + 1]!; at++) {
      const row = rowAt(track, at);
      if (matching[row] === 1) rows.push(row);
    }
    kept[run + 1] = rows.length;
  }
  return { start, end, display, rows: Int32Array.from(rows), runs: kept };
}
