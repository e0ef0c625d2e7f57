/**
 * Takes the records out of all rings and feeds them to the assembler. Runs on the writer's thread.
 *
 * Per slot it remembers which chunk it is in and how far it has read. Full chunks are read to their length and given
 * back, zeroed; the open chunk is read up to the published position. A thread that was terminated has published no
 * end: its open chunk is read up to the first zero, which is why chunks are zeroed.
 */
import type { Assembler } from '../assembler/assembler.ts';
import {
  CHUNK_WORDS,
  CHUNKS,
  HEADER_WORDS,
  Header,
  MAX_THREADS,
  ringChunks,
  Slot,
  SlotState,
  slotWords,
} from '../record/layout.ts';
import { countRecords, recordLength } from '../record/record-kinds.ts';

const TWO_32 = 2 ** 32;

/** How far the drain has come in one slot's ring. */
interface Ring {
  readonly thread: number;
  readonly chunks: readonly Int32Array[];
  /** Chunks given back. */
  consumed: number;
  /** Words read of the chunk at hand; 0 = not begun. */
  read: number;
}

export class Drain {
  readonly #shared: SharedArrayBuffer;
  readonly #assembler: Assembler;
  readonly #slots: Int32Array[];
  readonly #rings: (Ring | undefined)[] = [];

  constructor(shared: SharedArrayBuffer, assembler: Assembler) {
    this.#shared = shared;
    this.#assembler = assembler;
    this.#slots = Array.from({ length: MAX_THREADS }, (_, slot) => slotWords(shared, slot));
  }

  /** Waits for the first thread and returns the time base of its first chunk, ns: when the recording began. */
  firstTime(): number {
    const words = this.#slots[0]!;
    while (Atomics.load(words, Slot.State) < SlotState.Active)
      Atomics.wait(words, Slot.State, Atomics.load(words, Slot.State), 1);
    const chunk = ringChunks(this.#shared, 0)[0]!;
    return (chunk[Header.BaseHigh]! >>> 0) * TWO_32 + (chunk[Header.BaseLow]! >>> 0);
  }

  /**
   * Feeds everything that is published now, for as long as `mayGoOn`, which is asked before every chunk. Returns
   * whether it came to the end.
   */
  drain(mayGoOn: () => boolean = () => true): boolean {
    let whole = true;
    for (let slot = 0; slot < MAX_THREADS; slot++) {
      const words = this.#slots[slot]!;
      const state = Atomics.load(words, Slot.State);
      if (state === SlotState.Active || state === SlotState.Ended) {
        whole = this.#drainSlot(slot, words, state, mayGoOn) && whole;
      }
    }
    return whole;
  }

  /** Gives up what has not been fed: it is counted as lost. To be called once, at the very end. */
  loseRest(): void {
    for (let slot = 0; slot < MAX_THREADS; slot++) {
      const words = this.#slots[slot]!;
      const state = Atomics.load(words, Slot.State);
      if (state !== SlotState.Active && state !== SlotState.Ended) continue;
      this.#loseRestOf(slot, words, state);
    }
  }

  #loseRestOf(slot: number, words: Int32Array, state: number): void {
    const ring = this.#ringOf(slot, words);
    const published = Atomics.load(words, Slot.Published);
    let records = 0;
    let header: Int32Array | undefined;
    for (; ring.consumed < published; ring.consumed++, ring.read = 0) {
      const chunk = ring.chunks[ring.consumed % CHUNKS]!;
      header = chunk.slice(0, HEADER_WORDS);
      records += countRecords(chunk, ring.read || HEADER_WORDS, chunk[Header.Length]!);
      // In a full ring the next chunk, empty, would be the first again.
      chunk.fill(0);
    }
    const open = ring.chunks[ring.consumed % CHUNKS]!;
    const end = state === SlotState.Ended ? committedEnd(open, ring.read) : Atomics.load(words, Slot.Position);
    const inOpen = countRecords(open, ring.read || HEADER_WORDS, end);
    if (inOpen > 0) header = open.slice(0, HEADER_WORDS);
    if (header !== undefined) this.#assembler.loseRest(ring.thread, slot, header, records + inOpen);
  }

  #ringOf(slot: number, words: Int32Array): Ring {
    this.#rings[slot] ??= {
      thread: words[Slot.Number]!,
      chunks: ringChunks(this.#shared, slot),
      consumed: 0,
      read: 0,
    };
    return this.#rings[slot];
  }

  #drainSlot(slot: number, words: Int32Array, state: number, mayGoOn: () => boolean): boolean {
    const ring = this.#ringOf(slot, words);
    let published = Atomics.load(words, Slot.Published);
    while (mayGoOn()) {
      const chunk = ring.chunks[ring.consumed % CHUNKS]!;
      if (ring.consumed !== published) {
        this.#feed(slot, ring, chunk, chunk[Header.Length]!);
        chunk.fill(0);
        ring.consumed++;
        ring.read = 0;
        Atomics.store(words, Slot.Consumed, ring.consumed);
        continue;
      }
      if (state === SlotState.Ended) {
        this.#feed(slot, ring, chunk, committedEnd(chunk, ring.read));
        chunk.fill(0);
        this.#assembler.endThread(ring.thread, goneAt(words));
        this.#rings[slot] = undefined;
        Atomics.store(words, Slot.State, SlotState.Free);
        return true;
      }
      // As it was when all others were full. There is time for it later.
      if (Atomics.load(words, Slot.Dropping) === 1) return true;
      const position = Atomics.load(words, Slot.Position);
      // The position belongs to the open chunk only if no other chunk was opened meanwhile.
      const publishedNow = Atomics.load(words, Slot.Published);
      if (publishedNow === published) {
        this.#feed(slot, ring, chunk, position);
        return true;
      }
      published = publishedNow;
    }
    return false;
  }

  #feed(slot: number, ring: Ring, chunk: Int32Array, to: number): void {
    const isStart = ring.read === 0;
    const from = isStart ? HEADER_WORDS : ring.read;
    if (to <= from) return;
    this.#assembler.push(ring.thread, slot, chunk, from, to, isStart);
    ring.read = to;
  }
}

/** When a thread was found gone, ns; 0 = it ended by itself. */
function goneAt(words: Int32Array): number {
  return (words[Slot.GoneHigh]! >>> 0) * TWO_32 + (words[Slot.GoneLow]! >>> 0);
}

/** Where the records of an open chunk end: at the first word that is none. */
function committedEnd(chunk: Int32Array, read: number): number {
  let at = read === 0 ? HEADER_WORDS : read;
  while (at < CHUNK_WORDS) {
    const length = recordLength(chunk, at);
    if (length === 0) break;
    at += length;
  }
  return Math.min(at, CHUNK_WORDS);
}
