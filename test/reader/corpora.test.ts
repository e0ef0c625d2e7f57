/** Verdict and event text on the corpora of Go's traces, against what Go's own reader said of them. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { textToTrace, traceToText } from '../../src/format/index.ts';
import { readTrace } from '../support/read-trace.ts';
import { differenceButForTies } from '../support/same-events.ts';
import { sharedData } from '../support/shared-data.ts';

interface Gold {
  readonly name: string;
  readonly trace: string;
  readonly text: string;
}

const folder = sharedData('verdict and event text on the corpora');

/** Go's events of a file, and its error if it had one. A line that a panic cut off is not an event. */
function expectation(gold: Gold): { lines: string[]; refused: boolean } {
  const lines = gold.text.split('\n').filter((line) => line !== '');
  const last = lines.at(-1) ?? '';
  if (last.startsWith('ERROR')) lines.pop();
  const panicked = !last.startsWith('ERROR') && !last.includes('stk=');
  if (panicked) lines.pop();
  return { lines, refused: last.startsWith('ERROR') || panicked };
}

/** Quantities of 2^53 and more are rounded. */
function withRoundNumbers(line: string): string {
  return line.replace(/=(\d{17,})/, (_, digits: string) => `=${BigInt(Number(digits))}`);
}

function golds(data: string): Gold[] {
  const from = (kind: string) => readdirSync(join(data, 'gold', kind)).map((file) => join(data, 'gold', kind, file));
  const small = from('v2-events').map((file) => {
    const name = file.split('/').at(-1)!.replace('.txt', '');
    const synthetic = name.startsWith('synthetic-');
    const trace = synthetic ? `synthetic-v2/${name.slice('synthetic-'.length)}` : `exp-trace-tests-bin/${name}`;
    return { name, trace: join(data, `${trace}.trace`), text: readFileSync(file, 'utf8') };
  });
  const zipped = (kind: string, traces: string) =>
    from(kind).map((file) => {
      const name = file.split('/').at(-1)!.replace('.txt.gz', '');
      const trace = join(data, traces, name);
      const text = gunzipSync(readFileSync(file)).toString();
      return { name, trace: existsSync(trace) ? trace : `${trace}.trace`, text };
    });
  return [...small, ...zipped('real-events', 'real-bin'), ...zipped('v1-as-v2-events', 'go-v1-bin')];
}

describe.skipIf(folder === undefined)('corpora', () => {
  const all = folder === undefined ? [] : golds(folder);

  test('are all there', () => {
    expect(all.length).toBeGreaterThanOrEqual(22 + 61 + 8 + 8);
  });

  test.each(all.map((gold) => [gold.name, gold] as const))('%s: verdict and text', (_, gold) => {
    const { reader, lines, problem } = readTrace(readFileSync(gold.trace));
    const go = expectation(gold);
    if (reader.version! < 22) expect(differenceButForTies(lines, go.lines, withRoundNumbers)).toBeUndefined();
    else expect(lines).toEqual(go.lines);
    expect(problem !== undefined).toBe(go.refused);
  });

  test.each(all.map((gold) => [gold.name, gold] as const))('%s: any chunking gives the same', (_, gold) => {
    const bytes = readFileSync(gold.trace);
    const cuts: number[] = [];
    for (let at = 1; at < bytes.length; at += 1 + (at % 977)) cuts.push(at);
    const whole = readTrace(bytes);
    const parts = readTrace(bytes, cuts);
    expect(parts.lines).toEqual(whole.lines);
    expect(parts.problem?.message).toBe(whole.problem?.message);
  });
});

describe.skipIf(folder === undefined)("Go's text form", () => {
  const tests = folder === undefined ? [] : readdirSync(join(folder, 'exp-trace-tests'));

  test.each(tests)('%s becomes the same bytes and the same text', (name) => {
    const [, trace] = readFileSync(join(folder!, 'exp-trace-tests', name), 'utf8').split('-- trace --\n');
    const bytes = readFileSync(join(folder!, 'exp-trace-tests-bin', name.replace('.test', '.trace')));
    expect(Buffer.from(textToTrace(trace!)).equals(bytes)).toBe(true);
    expect(traceToText(bytes)).toBe(trace);
  });
});

describe.skipIf(folder === undefined)('what made readers crash', () => {
  for (const kind of ['exp-trace-fuzz-bin', 'gotraceui-fuzz-bin']) {
    const manifest: { file: string; goReader: string }[] =
      folder === undefined ? [] : JSON.parse(readFileSync(join(folder, kind, 'MANIFEST.json'), 'utf8'));

    test.each(manifest)(`${kind}/$file`, ({ file, goReader }) => {
      const { lines, problem } = readTrace(readFileSync(join(folder!, kind, file)));
      const accepted = / OK/.test(goReader);
      expect(problem === undefined).toBe(accepted);
      expect(lines).toHaveLength(Number(/events=(\d+)/.exec(goReader)![1]));
    });
  }
});
