/**
 * Which locks of a Go program were waited for, by the place that locks: how long, how often, and who let go of them.
 *
 * A wait is one for a lock when the top of its stack is in `sync.(*Mutex)` or `sync.(*RWMutex)`; the place is the first
 * frame below the library. Who ended a wait unlocked; in a queue of waiters, who ended the wait of the first held the lock
 * while all of them waited (`culpritOf`). One pass over the intervals.
 */
import { meanwhileOf, meanwhileText } from './meanwhile.ts';
import type { TraceModel } from './model.ts';
import { Names } from './names.ts';
import { DisplayState } from './states.ts';
import { culpritOf } from './wakeups.ts';

/** Functions of Go's library in which one waits for a lock; what they call on the way is above them. */
const LOCK = /^(?:internal\/)?sync\.\(\*(?:RW)?Mutex\)\./;
const LIBRARY = /^(?:internal\/)?(?:sync|runtime)\./;

export interface LockSite {
  /** A stack of it: `Names.caller` says the place. */
  readonly stack: number;
  /** Sum of all waits, and the longest, ns. */
  readonly time: number;
  readonly longest: number;
  readonly count: number;
  /** Interval row of the longest wait. */
  readonly interval: number;
  /** Group of who ended most of the waiting, -1 = not known; for how much of it, ns. */
  readonly holder: number;
  readonly held: number;
  /** Who held up the longest wait, doing what, as `meanwhileText` says it; '' = not known. */
  readonly heldBy: string;
}

export interface LockWaits {
  /** Sum of all, ns. */
  readonly total: number;
  /** Longest sum first. */
  readonly sites: readonly LockSite[];
}

interface Sum {
  stack: number;
  time: number;
  longest: number;
  count: number;
  interval: number;
  readonly holders: Map<number, number>;
}

/** @param most places that are returned */
export function lockWaits(model: TraceModel, most = 10): LockWaits {
  const { intervals, goroutines } = model;
  const siteOf = sitesOfStacks(model);
  const sums = new Map<string, Sum>();
  let total = 0;
  for (let row = 0; row < intervals.count; row++) {
    if (intervals.display[row] !== DisplayState.Sync) continue;
    const stack = intervals.stack[row]!;
    const site = siteOf(stack);
    if (site === '') continue;
    const time = intervals.end[row]! - intervals.start[row]!;
    total += time;
    const sum = sums.get(site) ?? { stack, time: 0, longest: 0, count: 0, interval: row, holders: new Map() };
    sums.set(site, sum);
    sum.time += time;
    sum.count++;
    if (time > sum.longest) {
      sum.longest = time;
      sum.interval = row;
    }
    const waker = culpritOf(model, row);
    if (waker >= 0) {
      const group = goroutines.group[waker]!;
      sum.holders.set(group, (sum.holders.get(group) ?? 0) + time);
    }
  }
  const names = new Names(model);
  const sites = [...sums.values()].sort((a, b) => b.time - a.time).slice(0, most);
  return { total, sites: sites.map((sum) => withHolder(model, names, sum)) };
}

function withHolder(model: TraceModel, names: Names, { holders, ...sum }: Sum): LockSite {
  const [holder, held] = [...holders].reduce((a, b) => (b[1] > a[1] ? b : a), [-1, 0]);
  const meanwhile = meanwhileOf(model, sum.interval);
  return { ...sum, holder, held, heldBy: meanwhile === undefined ? '' : meanwhileText(model, names, meanwhile) };
}

/** The place that locks, as a key, per stack; '' for stacks that wait for something else. */
function sitesOfStacks({ stacks, strings }: TraceModel): (stack: number) => string {
  const known = new Map<number, string>();
  const find = (stack: number): string => {
    const last = stacks.offset[stack + 1]!;
    let isLock = false;
    for (let frame = stacks.offset[stack]!; frame < last; frame++) {
      const func = strings[stacks.func[frame]!]!;
      if (LOCK.test(func)) isLock = true;
      else if (!LIBRARY.test(func)) return isLock ? `${stacks.func[frame]} ${stacks.line[frame]}` : '';
    }
    return '';
  };
  return (stack) => {
    let site = known.get(stack);
    if (site === undefined) {
      site = find(stack);
      known.set(stack, site);
    }
    return site;
  };
}
