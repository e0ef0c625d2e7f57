/**
 * What goroutines waited for, by the stack that they waited at: network, synchronization, syscalls, and being runnable.
 *
 * An interval counts with the part that lies in the extents asked for, under the stack of the event that began it. For
 * runnable time this is the stack of whoever made the goroutine runnable. An interval that the builder split (a syscall
 * that lost its proc) counts once.
 *
 * `goCompatible` gives the numbers of `go tool trace` (Go 1.26), which leaves out
 *
 * - what is still going on at the end of the trace, such as a lock that is never freed;
 * - what went on before the first mention of a goroutine;
 * - all of a goroutine before it first ran, so its first wait for a proc;
 * - every reason but Go's own, so files and timers of a Node trace.
 */

import { lowerBound } from '../../base/index.ts';
import { GoState } from '../../reader/index.ts';
import type { Extent } from '../extents.ts';
import { intervalReason } from '../interval-links.ts';
import type { TraceModel } from '../model.ts';
import { DISPLAY_STATES, DisplayState } from '../states.ts';
import { firstEndingAfter, goroutineTrack } from '../tracks.ts';
import { type Profile, ProfileSums, type ProfileType } from './profile.ts';

export type WaitProfileType = Exclude<ProfileType, 'cpu'>;

export interface WaitProfileOptions {
  /** Count as `go tool trace` does. */
  readonly goCompatible?: boolean;
}

/** The display state that a profile is about. */
const DISPLAY: Readonly<Record<WaitProfileType, DisplayState>> = {
  net: DisplayState.Net,
  sync: DisplayState.Sync,
  syscall: DisplayState.Sys,
  sched: DisplayState.Ready,
};

/** Go's rules: state, and which reasons. */
const GO_RULES: Readonly<Record<WaitProfileType, readonly [state: GoState, reasons: RegExp]>> = {
  net: [GoState.Waiting, /^network$/],
  sync: [GoState.Waiting, /chan|sync|select/],
  syscall: [GoState.Syscall, /^/],
  sched: [GoState.Runnable, /^/],
};

/** Whether an interval row belongs into a profile. */
export type Accept = (row: number) => boolean;

/**
 * A profile of waiting.
 *
 * @param extents what to look at; those of a goroutine must not overlap
 */
export function waitProfile(
  model: TraceModel,
  type: WaitProfileType,
  extents: readonly Extent[],
  { goCompatible = false }: WaitProfileOptions = {},
): Profile {
  const accept = goCompatible ? goRule(model, type) : ourRule(model, type);
  const sums = new ProfileSums(model.stacks.count);
  const add = (row: number, count: number, time: number): void => sums.add(model.intervals.stack[row]!, count, time);
  for (const extent of extents) addExtent(model, goCompatible ? goExtent(model, extent) : extent, accept, add);
  return sums.finish({ type, countOf: 'contentions', valueOf: 'delay' });
}

/** By display state: 1 = one of the profiles is about it. */
export function displaysOf(types: readonly WaitProfileType[]): Uint8Array {
  const wanted = new Uint8Array(DISPLAY_STATES);
  for (const type of types) wanted[DISPLAY[type]] = 1;
  return wanted;
}

export function ourRule({ intervals }: TraceModel, type: WaitProfileType): Accept {
  const wanted = DISPLAY[type];
  return (row) => intervals.display[row] === wanted;
}

function goRule(model: TraceModel, type: WaitProfileType): Accept {
  const { intervals, strings } = model;
  const [state, reasons] = GO_RULES[type];
  const wanted = Uint8Array.from(strings, (text) => Number(reasons.test(text)));
  return (row) =>
    intervals.state[row] === state && wanted[intervalReason(intervals, row)] === 1 && !lastsToTheEnd(model, row);
}

/** Does the state of an interval row, split or not, hold on when the trace ends? */
function lastsToTheEnd({ intervals, goroutines }: TraceModel, row: number): boolean {
  const goroutine = intervals.goroutine[row]!;
  const end = goroutines.offset[goroutine + 1]!;
  let next = row + 1;
  while (next < end && intervals.state[next] === intervals.state[row]) next++;
  return next === end && Number.isNaN(goroutines.ended[goroutine]!);
}

/** What Go sees of an extent: from when the goroutine first ran, as far as it was mentioned. */
function goExtent({ intervals, goroutines }: TraceModel, { goroutine, start, end }: Extent): Extent {
  let row = goroutines.offset[goroutine]!;
  const last = goroutines.offset[goroutine + 1]!;
  while (row < last && intervals.state[row] !== GoState.Running) row++;
  const ran = row < last ? intervals.start[row]! : 0;
  const { found, foundAt } = goroutines;
  const seen = Number.isNaN(goroutines.created[goroutine]!) ? foundAt[lowerBound(found, goroutine)]! : 0;
  return { goroutine, start: Math.max(start, ran, seen), end };
}

/** Hands over every accepted interval row of an extent: how often it counts, and its time in the extent, ns. */
export function addExtent(
  model: TraceModel,
  { goroutine, start, end }: Extent,
  accept: Accept,
  add: (row: number, count: number, time: number) => void,
): void {
  const { intervals } = model;
  const last = model.goroutines.offset[goroutine + 1]!;
  const track = goroutineTrack(model, goroutine);
  let counted = -1;
  for (let row = firstEndingAfter(track, start, track.runs[0]!, last); row < last; row++) {
    if (intervals.start[row]! >= end) break;
    if (!accept(row)) continue;
    const continues = counted === row - 1 && counted >= 0 && intervals.state[row] === GoState.Syscall;
    const time = Math.min(intervals.end[row]!, end) - Math.max(intervals.start[row]!, start);
    add(row, continues ? 0 : 1, time);
    counted = row;
  }
}
