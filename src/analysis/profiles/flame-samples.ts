/**
 * What a flame graph is made of: time by stack *and* by what was waited for, so that the last frame can be the reason. Summed
 * over the reasons it is the profile of the same kind (`wait-profile.ts`, `cpu-profile.ts`), to the nanosecond.
 *
 * In pieces, as a page asks for it again and again while a range is drawn.
 */

import type { Steps } from '../../base/index.ts';
import { GoState } from '../../reader/index.ts';
import type { Extent } from '../extents.ts';
import { intervalReason } from '../interval-links.ts';
import type { TraceModel } from '../model.ts';
import type { DisplayState } from '../states.ts';
import type { TimeRange } from '../time-range.ts';
import type { CallChains } from './call-chains.ts';
import { samplePeriod } from './cpu-profile.ts';
import type { Profile, ProfileType } from './profile.ts';
import { addExtent, displaysOf, ourRule, type WaitProfileType } from './wait-profile.ts';

/** What was waited for. */
export interface FlameLeaf {
  readonly display: DisplayState;
  /** String id of the reason; 0 = the state says it all. */
  readonly reason: number;
}

export interface FlameSamples {
  /** Stack id, chain (-1: none), index into `leaves` (-1: none), how often, and how long (ns), row by row. */
  readonly stack: Int32Array;
  readonly chain: Int32Array;
  readonly leaf: Int32Array;
  readonly count: Float64Array;
  readonly value: Float64Array;
  readonly leaves: readonly FlameLeaf[];
  /** What `chain` is about; undefined: stacks stand alone. */
  readonly chains: CallChains | undefined;
}

/** Sums by stack, chain and leaf. */
class LeafSums {
  /** Row by stack, chain and leaf. Without chains, one more than the row by leaf and stack: 0 = none. */
  readonly #row = new Map<number, number>();
  readonly #rowOf: Int32Array[] = [];
  readonly #leaf = new Map<number, number>();
  readonly #leaves: FlameLeaf[] = [];
  /** The leaf that was asked for last: most often it is the next one too. */
  #lastKey = -1;
  #lastLeaf = -1;
  readonly #rows: { stack: number; chain: number; leaf: number; count: number; value: number }[] = [];
  readonly #stacks: number;
  readonly #chains: CallChains | undefined;

  constructor(model: TraceModel, chains: CallChains | undefined) {
    this.#stacks = model.stacks.count;
    this.#chains = chains;
  }

  leafOf(display: DisplayState, reason: number): number {
    const key = reason * 16 + display;
    if (key === this.#lastKey) return this.#lastLeaf;
    let leaf = this.#leaf.get(key);
    if (leaf === undefined) {
      leaf = this.#leaves.push({ display, reason }) - 1;
      this.#leaf.set(key, leaf);
    }
    this.#lastKey = key;
    this.#lastLeaf = leaf;
    return leaf;
  }

  add(goroutine: number, stack: number, leaf: number, count: number, value: number): void {
    if (this.#chains === undefined) return this.#addAlone(stack, leaf, count, value);
    const chain = goroutine < 0 ? -1 : this.#chains.of[goroutine]!;
    // Below 2^53: leaves are few, stacks and chains fewer than 2^22.
    const key = ((chain + 1) * 256 + leaf + 1) * this.#stacks + stack;
    const known = this.#row.get(key);
    if (known === undefined) {
      this.#row.set(key, this.#rows.push({ stack, chain, leaf, count, value }) - 1);
      return;
    }
    const row = this.#rows[known]!;
    row.count += count;
    row.value += value;
  }

  #addAlone(stack: number, leaf: number, count: number, value: number): void {
    this.#rowOf[leaf + 1] ??= new Int32Array(this.#stacks);
    const rowOf = this.#rowOf[leaf + 1]!;
    const known = rowOf[stack]!;
    if (known === 0) {
      rowOf[stack] = this.#rows.push({ stack, chain: -1, leaf, count, value });
      return;
    }
    const row = this.#rows[known - 1]!;
    row.count += count;
    row.value += value;
  }

  finish(): FlameSamples {
    const rows = this.#rows;
    return {
      stack: Int32Array.from(rows, ({ stack }) => stack),
      chain: Int32Array.from(rows, ({ chain }) => chain),
      leaf: Int32Array.from(rows, ({ leaf }) => leaf),
      count: Float64Array.from(rows, ({ count }) => count),
      value: Float64Array.from(rows, ({ value }) => value),
      leaves: this.#leaves,
      chains: this.#chains,
    };
  }
}

/** Interval rows between two pauses. */
const ROWS_PER_STEP = 40_000;
const ROWS_PER_SCAN = 400_000;

/**
 * What was waited for, of one or several kinds of waiting.
 *
 * @param extents what to look at; those of a goroutine must not overlap
 * @param chains who caused whom, when stacks are to begin there
 */
export function* waitSamplesSteps(
  model: TraceModel,
  types: readonly WaitProfileType[],
  extents: Iterable<Extent>,
  chains?: CallChains,
): Steps<FlameSamples> {
  const { intervals, goroutines } = model;
  const rules = types.map((type) => ourRule(model, type));
  const accept = rules.length === 1 ? rules[0]! : (row: number) => rules.some((rule) => rule(row));
  const sums = new LeafSums(model, chains);
  const leafOf = (row: number): number =>
    sums.leafOf(intervals.display[row]! as DisplayState, intervalReason(intervals, row));
  const add = (row: number, count: number, time: number): void =>
    sums.add(intervals.goroutine[row]!, intervals.stack[row]!, leafOf(row), count, time);
  let looked = 0;
  for (const extent of extents) {
    addExtent(model, extent, accept, add);
    looked += goroutines.offset[extent.goroutine + 1]! - goroutines.offset[extent.goroutine]! + 4;
    if (looked < ROWS_PER_STEP) continue;
    looked = 0;
    yield;
  }
  return sums.finish();
}

/**
 * What all goroutines waited for in a range: as `waitSamplesSteps` of all their lives, but in one pass over the intervals
 * as they lie, which takes a third to a seventh of the time where goroutines are many and short.
 */
export function* allWaitSamplesSteps(
  model: TraceModel,
  types: readonly WaitProfileType[],
  range: TimeRange,
  chains?: CallChains,
): Steps<FlameSamples> {
  const { display, start, end, state, stack, goroutine } = model.intervals;
  const { count } = model.intervals;
  const wanted = displaysOf(types);
  const sums = new LeafSums(model, chains);
  let counted = -1;
  for (let first = 0; first < count && range.start < range.end; first += ROWS_PER_SCAN) {
    if (first > 0) yield;
    const last = Math.min(count, first + ROWS_PER_SCAN);
    for (let row = first; row < last; row++) {
      const own = display[row]!;
      if (wanted[own] === 0 || end[row]! <= range.start || start[row]! >= range.end) continue;
      const who = goroutine[row]!;
      // A syscall that has lost its proc is one in two rows.
      const continues = counted === row - 1 && row > 0 && goroutine[counted] === who && state[row] === GoState.Syscall;
      const time = Math.min(end[row]!, range.end) - Math.max(start[row]!, range.start);
      const leaf = sums.leafOf(own as DisplayState, intervalReason(model.intervals, row));
      sums.add(who, stack[row]!, leaf, continues ? 0 : 1, time);
      counted = row;
    }
  }
  return sums.finish();
}

/** Samples between two pauses. */
const SAMPLES_PER_STEP = 50_000;

/**
 * CPU samples.
 *
 * @param accept whether a sample of a goroutine (-1: of none) at a time counts
 */
export function* cpuSamplesSteps(
  model: TraceModel,
  accept: (goroutine: number, time: number) => boolean,
  chains?: CallChains,
): Steps<FlameSamples> {
  const { samples } = model;
  const period = samplePeriod(model);
  const sums = new LeafSums(model, chains);
  for (let row = 0; row < samples.count; row++) {
    if (row % SAMPLES_PER_STEP === SAMPLES_PER_STEP - 1) yield;
    const goroutine = samples.goroutine[row]!;
    if (accept(goroutine, samples.time[row]!)) sums.add(goroutine, samples.stack[row]!, -1, 1, period);
  }
  return sums.finish();
}

/** Which samples of a trace count in a range: all in the whole trace, else those of goroutines, as in extents. */
export function inRange({ info }: TraceModel, { start, end }: TimeRange): (goroutine: number, time: number) => boolean {
  if (start <= info.start && end >= info.end) return () => true;
  return (goroutine, time) => goroutine >= 0 && start <= time && time < end;
}

/** The samples as a profile, for pprof. */
export function profileOf(model: TraceModel, type: ProfileType, samples: FlameSamples): Profile {
  const count = new Float64Array(model.stacks.count);
  const value = new Float64Array(model.stacks.count);
  for (let row = 0; row < samples.stack.length; row++) {
    count[samples.stack[row]!]! += samples.count[row]!;
    value[samples.stack[row]!]! += samples.value[row]!;
  }
  const stack = [...new Set(samples.stack)].filter((id) => count[id]! > 0);
  stack.sort((a, b) => value[b]! - value[a]! || a - b);
  return {
    type,
    countOf: type === 'cpu' ? 'samples' : 'contentions',
    valueOf: type === 'cpu' ? 'cpu' : 'delay',
    unit: 'nanoseconds',
    stack: Int32Array.from(stack),
    count: Float64Array.from(stack, (id) => count[id]!),
    value: Float64Array.from(stack, (id) => value[id]!),
  };
}
