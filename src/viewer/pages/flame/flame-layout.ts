/** Which frames of a flame graph are seen, and where: pure geometry in design pixels. */
import type { FlameGraph } from '../../../analysis/index.ts';

/** Narrower frames are left out, with all that is above them. */
const LEAST_WIDTH = 1.5;
/** Frames that are put into the document; a page of more could not be operated anyway. */
const MOST_FRAMES = 3000;

export interface PlacedFrame {
  readonly node: number;
  readonly x: number;
  readonly width: number;
  /** Row, counting from the root. */
  readonly row: number;
}

/**
 * The frames around a node that fills the width: those that led to it, itself, and those that come after, as far as they can
 * be seen.
 */
export function placeFrames(graph: FlameGraph, zoomed: number, width: number): PlacedFrame[] {
  const { parent, depth, value, start, childOffset, children } = graph;
  const frames: PlacedFrame[] = [];
  for (let node = zoomed; node >= 0; node = parent[node]!) frames.push({ node, x: 0, width, row: depth[node]! });
  frames.reverse();
  const scale = value[zoomed]! > 0 ? width / value[zoomed]! : 0;
  const from = start[zoomed]!;
  // Level by level, so that what is cut off at the most is the deepest.
  for (let at = frames.length - 1; at < frames.length && frames.length < MOST_FRAMES; at++) {
    const { node } = frames[at]!;
    for (let row = childOffset[node]!; row < childOffset[node + 1]!; row++) {
      const child = children[row]!;
      const x0 = (start[child]! - from) * scale;
      const x1 = x0 + value[child]! * scale;
      // Children come largest first.
      if (x1 - x0 < LEAST_WIDTH) break;
      const left = Math.round(x0);
      frames.push({ node: child, x: left, width: Math.max(1, Math.round(x1) - left), row: depth[child]! });
    }
  }
  return frames;
}

/** The frame to which an arrow key goes, or -1. */
export function neighbour(graph: FlameGraph, node: number, key: string): number {
  const { parent, childOffset, children } = graph;
  if (key === 'out') return parent[node]!;
  if (key === 'in') return childOffset[node]! < childOffset[node + 1]! ? children[childOffset[node]!]! : -1;
  const above = parent[node]!;
  if (above < 0) return -1;
  const siblings = children.subarray(childOffset[above]!, childOffset[above + 1]!);
  return siblings[siblings.indexOf(node) + (key === 'next' ? 1 : -1)] ?? -1;
}

/**
 * Time of the nodes that are hits, without counting what lies within another hit twice.
 *
 * @param isHit 1 per node that is one
 */
export function hitTime({ count, parent, value }: FlameGraph, isHit: Uint8Array): number {
  const within = new Uint8Array(count);
  let sum = 0;
  for (let node = 0; node < count; node++) {
    const above = node > 0 && within[parent[node]!] === 1;
    within[node] = above || isHit[node] === 1 ? 1 : 0;
    if (isHit[node] === 1 && !above) sum += value[node]!;
  }
  return sum;
}
