/**
 * The golden cases: each trace as text, and the events that come of it. Run with UPDATE_GOLDEN=1 to write the files
 * anew after a wanted change, and read the diff.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { decodeTrace, EVENT_ROWS, textToTrace, traceToText } from '../../src/format/index.ts';
import { judgeText } from '../oracle/judge.ts';
import { readTrace } from '../support/read-trace.ts';
import { GOLDEN_CASES, type GoldenCase } from './cases.ts';

const folder = fileURLToPath(new URL('./cases/', import.meta.url));

function fileOf(golden: GoldenCase): string {
  return join(folder, `${golden.name}.txt`);
}

/** The bytes to read: those of the case, cut off where it says so. */
function bytesOf(golden: GoldenCase): Uint8Array {
  const bytes = golden.build();
  return bytes.subarray(0, bytes.length - (golden.cut ?? 0));
}

function render(golden: GoldenCase): string {
  const { lines, problem } = readTrace(bytesOf(golden));
  const end = problem === undefined ? [] : [`${problem.code}: ${problem.message}`];
  const cut = golden.cut === undefined ? [] : [`Without the last ${golden.cut} byte of the trace.`];
  const story = [golden.story, ...cut].map((line) => `# ${line}\n`).join('');
  return `${story}-- events --\n${[...lines, ...end].join('\n')}\n-- trace --\n${traceToText(golden.build())}`;
}

describe.each(GOLDEN_CASES.map((golden) => [golden.name, golden] as const))('%s', (name, golden) => {
  test('reads as written down', () => {
    if (process.env.UPDATE_GOLDEN) writeFileSync(fileOf(golden), render(golden));
    expect(render(golden)).toBe(readFileSync(fileOf(golden), 'utf8'));
  });

  test('the text stands for the same bytes', () => {
    const [, text] = readFileSync(fileOf(golden), 'utf8').split('-- trace --\n');
    expect(textToTrace(text!)).toEqual(golden.build());
  });

  test(name.startsWith('refused') || golden.cut ? 'ends with a problem' : 'is sound', () => {
    const { problem } = readTrace(bytesOf(golden));
    expect(problem !== undefined).toBe(name.startsWith('refused') || golden.cut !== undefined);
  });
});

test('every file belongs to a case', () => {
  expect(readdirSync(folder).sort()).toEqual(GOLDEN_CASES.map((golden) => `${golden.name}.txt`).sort());
});

test('every event of the table stands in a case', () => {
  const seen = new Set(GOLDEN_CASES.flatMap((golden) => decodeTrace(golden.build()).events.map((event) => event.id)));
  expect(EVENT_ROWS.filter((row) => !seen.has(row.id)).map((row) => row.name)).toEqual([]);
});

test("Go's reader says the same of all of them", async () => {
  const temporary = mkdtempSync(join(tmpdir(), 'exectrace-golden-'));
  try {
    const files = GOLDEN_CASES.map((golden) => join(temporary, golden.name));
    GOLDEN_CASES.forEach((golden, i) => {
      writeFileSync(files[i]!, bytesOf(golden));
    });
    const verdicts = await judgeText(files);
    verdicts?.forEach((verdict, i) => {
      const { lines, problem } = readTrace(bytesOf(GOLDEN_CASES[i]!));
      expect({ name: GOLDEN_CASES[i]!.name, ok: verdict.ok, lines: verdict.lines }).toEqual({
        name: GOLDEN_CASES[i]!.name,
        ok: problem === undefined,
        lines,
      });
    });
  } finally {
    rmSync(temporary, { recursive: true });
  }
});
