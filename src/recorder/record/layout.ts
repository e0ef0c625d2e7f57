/**
 * The memory that the traced threads and the writer share: one growable buffer of 32-bit words per recording.
 *
 *     control words | thread words x MAX_THREADS | ring of slot 0 | ring of slot 1 | …
 *
 * A thread takes a free slot and grows the buffer when the slot's ring does not exist yet; so a worker thread needs
 * nothing but the buffer, and its ring survives it. A ring is `CHUNKS` chunks of fixed size. The thread fills one
 * chunk at a time and publishes full ones by counting `Published` up; the writer counts `Consumed` up behind it.
 * Within the open chunk `Position` says how far the words are valid; it is stored when a slice begins and ends.
 *
 * Both sides import this file and nothing else of each other.
 */

/** Words of a chunk (64 KiB), and of the header at its start. */
export const CHUNK_WORDS = 16384;
export const HEADER_WORDS = 8;
/** Room that is always free when a record is begun: more than the longest fixed-size record takes. */
export const RECORD_ROOM = 16;
/** Chunks of a ring: 8 MiB. */
export const CHUNKS = 128;
/** Full chunks, 1 MiB, that wake the writer: fewer are not worth the cold caches that it wakes with. */
export const WAKING_CHUNKS = 16;
export const MAX_THREADS = 64;

/** Control words of the whole recording. */
export const Control = {
  /** Counted up to wake the writer. */
  Wake: 0,
  /** Whether to write all there is and end: a `Stop`. */
  Stop: 1,
  /** 1 = the writer has ended; 2 = it has failed. */
  Done: 2,
  /** Threads ever started: the next thread's number. */
  Threads: 3,
  /** Who writes: a `Writer`. Claimed once. */
  Writer: 4,
  /** Threads that found no free slot. */
  LeftOut: 5,
  /** Who has the file: a `Sink`. */
  Sink: 6,
  /** Bytes that were sent to a sink other than a file, and that it has not taken yet. */
  UnderWay: 7,
  /** Collections reported by all threads. */
  Collections: 8,
} as const;

/** Go on; end, and take the time that it takes; end, as the process waits for it. */
export const Stop = { No: 0, Yes: 1, Hurry: 2 } as const;

/**
 * Nobody writes to the file; the writer does; it must not any more, as the process ends; it has heard. So a file is
 * never left in the middle of a batch, even if the writer is.
 */
export const Sink = { Idle: 0, Writing: 1, Closed: 2, Left: 3 } as const;

/** Nobody yet; the writer's thread; the traced thread itself, as it ended before the writer had started. */
export const Writer = { None: 0, Thread: 1, InPlace: 2 } as const;

/** Words of each slot. */
export const Slot = {
  State: 0,
  Published: 1,
  Consumed: 2,
  Position: 3,
  /** Number of the thread in the recording, 0 = the first. */
  Number: 4,
  /** `threadId` of node:worker_threads: tells whose ring it is when a thread dies. */
  ThreadId: 5,
  /** `threadId` of the thread that started it, -1 = none: when that one dies, so does this one. */
  Parent: 6,
  /** 1 = the thread discards its open chunk: the writer, should it catch up in that moment, must not read it. */
  Dropping: 7,
  /** When the thread was found to have ended without a word, ns: high and low 32 bits; 0 = not. */
  GoneHigh: 8,
  GoneLow: 9,
} as const;

/** A slot that is being made ready has the state `claimedBy(threadId)`, which is none of these. */
export const SlotState = { Free: 0, Active: 1, Ended: 2 } as const;

/** State of a slot that thread `threadId` has claimed: negative, so that nobody takes it for one in use. */
export function claimedBy(threadId: number): number {
  return -1 - threadId;
}

/** Words of a chunk's header. */
export const Header = {
  /** Records dropped on this thread before this chunk, since its start. */
  Lost: 0,
  /** Absolute time base of the chunk, ns: high and low 32 bits. */
  BaseHigh: 1,
  BaseLow: 2,
  /** Id of the last promise born before the chunk. */
  PromiseId: 3,
  /** Words in use, once the chunk is published. */
  Length: 4,
  /** 1 = collections are reported in the chunk: records about what is past. */
  Reports: 5,
} as const;

const CONTROL_WORDS = 16;
const SLOT_WORDS = 16;
const RINGS_AT = (CONTROL_WORDS + SLOT_WORDS * MAX_THREADS) * 4;
const RING_BYTES = CHUNKS * CHUNK_WORDS * 4;

/** The shared buffer: only what is in use takes memory. */
export function createSharedBuffer(): SharedArrayBuffer {
  return new SharedArrayBuffer(RINGS_AT, { maxByteLength: RINGS_AT + MAX_THREADS * RING_BYTES });
}

export function controlWords(shared: SharedArrayBuffer): Int32Array {
  return new Int32Array(shared, 0, CONTROL_WORDS);
}

export function slotWords(shared: SharedArrayBuffer, slot: number): Int32Array {
  return new Int32Array(shared, (CONTROL_WORDS + slot * SLOT_WORDS) * 4, SLOT_WORDS);
}

/** The words of a slot's ring, chunk after chunk; makes the ring when it does not exist yet. */
export function ringWords(shared: SharedArrayBuffer, slot: number): Int32Array {
  const at = RINGS_AT + slot * RING_BYTES;
  growTo(shared, at + RING_BYTES);
  return new Int32Array(shared, at, CHUNKS * CHUNK_WORDS);
}

function growTo(shared: SharedArrayBuffer, size: number): void {
  if (shared.byteLength >= size) return;
  try {
    shared.grow(size);
  } catch (error) {
    // Another thread may have grown it further in between: growing to less is an error.
    if (shared.byteLength < size) throw error;
  }
}

/** The chunks of a slot's ring. */
export function ringChunks(shared: SharedArrayBuffer, slot: number): Int32Array[] {
  const ring = ringWords(shared, slot);
  return Array.from({ length: CHUNKS }, (_, i) => ring.subarray(i * CHUNK_WORDS, (i + 1) * CHUNK_WORDS));
}
