/** What must hold for every row of the event table. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TraceFormatError } from './errors.ts';
import { EVENTS, FRAME_FIELDS } from './events.ts';
import { encodeTrace, type RawEvent, RawReader } from './raw.ts';
import { ARITY, EVENT_ROWS, type EventRow, holding, NEEDS, NOT_TIMED, ROW_BY_ID, STACK_ARGUMENT } from './tables.ts';
import { parseTraceText, textToTrace, traceToText } from './text.ts';
import { FORMAT_VERSIONS, HEADER_SIZE, MAX_ARGUMENTS } from './versions.ts';

const NEWEST = 26;
const u64 = fc.oneof(
  fc.bigInt({ min: 0n, max: 300n }),
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  fc.constantFrom(2n ** 53n, 2n ** 64n - 1n),
);

/** Any event of a row. */
function eventOf(row: EventRow): fc.Arbitrary<RawEvent> {
  const args = row.args.map(() => u64);
  if (row.trailer === 'frames') {
    return fc
      .tuple(u64, fc.array(fc.tuple(u64, u64, u64, u64), { maxLength: 4 }))
      .map(([id, frames]) => ({ id: row.id, args: [id, BigInt(frames.length)], frames: frames.flat() }));
  }
  if (row.trailer === 'bytes') {
    const data = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.string().map((text) => new TextEncoder().encode(text)),
    );
    return fc.tuple(fc.tuple(...args), data).map(([values, bytes]) => ({ id: row.id, args: values, data: bytes }));
  }
  return fc.tuple(...args).map((values) => ({ id: row.id, args: values }));
}

function decodeOne(bytes: Uint8Array): RawEvent | undefined {
  const reader = new RawReader(bytes);
  const event = reader.next();
  expect(reader.offset).toBe(bytes.length);
  expect(reader.next()).toBeUndefined();
  return event;
}

function refusal(act: () => unknown): TraceFormatError {
  try {
    act();
  } catch (error) {
    if (error instanceof TraceFormatError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

describe.each(EVENT_ROWS.map((row) => [row.name, row] as const))('%s', (_, row) => {
  test('survives binary to raw to text and back, with any arguments', () => {
    fc.assert(
      fc.property(eventOf(row), (event) => {
        const bytes = encodeTrace(NEWEST, [event]);
        const plain = { ...event, ...(event.data && { data: Uint8Array.from(event.data) }) };
        expect(decodeOne(bytes)).toEqual(plain);
        const text = traceToText(bytes);
        expect(parseTraceText(text).events).toEqual([plain]);
        expect(textToTrace(text)).toEqual(bytes);
      }),
      { numRuns: 50 },
    );
  });

  test('is refused when it is too short, with its offset and name', () => {
    if (row.args.length === 0) {
      expect(encodeTrace(NEWEST, [{ id: row.id, args: [] }])).toHaveLength(HEADER_SIZE + 1);
      return;
    }
    fc.assert(
      fc.property(eventOf(row), fc.double({ min: 0, max: 1, noNaN: true }), (event, share) => {
        const bytes = encodeTrace(NEWEST, [event]);
        const body = bytes.length - HEADER_SIZE;
        const cut = HEADER_SIZE + 1 + Math.floor(share * (body - 2));
        const error = refusal(() => new RawReader(bytes.subarray(0, cut)).next());
        expect(error.code).toBe('truncated-event');
        expect(error.event).toBe(row.name);
        expect(error.offset).toBeGreaterThan(HEADER_SIZE);
        expect(error.offset).toBeLessThanOrEqual(cut);
      }),
      { numRuns: 50 },
    );
  });

  test('ends where its arguments end: one byte more is refused or another event', () => {
    fc.assert(
      fc.property(eventOf(row), (event) => {
        const bytes = encodeTrace(NEWEST, [event]);
        const longer = new Uint8Array(bytes.length + 1);
        longer.set(bytes);
        const reader = new RawReader(longer);
        reader.next();
        expect(reader.offset).toBe(bytes.length);
        expect(refusal(() => reader.next()).code).toBe('unknown-event');
      }),
      { numRuns: 20 },
    );
  });

  test('is refused when a number in it is too long', () => {
    if (row.args.length === 0) {
      expect(row.trailer).toBeUndefined();
      return;
    }
    const bytes = new Uint8Array(HEADER_SIZE + 1 + 11).fill(0x80);
    bytes.set(encodeTrace(NEWEST, []));
    bytes[HEADER_SIZE] = row.id;
    bytes[bytes.length - 1] = 0;
    const error = refusal(() => new RawReader(bytes).next());
    expect([error.code, error.offset, error.event]).toEqual(['overlong-varint', HEADER_SIZE + 1, row.name]);
  });

  test('is refused below its version, in both forms', () => {
    const [event] = fc.sample(eventOf(row), 1);
    const text = traceToText(encodeTrace(NEWEST, [event!]));
    for (const version of FORMAT_VERSIONS) {
      const bytes = encodeTrace(version, [event!]);
      const read = () => new RawReader(bytes).next();
      const parse = () => parseTraceText(text.replace('Go1.26', `Go1.${version}`));
      if (version >= row.since) {
        expect(read()).toBeDefined();
        expect(parse().events).toHaveLength(1);
      } else {
        expect(refusal(read).code).toBe('unknown-event');
        expect(refusal(parse).code).toBe('bad-text');
      }
    }
  });

  test('is consistent with the derived tables', () => {
    expect(ROW_BY_ID[row.id]).toBe(row);
    const timed = row.class === 'timed';
    expect(ARITY[row.id]).toBe(timed ? row.args.length - 1 : NOT_TIMED);
    expect(row.needs !== undefined).toBe(timed);
    if (timed) {
      expect(row.args[0]).toEqual(['dt', 'dt']);
      expect(row.args.length - 1).toBeLessThanOrEqual(MAX_ARGUMENTS);
      const stack = row.args.findIndex(([name]) => name === 'stack');
      expect(STACK_ARGUMENT[row.id]).toBe(stack < 0 ? 255 : stack - 1);
    }
    expect(new Set(row.args.map(([name]) => name)).size).toBe(row.args.length);
    expect(row.experiment === undefined).toBe(row.id < 128);
  });
});

test('ids and first versions are history', () => {
  const of = (since: number) => EVENT_ROWS.filter((row) => row.since === since).map((row) => row.id);
  const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);
  expect(of(22)).toEqual(range(1, 44));
  expect(of(23)).toEqual([...range(45, 49), ...range(128, 136)]);
  expect(of(25)).toEqual([50, 51]);
  expect(of(26)).toEqual([52]);
});

test('needs compare with what a thread holds', () => {
  const unmet = (id: number, thread: boolean, proc: boolean, goroutine: boolean) =>
    (NEEDS[id]! & ~holding(thread, proc, goroutine)) !== 0;
  expect(unmet(EVENTS.GoStart.id, true, true, false)).toBe(false);
  expect(unmet(EVENTS.GoStart.id, true, true, true)).toBe(true);
  expect(unmet(EVENTS.GoStart.id, true, false, false)).toBe(true);
  expect(unmet(EVENTS.GoUnblock.id, false, false, false)).toBe(false);
  expect(unmet(EVENTS.GoBlock.id, false, true, true)).toBe(true);
});

test('a frame has four fields', () => {
  expect(FRAME_FIELDS).toEqual(['pc', 'func', 'file', 'line']);
});
