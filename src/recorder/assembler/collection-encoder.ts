/**
 * Collections as Go's format has them: a stopped world on the running strand, and for the main isolate's major
 * collections a cycle around it.
 *
 * They are merged in here, late, as they are reported late. One that falls between slices, where most do, gets the
 * thread's "V8 GC" strand to stand on, as Go wants a running goroutine under a stopped world.
 */
import { EVENTS, GoStatus, type ThreadBatch, type TraceWriter } from '../../format/index.ts';
import type { Reasons, StrandNames } from './names.ts';
import type { ProcEncoder } from './proc-encoder.ts';
import type { StrandEncoder } from './strand-encoder.ts';
import { StrandFlag, type StrandTable } from './strand-table.ts';
import type { Collection } from './thread-replay.ts';

/** Kinds of GC of `PerformanceObserver`. */
const GC_NAMES: Readonly<Record<number, string>> = {
  1: 'GC scavenge',
  2: 'GC minor mark-compact',
  4: 'GC mark-compact',
  8: 'GC incremental marking',
  16: 'GC weak callbacks',
};
const GC_MARK_COMPACT = 4;
const GC_INCREMENTAL = 8;

/** Sequence of collection cycles: of the main isolate, as Go knows one collector. */
export interface CycleState {
  sequence: number;
  running: boolean;
}

export interface CollectionEncoderOptions {
  readonly writer: TraceWriter;
  readonly batch: ThreadBatch;
  readonly strands: StrandTable;
  readonly names: StrandNames;
  readonly reasons: Reasons;
  readonly cycle: CycleState;
  /** Number of the thread in the recording. */
  readonly thread: number;
  /** Whether this is the process's first thread. */
  readonly isMain: boolean;
  /** Writes the used heap of the thread, KiB. */
  readonly writeHeap: (used: number) => void;
}

export class CollectionEncoder {
  readonly #o: CollectionEncoderOptions;
  readonly #batch: ThreadBatch;
  readonly #proc: ProcEncoder;
  readonly #running: StrandEncoder;
  #gcStrand = 0;

  constructor(options: CollectionEncoderOptions, proc: ProcEncoder, running: StrandEncoder) {
    this.#o = options;
    this.#batch = options.batch;
    this.#proc = proc;
    this.#running = running;
  }

  /** Writes one collection; what has been written already is not overtaken. */
  encode({ kind, start, end, heap }: Collection): void {
    const { writer, reasons, isMain } = this.#o;
    const from = Math.max(start, this.#batch.time);
    const to = Math.max(from, end);
    const procRan = this.#proc.runs;
    const alone = this.#running.running === 0;
    this.#batch.at(from);
    if (alone) this.#startGcStrand();
    if (isMain && (kind === GC_INCREMENTAL || kind === GC_MARK_COMPACT)) this.#beginCycle();
    const name = writer.useString(writer.string(GC_NAMES[kind] ?? `GC kind ${kind}`));
    this.#batch.begin(EVENTS.STWBegin.id);
    this.#batch.arg(name);
    this.#batch.arg(0);
    if (heap !== undefined) this.#o.writeHeap(heap.before);
    this.#batch.event(EVENTS.STWEnd.id, to);
    if (heap !== undefined) this.#o.writeHeap(heap.after);
    if (isMain && kind === GC_MARK_COMPACT) this.#endCycle();
    if (!alone) return;
    this.#running.pause(EVENTS.GoBlock.id, GoStatus.Waiting, reasons.gc, 0);
    if (!procRan) this.#proc.stop();
  }

  #startGcStrand(): void {
    if (this.#gcStrand === 0) {
      this.#gcStrand = this.#o.strands.add(this.#o.thread, this.#o.names.gc, StrandFlag.MultiShot, 0);
      this.#running.create(this.#gcStrand, true);
    }
    this.#proc.start();
    this.#running.unblock(this.#gcStrand);
    this.#running.start(this.#gcStrand);
  }

  /** A cycle lasts from the start of incremental marking to the end of the mark-compact that finishes it. */
  #beginCycle(): void {
    const { cycle } = this.#o;
    if (cycle.running) return;
    cycle.running = true;
    this.#batch.begin(EVENTS.GCBegin.id);
    this.#batch.arg(++cycle.sequence);
    this.#batch.arg(0);
  }

  #endCycle(): void {
    const { cycle } = this.#o;
    cycle.running = false;
    this.#batch.begin(EVENTS.GCEnd.id);
    this.#batch.arg(++cycle.sequence);
  }
}
