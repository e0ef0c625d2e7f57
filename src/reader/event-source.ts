/** Where the reader gets its events from, once it knows the format: there is one kind of source per family of formats. */
import type { EventBlock } from './event-block.ts';
import type { ExperimentalBatch } from './generation.ts';

/** One instant on three clocks; from format 1.25 on, each generation has one. */
export interface ClockSnapshot {
  /** Number of the Sync event that opens the generation. */
  readonly sync: number;
  /** Trace clock: ns since the origin. */
  readonly time: number;
  /** Monotonic clock of the system, ns. */
  readonly mono: bigint;
  /** Wall clock, ns since the epoch. */
  readonly wall: bigint;
}

export interface EventSource {
  /** Absolute trace clock of time 0, ns; 0 until the first event. */
  readonly origin: bigint;
  /** Generations that were begun. */
  readonly generations: number;
  /** Whether the last event was delivered. */
  readonly finished: boolean;
  /** Byte offset in the file of what is read next. */
  readonly offset: number;
  readonly clockSnapshots: readonly ClockSnapshot[];
  readonly experimentalBatches: readonly ExperimentalBatch[];

  /** Appends bytes, which must not be written to afterwards. The first ones are those behind the header. */
  push(bytes: Uint8Array): void;
  /** No more bytes will come. */
  end(): void;
  /**
   * Adds the next events to the block, which has room: until it is full, more bytes are needed, all are there
   * (`finished`), or a generation begins that is not the first in the block. So what is said here of generations holds
   * for the events of the block. Throws `TraceFormatError`; what was added before is good.
   */
  fill(block: EventBlock): void;
  /** Lets go of what is buffered. */
  clear(): void;
}
