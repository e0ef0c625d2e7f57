/**
 * What a moment of a goroutine or strand is called on screen and in breakdowns, and how it follows from the wire's
 * state and reason.
 *
 * The idea: rules are data. A state other than waiting says it all (`STATE_CLASSES`); a wait is classified by its
 * reason (`REASON_CLASSES`), for Go's reasons and for those a Node trace adds in one table, as the words that both
 * use mean the same. A new reason is one row. Where the program itself does nothing useful or unusual, because the
 * strand is a container that only waits for its next use, the class is Off, so that it never drowns real waits.
 */
import { GoState } from '../reader/index.ts';
import type { Dialect } from './model.ts';

/** The states of the viewer's legend, in stacking order (bottom to top). */
export const DisplayState = { Run: 0, Sys: 1, Gc: 2, Ready: 3, Net: 4, Sync: 5, Sleep: 6, Off: 7 } as const;
export type DisplayState = (typeof DisplayState)[keyof typeof DisplayState];
export const DISPLAY_STATES = 8;

/**
 * The states from most to least active. Where several strands work for one task, the instant belongs to the most
 * active one of them: somebody running explains the time better than somebody waiting for him.
 */
export const BY_ACTIVITY: readonly DisplayState[] = [
  DisplayState.Run,
  DisplayState.Gc,
  DisplayState.Sys,
  DisplayState.Ready,
  DisplayState.Net,
  DisplayState.Sync,
  DisplayState.Sleep,
  DisplayState.Off,
];

/** Classes of ranges: collector at work, world stopped, anything else. */
export const RangeClass = { Gc: 0, StopTheWorld: 1, Other: 2 } as const;
export type RangeClass = (typeof RangeClass)[keyof typeof RangeClass];

const { Run, Sys, Gc, Ready, Net, Sync, Sleep, Off } = DisplayState;

/** By GoState. Waiting is here only for completeness: its reason decides. */
const STATE_CLASSES: Readonly<Record<GoState, DisplayState>> = {
  [GoState.Undetermined]: Off,
  [GoState.NotExist]: Off,
  [GoState.Runnable]: Ready,
  [GoState.Running]: Run,
  [GoState.Waiting]: Off,
  [GoState.Syscall]: Sys,
};

/** Reasons of waits. Go's are those of its runtime's `traceBlockReason`; Node's are those that the recorder writes. */
const REASON_CLASSES: ReadonlyMap<string, DisplayState> = rules({
  // Both: no reason is known for a wait that began before the trace.
  '': Off,
  unspecified: Off,
  network: Net,
  sleep: Sleep,
  'chan receive': Sync,

  // Go.
  'chan send': Sync,
  select: Sync,
  sync: Sync,
  'sync.(*Cond).Wait': Sync,
  synctest: Sync,
  coroutine: Sync,
  'wait for debug call': Sync,
  // A goroutine that can never go on, such as an empty select: as good as ended.
  forever: Off,
  'GC mark assist wait for work': Gc,
  'wait until GC ends': Gc,
  'GC weak to strong wait': Gc,
  // Stopped so that the collector can scan its stack.
  preempted: Gc,
  'GC background sweeper wait': Sleep,
  'system goroutine wait': Sleep,

  // Node: waits for the outside world.
  fs: Net,
  dns: Net,
  'child process': Net,
  // Node: the thread pool computes.
  crypto: Sys,
  zlib: Sys,
  // Node: waits for other code of this program.
  'sync (await)': Sync,
  'async resource': Sync,
  // Node: due as soon as the loop comes around.
  immediate: Ready,
  // Node: strands that only wait for their next use, and waits about which nothing is known.
  nextTick: Off,
  microtasks: Off,
  'event loop': Off,
  'next request': Off,
  'next connection': Off,
  GC: Off,
  'lost records': Off,
});

/** A table whose keys may be any string, `constructor` too. */
function rules<T>(table: Readonly<Record<string, T>>): ReadonlyMap<string, T> {
  return new Map(Object.entries(table));
}

/** A goroutine that handed its thread to another one (coroutine switch, nested callback) waits for that one. */
const SWITCHED_AWAY: DisplayState = Sync;

/** A reason that the table does not know is some wait for another part of the program. */
const UNKNOWN_REASON: DisplayState = Sync;

/**
 * The display state of an interval.
 *
 * @param from state before the interval; a wait without a reason that follows running is a switch
 */
export function displayState(state: GoState, reason: string, from: GoState = GoState.Undetermined): DisplayState {
  if (state !== GoState.Waiting) return STATE_CLASSES[state];
  if (reason === '' && from === GoState.Running) return SWITCHED_AWAY;
  return REASON_CLASSES.get(reason) ?? UNKNOWN_REASON;
}

/**
 * The class of a range, by its name. In a Node trace the collector's pauses are stop-the-world ranges by form
 * ("stop-the-world (GC scavenge)"), but of one event loop: they are shown as what they are, the collector.
 */
export function rangeClass(name: string, dialect: Dialect): RangeClass {
  const stopsWorld = name.startsWith('stop-the-world');
  const collects = name.includes('GC');
  if (stopsWorld && !(collects && dialect === 'node')) return RangeClass.StopTheWorld;
  return collects ? RangeClass.Gc : RangeClass.Other;
}

/** Does a range of this name mean that the goroutine it is about works for the collector while it runs? */
export function isCollectorRange(name: string): boolean {
  return name.includes('GC');
}

/** Does a label mark the goroutine that carries it as one of the collector's workers? Go writes `GC (dedicated)` and such. */
export function isCollectorLabel(label: string): boolean {
  return label.startsWith('GC (');
}
