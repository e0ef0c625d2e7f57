/**
 * Who caused whom, as stacks of functions across strands: the function of a strand below that of the strand that created it.
 * In a Node trace a stack ends at the last `await`; with its chain in front it begins at the request again.
 *
 * Strands with the same functions all the way up share a chain. A strand that is named like its creator (a timer that sets
 * itself anew) has the chain of its creator, so that chains end; they are cut at `DEEPEST`.
 */
import type { TraceModel } from '../model.ts';

const DEEPEST = 24;

export interface CallChains {
  /** Chain of each goroutine. */
  readonly of: Int32Array;
  /** Per chain: the chain of the creator (-1: none), string id of the function, and its depth. */
  readonly parent: Int32Array;
  readonly func: Int32Array;
}

export function callChains({ goroutines, strings }: TraceModel): CallChains {
  const { count, creator, name } = goroutines;
  const of = new Int32Array(count).fill(-1);
  const known = new Map<number, number>();
  const parent: number[] = [];
  const func: number[] = [];
  const depth: number[] = [];
  for (let goroutine = 0; goroutine < count; goroutine++) {
    const by = creator[goroutine]!;
    // Creators come first in the table; what does not is no chain.
    let above = by >= 0 && by < goroutine ? of[by]! : -1;
    const own = name[goroutine]!;
    if (above >= 0 && (func[above] === own || own === 0)) {
      of[goroutine] = above;
      continue;
    }
    if (above >= 0 && depth[above]! >= DEEPEST) above = parent[above]!;
    const key = (above + 1) * strings.length + own;
    let chain = known.get(key);
    if (chain === undefined) {
      chain = parent.push(above) - 1;
      func.push(own);
      depth.push(above < 0 ? 1 : depth[above]! + 1);
      known.set(key, chain);
    }
    of[goroutine] = chain;
  }
  return { of, parent: Int32Array.from(parent), func: Int32Array.from(func) };
}
