import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  CHUNK_WORDS,
  CHUNKS,
  Control,
  controlWords,
  createSharedBuffer,
  HEADER_WORDS,
  Header,
  MAX_THREADS,
  ringChunks,
  Slot,
  SlotState,
  slotWords,
  WAKING_CHUNKS,
} from './layout.ts';
import { isCounted, KIND_BITS, KIND_MASK, RecordKind, recordLength } from './record-kinds.ts';
import { RecordWriter } from './record-writer.ts';

const TWO_32 = 2 ** 32;
const NAMES = Object.fromEntries(Object.entries(RecordKind).map(([name, kind]) => [kind, name]));
const never = () => 0;

/** A record, read back: its kind by name, and what is no time. */
interface Record {
  readonly kind: string;
  readonly payload: number;
  readonly words: readonly number[];
}

/** One thread's ring, and the writer's side of it. */
class Ring {
  readonly shared = createSharedBuffer();
  readonly record: RecordWriter;
  readonly slot: Int32Array;
  readonly chunks: readonly Int32Array[];

  constructor(threadId = 1) {
    this.record = RecordWriter.claim(this.shared, MAX_THREADS, { threadId })!;
    this.slot = slotWords(this.shared, this.record.slot);
    this.chunks = ringChunks(this.shared, this.record.slot);
  }

  get published(): number {
    return this.slot[Slot.Published]!;
  }

  /** The records of a published chunk, or of the open one as far as its position says. */
  records(index: number): Record[] {
    const chunk = this.chunks[index % CHUNKS]!;
    const end = index < this.published ? chunk[Header.Length]! : this.slot[Slot.Position]!;
    const records: Record[] = [];
    let at = HEADER_WORDS;
    for (let length = 0; at < end; at += length) {
      length = recordLength(chunk, at);
      if (length === 0) throw new Error(`no record at word ${at} of ${end}`);
      const word = chunk[at]!;
      const words = Array.from(chunk.subarray(at + 1, at + length));
      records.push({ kind: NAMES[word & KIND_MASK]!, payload: word >>> KIND_BITS, words });
    }
    expect(at).toBe(end);
    return records;
  }

  /** All records from published chunk `from` on, once the thread has ended. */
  all(from = 0): Record[] {
    return Array.from({ length: this.published - from }, (_, index) => this.records(from + index)).flat();
  }

  /** Lets the writer lag such that no more than `chunks` further ones fit. */
  leaveRoom(chunks: number): void {
    Atomics.store(this.slot, Slot.Consumed, this.published + 1 + chunks - CHUNKS);
  }
}

/** Kinds of record, how each is written, and what must be read back besides times. */
const CALLS: readonly (readonly [name: string, write: (record: RecordWriter, n: number) => void, words: number])[] = [
  ['PromiseBorn', (record, n) => record.promiseBorn(n), 0],
  ['JobBegins', (record, n) => record.jobBegins(n), 0],
  ['UnknownJobBegins', (record) => record.unknownJobBegins(), 0],
  ['Settled', (record, n) => record.settled(n), 0],
  ['SliceEnds', (record) => record.sliceEnds(), 0],
  ['At', (record, n) => record.at(n), 0],
  ['ResourceAt', (record, n) => record.resourceAt(n), 0],
  ['JobAt', (record, n) => record.jobAt(n), 0],
  ['PromiseBornAs', (record, n) => record.promiseBornAs(n, n + 1), 2],
  ['JobBeginsAs', (record, n) => record.jobBeginsAs(n), 1],
  ['SettledAs', (record, n) => record.settledAs(n), 1],
  ['ResourceBorn', (record, n) => record.resourceBorn(5, n), 1],
  ['ResourceBornInTask', (record, n) => record.resourceBornInTask(5, n, n + 1), 2],
  ['ResourceExists', (record, n) => record.resourceExists(5, n), 1],
  ['CallbackBegins', (record, n) => record.callbackBegins(n, never), 1],
  ['Late', (record, n) => record.late(n), 0],
  ['TickBorn', (record) => record.tickBorn(), 0],
  ['TickBegins', (record) => record.tickBegins(), 0],
  ['TickEnds', (record) => record.tickEnds(true), 0],
  ['Own', (record) => record.own(), 0],
  ['Heap', (record, n) => record.heap(n, n + 1), 2],
  ['TaskBegin', (record, n) => record.taskBegin(n, n + 1, n + 2), 3],
  ['TaskEnd', (record, n) => record.taskEnd(n), 1],
  ['Context', (record, n) => record.context(n), 1],
  ['RegionBegin', (record, n) => record.regionBegin(n, n + 1, n + 2), 3],
  ['RegionEnd', (record, n) => record.regionEnd(n), 1],
  ['RegionContinues', (record, n) => record.regionContinues(n), 1],
  ['Log', (record, n) => record.log(n, n + 1, n + 2), 3],
  ['SnapshotEnds', (record) => record.snapshotEnds(), 0],
];
const SUPPORT = new Set(['Stamp', 'Time', 'Idle']);

const anyCall = fc.tuple(fc.nat(CALLS.length - 1), fc.nat(2 ** 25));

describe('a record', () => {
  it('is read back as it was written, wherever chunks change', () => {
    // A filler of any length lets the chunk change in front of, and behind, each of them.
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 400 }), fc.array(anyCall, { maxLength: 60 }), (left, calls) => {
        const ring = new Ring();
        const { record } = ring;
        for (let at = HEADER_WORDS + 2; at < CHUNK_WORDS - left; at += 2) record.context(at);
        for (const [call, n] of calls) CALLS[call]![1](record, n);
        record.end();
        const read = ring.all().filter(({ kind }) => !SUPPORT.has(kind) && kind !== 'ThreadEnds');
        const tail = read.slice(read.length - calls.length);
        expect(tail.map(({ kind }) => kind)).toEqual(calls.map(([call]) => CALLS[call]![0]));
        tail.forEach(({ words }, i) => {
          const [call, n] = calls[i]!;
          expect(words).toEqual(Array.from({ length: CALLS[call]![2] }, (_, word) => n + word));
        });
      }),
      { numRuns: 60 },
    );
  });

  it('has its small numbers beside its kind', () => {
    const ring = new Ring();
    const { record } = ring;
    record.callbackBegins(1, never);
    record.promiseBorn(70);
    record.jobBegins(71);
    record.settled(72);
    record.at(73);
    record.late(74);
    record.resourceBorn(75, 1);
    record.text(76, new TextEncoder().encode('texts'));
    record.site(77, 1, 2, 3, 4, 5);
    record.sliceEnds();
    record.sliceEnds();
    const payloads = ring.records(0).filter(({ kind }) => !['CallbackBegins', 'SliceEnds', 'Stamp'].includes(kind));
    expect(payloads.map(({ payload }) => payload)).toEqual([70, 71, 72, 73, 74, 75, 76, 77]);
    expect(payloads.at(-1)!.words).toEqual([1, 2, 3, 4, 5]);
  });

  it('outside of all slices has a clock reading in front of it, inside it has none', () => {
    const ring = new Ring();
    ring.record.promiseBorn(0);
    ring.record.callbackBegins(1, never);
    ring.record.promiseBorn(0);
    ring.record.settled(1);
    ring.record.sliceEnds();
    ring.record.settled(0);
    ring.record.context(0);
    ring.record.sliceEnds();
    expect(ring.records(0).map(({ kind }) => kind)).toEqual([
      'Stamp',
      'PromiseBorn',
      'CallbackBegins',
      'PromiseBorn',
      'Settled',
      'SliceEnds',
      'Stamp',
      'Settled',
      'Context',
      'SliceEnds',
    ]);
  });

  it('of a collection keeps its times to the nanosecond, up to two seconds', () => {
    const ring = new Ring();
    const start = 123_456 * 1e9 + 789;
    ring.record.gc(4, start, 5);
    ring.record.gc(1, start, 1e10);
    const [first, second] = ring.records(0);
    expect(first).toEqual({ kind: 'Gc', payload: 4, words: [Math.floor(start / TWO_32), start | 0, 5] });
    expect(second!.words[2]).toBe(0x7fffffff);
  });

  it('may be seen by the writer once its time is sure: at a begin, a stamp, an end', () => {
    const ring = new Ring();
    const seen = () => ring.records(0).length;
    ring.record.callbackBegins(1, never);
    expect(seen()).toBe(1);
    ring.record.promiseBorn(0);
    ring.record.resourceBorn(1, 2);
    expect(seen()).toBe(1);
    ring.record.log(1, 2, 3);
    expect(seen()).toBe(4);
    ring.record.settled(0);
    expect(seen()).toBe(4);
    ring.record.sliceEnds();
    expect(seen()).toBe(6);
    ring.record.jobBegins(0);
    expect(seen()).toBe(7);
  });
});

describe('a chunk', () => {
  it('wakes the writer when it has many of them to take', () => {
    const ring = new Ring();
    const control = controlWords(ring.shared);
    const wake = control[Control.Wake]!;
    while (ring.published < WAKING_CHUNKS - 1) ring.record.log(0, 1, 1);
    expect(control[Control.Wake]).toBe(wake);
    while (ring.published < WAKING_CHUNKS) ring.record.log(0, 1, 1);
    expect(control[Control.Wake]).toBe(wake + 1);
  });

  it('begins with the time and the promise of what was before it', () => {
    const ring = new Ring();
    ring.record.promiseId = 77;
    while (ring.published === 0) ring.record.log(0, 1, 1);
    const [first, second] = ring.chunks as [Int32Array, Int32Array];
    expect(second[Header.PromiseId]).toBe(77);
    const time = (chunk: Int32Array) => (chunk[Header.BaseHigh]! >>> 0) * TWO_32 + (chunk[Header.BaseLow]! >>> 0);
    // On a busy machine more time may pass between two records than fits into one: it is told apart then.
    const absolute = ({ words: [high, low] }: Record) => (high! >>> 0) * TWO_32 + (low! >>> 0);
    const last = ring
      .records(0)
      .reduce((now, record) => (record.kind === 'Time' ? absolute(record) : now + record.payload), time(first));
    expect(time(second)).toBe(last);
  });

  it('that finds the ring full is dropped and counted, to the record', () => {
    fc.assert(
      fc.property(fc.array(anyCall, { minLength: 1, maxLength: 12 }), fc.nat(40_000), (calls, more) => {
        const ring = new Ring();
        let written = 0;
        const write = ([call, n]: readonly [number, number]) => {
          const [name, perform] = CALLS[call]!;
          perform(ring.record, n);
          if (isCounted(RecordKind[name as keyof typeof RecordKind])) written++;
        };
        const fill = (count: number) => {
          for (let i = 0; i < count; i++) write(calls[i % calls.length]!);
        };
        ring.leaveRoom(2);
        fill(3 * CHUNK_WORDS + more);
        ring.leaveRoom(5);
        fill(CHUNK_WORDS);
        ring.record.end();
        written++;
        const recorded = ring.all().filter(({ kind }) => isCounted(RecordKind[kind as keyof typeof RecordKind])).length;
        const lost = ring.chunks[ring.published - 1]![Header.Lost]!;
        // Of records that only support others, none counts.
        if (written > 1) expect(lost).toBeGreaterThan(0);
        expect(recorded + lost).toBe(written);
      }),
      { numRuns: 20 },
    );
  });

  it('that is dropped leaves behind what it defined', () => {
    const ring = new Ring();
    const { record } = ring;
    const text = new TextEncoder().encode('a name');
    ring.leaveRoom(0);
    record.text(5, text);
    record.text(8192, text);
    record.site(6, 5, 5, 12, 1, 2);
    for (let i = 0; i < 10 * CHUNK_WORDS; i++) record.context(i);
    ring.leaveRoom(1);
    while (ring.published < 1) record.context(0);
    const kept = ring.records(0).filter(({ kind }) => kind !== 'Context');
    expect(kept.map(({ kind, payload }) => [kind, payload])).toEqual([
      ['Text', 5],
      ['Site', 6],
    ]);
    expect(kept[1]!.words).toEqual([5, 5, 12, 1, 2]);
    expect(ring.chunks[0]![Header.Lost]).toBeGreaterThan(8 * (CHUNK_WORDS / 2));
  });
});

describe('a slot', () => {
  it('is claimed once, until all are taken, and numbered in the order of claims', () => {
    const { shared, record, slot } = new Ring(17);
    expect([record.slot, record.number, slot[Slot.ThreadId], slot[Slot.State]]).toEqual([0, 0, 17, SlotState.Active]);
    const claims = Array.from({ length: 3 }, (_, i) => RecordWriter.claim(shared, 3, { threadId: 18 + i })?.slot);
    expect(claims).toEqual([1, 2, undefined]);
    expect(controlWords(shared)[Control.Threads]).toBe(3);
    expect(controlWords(shared)[Control.LeftOut]).toBe(1);
  });

  it('is marked when its thread ends, with everything published', () => {
    const ring = new Ring();
    ring.record.callbackBegins(1, never);
    ring.record.end();
    expect([ring.slot[Slot.State], ring.published]).toEqual([SlotState.Ended, 1]);
    expect(ring.records(0).map(({ kind }) => kind)).toEqual(['CallbackBegins', 'ThreadEnds']);
  });
});
