/**
 * The assembler against arbitrary records: whatever a thread writes, in whatever order, with whatever lost in between,
 * the trace must be one that a strict reader accepts. Real programs are a small part of what is tried here.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Assembler } from '../../src/recorder/assembler/assembler.ts';
import { CHUNK_WORDS, createSharedBuffer, MAX_THREADS } from '../../src/recorder/record/layout.ts';
import { RecordWriter } from '../../src/recorder/record/record-writer.ts';
import { Texts } from '../../src/recorder/record/texts.ts';
import { Drain } from '../../src/recorder/writer/drain.ts';
import { HandRecording, readAll } from './support/assemble.ts';

interface HandThread {
  readonly record: RecordWriter;
  readonly texts: Texts;
}
type Action = readonly [kind: number, a: number, b: number];

const TYPES = ['Timeout', 'TCPWRAP', 'FSREQCALLBACK', 'HTTPINCOMINGMESSAGE', 'Immediate', 'Nonsense'];
const ACTIONS: readonly ((record: RecordWriter, texts: Texts, a: number, b: number) => void)[] = [
  (record, _, a) => {
    record.promiseBorn(a % 4);
    record.promiseId++;
  },
  (record, _, a) => {
    record.promiseBorn(a % 40);
    record.promiseId++;
  },
  (record, _, a) => record.jobBegins(a % 6),
  (record, _, a) => record.jobBegins(a % 60),
  (record, _, a) => record.settled(a % 6),
  (record, _, a) => record.settled(a % 60),
  (record) => record.sliceEnds(),
  (record) => record.sliceEnds(),
  (record) => {
    record.unknownJobBegins();
    record.promiseId++;
  },
  (record, texts, a, b) => record.resourceBorn(texts.name(TYPES[a % TYPES.length]!), b % 30),
  (record, texts, a, b) => record.resourceBornInTask(texts.name(TYPES[a % TYPES.length]!), b % 30, a % 5),
  (record, texts, a, b) => record.resourceExists(texts.name(TYPES[a % TYPES.length]!), 100 + (b % 9)),
  (record, _, a, b) => record.callbackBegins(b % 40, () => (a % 3 === 0 ? a * 100 : 0)),
  (record, _, __, b) => record.callbackBegins(100 + (b % 9), () => 0),
  (record) => record.tickBorn(),
  (record) => record.tickBegins(),
  (record, _, a) => record.tickEnds(a % 2 === 0),
  (record) => record.own(),
  (record, _, a, b) => record.gc([1, 4, 8, 16][a % 4]!, now() - b * 100, a * 50),
  (record, _, a, b) => record.heap(a, b),
  (record, texts, a, b) => record.taskBegin(a % 5, b % 5, texts.name(`task ${a % 3}`)),
  (record, _, a) => record.taskEnd(a % 5),
  (record, _, a) => record.context(a % 5),
  (record, texts, a, b) => record.regionBegin(a % 12, b % 5, texts.name(`region ${a % 3}`)),
  (record, _, a) => record.regionEnd(a % 12),
  (record, _, a) => record.regionContinues(a % 12),
  (record, texts, a, b) => record.log(b % 5, texts.name('note'), texts.passing(`message ${a}`)),
  (record, _, a) => record.idleBefore(a * 10),
];

const action = fc.tuple(fc.nat(ACTIONS.length - 1), fc.nat(1000), fc.nat(1000)) as fc.Arbitrary<Action>;

function now(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e9 + nanoseconds;
}

function perform({ record, texts }: HandThread, actions: readonly Action[]): void {
  for (const [kind, a, b] of actions) ACTIONS[kind]!(record, texts, a, b);
}

/**
 * The events of the same records as two assemblers write them: one that holds back the records, one that replays them as they
 * come. `run` is given two threads, and what lets both write what happened before a time.
 */
function recordTwice(
  run: (threads: readonly HandThread[], write: (until: number) => void) => void,
): readonly (readonly string[])[] {
  const shared = createSharedBuffer();
  const parts: Uint8Array[][] = [[], []];
  const both = parts.map(
    (kept, i) =>
      new Assembler({
        sink: (bytes) => void kept.push(bytes.slice()),
        level: 2,
        facts: {},
        readsAhead: i === 1,
        clock: (mono) => ({ mono: Math.floor(mono), wallSeconds: 0, wallNanoseconds: 0 }),
      }),
  );
  const tee = {
    push(...args: Parameters<Assembler['push']>) {
      for (const each of both) each.push(...args);
    },
    endThread(thread: number, time?: number) {
      for (const each of both) each.endThread(thread, time);
    },
  };
  const drain = new Drain(shared, tee as Assembler);
  const threads = [1, 2].map((threadId) => {
    const record = RecordWriter.claim(shared, MAX_THREADS, { threadId })!;
    return { record, texts: new Texts(record) };
  });
  for (const each of both) each.begin(drain.firstTime());
  for (const { record } of threads) {
    record.threadBegins();
    record.snapshotEnds();
  }
  run(threads, (until) => {
    drain.drain();
    for (const each of both) each.encode(until);
  });
  for (const { record } of threads) record.end();
  drain.drain();
  return both.map((each, i) => {
    each.finish();
    const events: string[] = [];
    // Strands are numbered in the order of replay: here, in that of the events.
    const numbers = new Map<number, number>();
    const { reader } = readAll(new Uint8Array(Buffer.concat(parts[i]!)), (event, { strings }) => {
      const { kind, time, thread, subject, from, to, reason } = event;
      if (!numbers.has(subject)) numbers.set(subject, numbers.size);
      events.push([kind, time, thread, numbers.get(subject), from, to, strings[reason]].join(' '));
    });
    expect(reader.problem).toBeUndefined();
    return events;
  });
}

/** Everything that the reader finds wrong with a trace. */
function complaint(bytes: Uint8Array): string | undefined {
  return readAll(bytes).reader.problem?.message;
}

describe('the assembler, given arbitrary records', () => {
  for (const level of [0, 1, 2] as const) {
    it(`makes a valid trace at level ${level}`, () => {
      fc.assert(
        fc.property(fc.array(action, { maxLength: 200 }), (actions) => {
          const recording = new HandRecording(level);
          perform(recording.thread(), actions);
          expect(complaint(recording.finish().bytes)).toBeUndefined();
        }),
        { numRuns: 400 },
      );
    });
  }

  it('makes a valid trace when generations are cut anywhere, with two threads', () => {
    fc.assert(
      fc.property(fc.array(fc.array(action, { maxLength: 40 }), { maxLength: 6 }), (parts) => {
        const recording = new HandRecording(2);
        const threads = [recording.thread(), recording.thread()];
        parts.forEach((actions, i) => {
          perform(threads[i % 2]!, actions);
          recording.cut();
        });
        for (const { record } of threads) record.end();
        expect(complaint(recording.finish().bytes)).toBeUndefined();
      }),
      { numRuns: 300 },
    );
  });

  it('says the same whether records wait to be replayed or what they mean waits to be written', () => {
    fc.assert(
      fc.property(fc.array(fc.array(action, { maxLength: 60 }), { maxLength: 6 }), (parts) => {
        const [waiting, ahead] = recordTwice((threads, write) => {
          // A tick or a callback that goes on where one has just ended is one with it, unless it is written between the two.
          // So what is written ends where a thread has said something else.
          let settled = now();
          for (const [i, actions] of parts.entries()) {
            const thread = threads[i % 2]!;
            perform(thread, actions);
            thread.record.heap(1, 1);
            write(settled);
            settled = now();
          }
        });
        expect(waiting).toEqual(ahead);
      }),
      { numRuns: 60 },
    );
  });

  it('makes a valid trace when whole chunks are lost, and counts exactly what is missing', () => {
    // A ring that nobody drains overflows: the newest chunks are dropped.
    fc.assert(
      fc.property(fc.array(action, { minLength: 20, maxLength: 60 }), fc.nat(100_000), (actions, logs) => {
        const recording = new HandRecording(2);
        const thread = recording.thread();
        perform(thread, actions);
        recording.drain.drain();
        for (let i = 0; i < 600_000 + logs; i++) thread.record.log(0, 1, 1);
        recording.drain.drain();
        perform(thread, actions);
        for (let i = 0; i < CHUNK_WORDS; i++) thread.record.log(0, 1, 1);
        const before = recording.assembler.totals.recorded;
        expect(before).toBeGreaterThan(0);
        thread.record.end();
        const { bytes, totals } = recording.finish();
        expect(complaint(bytes)).toBeUndefined();
        expect(totals.lost).toBeGreaterThan(0);
        // Thread begin, snapshot and thread end, twice the actions that count, and the logs.
        const counted = actions.filter(([kind]) => kind !== ACTIONS.length - 1).length;
        expect(totals.recorded + totals.lost).toBe(3 + 2 * counted + 600_000 + logs + CHUNK_WORDS);
      }),
      { numRuns: 3 },
    );
  });

  it('makes a valid trace when there is no time for its end, and counts exactly what is missing', () => {
    fc.assert(
      fc.property(
        fc.array(action, { minLength: 20, maxLength: 60 }),
        fc.nat(40_000),
        fc.integer({ min: 1, max: 6 }),
        (actions, logs, chunks) => {
          const recording = new HandRecording(2);
          const threads = [recording.thread(), recording.thread()];
          for (const thread of threads) {
            perform(thread, actions);
            for (let i = 0; i < logs; i++) thread.record.log(0, 1, 1);
          }
          threads[0]!.record.end();
          // It has a stamp, so that all before it is published.
          threads[1]!.record.heap(0, 0);
          let asked = 0;
          const { bytes, totals } = recording.finish(() => asked++ < chunks);
          expect(complaint(bytes)).toBeUndefined();
          // Thread begin and snapshot, twice, one end, one heap, and what was done.
          const counted = actions.filter(([kind]) => kind !== ACTIONS.length - 1).length;
          expect(totals.recorded + totals.lost).toBe(6 + 2 * (counted + logs));
        },
      ),
      { numRuns: 25 },
    );
  });
});
