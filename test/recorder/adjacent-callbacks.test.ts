/** Callbacks of one resource that follow each other at once are one run of its strand. */
import { describe, expect, it } from 'vitest';
import { GoState } from '../../src/reader/index.ts';
import { Assembler } from '../../src/recorder/assembler/assembler.ts';
import { CHUNK_WORDS, HEADER_WORDS } from '../../src/recorder/record/layout.ts';
import { KIND_BITS, RecordKind } from '../../src/recorder/record/record-kinds.ts';
import { readAll } from './support/assemble.ts';

/** A record: kind, payload, further words. */
type Row = readonly [kind: number, payload: number, ...words: number[]];

const begins = (dt: number, id: number): Row => [RecordKind.CallbackBegins, dt, id];
const ends = (dt: number): Row => [RecordKind.SliceEnds, dt];

/** The runs of resource 7, a socket: beginning and end in ns since the thread began. */
function runs(rows: readonly Row[], type = 'TCPWRAP'): number[][] {
  const parts: Uint8Array[] = [];
  const assembler = new Assembler({
    sink: (bytes) => void parts.push(bytes.slice()),
    level: 2,
    facts: {},
    clock: (mono) => ({ mono, wallSeconds: 0, wallNanoseconds: 0 }),
  });
  const name = new Int32Array(Math.ceil(type.length / 4));
  new Uint8Array(name.buffer).set(Buffer.from(type));
  const words = new Int32Array(CHUNK_WORDS);
  let at = HEADER_WORDS;
  const all: Row[] = [
    [RecordKind.ThreadBegins, 1, 0],
    [RecordKind.SnapshotEnds, 0],
    [RecordKind.Text, 1, type.length, ...name],
    [RecordKind.ResourceBorn, 1, 7],
    [RecordKind.ResourceBorn, 1, 8],
    ...rows,
  ];
  for (const [kind, payload, ...rest] of all) {
    words[at++] = kind | (payload << KIND_BITS);
    for (const word of rest) words[at++] = word;
  }
  assembler.begin(0);
  assembler.push(0, 0, words, HEADER_WORDS, at, true);
  assembler.endThread(0);
  assembler.finish();
  const found: number[][] = [];
  // The main script is the first strand, the two resources are the next ones.
  const { reader } = readAll(new Uint8Array(Buffer.concat(parts)), ({ subject, from, to, time }) => {
    if (subject !== 2) return;
    if (to === GoState.Running) found.push([time]);
    else if (from === GoState.Running) found.at(-1)!.push(time);
  });
  expect(reader.problem).toBeUndefined();
  return found.map(([begin, end]) => [Math.round(begin! / 100) * 100, Math.round(end! / 100) * 100]);
}

describe('two callbacks of a resource', () => {
  it('are one run if the second follows at once', () => {
    expect(runs([begins(10_000, 7), ends(2000), begins(300, 7), ends(2000)])).toEqual([[10_000, 14_300]]);
  });

  it.each<[string, Row[]]>([
    ['they are further apart', [begins(3000, 7)]],
    [
      'a tick lies between',
      [[RecordKind.TickBorn, 0], [RecordKind.TickBegins, 0], [RecordKind.TickEnds, 100], begins(200, 7)],
    ],
    ['another resource lies between', [begins(100, 8), ends(100), begins(100, 7)]],
    ['something is recorded between', [[RecordKind.Stamp, 100], [RecordKind.ResourceBorn, 1, 9], begins(200, 7)]],
    ['the loop slept between', [[RecordKind.Idle, 0, 0, 50], begins(300, 7)]],
  ])('are two if %s', (_, between) => {
    const found = runs([begins(10_000, 7), ends(2000), ...between, ends(2000)]);
    expect(found).toHaveLength(2);
    expect(found[0]).toEqual([10_000, 12_000]);
  });

  it('are two if they are messages', () => {
    expect(runs([begins(10_000, 7), ends(2000), begins(300, 7), ends(2000)], 'MESSAGEPORT')).toHaveLength(2);
  });

  it('leave nothing open', () => {
    expect(runs([begins(10_000, 7), ends(2000)])).toEqual([[10_000, 12_000]]);
  });
});
