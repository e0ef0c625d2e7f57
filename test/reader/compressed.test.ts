/** Compressed traces: the same events, in any parts; damaged ones give their good part. */
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ProcStatus } from '../../src/format/index.ts';
import { eventText, feedTrace, TraceReader } from '../../src/reader/index.ts';
import { GOLDEN_CASES } from '../golden/cases.ts';
import { readTrace } from '../support/read-trace.ts';
import { TraceBuilder } from '../support/trace-builder.ts';
import { storedZstd } from '../support/zstd.ts';

const golden = GOLDEN_CASES.find(({ name }) => name === 'tasks-regions-logs')!.build();
/** The golden trace of tasks, regions and logs, by `zstd -19`: nothing in this repository can make it. */
const GOLDEN_ZSTD = Buffer.from(
  'KLUv/WSDAEUIAPLOMy1wbTr8lcUtb4D/+kMNIcI7JgDdqJ3sRIaN///HgfQF7X4csbTCIRHaJMmWaQeQMfRAryu/KwOf1nd8BT2/O2gki3EKIY2EHdLR' +
    'mD6iDfFdkzwtiKyx3TEUCVlLPsYaJMXrGsewbZfXPMm2GlN2t3m5p+WWtmoStLWv+DHG0KsAuO/oUcytvJ9IDt5V5vXic33l/5U1zjD+glo+R62f' +
    'o31+4hX9E/T0HdvfcPoAZ0+2vi3QyLTRSH/UEsqjuRwCe3qqnlJ6J15pbhEHo7GRYBQIcAJkM4HiAyYrYTEmM+ACiwPUwCK20weNvQVew/CeGgNc' +
    'VqoxhTiPm7eAchV0oJgCxQOEAdiv/2Q=',
  'base64',
);

/** Ten generations with 200 kB of data that cannot be compressed. */
function noisy(): Uint8Array {
  let seed = 1;
  const noise = () => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return seed >>> 24;
  };
  const builder = new TraceBuilder(25);
  for (let number = 1; number <= 10; number++) {
    builder.generation(number, number * 1000, (generation) => {
      generation.experiment(1, 7, Uint8Array.from({ length: 20_000 }, noise));
      generation.batch(7, number * 1000, (batch) => batch.add('ProcStatus', 0, ProcStatus.Running));
    });
  }
  return builder.bytes;
}

async function read(bytes: Uint8Array, cuts: readonly number[] = []) {
  const reader = new TraceReader();
  const lines: string[] = [];
  const chunks: Uint8Array[] = [];
  let from = 0;
  for (const cut of [...cuts.map((at) => at % (bytes.length + 1)), bytes.length].sort((a, b) => a - b)) {
    chunks.push(bytes.subarray(from, cut));
    from = cut;
  }
  await feedTrace(reader, chunks, () => {
    for (let event = reader.next(); event !== undefined; event = reader.next()) lines.push(eventText(reader, event));
  });
  return { lines, problem: reader.problem, reader };
}

const FORMS = [
  ['plain', (data: Uint8Array) => data],
  ['gzip', (data: Uint8Array) => new Uint8Array(gzipSync(data))],
  ['stored Zstandard', storedZstd],
  ['Zstandard behind an empty frame', (data: Uint8Array) => Buffer.concat([skippedFrame(), storedZstd(data)])],
] as const;

function skippedFrame(): Buffer {
  return Buffer.from([0x53, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 9, 9]);
}

describe.each(FORMS)('%s', (_, pack) => {
  test('gives the events of the plain file, in any parts', async () => {
    const expected = readTrace(golden);
    const packed = pack(golden);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(), { maxLength: 20 }), async (cuts) => {
        const { lines, problem } = await read(packed, cuts);
        expect(problem).toBeUndefined();
        expect(lines).toEqual(expected.lines);
      }),
      { numRuns: 30 },
    );
  });

  test('ends where the reader refuses the file', async () => {
    const refused = Buffer.concat([golden, Buffer.alloc(300_000, 7)]);
    const expected = readTrace(refused);
    const { lines, problem } = await read(pack(refused));
    expect(lines).toEqual(expected.lines);
    expect(problem?.code).toBe(expected.problem?.code);
  });
});

test('what zstd compressed is read', async () => {
  const { lines, problem } = await read(GOLDEN_ZSTD);
  expect(problem).toBeUndefined();
  expect(lines).toEqual(readTrace(golden).lines);
});

test.each(['gzip', 'stored Zstandard'])('%s that is cut off gives its good part, and says so', async (form) => {
  const pack = FORMS.find(([name]) => name === form)![1];
  const trace = noisy();
  const packed = pack(trace);
  const { lines, problem } = await read(packed.subarray(0, packed.length - 50_000));
  expect(problem?.code).toBe('bad-compression');
  expect(problem?.message).toMatch(/compressed with .* damaged or cut off/);
  expect(lines.length).toBeGreaterThan(5);
});

test('an error of the source is no error of the file', async () => {
  async function* failing(): AsyncGenerator<Uint8Array> {
    yield new Uint8Array(gzipSync(golden)).subarray(0, 50);
    throw new Error('the disk is gone');
  }
  await expect(feedTrace(new TraceReader(), failing(), () => {})).rejects.toThrow('the disk is gone');
});

test('nothing is a file too', async () => {
  expect((await read(new Uint8Array(0))).problem?.code).toBe('not-a-trace');
});
