/**
 * Broken input: whatever the bytes, the reader ends, throws nothing, and tells what is wrong. What the damage leaves
 * whole is delivered.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeTrace, HEADER_SIZE, traceToText } from '../../src/format/index.ts';
import { GOLDEN_CASES } from '../golden/cases.ts';
import { readTrace } from '../support/read-trace.ts';

const traces = GOLDEN_CASES.map((golden) => [golden.name, golden.build()] as const);

describe.each(traces)('%s', (_, bytes) => {
  const whole = readTrace(bytes);

  test('cut off anywhere, it gives what is good', () => {
    // Without the batches of one thread, the events of the others may come at other times.
    const untimed = (line: string) => line.slice(line.indexOf(' '));
    const known = new Set(whole.lines.map(untimed));
    for (let cut = 0; cut < bytes.length; cut++) {
      const { lines, problem } = readTrace(bytes.subarray(0, cut));
      // The last line is the Sync event with which a broken trace ends, except where the cut is no damage.
      const good = lines.slice(0, -1);
      expect(good.filter((line) => !known.has(untimed(line)))).toEqual([]);
      if (cut < HEADER_SIZE) expect(problem?.code).toBe('not-a-trace');
    }
  });

  test('chunks of any size make no difference', () => {
    for (const size of [1, 2, 3, 7, 50]) {
      const cuts = Array.from({ length: Math.floor(bytes.length / size) }, (_, i) => (i + 1) * size);
      const parts = readTrace(bytes, cuts);
      expect(parts.lines).toEqual(whole.lines);
      expect(parts.problem?.message).toBe(whole.problem?.message);
    }
  });

  test('with bits flipped, it is refused or read, but nothing else happens', () => {
    const flip = fc.record({ at: fc.nat({ max: bytes.length - 1 }), bit: fc.nat({ max: 7 }) });
    fc.assert(
      fc.property(fc.array(flip, { minLength: 1, maxLength: 4 }), (flips) => {
        const broken = Uint8Array.from(bytes);
        for (const { at, bit } of flips) broken[at]! ^= 1 << bit;
        const { lines, problem, reader } = readTrace(broken);
        expect(reader.done).toBe(true);
        if (problem === undefined) expect(lines.length).toBeGreaterThan(0);
        expect(problem?.offset ?? 0).toBeLessThanOrEqual(broken.length);
        expect(reader.next()).toBeUndefined();
      }),
      { seed: 20_261_123, numRuns: 300 },
    );
  });
});

test('random bytes behind a header are refused', () => {
  fc.assert(
    fc.property(fc.constantFrom(22, 23, 25, 26), fc.uint8Array({ minLength: 1 }), (version, bytes) => {
      const file = Buffer.concat([encodeTrace(version, []), bytes]);
      expect(readTrace(file).problem).toBeDefined();
    }),
    { seed: 20_261_123 },
  );
});

test('times are strictly increasing, whatever the file says', () => {
  for (const [, bytes] of traces) {
    const times = readTrace(bytes).lines.map((line) => BigInt(line.split(' ')[0]!));
    expect(times.every((time, i) => i === 0 || time > times[i - 1]!)).toBe(true);
  }
});

describe('what is no trace of ours', () => {
  const text = (content: string) => Buffer.from(content.padEnd(64, ' '));
  test.each([
    ['nothing', Buffer.alloc(0), 'not-a-trace', 'the file is empty'],
    ['a short file', Buffer.from('go 1.2'), 'not-a-trace', 'does not begin with "go 1.NN trace"'],
    [
      'a compressed file that nobody unpacked',
      Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
      'not-a-trace',
      'compressed with gzip',
    ],
    ['a heap snapshot', text('{"snapshot":{"meta":{}}}'), 'not-a-trace', 'V8 heap snapshot'],
    ['a CPU profile', text('{"nodes":[{"id":1}]}'), 'not-a-trace', 'V8 CPU profile'],
    ['a Chrome trace', text('{"traceEvents":[]}'), 'not-a-trace', 'Perfetto'],
    ['the text form', Buffer.from(traceToText(traces[0]![1])), 'not-a-trace', 'text form'],
    ['a pprof profile', Buffer.from([10, 4, 8, 1, 16, 2, 18, 16, 8, 1]), 'not-a-trace', 'go tool pprof'],
    ['a new trace', Buffer.from('go 1.99 trace\0\0\0more'), 'unknown-version', 'update exectrace'],
    ['a format that never was', Buffer.from('go 1.24 trace\0\0\0'), 'unknown-version', 'format 1.24'],
  ])('%s is refused with advice', (_, bytes, code, advice) => {
    const { lines, problem } = readTrace(bytes);
    expect(lines).toEqual([]);
    expect(problem?.code).toBe(code);
    expect(problem?.message).toContain(advice);
  });
});
