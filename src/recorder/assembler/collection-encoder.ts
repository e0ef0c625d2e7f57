/**
 * Collections as Go's format has them: a stopped world on the running strand, and for the main isolate's major
 * collections a cycle around it.
 *
 * They are merged in here, late, as they are reported late. One that falls between slices, where most do, gets the
 * thread's "V8 GC" strand to stand on, as Go wants a running goroutine under a stopped world.
 *
 * With the option `gc` the phases of a pause are regions on the strand that it stands on, and what the thread does for the
 * collector outside of pauses is what Go has for that: steps of marking are assists, sweeping is sweeping.
 */
import { EVENTS, GoStatus, type ThreadBatch, type TraceWriter } from '../../format/index.ts';
import type { Collection, GcWork } from './collections.ts';
import type { Reasons, StrandNames } from './names.ts';
import type { ProcEncoder } from './proc-encoder.ts';
import type { StrandEncoder } from './strand-encoder.ts';
import { StrandFlag, type StrandTable } from './strand-table.ts';

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
  encode({ kind, start, end, heap }: Collection, phases: readonly GcWork[]): void {
    const from = Math.max(start, this.#batch.time);
    const to = Math.max(from, end);
    this.#onStrand(from, () => this.#pause(kind, from, to, heap, phases));
  }

  /** Writes work outside of all pauses. What comes too late, and what is neither marking nor sweeping, is left out. */
  encodeWork({ name, start, end }: GcWork): void {
    const from = Math.max(start, this.#batch.time);
    if (from >= end) return;
    if (/^incremental/.test(name)) {
      this.#onStrand(from, () => {
        this.#batch.begin(EVENTS.GCMarkAssistBegin.id);
        this.#batch.arg(0);
        this.#batch.event(EVENTS.GCMarkAssistEnd.id, end);
      });
    } else if (/sweep/.test(name)) {
      this.#onStrand(from, () => {
        this.#batch.begin(EVENTS.GCSweepBegin.id);
        this.#batch.arg(0);
        this.#batch.event(EVENTS.GCSweepEnd.id, end);
        // Bytes swept and reclaimed: V8 does not say.
        this.#batch.arg(0);
        this.#batch.arg(0);
      });
    }
  }

  #pause(kind: number, from: number, to: number, heap: Collection['heap'], phases: readonly GcWork[]): void {
    const { writer, isMain } = this.#o;
    if (isMain && (kind === GC_INCREMENTAL || kind === GC_MARK_COMPACT)) this.#beginCycle();
    const name = writer.useString(writer.string(GC_NAMES[kind] ?? `GC kind ${kind}`));
    this.#batch.begin(EVENTS.STWBegin.id);
    this.#batch.arg(name);
    this.#batch.arg(0);
    if (heap !== undefined) this.#o.writeHeap(heap.before);
    this.#phases(phases, from, to);
    this.#batch.event(EVENTS.STWEnd.id, to);
    if (heap !== undefined) this.#o.writeHeap(heap.after);
    if (isMain && kind === GC_MARK_COMPACT) this.#endCycle();
  }

  /** Writes `phases` as regions that are nested as they are, none longer than what it is part of. */
  #phases(phases: readonly GcWork[], from: number, to: number): void {
    const open: { readonly name: number; readonly end: number }[] = [];
    const endUntil = (time: number): void => {
      for (let top = open.at(-1); top !== undefined && top.end <= time; top = open.at(-1)) {
        this.#region(EVENTS.UserRegionEnd.id, top.name, top.end);
        open.pop();
      }
    };
    for (const phase of phases) {
      const start = Math.max(from, phase.start);
      endUntil(start);
      const end = Math.min(phase.end, open.at(-1)?.end ?? to);
      if (end <= start) continue;
      const name = this.#o.writer.constant(`GC ${phase.name}`);
      this.#region(EVENTS.UserRegionBegin.id, name, start);
      open.push({ name, end });
    }
    endUntil(to);
  }

  #region(event: number, name: number, time: number): void {
    this.#o.writer.useString(name);
    this.#batch.event(event, time);
    // Of no task.
    this.#batch.arg(0);
    this.#batch.arg(name);
    this.#batch.arg(0);
  }

  /** Writes what `write` does at `time` on the strand that runs, or on the collector's own. */
  #onStrand(time: number, write: () => void): void {
    const { reasons } = this.#o;
    const procRan = this.#proc.runs;
    const alone = this.#running.running === 0;
    this.#batch.at(time);
    if (alone) this.#startGcStrand();
    write();
    if (!alone) return;
    this.#running.pause(EVENTS.GoBlock.id, GoStatus.Waiting, reasons.gc, 0);
    if (!procRan) this.#proc.stop();
  }

  #startGcStrand(): void {
    if (this.#gcStrand === 0) {
      this.#gcStrand = this.#o.strands.add(this.#o.thread, this.#o.names.gc, StrandFlag.MultiShot, 0);
      this.#running.create(this.#gcStrand, true, 0);
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
