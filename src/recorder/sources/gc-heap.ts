/**
 * How much heap each collection began and ended with, by V8's own profiler of collections.
 *
 * It knows sizes and costs, but no times; the performance entries know times, but no sizes. Both list the collections in
 * order, so an entry is matched with the next one of the profile that is of its kind and took as long; what finds no match has
 * no sizes. It costs some 40 µs per collection, which is why it is an option.
 */
import { GCProfiler } from 'node:v8';

export interface HeapAround {
  /** Used heap, bytes. */
  readonly before: number;
  readonly after: number;
}

interface Profiled extends HeapAround {
  readonly type: string;
  /** µs */
  readonly cost: number;
}

/** The profiler's words for the kinds of `PerformanceObserver`. Any other kind may be the same. */
const TYPES: Readonly<Record<number, string>> = { 1: 'Scavenge', 4: 'MarkSweepCompact', 8: 'IncrementalMarking' };
/** The two measure the same collection, but not from the same line of code on: µs, and share. */
const TOLERANCE = 50;
const TOLERATED_SHARE = 0.02;

export class GcHeap {
  #profiler = new GCProfiler();
  #profiled: Profiled[] = [];

  constructor() {
    this.#profiler.start();
  }

  /** Takes in the collections since the last call. */
  update(): void {
    const { statistics } = this.#profiler.stop();
    this.#profiler = new GCProfiler();
    this.#profiler.start();
    this.#profiled = statistics.map(({ gcType, cost, beforeGC, afterGC }) => ({
      type: gcType,
      cost,
      before: beforeGC.heapStatistics.usedHeapSize,
      after: afterGC.heapStatistics.usedHeapSize,
    }));
  }

  /** The heap around the next collection of a kind, which took `duration` ms; undefined when it is not known. */
  take(kind: number, duration: number): HeapAround | undefined {
    const us = duration * 1000;
    const isSame = ({ type, cost }: Profiled): boolean =>
      type === (TYPES[kind] ?? type) && Math.abs(cost - us) < TOLERANCE + TOLERATED_SHARE * us;
    const at = this.#profiled.findIndex(isSame);
    return at < 0 ? undefined : this.#profiled.splice(0, at + 1).at(-1);
  }

  stop(): void {
    this.#profiler.stop();
  }
}
