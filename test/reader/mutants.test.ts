/**
 * Small damages to sound traces, judged by both readers: ours must refuse what Go's refuses, and read what Go's reads,
 * with the same events, but for the few cases in which we are stricter on purpose (docs/wire-format.md).
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HEADER_SIZE, type TraceErrorCode } from '../../src/format/index.ts';
import { GOLDEN_CASES } from '../golden/cases.ts';
import { judgeText } from '../oracle/judge.ts';
import { readTrace } from '../support/read-trace.ts';

/** Statuses of 0, tables cut off inside a number, and an end of generation inside a batch. */
const STRICTER: readonly (TraceErrorCode | undefined)[] = ['bad-argument', 'truncated-event', 'bad-generation'];

const change = fc.oneof(
  fc.record({ kind: fc.constant('flip' as const), at: fc.nat(), value: fc.nat({ max: 7 }) }),
  fc.record({ kind: fc.constant('set' as const), at: fc.nat(), value: fc.nat({ max: 255 }) }),
  fc.record({ kind: fc.constant('insert' as const), at: fc.nat(), value: fc.nat({ max: 63 }) }),
  fc.record({ kind: fc.constant('remove' as const), at: fc.nat(), value: fc.constant(0) }),
);

const mutant = fc
  .tuple(
    fc.constantFrom(...GOLDEN_CASES.map((golden) => golden.build())),
    fc.array(change, { minLength: 1, maxLength: 3 }),
  )
  .map(([sound, changes]) => {
    const bytes = [...sound];
    for (const { kind, at: seed, value } of changes) {
      const at = HEADER_SIZE + (seed % (bytes.length - HEADER_SIZE));
      if (kind === 'flip') bytes[at]! ^= 1 << value;
      else if (kind === 'set') bytes[at] = value;
      else bytes.splice(at, kind === 'remove' ? 1 : 0, ...(kind === 'insert' ? [value] : []));
    }
    return Uint8Array.from(bytes);
  });

test("mutants of the golden traces get Go's verdict", async () => {
  const folder = mkdtempSync(join(tmpdir(), 'exectrace-mutants-'));
  try {
    const mutants = fc.sample(mutant, { seed: 20_261_123, numRuns: 1000 });
    const files = mutants.map((bytes, i) => {
      const file = join(folder, `${i}.trace`);
      writeFileSync(file, bytes);
      return file;
    });
    const verdicts = await judgeText(files);
    let accepted = 0;
    verdicts?.forEach((verdict, i) => {
      const { lines, problem } = readTrace(mutants[i]!);
      const trace = Buffer.from(mutants[i]!).toString('base64');
      if (problem !== undefined) {
        const agreed = !verdict.ok || STRICTER.includes(problem.code);
        expect({ agreed, trace, problem: problem.message }).toMatchObject({ agreed: true });
        return;
      }
      accepted++;
      expect({ ok: verdict.ok, error: verdict.error, trace }).toMatchObject({ ok: true });
      // Go keeps bytes that are no UTF-8 as they are, and prints ids of 2^63 and more as negative numbers.
      const comparable = (line: string) => !/\ufffd|\\x|\d{19}/.test(line);
      expect({ lines: lines.filter(comparable), trace }).toEqual({
        lines: verdict.lines.filter((_, at) => comparable(lines[at] ?? '')),
        trace,
      });
    });
    if (verdicts !== undefined) expect(accepted).toBeGreaterThan(100);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
