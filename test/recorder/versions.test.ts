/** The assembler writes every format that has the events it needs; our reader and Go's read them all, to the same events. */
import { writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { EventKind } from '../../src/reader/index.ts';
import { judge } from '../oracle/judge.ts';
import { HandRecording, readAll } from './support/assemble.ts';
import { traceFile } from './support/record-program.ts';

const VERSIONS = [23, 25, 26] as const;

/** Two generations of two threads with a little of everything. */
function record(version: (typeof VERSIONS)[number]): Uint8Array {
  const recording = new HandRecording(2, version);
  const threads = [recording.thread(), recording.thread()];
  for (let round = 0; round < 2; round++) {
    for (const { record, texts } of threads) {
      record.resourceBorn(texts.name('TCPWRAP'), 10 + round);
      record.callbackBegins(10 + round, () => 0);
      record.taskBegin(1 + round, 0, texts.name(`task ${round}`));
      record.regionBegin(1 + round, 1 + round, texts.name('region'));
      record.log(1 + round, texts.name('category'), texts.passing('a message'));
      record.promiseBorn(0);
      record.promiseId++;
      record.promiseBorn(1);
      record.promiseId++;
      record.regionEnd(1 + round);
      record.taskEnd(1 + round);
      record.sliceEnds();
      record.heap(1000 + round, 4000);
    }
    recording.cut();
  }
  for (const { record } of threads) record.end();
  return recording.finish().bytes;
}

it('writes the same trace in every format', async () => {
  const files = VERSIONS.map(() => traceFile());
  const counts = VERSIONS.map((version, i) => {
    const bytes = record(version);
    writeFileSync(files[i]!, bytes);
    const kinds: number[] = Object.values(EventKind).map(() => 0);
    const { reader } = readAll(bytes, ({ kind }) => void kinds[kind]!++);
    expect({ version, problem: reader.problem }).toEqual({ version, problem: undefined });
    return kinds;
  });
  expect(counts[0]![EventKind.TaskEnd]).toBe(4);
  expect(counts[1]).toEqual(counts[0]);
  expect(counts[2]).toEqual(counts[0]);
  for (const verdict of (await judge(files)) ?? []) expect(verdict.error).toBeUndefined();
});
