/**
 * The critical path of a task as it is drawn: where the path waits to run behind one other goroutine, it leads through
 * that one. Who was ready for 380 ms because the loop was held wants to see the one who held it.
 */
import type { TraceModel } from '../model.ts';
import { holdersOf, procAfter } from '../proc-holders.ts';
import { Part } from '../wait-parts.ts';
import type { PathStep } from './critical-path.ts';

/** Share of a ready step that one goroutine must have held the proc, and of the path that such a step must have. */
const HELD = 0.5;
const WORTH = 0.02;

export interface PathStretch {
  /** Goroutine in whose row the path is; -1 where the trace does not know. */
  readonly goroutine: number;
  readonly start: number;
  readonly end: number;
  /** It does not work for the task, it holds the proc that the task is ready for. */
  readonly holds: boolean;
}

/** Adjoining stretches from the path's start to its end; neighbours are in different goroutines. */
export function pathThroughHolders(model: TraceModel, path: readonly PathStep[]): PathStretch[] {
  const stretches: PathStretch[] = [];
  const whole = path.length === 0 ? 0 : path.at(-1)!.end - path[0]!.start;
  const add = (goroutine: number, start: number, end: number, holds: boolean): void => {
    if (end <= start) return;
    const last = stretches.at(-1);
    if (last?.goroutine === goroutine && last.holds === holds) stretches[stretches.length - 1] = { ...last, end };
    else stretches.push({ goroutine, start, end, holds });
  };
  for (const { goroutine, row, start, end, part } of path) {
    const isLong = part === Part.Ready && row >= 0 && end - start >= whole * WORTH;
    const holder = isLong ? holderOf(model, row, start, end) : undefined;
    if (holder === undefined) {
      add(goroutine, start, end, false);
      continue;
    }
    add(goroutine, start, holder.start, false);
    add(holder.goroutine, holder.start, holder.end, true);
    add(goroutine, holder.end, end, false);
  }
  return stretches;
}

/** Who held the proc for most of a ready stretch, from its first to its last moment there. */
function holderOf(model: TraceModel, row: number, from: number, to: number): PathStretch | undefined {
  const proc = procAfter(model, row);
  if (proc < 0) return undefined;
  const { start, end, goroutine } = model.intervals;
  const found = new Map<number, { time: number; start: number; end: number }>();
  holdersOf(model, proc, from, to, (held, time) => {
    const entry = found.get(goroutine[held]!);
    const last = Math.min(to, end[held]!);
    if (entry === undefined) found.set(goroutine[held]!, { time, start: Math.max(from, start[held]!), end: last });
    else {
      entry.time += time;
      entry.end = last;
    }
  });
  for (const [holder, held] of found)
    if (held.time >= (to - from) * HELD) return { goroutine: holder, start: held.start, end: held.end, holds: true };
  return undefined;
}
