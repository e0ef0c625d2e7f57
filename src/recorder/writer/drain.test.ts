import { describe, expect, it } from 'vitest';
import { Assembler } from '../assembler/assembler.ts';
import {
  CHUNK_WORDS,
  CHUNKS,
  createSharedBuffer,
  HEADER_WORDS,
  Header,
  MAX_THREADS,
  ringChunks,
  Slot,
  SlotState,
  slotWords,
} from '../record/layout.ts';
import { KIND_MASK, RecordKind, recordLength } from '../record/record-kinds.ts';
import { RecordWriter } from '../record/record-writer.ts';
import { Drain } from './drain.ts';

/** Takes what is drained, instead of assembling it. */
class Taker extends Assembler {
  /** The value of each `Context` record, by thread. */
  readonly taken = new Map<number, number[]>();
  readonly starts: number[] = [];
  readonly ended: number[] = [];
  /** Records given up at the end, and dropped before, by thread. */
  readonly lost = new Map<number, number>();
  readonly dropped = new Map<number, number>();

  override push(thread: number, _: number, words: Int32Array, from: number, to: number, isStart: boolean): void {
    const taken = this.taken.get(thread) ?? [];
    this.taken.set(thread, taken);
    if (isStart) this.starts.push(thread);
    for (let at = from; at < to; at += recordLength(words, at)) {
      if ((words[at]! & KIND_MASK) === RecordKind.Context) taken.push(words[at + 1]!);
    }
  }

  override loseRest(thread: number, _proc: number, header: Int32Array, records: number): void {
    this.lost.set(thread, records);
    this.dropped.set(thread, header[Header.Lost]!);
  }

  override endThread(thread: number): void {
    this.ended.push(thread);
  }
}

const nothing = { mono: 0, wallSeconds: 0, wallNanoseconds: 0 };

function setUp() {
  const shared = createSharedBuffer();
  const taker = new Taker({ sink: () => {}, level: 0, facts: {}, clock: () => nothing });
  const drain = new Drain(shared, taker);
  const claim = (threadId = 1) => RecordWriter.claim(shared, MAX_THREADS, { threadId })!;
  return { shared, taker, drain, claim };
}

/** Writes numbers, one record each; outside of slices the last one lets the writer see all. */
function write(record: RecordWriter, from: number, to: number): void {
  for (let n = from; n < to; n++) record.context(n);
  record.heap(0, 0);
}

function numbers(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}

describe('the drain', () => {
  it('takes every record once, in whatever pieces, round and round the ring', () => {
    const { taker, drain, claim } = setUp();
    const record = claim();
    let written = 0;
    for (const count of [0, 1, 10, 0, 5_000, 20_000, 8_000, 100_000, 3, 500_000, 500_000, 1]) {
      write(record, written, written + count);
      written += count;
      drain.drain();
      expect(taker.taken.get(0) ?? []).toHaveLength(written);
    }
    expect(written).toBeGreaterThan((CHUNKS * CHUNK_WORDS) / 2);
    record.end();
    drain.drain();
    expect(taker.taken.get(0)!.every((n, i) => n === i)).toBe(true);
    expect(taker.ended).toEqual([0]);
  });

  it('says of each chunk once that it starts', () => {
    const { taker, drain, claim } = setUp();
    const record = claim();
    for (let n = 0; n < 5; n++) {
      write(record, 0, CHUNK_WORDS / 4);
      drain.drain();
    }
    // A record takes two words.
    expect(taker.starts).toHaveLength(3);
  });

  it('takes all of a thread that died without a word, up to the last record', () => {
    const { shared, taker, drain, claim } = setUp();
    const main = claim();
    const record = claim(5);
    write(record, 0, 10);
    drain.drain();
    // In the middle of a slice nothing is published.
    record.callbackBegins(1, () => 0);
    for (let n = 10; n < 20; n++) record.context(n);
    drain.drain();
    expect(taker.taken.get(1)).toEqual(numbers(0, 10));
    Atomics.store(slotWords(shared, record.slot), Slot.State, SlotState.Ended);
    drain.drain();
    expect(taker.taken.get(1)).toEqual(numbers(0, 20));
    expect(taker.ended).toEqual([1]);
    write(main, 0, 5);
    drain.drain();
    expect(taker.taken.get(0)).toEqual(numbers(0, 5));
  });

  it('takes all of a thread that died in the words of a record', () => {
    const { shared, taker, drain, claim } = setUp();
    const record = claim();
    write(record, 0, 10);
    const words = slotWords(shared, 0);
    const chunk = ringChunks(shared, 0)[0]!;
    const end = words[Slot.Position]!;
    chunk[end] = RecordKind.Text | (3 << 6);
    chunk[end + 1] = 1000;
    chunk[end + 2] = 77;
    Atomics.store(words, Slot.State, SlotState.Ended);
    drain.drain();
    expect(taker.taken.get(0)).toEqual(numbers(0, 10));
    expect(taker.ended).toEqual([0]);
  });

  it('gives the slot of a thread that has ended to the next one, clean', () => {
    const { shared, taker, drain, claim } = setUp();
    claim();
    for (let thread = 1; thread <= 5; thread++) {
      const record = claim(thread);
      expect([record.slot, record.number]).toEqual([1, thread]);
      write(record, 100 * thread, 100 * thread + 50);
      // Every other one is terminated.
      if (thread % 2 === 0) record.end();
      else Atomics.store(slotWords(shared, 1), Slot.State, SlotState.Ended);
      drain.drain();
      expect(taker.taken.get(thread)).toEqual(numbers(100 * thread, 100 * thread + 50));
      for (const chunk of ringChunks(shared, 1)) expect(chunk.every((word) => word === 0)).toBe(true);
      expect(slotWords(shared, 1)[Slot.State]).toBe(SlotState.Free);
    }
    expect(taker.ended).toEqual([1, 2, 3, 4, 5]);
  });

  it('counts what there is no time for, to the record: of full chunks, of the open one, of several threads', () => {
    const { taker, drain, claim } = setUp();
    const threads = [claim(1), claim(2), claim(3), claim(4)];
    write(threads[0]!, 0, 100);
    drain.drain();
    write(threads[0]!, 100, 50_000);
    write(threads[1]!, 0, 30_000);
    write(threads[2]!, 0, 20);
    // Three times around the ring and more, so that it is full, and chunks were dropped.
    write(threads[3]!, 0, 4 * CHUNKS * CHUNK_WORDS);
    threads[1]!.end();
    threads[3]!.end();
    let asked = 0;
    expect(drain.drain(() => asked++ < 3)).toBe(false);
    drain.loseRest();
    const taken = (thread: number) => (taker.taken.get(thread) ?? []).length;
    expect(taken(0)).toBeGreaterThan(100);
    // `write` ends with a record of the heap; a thread that ends says so.
    expect(taken(0) + taker.lost.get(0)!).toBe(50_000 + 1);
    expect(taker.lost.get(1)).toBe(30_000 + 2);
    expect(taker.lost.get(2)).toBe(21);
    expect(taker.lost.get(3)! + taker.dropped.get(3)!).toBe(4 * CHUNKS * CHUNK_WORDS + 2);
  });

  it('begins with the time of the first chunk', () => {
    const { shared, drain, claim } = setUp();
    claim();
    const chunk = ringChunks(shared, 0)[0]!;
    chunk[Header.BaseHigh] = 3;
    chunk[Header.BaseLow] = -1;
    expect(drain.firstTime()).toBe(4 * 2 ** 32 - 1);
    expect(HEADER_WORDS).toBeGreaterThan(Header.BaseLow);
  });
});
