/**
 * Source: collections and the heap.
 *
 * Node reports a collection on a later turn of the loop, with exact times on the same monotonic clock as `hrtime`; one
 * constant offset converts them. The heap is read with each report and with each pulse.
 */
import { type PerformanceEntry, PerformanceObserver, performance } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';
import type { RecordWriter } from '../record/record-writer.ts';
import type { GcHeap } from './gc-heap.ts';
import type { LoopIdle } from './loop-idle.ts';
import type { PulsedSource } from './pulse.ts';

const KIB = 1024;

interface GcEntry extends PerformanceEntry {
  readonly detail?: { readonly kind?: number };
}

/** Starts recording collections and the heap, with `heap` also its size around each collection. */
export function recordGc(record: RecordWriter, loop: LoopIdle, heap: GcHeap | undefined): PulsedSource {
  const offset = hrtimeMinusPerformance();
  const readHeap = (): void => {
    if (record.depth === 0) record.idleBefore(loop.take());
    const { used_heap_size: used, heap_size_limit: limit } = getHeapStatistics();
    record.heap(Math.round(used / KIB), Math.round(limit / KIB));
  };
  const report = (entries: readonly GcEntry[]): void => {
    heap?.update();
    for (const entry of entries) {
      record.gc(entry.detail?.kind ?? 0, offset + entry.startTime * 1e6, Math.round(entry.duration * 1e6));
      const around = heap?.take(entry.detail?.kind ?? 0, entry.duration);
      if (around !== undefined) record.gcHeap(Math.round(around.before / KIB), Math.round(around.after / KIB));
    }
  };
  const observer = new PerformanceObserver((list) => {
    if (record.depth > 0) record.own();
    report(list.getEntries() as GcEntry[]);
    readHeap();
  });
  observer.observe({ type: 'gc' });
  readHeap();
  return {
    pulse: readHeap,
    stop: () => {
      report(observer.takeRecords() as GcEntry[]);
      observer.disconnect();
      heap?.stop();
    },
  };
}

/** The difference of the two clocks, ns: the reading pair that lies closest together counts. */
function hrtimeMinusPerformance(): number {
  let best = Number.POSITIVE_INFINITY;
  let offset = 0;
  for (let i = 0; i < 10; i++) {
    const before = process.hrtime();
    const middle = performance.now();
    const after = process.hrtime();
    const width = (after[0] - before[0]) * 1e9 + (after[1] - before[1]);
    if (width >= best) continue;
    best = width;
    offset = before[0] * 1e9 + before[1] + width / 2 - middle * 1e6;
  }
  return offset;
}
