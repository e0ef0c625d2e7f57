import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeUtf8 } from '../base/index.ts';
import { EVENTS } from './events.ts';
import { decodeTrace, type RawEvent } from './raw.ts';
import { type ThreadBatch, TraceWriter } from './trace-writer.ts';
import { type FormatVersion, HEADER_SIZE, MAX_BATCH_SIZE, MAX_FRAMES, MAX_STRING_SIZE } from './versions.ts';

const NO_THREAD = 2n ** 64n - 1n;
const CLOCK = { mono: 1000, wallSeconds: 1_700_000_000, wallNanoseconds: 5 };
/** Strings beyond which unused ones are given up, and the generations that they are kept for. */
const STRINGS_KEPT = 65_536;
const GENERATIONS_KEPT = 10;

/** A trace that grows in memory. */
class Trace {
  readonly writer: TraceWriter;
  readonly #parts: Uint8Array[] = [];

  constructor(version: FormatVersion = 25) {
    this.writer = new TraceWriter((bytes) => void this.#parts.push(bytes.slice()), version);
  }

  get bytes(): Uint8Array {
    const all = new Uint8Array(this.#parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of this.#parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  }
}

/** A log line without stack: category and message are ids. */
function log(batch: ThreadBatch, time: number, category: number, message: number): void {
  batch.event(EVENTS.UserLog.id, time);
  for (const arg of [0, category, message, 0]) batch.arg(arg);
}

/** An event of a thread, with the texts of its strings and the functions of its stack, as its generation has them. */
interface Told {
  readonly generation: number;
  readonly thread: number;
  readonly time: number;
  readonly texts: readonly string[];
}

/** Reads log lines and blocks as a reader does that has seen no more of the file than what is in front of them. */
function told(bytes: Uint8Array): Told[] {
  const lines: Told[] = [];
  let strings = new Map<bigint, string>();
  let stacks = new Map<bigint, readonly bigint[]>();
  let [generation, thread, time] = [0, 0, 0];
  const text = (id: bigint): string => {
    const found = id === 0n ? '' : strings.get(id);
    if (found === undefined) throw new Error(`string ${id} is used before it is defined`);
    return found;
  };
  for (const { id, args, data, frames } of decodeTrace(bytes).events) {
    if (id === EVENTS.EventBatch.id) {
      if (Number(args[0]) !== generation) [strings, stacks] = [new Map(), new Map()];
      [generation, thread, time] = [Number(args[0]), Number(args[1]), Number(args[2])];
      expect(args[3]).toBeLessThanOrEqual(BigInt(MAX_BATCH_SIZE));
    } else if (id === EVENTS.String.id) {
      expect(strings.has(args[0]!)).toBe(false);
      strings.set(args[0]!, decodeUtf8(data!));
    } else if (id === EVENTS.Stack.id) {
      expect(stacks.has(args[0]!)).toBe(false);
      stacks.set(args[0]!, frames!);
    } else if (id === EVENTS.UserLog.id) {
      time += Number(args[0]);
      lines.push({ generation, thread, time, texts: [text(args[2]!), text(args[3]!)] });
    } else if (id === EVENTS.GoBlock.id) {
      time += Number(args[0]);
      const stack = args[2] === 0n ? [] : stacks.get(args[2]!)!;
      const functions = stack.filter((_, i) => i % 4 === 1).map(text);
      lines.push({ generation, thread, time, texts: [text(args[1]!), ...functions] });
    }
  }
  return lines;
}

const anyText = fc.constantFrom('', 'a', 'ä', 'await', 'GET /orders', '🜚', 'x'.repeat(40));
const anyStep = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('log' as const),
      thread: fc.nat(2),
      texts: fc.array(anyText, { minLength: 2, maxLength: 2 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('block' as const),
      thread: fc.nat(2),
      texts: fc.array(anyText, { minLength: 1, maxLength: 4 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('flush' as const), thread: fc.nat(2) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('generation' as const) }) },
);

describe('a written trace', () => {
  it('defines every string and stack before it is used, once per generation', () => {
    fc.assert(
      fc.property(fc.constantFrom(23, 25, 26), fc.array(anyStep, { maxLength: 60 }), (version, steps) => {
        const trace = new Trace(version as FormatVersion);
        const { writer } = trace;
        const batches = [0, 1, 2].map((thread) => writer.threadBatch(thread));
        const expected: Told[] = [];
        let generation = 1;
        writer.beginGeneration(0, CLOCK);
        steps.forEach((step, i) => {
          const time = 10 * (i + 1);
          if (step.kind === 'generation') {
            for (const batch of batches) batch.flush();
            writer.beginGeneration(time, CLOCK);
            for (const batch of batches) batch.lift(time);
            generation++;
          } else if (step.kind === 'flush') batches[step.thread]!.flush();
          else {
            const { thread, texts } = step;
            expected.push({ generation, thread, time, texts });
            if (step.kind === 'log') {
              const [category, message] = texts as [string, string];
              const id = writer.useString(writer.string(category));
              log(batches[thread]!, time, id, writer.transientString(message));
            } else {
              const [reason, ...functions] = texts as [string, ...string[]];
              const frames = functions.map((func, line) => ({ func, file: 'app.js', line }));
              const id = writer.useString(writer.string(reason));
              const stack = writer.useStack(writer.stack(frames));
              batches[thread]!.event(EVENTS.GoBlock.id, time);
              batches[thread]!.arg(id);
              batches[thread]!.arg(stack);
            }
          }
        });
        for (const batch of batches) batch.flush();
        writer.endGeneration();
        const order = (a: Told, b: Told) => a.time - b.time;
        expect(told(trace.bytes).sort(order)).toEqual(expected);
        expect(writer.bytes).toBe(trace.bytes.length);
      }),
      { numRuns: 150 },
    );
  });

  it('opens up to its last whole batch when it is cut', () => {
    const trace = new Trace();
    const { writer } = trace;
    const batch = writer.threadBatch(1);
    writer.beginGeneration(0, CLOCK);
    const ends: number[] = [];
    for (let i = 0; i < 20; i++) {
      log(batch, i, writer.useString(writer.string(`category ${i}`)), writer.transientString(`message ${i}`));
      batch.flush();
      ends.push(writer.bytes);
    }
    ends.forEach((end, i) => void expect(told(trace.bytes.subarray(0, end))).toHaveLength(i + 1));
  });

  it.each([
    [23, ['EventBatch', 'Frequency']],
    [25, ['EventBatch', 'Sync', 'Frequency', 'ClockSnapshot']],
    [26, ['EventBatch', 'Sync', 'Frequency', 'ClockSnapshot']],
  ] as const)('of format 1.%i begins each generation as that format wants', (version, start) => {
    const trace = new Trace(version);
    trace.writer.beginGeneration(77.9, { mono: 1, wallSeconds: 2, wallNanoseconds: 3 });
    trace.writer.beginGeneration(99, CLOCK);
    trace.writer.endGeneration();
    const { events } = decodeTrace(trace.bytes);
    const end = version === 26 ? ['EndOfGeneration'] : [];
    expect(events.map(nameOf)).toEqual([...start, ...end, ...start, ...end]);
    expect(new TextDecoder().decode(trace.bytes.subarray(0, HEADER_SIZE))).toContain(`go 1.${version} trace`);
    expect(events[0]!.args.slice(0, 3)).toEqual([1n, NO_THREAD, 77n]);
    expect(events.find((event) => nameOf(event) === 'Frequency')!.args).toEqual([1_000_000_000n]);
    const clock = events.find((event) => nameOf(event) === 'ClockSnapshot');
    if (version > 23) expect(clock!.args).toEqual([0n, 1n, 2n, 3n]);
  });
});

function nameOf({ id }: RawEvent): string {
  return Object.entries(EVENTS).find(([, spec]) => spec.id === id)![0];
}

describe('a batch', () => {
  it('is closed before it is full, and goes on in the next one', () => {
    const trace = new Trace();
    const { writer } = trace;
    const batch = writer.threadBatch(3);
    writer.beginGeneration(0, CLOCK);
    const count = 30_000;
    // Arguments of the greatest size that the writer has.
    for (let i = 0; i < count; i++) {
      batch.event(EVENTS.UserTaskBegin.id, i * 1e10);
      batch.arg(2 ** 53 - 1);
      batch.none();
      batch.arg(0);
      batch.arg(2 ** 53 - 1);
    }
    batch.flush();
    batch.flush();
    const { events } = decodeTrace(trace.bytes);
    const begins = events.filter(({ id }) => id === EVENTS.UserTaskBegin.id);
    expect(begins).toHaveLength(count);
    for (const { args } of begins) expect(args.slice(1)).toEqual([2n ** 53n - 1n, NO_THREAD, 0n, 2n ** 53n - 1n]);
    const sizes = events
      .filter(({ id, args }) => id === EVENTS.EventBatch.id && args[1] === 3n)
      .map(({ args }) => args[3]!);
    expect(sizes.every((size) => size <= BigInt(MAX_BATCH_SIZE))).toBe(true);
    expect(sizes.slice(0, -1).every((size) => size > BigInt(MAX_BATCH_SIZE - 100))).toBe(true);
  });

  it('never goes back in time: an earlier event is lifted to the one before it, or to its generation', () => {
    const trace = new Trace();
    const { writer } = trace;
    const batch = writer.threadBatch(1);
    writer.beginGeneration(0, CLOCK);
    const text = writer.useString(writer.string('x'));
    for (const time of [100.9, 50, 200.2, 199]) log(batch, time, text, text);
    batch.flush();
    batch.lift(500.7);
    log(batch, 300, text, text);
    log(batch, 501.4, text, text);
    batch.flush();
    expect(told(trace.bytes).map(({ time }) => time)).toEqual([100, 100, 200, 200, 500, 501]);
    expect(batch.time).toBe(501);
  });
});

describe('strings', () => {
  it('keep their id, and are repeated in the generations that use them only', () => {
    const trace = new Trace();
    const { writer } = trace;
    writer.beginGeneration(0, CLOCK);
    const [first, second] = [writer.string('first'), writer.string('second')];
    expect([writer.string('first'), writer.string('')]).toEqual([first, 0]);
    const stack = writer.stack([{ func: 'f', file: 'a.js', line: 1 }]);
    for (let generation = 2; generation <= 4; generation++) {
      writer.useString(first);
      writer.useString(first);
      if (generation === 3) {
        writer.useString(second);
        writer.useStack(stack);
      }
      writer.beginGeneration(generation, CLOCK);
    }
    writer.endGeneration();
    const defined: string[] = [];
    let generation = 0n;
    for (const { id, args, data } of decodeTrace(trace.bytes).events) {
      if (id === EVENTS.EventBatch.id) generation = args[0]!;
      if (id === EVENTS.String.id) defined.push(`${generation} ${decodeUtf8(data!)}`);
      if (id === EVENTS.Stack.id) defined.push(`${generation} stack`);
    }
    expect(defined).toEqual(['1 first', '2 first', '2 second', '2 f', '2 a.js', '2 stack', '3 first']);
  });

  it('are cut at 1024 bytes, between characters', () => {
    const trace = new Trace();
    const { writer } = trace;
    writer.beginGeneration(0, CLOCK);
    const batch = writer.threadBatch(1);
    const texts = ['x'.repeat(1024), 'x'.repeat(5000), 'ü'.repeat(600), `x${'ü'.repeat(600)}`, `xx${'🜚'.repeat(600)}`];
    for (const text of texts) log(batch, 1, writer.useString(writer.string(text)), writer.transientString(text));
    batch.flush();
    const cut = ['x'.repeat(1024), 'x'.repeat(1024), 'ü'.repeat(512), `x${'ü'.repeat(511)}`, `xx${'🜚'.repeat(255)}`];
    expect(told(trace.bytes).map((line) => line.texts)).toEqual(cut.map((text) => [text, text]));
    expect(MAX_STRING_SIZE).toBe(1024);
  });

  it('that are used once are kept nowhere, and never come under an id that lasts', () => {
    const trace = new Trace();
    const { writer } = trace;
    const batch = writer.threadBatch(1);
    writer.beginGeneration(0, CLOCK);
    const lasting = new Set([writer.string('a'), writer.string('b')]);
    const ids = new Set<number>();
    // More than a table part holds.
    for (let i = 0; i < 1000; i++) {
      const id = writer.transientString(`message ${i} ${'x'.repeat(200)}`);
      expect(ids.has(id) || lasting.has(id)).toBe(false);
      ids.add(id);
      log(batch, i, 0, id);
    }
    batch.flush();
    expect(told(trace.bytes).map(({ texts }) => texts[1]!.split(' ')[1])).toEqual(
      Array.from(ids.keys(), (_, i) => `${i}`),
    );
    writer.beginGeneration(1, CLOCK);
    expect(ids.has(writer.transientString('again'))).toBe(true);
    expect(writer.transientString('')).toBe(0);
  });

  it('that nobody uses or holds any more are given up once there are many, and only they', () => {
    const trace = new Trace();
    const { writer } = trace;
    const batch = writer.threadBatch(1);
    writer.beginGeneration(0, CLOCK);
    const constant = writer.constant('constant');
    const held = writer.string('held');
    const used = writer.string('used');
    const stack = writer.stack([{ func: 'in a stack', file: 'app.js', line: 3 }]);
    const many = Array.from({ length: STRINGS_KEPT }, (_, i) => writer.useString(writer.string(`name ${i}`)));
    for (let generation = 2; generation <= GENERATIONS_KEPT + 3; generation++) {
      writer.useString(used);
      writer.beginGeneration(generation, CLOCK, (hold) => hold(held));
    }
    // The ids of those that were given up are there for others.
    const others = new Set(Array.from({ length: 1000 }, (_, i) => writer.string(`other ${i}`)));
    expect([...others].every((id) => many.includes(id))).toBe(true);
    for (const id of [constant, held, used]) expect(others.has(id)).toBe(false);
    for (const id of [constant, held, used, ...[...others].slice(0, 2)]) log(batch, 100, writer.useString(id), 0);
    batch.event(EVENTS.GoBlock.id, 101);
    batch.arg(0);
    batch.arg(writer.useStack(stack));
    batch.flush();
    expect(told(trace.bytes).map(({ texts }) => texts.join(' ').trim())).toEqual([
      'constant',
      'held',
      'used',
      'other 0',
      'other 1',
      'in a stack',
    ]);
  });
});

describe('stacks', () => {
  it('of the same frames are one, and a place in the program has one counter', () => {
    const trace = new Trace();
    const { writer } = trace;
    writer.beginGeneration(0, CLOCK);
    const a = { func: 'a', file: 'app.js', line: 1 };
    const b = { func: 'b', file: 'app.js', line: 1 };
    const stacks = [writer.stack([a, b]), writer.stack([b]), writer.stack([{ ...a }, { ...b }]), writer.stack([])];
    expect(stacks).toEqual([1, 2, 1, 0]);
    for (const stack of stacks) writer.useStack(stack);
    writer.flushTables();
    const [first, second] = decodeTrace(trace.bytes).events.filter(({ id }) => id === EVENTS.Stack.id);
    expect(first!.frames!.slice(4)).toEqual(second!.frames);
    expect(first!.frames![0]).not.toBe(second!.frames![0]);
    expect(second!.frames![3]).toBe(1n);
  });

  it('are cut at the depth that the format has, and never overflow their batch', () => {
    const trace = new Trace();
    const { writer } = trace;
    writer.beginGeneration(0, CLOCK);
    for (let i = 0; i < 300; i++) {
      const frames = Array.from({ length: 200 }, (_, line) => ({ func: `f${i}`, file: 'app.js', line }));
      writer.useStack(writer.stack(frames));
    }
    writer.flushTables();
    const { events } = decodeTrace(trace.bytes);
    const depths = events.filter(({ id }) => id === EVENTS.Stack.id).map(({ args }) => args[1]);
    expect(depths).toEqual(Array.from({ length: 300 }, () => BigInt(MAX_FRAMES)));
    for (const { id, args } of events) {
      if (id === EVENTS.EventBatch.id) expect(args[3]).toBeLessThanOrEqual(BigInt(MAX_BATCH_SIZE));
    }
  });
});
