/** Where the reader gets its events from, once it knows the format: there is one kind of source per family of formats. */
import type { TraceEvent } from './event.ts';
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
   * The next event; undefined when more bytes are needed or `finished`. Times are relative to the origin and strictly
   * increasing. The object is used again. Throws `TraceFormatError`.
   */
  next(): TraceEvent | undefined;
  /** As `next`, for all events that can be had now, each passed to `sink`. */
  drain(sink: (event: TraceEvent) => void): void;
  /** Lets go of what is buffered. */
  clear(): void;
}
