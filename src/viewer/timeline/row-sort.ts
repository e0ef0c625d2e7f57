/** By what rows are sorted: what matters in the shown stretch of time. */
import {
  DISPLAY_STATES,
  DisplayState,
  firstEndingAfter,
  goroutineTrack,
  type TraceModel,
} from '../../analysis/index.ts';
import type { TimeWindow } from './scale.ts';

export const SORTS = ['active', 'run', 'ready', 'sync', 'net', 'sleep', 'sys', 'start', 'name', 'length'] as const;
export type RowSort = (typeof SORTS)[number];

/** States whose time counts, by sort; those of the others are told by something else. */
const COUNTED: Readonly<Partial<Record<RowSort, readonly DisplayState[]>>> = {
  active: [DisplayState.Run, DisplayState.Sys, DisplayState.Gc, DisplayState.Ready, DisplayState.Net],
  run: [DisplayState.Run],
  ready: [DisplayState.Ready],
  sync: [DisplayState.Sync],
  net: [DisplayState.Net],
  sleep: [DisplayState.Sleep],
  sys: [DisplayState.Sys, DisplayState.Gc],
};

/** Weight of a row from its time per state; larger comes first. */
export function weightOf(sort: RowSort, totals: ArrayLike<number>, at = 0): number {
  let sum = 0;
  for (const state of COUNTED[sort] ?? COUNTED.active!) sum += totals[at + state]!;
  return sum;
}

/** Time per state of a goroutine in a window, added to `totals`. */
export function addTotals(model: TraceModel, strand: number, window: TimeWindow, totals: Float64Array): void {
  const { start, end, display } = model.intervals;
  const track = goroutineTrack(model, strand);
  const last = track.runs[1]!;
  for (let row = firstEndingAfter(track, window.start, track.runs[0]!, last); row < last; row++) {
    if (start[row]! >= window.end) break;
    totals[display[row]!]! += Math.min(end[row]!, window.end) - Math.max(start[row]!, window.start);
  }
}

/**
 * The first `most` of some strands by a sort. Linear in them and their intervals in the window; what is found is sorted.
 *
 * @param nameOf name of a strand, for the sort by name
 */
export function sortedStrands(
  model: TraceModel,
  strands: ArrayLike<number>,
  sort: RowSort,
  window: TimeWindow,
  most: number,
  nameOf: (strand: number) => string,
): number[] {
  if (sort === 'name') {
    const named = Array.from(strands, (strand) => ({ strand, name: nameOf(strand) }));
    named.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.strand - b.strand));
    return named.slice(0, most).map(({ strand }) => strand);
  }
  return largest(strands, most, keyOf(model, sort, window));
}

/** What is the larger, the earlier a strand comes. */
function keyOf(model: TraceModel, sort: RowSort, window: TimeWindow): (strand: number) => number {
  const { offset, created, ended } = model.goroutines;
  const { start } = model.intervals;
  if (sort === 'start') {
    return (strand) => (offset[strand]! < offset[strand + 1]! ? -start[offset[strand]!]! : Number.NEGATIVE_INFINITY);
  }
  if (sort === 'length') {
    const known = (time: number, otherwise: number) => (Number.isNaN(time) ? otherwise : time);
    return (strand) => known(ended[strand]!, model.info.end) - known(created[strand]!, model.info.start);
  }
  const totals = new Float64Array(DISPLAY_STATES);
  return (strand) => {
    totals.fill(0);
    addTotals(model, strand, window, totals);
    return weightOf(sort, totals);
  };
}

/** The `most` members with the largest keys, largest first: a small heap, so that a crowd is not sorted for a few. */
export function largest(members: ArrayLike<number>, most: number, key: (member: number) => number): number[] {
  const heap: { member: number; key: number }[] = [];
  const less = (a: { member: number; key: number }, b: { member: number; key: number }) =>
    a.key < b.key || (a.key === b.key && a.member > b.member);
  const swap = (a: number, b: number) => {
    [heap[a], heap[b]] = [heap[b]!, heap[a]!];
  };
  for (let i = 0; i < members.length; i++) {
    const entry = { member: members[i]!, key: key(members[i]!) };
    if (heap.length < most) {
      let at = heap.push(entry) - 1;
      for (; at > 0 && less(heap[at]!, heap[(at - 1) >> 1]!); at = (at - 1) >> 1) swap(at, (at - 1) >> 1);
    } else if (most > 0 && less(heap[0]!, entry)) {
      heap[0] = entry;
      for (let at = 0; ; ) {
        let least = at;
        for (const child of [2 * at + 1, 2 * at + 2])
          if (child < heap.length && less(heap[child]!, heap[least]!)) least = child;
        if (least === at) break;
        swap(at, least);
        at = least;
      }
    }
  }
  return heap.sort((a, b) => b.key - a.key || a.member - b.member).map(({ member }) => member);
}

/** How rows are sorted, in the words of a head. */
export function sortWords(sort: RowSort, states: readonly string[]): string {
  switch (sort) {
    case 'active':
      return `most running and ${states[DisplayState.Ready]} time in view first`;
    case 'start':
      return 'the earliest first';
    case 'name':
      return 'by name';
    case 'length':
      return 'the longest first';
    default:
      return `most time in view first: ${states[STATE_OF_SORT[sort]]!}`;
  }
}

/** The state that a sort is about. */
export const STATE_OF_SORT: Readonly<Record<Exclude<RowSort, 'active' | 'start' | 'name' | 'length'>, DisplayState>> = {
  run: DisplayState.Run,
  ready: DisplayState.Ready,
  sync: DisplayState.Sync,
  net: DisplayState.Net,
  sleep: DisplayState.Sleep,
  sys: DisplayState.Sys,
};
