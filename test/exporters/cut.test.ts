/**
 * Parts of traces, and several traces as one: Go's own reader accepts them, and what is in them is what was there. The
 * traces are those of the corpora, a fresh one of a Go program, and hand-made ones.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  goBucketNames,
  groupBuckets,
  loadTrace,
  Names,
  type TraceModel,
  wholeTrace,
} from '../../src/analysis/index.ts';
import { type CutOptions, cutTrace, mergeTraces, NoCommonClock } from '../../src/exporters/index.ts';
import { judge } from '../oracle/judge.ts';
import { hasGo, traceOfGoProgram } from '../support/go-program.ts';
import { brokenLaws } from '../support/model-laws.ts';
import { sharedData } from '../support/shared-data.ts';
import { TraceBuilder } from '../support/trace-builder.ts';

const folder = mkdtempSync(join(tmpdir(), 'exectrace-cut-'));
afterAll(() => rmSync(folder, { recursive: true }));

const WHOLE: CutOptions = { start: 0, end: Number.POSITIVE_INFINITY };

async function cut(bytes: Uint8Array, options: CutOptions): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  await cutTrace([bytes], options, (piece) => pieces.push(piece.slice()));
  return Buffer.concat(pieces);
}

async function merge(files: readonly Uint8Array[], alignStarts = false): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  await mergeTraces(
    files.map((bytes) => [bytes]),
    { alignStarts },
    (piece) => pieces.push(piece.slice()),
  );
  return Buffer.concat(pieces);
}

/** Go's complaint about each of some traces, if any. */
async function complaints(traces: ReadonlyMap<string, Uint8Array>): Promise<string[]> {
  const files = [...traces].map(([name, bytes], i) => {
    const file = join(folder, `${i}.trace`);
    writeFileSync(file, bytes);
    return { name, file };
  });
  const verdicts = (await judge(files.map(({ file }) => file))) ?? [];
  return verdicts.filter(({ ok }) => !ok).map(({ error }, i) => `${files[i]!.name}: ${error}`);
}

/** Time by group and bucket, without the empty ones. */
function times(model: TraceModel): Record<string, Record<string, number>> {
  const range = wholeTrace(model);
  return Object.fromEntries(
    groupBuckets(model, range).map((buckets, group) => [
      model.strings[model.groups.name[group]!],
      Object.fromEntries(goBucketNames(buckets)),
    ]),
  );
}

const DATA = sharedData('cutting the corpora');

describe.skipIf(DATA === undefined || !hasGo('the verdict on cut traces'))('of every trace of the corpora', () => {
  const files =
    DATA === undefined
      ? []
      : ['real-bin', 'exp-trace-tests-bin'].flatMap((name) =>
          readdirSync(join(DATA, name)).map((file) => join(DATA, name, file)),
        );

  it('a part is accepted by Go, whichever it is', { timeout: 180_000 }, async () => {
    const parts = new Map<string, Uint8Array>();
    for (const file of files) {
      const bytes = readFileSync(file);
      const model = await loadTrace([bytes]);
      const { start, end } = wholeTrace(model);
      const length = end - start;
      parts.set(`${file} whole`, await cut(bytes, WHOLE));
      parts.set(`${file} half`, await cut(bytes, { start: length * 0.3, end: length * 0.8 }));
      parts.set(`${file} some`, await cut(bytes, { start: length / 4, end: length, keeps: (id) => id % 3 === 1 }));
      for (const part of ['whole', 'half', 'some']) {
        const own = await loadTrace([parts.get(`${file} ${part}`)!]);
        expect([file, part, own.info.problem]).toEqual([file, part, undefined]);
        expect([file, part, brokenLaws(own)]).toEqual([file, part, []]);
      }
    }
    expect(await complaints(parts)).toEqual([]);
  });
});

describe.skipIf(!hasGo('cutting a fresh Go trace'))('of a fresh trace', () => {
  let bytes: Buffer;
  let model: TraceModel;

  beforeAll(async () => {
    bytes = traceOfGoProgram(fileURLToPath(new URL('../analysis/programs/load.go', import.meta.url)));
    model = await loadTrace([bytes]);
  });

  it('the whole is the same again', async () => {
    const again = await loadTrace([await cut(bytes, WHOLE)]);
    const before = times(model);
    const after = times(again);
    expect(Object.keys(after).sort()).toEqual(Object.keys(before).sort());
    // Where the reader pulled events apart that had one time, a nanosecond goes from one state to another.
    for (const [group, buckets] of Object.entries(before))
      for (const [name, time] of Object.entries(buckets))
        expect([group, name, Math.abs((after[group]![name] ?? 0) - time) < 100]).toEqual([group, name, true]);
    expect(again.tasks.count).toBe(model.tasks.count);
    expect(again.regions.count).toBe(model.regions.count);
    expect(again.logs.count).toBe(model.logs.count);
    expect(again.samples.count).toBe(model.samples.count);
    expect(again.labels.count).toBe(model.labels.count);
    expect(again.info.wallOrigin).toBeDefined();
  });

  it('a part has the times of that part, and only what is kept', async () => {
    const { start, end } = wholeTrace(model);
    const range = { start: start + (end - start) * 0.4, end: start + (end - start) * 0.6 };
    const wanted = [...model.goroutines.name.keys()].filter(
      (row) =>
        model.strings[model.goroutines.name[row]!] === 'main.holdLock' ||
        model.strings[model.goroutines.name[row]!] === 'main.main',
    );
    const ids = new Set(wanted.map((row) => model.goroutines.id[row]!));
    const part = await loadTrace([
      await cut(bytes, { start: range.start - start, end: range.end - start, keeps: (id) => ids.has(id) }),
    ]);
    expect([...part.goroutines.id].every((id) => ids.has(id))).toBe(true);
    const whole = groupBuckets(model, range);
    for (const [group, buckets] of groupBuckets(part).entries()) {
      const name = part.strings[part.groups.name[group]!]!;
      const same = whole[[...model.groups.name].findIndex((id) => model.strings[id] === name)]!;
      expect([name, Math.abs(same.execution - buckets.execution) < 1000]).toEqual([name, true]);
      expect([name, Math.abs(same.total - buckets.total) < 1000]).toEqual([name, true]);
    }
  });
});

/** A trace of one goroutine that runs from `from` ns on; its clock snapshot is at the generation's time. */
function single(from: number, name: string): Uint8Array {
  return new TraceBuilder(25).generation(1, from, (generation) => {
    const stack = generation.stack({ func: name, line: 3 });
    generation.batch(5, from, (batch) =>
      batch
        .add('ProcStatus', 0, 1)
        .add('GoStatus', 1, 5, 2)
        .add('ProcsChange', 1, 0)
        .add('UserTaskBegin', 1, 0, name, stack)
        .after(100)
        .add('GCBegin', 1, 0)
        .after(100)
        .add('GCEnd', 2)
        .add('UserTaskEnd', 1, 0)
        .add('GoBlock', 'network', stack),
    );
  }).bytes;
}

describe('merging', () => {
  it('puts traces side by side on their wall clocks', async () => {
    // Both generations have the same time of day at their own time: the later trace begins at the same moment.
    const merged = await merge([single(1000, 'main.a'), single(5000, 'main.b')]);
    const model = await loadTrace([merged]);
    expect(model.info.problem).toBeUndefined();
    expect(brokenLaws(model)).toEqual([]);
    expect(model.procs.count).toBe(2);
    expect(model.goroutines.count).toBe(2);
    expect([...model.tasks.type].map((id) => model.strings[id])).toEqual(['main.a', 'main.b']);
    const [a, b] = model.tasks.start;
    expect(Math.abs(a! - b!)).toBeLessThan(10);
    // One collection that goes on while either collects.
    expect(model.ranges.count).toBe(1);
    expect(await complaints(new Map([['merged', merged]]))).toEqual([]);
  });

  it('leaves what each process says of itself on its own proc, however many run', async () => {
    const says = (pid: number) =>
      new TraceBuilder(25).generation(1, 1000, (generation) => {
        const stack = generation.stack({ func: 'main script', line: 1 });
        const said = JSON.stringify({ kind: 'process', pid, command: 'server.js' });
        generation.batch(5, 1000, (batch) =>
          batch
            .add('ProcStatus', 0, 1)
            .add('GoStatus', 1, 5, 2)
            .after(pid)
            .add('UserLog', 0, 'exectrace', said, 0)
            .after(100)
            .add('GoBlock', 'network', stack),
        );
      }).bytes;
    const merged = await merge([says(10), says(20), says(30)]);
    const model = await loadTrace([merged]);
    expect(model.info.processes.map(({ facts, proc }) => [facts.pid, proc])).toEqual([
      [10, 0],
      [20, 1],
      [30, 2],
    ]);
    expect(new Names(model).procInFull(2)).toBe('Main loop of server.js, pid 30');
    expect(await complaints(new Map([['merged', merged]]))).toEqual([]);
  });

  it('lets a trace that ends before the others end', async () => {
    const short = new TraceBuilder(25).generation(1, 1000, (generation) =>
      generation.batch(5, 1000, (batch) =>
        batch.add('ProcStatus', 0, 1).add('GoStatus', 1, 5, 2).add('ProcsChange', 1, 0).after(10).add('HeapAlloc', 5),
      ),
    ).bytes;
    const merged = await merge([short, single(1000, 'main.b')]);
    const model = await loadTrace([merged]);
    expect(brokenLaws(model)).toEqual([]);
    const [first] = groupBuckets(model);
    expect(first!.execution).toBeLessThan(50);
    expect(await complaints(new Map([['merged', merged]]))).toEqual([]);
  });

  it('says when there is no common clock, and aligns the starts if asked to', async () => {
    const old = new TraceBuilder(23).generation(1, 1000, (generation) =>
      generation.batch(5, 1000, (batch) => batch.add('ProcStatus', 0, 2)),
    ).bytes;
    await expect(merge([single(1000, 'main.a'), old])).rejects.toThrow(NoCommonClock);
    const model = await loadTrace([await merge([single(1000, 'main.a'), old], true)]);
    expect(model.procs.count).toBe(2);
  });
});
