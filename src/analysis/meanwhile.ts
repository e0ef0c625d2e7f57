/**
 * What held up a wait for others: who held the lock, the channel or the promise, and what that one did meanwhile.
 *
 * 1. Turns. Who ended the wait had its turn before. If it had waited for the same itself, its turn began when that wait
 *    ended, and before it another had its turn: so the wait falls into turns, the last one first. In Go those wait for the
 *    same who wait at the same place; a promise that serves as a lock is waited for by strands of one function, which end
 *    each other's waits.
 * 2. Each turn is told by the longest interval of its holder; while that is again a wait for others, their interval is
 *    taken. So a mutex that is held across a call of the network is told as waiting for the network.
 * 3. What takes most time in all turns is the answer, with the code that held.
 */

import { duration, type Steps, upperBound } from '../base/index.ts';
import { GoState } from '../reader/index.ts';
import { awaitReason, causeOfAwait } from './await-cause.ts';
import { intervalReason } from './interval-links.ts';
import type { TraceModel } from './model.ts';
import type { Names } from './names.ts';
import { DisplayState } from './states.ts';
import type { TimeRange } from './time-range.ts';
import { partOf, partWord } from './wait-parts.ts';
import { culpritOf, type Wakeup, wakeupOf } from './wakeups.ts';

/** Turns that are followed, rows of a holder that are looked at, and holders that are asked, each of the one before. */
const MOST_TURNS = 256;
const MOST_ROWS = 64;
const MOST_HOLDERS = 8;

export interface Meanwhile {
  /** Goroutine that held, and its interval row that takes up most of its turn. */
  readonly holder: number;
  readonly holderRow: number;
  /** What that came to in the end: an interval row of the holder, or of whom it waited for. */
  readonly row: number;
  /** How much of the wait went to that in all turns, ns. */
  readonly time: number;
  /** The wait that is told, if not the one that was asked about: the one in the queue, behind an await. */
  readonly wait: number;
  /** How many had their turn within the wait. */
  readonly turns: number;
}

interface Turn {
  readonly holder: number;
  readonly from: number;
  readonly to: number;
}

/** What held up the wait in an interval row; undefined when nobody in the program did, or the trace does not show it. */
export function meanwhileOf(model: TraceModel, row: number): Meanwhile | undefined {
  const { intervals, goroutines } = model;
  const reason = awaitReason(model);
  const wait = queueBehind(model, row);
  const turns = turnsOf(model, wait);
  const found = new Map<string, { holder: number; holderRow: number; row: number; time: number; longest: number }>();
  for (const { holder, from, to } of turns) {
    const holderRow = longestWithin(model, holder, from, to);
    if (holderRow < 0) continue;
    const cause = causeOf(model, holderRow, from, to);
    const at = causeOfAwait(model, cause, reason)?.row ?? cause;
    const key = `${goroutines.group[holder]} ${intervals.stack[holderRow]} ${partOf(model, at)}`;
    const time = within(model, cause, from, to);
    const known = found.get(key) ?? { holder, holderRow, row: at, time: 0, longest: 0 };
    known.time += time;
    if (time > known.longest) Object.assign(known, { holder, holderRow, row: at, longest: time });
    found.set(key, known);
  }
  const [most] = [...found.values()].sort((a, b) => b.time - a.time);
  if (most === undefined) return undefined;
  const { holder, holderRow, time } = most;
  return { holder, holderRow, row: most.row, time, wait, turns: turns.length };
}

/** `main.(*TokenStore).refresh: network 198 ms`: the code that held, and what it mostly did. */
export function meanwhileText(model: TraceModel, names: Names, held: Meanwhile): string {
  const { code, part, inside } = holderOf(model, names, held);
  return `${code}: ${part} ${duration(held.time)}${inside}`;
}

/** Waits of one function whose holders are looked at by `heldMeanwhile`: the longest. */
const MOST_WAITS = 500;
const WAITS_PER_STEP = 50;
/** Share of all from which a holder is told. */
const WORTH = 0.01;

/**
 * Who held meanwhile what a function waits for, over all its waits in a range: `main.refresh: network` and for how long,
 * ns, longest first. The longest 500 waits are looked at. In pieces, as a page asks while it is used.
 *
 * @param func string id: waits count whose stack has it
 */
export function* heldMeanwhile(
  model: TraceModel,
  names: Names,
  func: number,
  { start, end }: TimeRange,
): Steps<readonly (readonly [what: string, time: number])[]> {
  const { stacks, intervals, info } = model;
  const has = new Uint8Array(stacks.count);
  for (let stack = 0; stack < stacks.count; stack++)
    has[stack] = Number(stacks.func.subarray(stacks.offset[stack], stacks.offset[stack + 1]).includes(func));
  const reason = awaitReason(model);
  const isWait = (row: number): boolean =>
    info.dialect === 'go'
      ? intervals.display[row] === DisplayState.Sync
      : intervals.state[row] === GoState.Waiting && intervalReason(intervals, row) === reason;
  const waits: number[] = [];
  for (let row = 0; row < intervals.count; row++)
    if (has[intervals.stack[row]!] === 1 && isWait(row) && intervals.end[row]! > start && intervals.start[row]! < end)
      waits.push(row);
  yield;
  const length = (row: number): number => intervals.end[row]! - intervals.start[row]!;
  waits.sort((a, b) => length(b) - length(a));
  const sums = new Map<string, number>();
  for (const [at, row] of waits.slice(0, MOST_WAITS).entries()) {
    if (at % WAITS_PER_STEP === WAITS_PER_STEP - 1) yield;
    const held = meanwhileOf(model, row);
    // Node: an await that is no turn in a queue is told by the graph itself.
    if (held === undefined || (info.dialect === 'node' && held.turns < 2)) continue;
    const { code, part } = holderOf(model, names, held);
    sums.set(`${code}: ${part}`, (sums.get(`${code}: ${part}`) ?? 0) + held.time);
  }
  const all = [...sums.values()].reduce((a, b) => a + b, 0);
  return [...sums].filter(([, time]) => time >= WORTH * all).sort((a, b) => b[1] - a[1]);
}

function holderOf(
  model: TraceModel,
  names: Names,
  { holder, holderRow, row }: Meanwhile,
): { readonly code: string; readonly part: string; readonly inside: string } {
  const { intervals, info } = model;
  const of = names.functionOf(intervals.goroutine[row]!);
  const code =
    (info.dialect === 'go' ? names.ownFunction(intervals.stack[holderRow]!) : '') || names.functionOf(holder);
  // Of a resource the function is told that made it.
  const inside = info.dialect === 'node' && of !== '' && of !== code ? ` (${of.split(': ', 1)[0]})` : '';
  return { code, part: partWord(info.dialect, partOf(model, row)), inside };
}

/**
 * Node: who awaits a function that waits for its turn, waits for that turn. The first wait behind an await, itself included,
 * that one of its own kind ended; else the wait itself.
 */
function queueBehind(model: TraceModel, row: number): number {
  if (model.info.dialect === 'go') return row;
  const { start, end } = model.intervals;
  let at = row;
  for (let i = 0; i < MOST_HOLDERS && model.intervals.state[at] === GoState.Waiting; i++) {
    if (isInQueue(model, at)) return at;
    const waker = wakeupOf(model, at)?.waker ?? -1;
    const inner = waker < 0 ? -1 : longestWithin(model, waker, start[row]!, end[row]!);
    if (inner < 0 || within(model, inner, start[row]!, end[row]!) < (end[row]! - start[row]!) / 2) break;
    at = inner;
  }
  return row;
}

function turnsOf(model: TraceModel, row: number): Turn[] {
  const { start, end } = model.intervals;
  const turns: Turn[] = [];
  let [wait, to] = [row, end[row]!];
  while (turns.length < MOST_TURNS) {
    const wakeup = wakeupOf(model, wait);
    if (wakeup === undefined || wakeup.waker < 0) break;
    const before = sameWaitBefore(model, wakeup, row);
    const from = before < 0 ? start[row]! : Math.max(start[row]!, end[before]!);
    turns.push({ holder: wakeup.waker, from, to });
    if (before < 0 || from === start[row]) break;
    [wait, to] = [before, from];
  }
  return turns;
}

/** The last wait of a waker, within that of `row`, for what `row` waits for; or -1. */
function sameWaitBefore(model: TraceModel, { waker, wakerRow }: Wakeup, row: number): number {
  const { intervals, goroutines, info } = model;
  // Who ended as it woke has no row at that time.
  const last = wakerRow < 0 ? goroutines.offset[waker + 1]! : wakerRow;
  const first = Math.max(goroutines.offset[waker]!, last - MOST_ROWS);
  for (let at = last - 1; at >= first && intervals.end[at]! > intervals.start[row]!; at--) {
    if (intervals.state[at] !== GoState.Waiting) continue;
    if (info.dialect === 'go') {
      if (
        intervals.stack[at] === intervals.stack[row] &&
        intervalReason(intervals, at) === intervalReason(intervals, row)
      )
        return at;
      continue;
    }
    // Why a promise is waited for, the recorder guesses; who settled it, it knows.
    if (isInQueue(model, at)) return at;
  }
  return -1;
}

/** Did a strand of the same function end this wait? */
function isInQueue(model: TraceModel, row: number): boolean {
  const { intervals, goroutines } = model;
  const waker = wakeupOf(model, row)?.waker ?? -1;
  return waker >= 0 && goroutines.group[waker] === goroutines.group[intervals.goroutine[row]!];
}

/** The interval that an interval of a holder comes to: of whom it waited for, and so on. */
function causeOf(model: TraceModel, holderRow: number, from: number, to: number): number {
  let at = holderRow;
  for (let i = 0; i < MOST_HOLDERS && model.intervals.display[at] === DisplayState.Sync; i++) {
    const next = culpritOf(model, at);
    const found = next < 0 ? -1 : longestWithin(model, next, from, to);
    if (found < 0) return at;
    at = found;
  }
  return at;
}

function within({ intervals }: TraceModel, row: number, from: number, to: number): number {
  return Math.min(intervals.end[row]!, to) - Math.max(intervals.start[row]!, from);
}

/** The interval row of a goroutine that takes up most of [from, to), or -1. */
function longestWithin(model: TraceModel, goroutine: number, from: number, to: number): number {
  const { goroutines, intervals } = model;
  const last = goroutines.offset[goroutine + 1]!;
  let best = -1;
  const first = upperBound(intervals.end, from, goroutines.offset[goroutine]!, last);
  for (let row = first; row < last && intervals.start[row]! < to; row++)
    if (within(model, row, from, to) > (best < 0 ? 0 : within(model, best, from, to))) best = row;
  return best;
}
