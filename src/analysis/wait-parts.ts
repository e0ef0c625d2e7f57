/**
 * What a moment of waiting or working is about, finer than the colours of the display: the parts into which the wall time
 * of a task falls. Follows from the display state, the wire's state, and the reason.
 */

import { GoState } from '../reader/index.ts';
import { intervalReason } from './interval-links.ts';
import type { Dialect, TraceModel } from './model.ts';
import { DisplayState } from './states.ts';

export const Part = {
  /** Own code runs. */
  Run: 0,
  /** The collector works, or the goroutine assists it. */
  Gc: 1,
  /** The whole world was stopped. */
  Stopped: 2,
  /** Could run, but the event loop or all procs were busy. */
  Ready: 3,
  Syscall: 4,
  /** The thread pool computes. */
  Pool: 5,
  Network: 6,
  File: 7,
  /** A child process. */
  Child: 8,
  Timer: 9,
  /** A lock, a channel, a promise: other code of the program. */
  Other: 10,
  Unknown: 11,
} as const;
export type Part = (typeof Part)[keyof typeof Part];
export const PARTS = 12;

const BY_DISPLAY: Readonly<Record<DisplayState, Part>> = {
  [DisplayState.Run]: Part.Run,
  [DisplayState.Sys]: Part.Syscall,
  [DisplayState.Gc]: Part.Gc,
  [DisplayState.Ready]: Part.Ready,
  [DisplayState.Net]: Part.Network,
  [DisplayState.Sync]: Part.Other,
  [DisplayState.Sleep]: Part.Timer,
  [DisplayState.Off]: Part.Unknown,
};

/** Reasons of waits that are told apart within a display state. */
const BY_REASON: ReadonlyMap<string, Part> = new Map([
  ['fs', Part.File],
  ['child process', Part.Child],
  ['crypto', Part.Pool],
  ['zlib', Part.Pool],
]);

/**
 * The part of an interval row.
 *
 * @param display the state in which it counts; that of the row by default
 */
export function partOf({ intervals, strings }: TraceModel, row: number, display = intervals.display[row]!): Part {
  const part = BY_DISPLAY[display as DisplayState];
  if (row < 0 || intervals.state[row] !== GoState.Waiting || intervals.display[row] !== display) return part;
  return BY_REASON.get(strings[intervalReason(intervals, row)]!) ?? part;
}

const WORDS: Readonly<Record<Dialect, readonly string[]>> = {
  go: [
    'running',
    'GC and assists',
    'stopped world',
    'runnable, not running',
    'system calls',
    'thread pool',
    'network',
    'files',
    'child processes',
    'sleep',
    'locks and channels',
    'unknown',
  ],
  node: [
    'running',
    'GC',
    'stopped world',
    'ready, loop busy',
    'blocking calls',
    'thread pool',
    'network',
    'files',
    'child processes',
    'timers',
    'other code (promises)',
    'unknown',
  ],
};

/** The word for a part. */
export function partWord(dialect: Dialect, part: Part): string {
  return WORDS[dialect][part]!;
}

/** Names of the parts in JSON, by part. */
export const PART_NAMES: readonly string[] = Object.keys(Part).map((name) => name[0]!.toLowerCase() + name.slice(1));
