import { describe, expect, test } from 'vitest';
import { GoStatus, ProcStatus } from '../../src/format/index.ts';
import { EventKind, type TraceEvent, TraceReader } from '../../src/reader/index.ts';
import { type GenerationBuilder, TraceBuilder } from '../support/trace-builder.ts';

/** Two generations in which goroutine 1 blocks and is woken, with one stack that both have. */
function twoGenerations(): Uint8Array {
  const fill = (time: number) => (g: GenerationBuilder) => {
    g.batch(7, time, (batch) => {
      batch.add('ProcStatus', 0, ProcStatus.Running).add('GoStatus', 1, 7, GoStatus.Running);
      batch.add('GoStop', 'preempted', g.stack({ func: 'main.work', file: 'work.go', line: 12 }, 'main.main'));
      batch.add('GoStart', 1, 1);
    });
    g.experiment(1, 7, Uint8Array.of(time & 0xff));
  };
  return new TraceBuilder(25).generation(1, 1000, fill(1000)).generation(2, 5000, fill(5000)).bytes;
}

function copiesOf(reader: TraceReader): TraceEvent[] {
  const events: TraceEvent[] = [];
  for (let event = reader.next(); event !== undefined; event = reader.next()) events.push({ ...event });
  return events;
}

describe('trace reader', () => {
  test('asks for more bytes until the end, and says when it is done', () => {
    const bytes = twoGenerations();
    const reader = new TraceReader();
    expect([reader.next(), reader.done, reader.version]).toEqual([undefined, false, undefined]);
    reader.push(bytes.subarray(0, 16));
    expect([reader.next(), reader.done, reader.version]).toEqual([undefined, false, 25]);
    reader.push(bytes.subarray(16));
    // The first generation is known to be complete, the second is not.
    expect(copiesOf(reader)).toHaveLength(1 + 4);
    expect([reader.done, reader.generations]).toEqual([false, 1]);
    reader.end();
    expect(copiesOf(reader)).toHaveLength(1 + 4 + 1);
    expect([reader.done, reader.generations, reader.problem]).toEqual([true, 2, undefined]);
    expect([reader.bytesPushed, reader.bytesRead]).toEqual([bytes.length, bytes.length]);
  });

  test('counts time from the first event, with an exact origin', () => {
    const reader = new TraceReader();
    reader.push(twoGenerations());
    reader.end();
    const events = copiesOf(reader);
    expect(reader.origin).toBe(1000n);
    expect(events.map((event) => event.time)).toEqual([0, 1, 2, 3, 4, 4000, 4001, 4002, 4003, 4004, 4005]);
  });

  test('passes the same events to a sink', () => {
    const bytes = twoGenerations();
    const pulled = new TraceReader();
    pulled.push(bytes);
    pulled.end();
    const pushed = new TraceReader();
    const events: TraceEvent[] = [];
    const keep = (event: TraceEvent) => events.push({ ...event });
    for (let at = 0; at < bytes.length; at += 7) {
      pushed.push(bytes.subarray(at, at + 7));
      pushed.drain(keep);
    }
    expect([pushed.done, events.length]).toEqual([false, 1 + 4]);
    pushed.end();
    pushed.drain(keep);
    expect([pushed.done, pushed.problem]).toEqual([true, undefined]);
    expect(events).toEqual(copiesOf(pulled));
    pushed.drain(keep);
    expect(events).toHaveLength(1 + 4 + 1 + 4 + 1);
  });

  test('lets the exception of a sink through, and ends', () => {
    const reader = new TraceReader();
    reader.push(twoGenerations());
    expect(() =>
      reader.drain(() => {
        throw new RangeError('enough');
      }),
    ).toThrow('enough');
    expect([reader.done, reader.problem, reader.next()]).toEqual([true, undefined, undefined]);
  });

  test('gives strings and stacks one id for the whole trace', () => {
    const reader = new TraceReader();
    reader.push(twoGenerations());
    reader.end();
    const stops = copiesOf(reader).filter((event) => event.reason !== 0);
    expect(stops).toHaveLength(2);
    expect(stops[0]!.stack).toBe(stops[1]!.stack);
    expect(stops[0]!.subjectStack).toBe(stops[0]!.stack);
    expect(reader.strings[stops[1]!.reason]).toBe('preempted');
    const { offset, func, file, line, count } = reader.stacks;
    expect(count).toBe(2);
    const row = offset.at(stops[0]!.stack);
    expect([reader.strings[func.at(row)], reader.strings[file.at(row)], line.at(row)]).toEqual([
      'main.work',
      'work.go',
      12,
    ]);
    expect(reader.strings[func.at(row + 1)]).toBe('main.main');
    expect(offset.at(stops[0]!.stack + 1)).toBe(row + 2);
  });

  test('keeps clocks and experimental data, with the Sync event that they belong to', () => {
    const reader = new TraceReader();
    reader.push(twoGenerations());
    reader.end();
    const syncs = copiesOf(reader).filter((event) => event.kind === EventKind.Sync);
    expect(syncs.map((event) => event.value)).toEqual([1, 2, 3]);
    expect(reader.clockSnapshots).toEqual([
      { sync: 1, time: 1, mono: 2000n, wall: 1_700_000_001_000_000_005n },
      { sync: 2, time: 4001, mono: 6000n, wall: 1_700_000_002_000_000_005n },
    ]);
    expect(
      reader.experimentalBatches.map(({ sync, experiment, thread, data }) => [sync, experiment, thread, ...data]),
    ).toEqual([
      [1, 1, 7, 1000 & 0xff],
      [2, 1, 7, 5000 & 0xff],
    ]);
  });

  test('times stay exact where the clock is beyond what a number holds', () => {
    const reader = new TraceReader();
    const units = 2 ** 56;
    const trace = new TraceBuilder(22).generation(
      1,
      units,
      (g) => void g.batch(7, units, (batch) => batch.after(3).add('ProcStatus', 0, ProcStatus.Idle)),
      15_625_000,
    );
    reader.push(trace.bytes);
    reader.end();
    const [sync, status] = copiesOf(reader);
    expect(reader.origin).toBe(2n ** 62n);
    expect(sync!.time).toBe(0);
    expect(status!.time).toBe(3 * 64);
  });
});
