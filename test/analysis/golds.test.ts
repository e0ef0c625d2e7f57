/**
 * The model against Go's own summarizer: goroutine names and time buckets, and the goroutines of tasks, on the corpora
 * of Go traces with their recorded truth.
 *
 * One difference is wanted: what Go calls unknown, from the trace's start to a goroutine's first mention, is for us
 * the state that it is found in.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import {
  goBucketNames,
  goroutineBuckets,
  loadTrace,
  MmuCurve,
  type TraceModel,
  utilization,
} from '../../src/analysis/index.ts';
import { GoState } from '../../src/reader/index.ts';
import { goDuration, mergeSyscalls } from '../support/go-trace-tool.ts';
import { brokenLaws } from '../support/model-laws.ts';
import { sharedData } from '../support/shared-data.ts';

const DATA = sharedData('comparison with the summaries of Go');

interface GoldGoroutine {
  readonly id: number;
  readonly name: string;
  readonly stats: Readonly<Record<string, number>>;
  /** Time in ranges, which overlap the rest. */
  readonly ranges: Readonly<Record<string, number>>;
}

interface GoldTask {
  readonly id: number;
  readonly name: string;
  readonly goroutines: readonly number[];
}

interface Gold {
  readonly goroutines?: readonly GoldGoroutine[];
  readonly tasks?: readonly GoldTask[];
  /** By flags: as Go computes it, and without its double count of background workers. */
  readonly mmu?: Readonly<Record<string, GoldMmu>>;
  readonly mmuFixed?: Readonly<Record<string, GoldMmu>>;
}

interface GoldMmu {
  /** By window, such as `10µs`; undefined when the trace never tells the number of procs. */
  readonly mmu: Readonly<Record<string, number>> | undefined;
  readonly points: number;
  readonly series: number | undefined;
}

function traceFile(path: string): string {
  return existsSync(path) ? path : `${path}.trace`;
}

/** Files with their summaries. */
function cases(traces: string, golds: string): (readonly [name: string, trace: string, gold: string])[] {
  if (DATA === undefined) return [];
  const folder = DATA;
  return readdirSync(join(folder, golds))
    .map((name) => [name.replace(/\.json(\.gz)?$/, ''), name] as const)
    .map(([name, gold]) => [name, traceFile(join(folder, traces, name)), join(folder, golds, gold)] as const);
}

function readGold(path: string): Gold {
  const bytes = readFileSync(path);
  return JSON.parse((path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString());
}

/** The newest goroutine with an id, as in Go's summary. */
function findGoroutine(model: TraceModel, id: number): number {
  return model.goroutines.id.lastIndexOf(id);
}

/** The mutator utilization under the flags of a gold, such as `stw|background`. */
function mmuOf(model: TraceModel, flags: string, goCompatible: boolean, windows: readonly string[]): GoldMmu {
  const on = Object.fromEntries(flags.split('|').map((flag) => [flag, true]));
  const series = utilization(model, { ...on, goCompatible });
  const curve = new MmuCurve(series);
  return {
    mmu: Object.fromEntries(windows.map((window) => [window, curve.mmu(goDuration(window))])),
    points: series.reduce((sum, { time }) => sum + time.length, 0),
    series: series.length,
  };
}

function expectSameMmu(model: TraceModel, golds: Gold['mmu'] = {}, goCompatible: boolean): void {
  for (const [flags, gold] of Object.entries(golds)) {
    const own = mmuOf(model, flags, goCompatible, Object.keys(gold.mmu ?? {}));
    expect([flags, own.series]).toEqual([flags, gold.series ?? 0]);
    for (const [window, value] of Object.entries(gold.mmu ?? {}))
      expect([flags, window, Math.abs(own.mmu![window]! - value) < 1e-8 ? value : own.mmu![window]]).toEqual([
        flags,
        window,
        value,
      ]);
  }
}

/** Go's buckets of a goroutine as our model has them: without unknown time, and without waits that never end. */
function expectSameBuckets(model: TraceModel, gold: GoldGoroutine): void {
  const goroutine = findGoroutine(model, gold.id);
  expect(goroutine).toBeGreaterThanOrEqual(0);
  expect(model.strings[model.goroutines.name[goroutine]!]).toBe(gold.name);
  const { 'Unknown time': unknown = 0, ...stats } = gold.stats;
  const expected = new Map(Object.entries(stats));
  const own = goroutineBuckets(model, goroutine);
  expect(own.ranges).toEqual(gold.ranges);
  const buckets = goBucketNames(own);
  buckets.delete('Block time (forever)');
  const first = model.goroutines.offset[goroutine]!;
  if (model.intervals.state[first] === GoState.Syscall) for (const each of [buckets, expected]) mergeSyscalls(each);
  const differences = [...new Set([...buckets.keys(), ...expected.keys()])]
    .map((bucket) => (buckets.get(bucket) ?? 0) - (expected.get(bucket) ?? 0))
    // Before 1.22, events that tie are 1 ns apart in an order that differs from run to run.
    .filter((difference) => Math.abs(difference) > (model.info.version < 22 ? 1 : 0));
  expect(differences).toEqual(unknown === 0 ? [] : [unknown]);
  if (unknown > 0) expect(model.intervals.end[first]! - model.intervals.start[first]!).toBeGreaterThanOrEqual(unknown);
}

const suites = [...cases('exp-trace-tests-bin', 'gold/v2-summary'), ...cases('real-bin', 'gold/real-summary')];

describe.skipIf(DATA === undefined)('the summary of', () => {
  it.each(suites)('%s', async (name, trace, goldPath) => {
    const model = await loadTrace([readFileSync(trace)]);
    const gold = readGold(goldPath);
    expect(brokenLaws(model)).toEqual([]);
    if (gold.goroutines === undefined) return expect(model.info.problem).toBeDefined();
    expect(model.goroutines.count).toBe(gold.goroutines.length);
    for (const goroutine of gold.goroutines) expectSameBuckets(model, goroutine);
    // The golds are of Go 1.22, which lost assists that newer ones count; go-tool.test.ts compares with today's.
    if (name !== 'go122-gc-stress') {
      expectSameMmu(model, gold.mmu, true);
      // In traces of Go 1.19 and 1.21, stops begin before the number of procs is told: those golds miss them.
      if (model.info.version >= 22) expectSameMmu(model, gold.mmuFixed, false);
    }
    // Task 0 is the background, which is no task here.
    const tasks = (gold.tasks ?? []).filter((task) => task.id !== 0);
    expect([...model.tasks.id].sort()).toEqual(tasks.map((task) => task.id).sort());
    for (const { id, name, goroutines } of tasks) {
      const task = model.tasks.id.indexOf(id);
      const { goroutineOffset, goroutines: members } = model.tasks;
      const own = members.subarray(goroutineOffset[task], goroutineOffset[task + 1]);
      expect([...own].map((member) => model.goroutines.id[member]!).sort()).toEqual([...goroutines].sort());
      expect(model.strings[model.tasks.type[task]!]).toBe(name);
    }
  });
});

describe.skipIf(DATA === undefined)('a damaged or odd trace', () => {
  const folders = DATA === undefined ? [] : ['exp-trace-fuzz-bin', 'synthetic-v2'].map((name) => join(DATA, name));
  const files = folders.flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => !name.endsWith('.json') && !name.endsWith('.md'))
      .map((name) => [name, join(folder, name)] as const),
  );

  it.each(files)('%s gives a model that keeps the laws, or a clear refusal', async (_name, path) => {
    const model = await loadTrace([readFileSync(path)]).catch((error: unknown) => {
      expect(error).toMatchObject({ name: 'TraceFormatError' });
      return undefined;
    });
    if (model !== undefined) expect(brokenLaws(model)).toEqual([]);
  });
});
