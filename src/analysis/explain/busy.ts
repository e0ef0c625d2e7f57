/** What ran on procs within a stretch of time, and how long the world stood still meanwhile. */
import { holdersOf } from '../proc-holders.ts';
import { DisplayState, RangeClass } from '../states.ts';
import type { ExplainContext } from './context.ts';

/** One goroutine that ran on a proc. */
export interface Holder {
  readonly goroutine: number;
  /** Its longest interval there. */
  readonly row: number;
  /** ns, of all its intervals there. */
  readonly time: number;
}

/** The use of one proc within a stretch. */
export interface ProcUse {
  readonly proc: number;
  /** Those that ran, for longest first. The collector's own time is not theirs. */
  readonly holders: readonly Holder[];
  /** Time of the collector, and all busy time with it, ns. */
  readonly collector: number;
  readonly busy: number;
}

export function procUse({ model }: ExplainContext, proc: number, from: number, to: number): ProcUse {
  const { goroutine, display } = model.intervals;
  const found = new Map<number, { goroutine: number; row: number; time: number; longest: number }>();
  let collector = 0;
  let busy = 0;
  holdersOf(model, proc, from, to, (row, time) => {
    busy += time;
    if (display[row] === DisplayState.Gc) {
      collector += time;
      return;
    }
    const entry = found.get(goroutine[row]!);
    if (entry === undefined) found.set(goroutine[row]!, { goroutine: goroutine[row]!, row, time, longest: time });
    else {
      entry.time += time;
      if (time <= entry.longest) return;
      entry.longest = time;
      entry.row = row;
    }
  });
  return { proc, holders: [...found.values()].sort((a, b) => b.time - a.time), collector, busy };
}

/** For how long the world stood still within a stretch, ns, and what the longest stop was for. */
export function stoppedWithin(
  { model, names }: ExplainContext,
  from: number,
  to: number,
): { time: number; why: string } {
  const { count, start, end, class: kind, name } = model.ranges;
  let time = 0;
  let longest = 0;
  let why = '';
  for (let range = 0; range < count && start[range]! < to; range++) {
    if (kind[range] !== RangeClass.StopTheWorld) continue;
    const last = Number.isNaN(end[range]!) ? model.info.end : end[range]!;
    const overlap = Math.min(to, last) - Math.max(from, start[range]!);
    if (overlap <= 0) continue;
    time += overlap;
    if (overlap <= longest) continue;
    longest = overlap;
    why = names.text(name[range]!).replace(/^stop-the-world \((.*)\)$/, '$1');
  }
  return { time, why };
}
