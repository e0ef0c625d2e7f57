/**
 * Our analyses against `go tool trace` on a fresh trace of a program with a little of everything (programs/load.go).
 *
 * Goroutines: Go counts the time before the first mention of a goroutine as unknown; here it is part of the state that
 * the goroutine is found in. Of a syscall only the whole is compared: one that comes back after it has lost its proc makes
 * Go forget whoever is in a syscall on that proc since, so that his blocked time counts as executing. The files with known
 * answers (golds.test.ts) hold both kinds apart. Nothing else may differ.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  allExtents,
  bucketStart,
  cpuProfile,
  type Extent,
  extentsOfGroups,
  extentsOfRegions,
  goBucketNames,
  groupBuckets,
  intervalProc,
  loadTrace,
  MmuCurve,
  regionLength,
  regionTypes,
  type TraceModel,
  taskLength,
  taskTypes,
  timeHistogram,
  utilization,
  type WaitProfileType,
  waitProfile,
  wholeTrace,
} from '../../src/analysis/index.ts';
import { pprofOf } from '../../src/exporters/index.ts';
import { EventKind, GoState } from '../../src/reader/index.ts';
import { execFileSync } from '../support/child-process.ts';
import { hasGo, traceOfGoProgram } from '../support/go-program.ts';
import { GoTracePages, goDuration, goTraceTool, mergeSyscalls, tableRows } from '../support/go-trace-tool.ts';
import { pprofSamples } from '../support/pprof-raw.ts';

const go = hasGo('the comparison with go tool trace');

describe.skipIf(!go)('a fresh Go trace has the same', () => {
  const folder = mkdtempSync(join(tmpdir(), 'exectrace-go-tool-'));
  const file = join(folder, 'load.trace');
  let model: TraceModel;
  let pages: GoTracePages;

  beforeAll(async () => {
    const bytes = traceOfGoProgram(fileURLToPath(new URL('programs/load.go', import.meta.url)));
    writeFileSync(file, bytes);
    model = await loadTrace([bytes]);
    pages = await GoTracePages.open(file);
  });

  afterAll(async () => {
    await pages?.close();
    rmSync(folder, { recursive: true });
  });

  const nameOf = (group: number): string => model.strings[model.groups.name[group]!]!;

  it('groups, with their members', async () => {
    const rows = tableRows(await pages.text('/goroutines')).slice(1);
    const theirs = rows.map(([name, count]) => `${name} ${count}`);
    const { offset } = model.groups;
    const ours = Array.from({ length: model.groups.count }, (_, group) => {
      const name = nameOf(group) || '(Inactive, no stack trace sampled)';
      return `${name} ${offset[group + 1]! - offset[group]!}`;
    });
    expect(ours.sort()).toEqual(theirs.sort());
  });

  it('time buckets of every group', async () => {
    const buckets = groupBuckets(model);
    for (const [group, own] of buckets.entries()) {
      const page = tableRows(await pages.text(`/goroutine?name=${encodeURIComponent(nameOf(group))}`));
      const { sums: theirs, ranges } = sumsOf(page);
      const unknown = theirs.get('Unknown time') ?? 0;
      theirs.delete('Unknown time');
      // Go 1.26 counts it as executing, and once more as waiting for the scheduler (internal/trace, `snapshotStat`).
      const twice = openBlockedSyscalls(model, group);
      if (twice > 0) theirs.set('Sched wait time', theirs.get('Sched wait time')! - twice);
      const ours = goBucketNames(own);
      for (const sums of [ours, theirs]) mergeSyscalls(sums);
      const more = [...new Set([...ours.keys(), ...theirs.keys()])].map(
        (name) => (ours.get(name) ?? 0) - (theirs.get(name) ?? 0),
      );
      expect([nameOf(group), Math.min(0, ...more)]).toEqual([nameOf(group), 0]);
      expect([nameOf(group), more.reduce((a, b) => a + b, 0)]).toEqual([nameOf(group), unknown]);
      expect([nameOf(group), own.ranges]).toEqual([nameOf(group), Object.fromEntries(ranges)]);
    }
  });

  /** What pprof reads out of our profile, counted as Go does. */
  function ours(type: WaitProfileType, extents: readonly Extent[]): [string, readonly number[]][] {
    const own = join(folder, 'ours.pb');
    writeFileSync(own, pprofOf(model, waitProfile(model, type, extents, { goCompatible: true })));
    return sorted(pprofSamples(own));
  }

  function theirs(bytes: Buffer): [string, readonly number[]][] {
    const file = join(folder, 'theirs.pb.gz');
    writeFileSync(file, bytes);
    return sorted(pprofSamples(file));
  }

  it.each(['net', 'sync', 'syscall', 'sched'] as const)('%s profile, stack by stack', (type) => {
    const profile = execFileSync(goTraceTool(), [`-pprof=${type}`, file], { maxBuffer: 1 << 28 });
    const samples = theirs(profile);
    expect(samples.length).toBeGreaterThan(3);
    expect(ours(type, allExtents(model))).toEqual(samples);
  });

  it('profiles of a group', async () => {
    const group = Array.from({ length: model.groups.count }, (_, i) => i).filter((i) => nameOf(i) === 'main.holdLock');
    const samples = theirs(await pages.bytes('/block?raw=1&name=main.holdLock'));
    expect(samples.length).toBeGreaterThan(0);
    expect(ours('sync', extentsOfGroups(model, group, wholeTrace(model)))).toEqual(samples);
  });

  it('profiles of regions', async () => {
    const regions = Array.from({ length: model.regions.count }, (_, i) => i).filter(
      (i) => model.strings[model.regions.type[i]!] === 'compute',
    );
    const samples = theirs(await pages.bytes('/regionsched?raw=1&type=compute'));
    expect(samples.length).toBeGreaterThan(0);
    expect(ours('sched', extentsOfRegions(model, regions, wholeTrace(model)))).toEqual(samples);
  });

  it('counts and histograms of tasks', async () => {
    const theirs = latencyTable(await pages.text('/usertasks'), 'usertask');
    const ours = new Map(
      taskTypes(model).map(({ name, tasks, open }) => [
        name,
        { count: tasks.length + open, ...bucketsOf(Array.from(tasks, (task) => taskLength(model, task))) },
      ]),
    );
    // Go has the background as a task without a name.
    theirs.delete('');
    expect(ours).toEqual(theirs);
  });

  it('counts and histograms of regions', async () => {
    const theirs = latencyTable(await pages.text('/userregions'), 'userregion');
    const range = wholeTrace(model);
    const ours = new Map(
      regionTypes(model).map(({ name, regions }) => [
        model.strings[name]!,
        { count: regions.length, ...bucketsOf(Array.from(regions, (region) => regionLength(model, region, range))) },
      ]),
    );
    // Goroutines that are created within a region inherit one without a name in Go's summary.
    theirs.delete('');
    expect(ours).toEqual(theirs);
  });

  // With background workers on, Go's page fails on traces of more than one generation; the golds have those.
  it.each(['stw', 'assist', 'sweep', 'stw|assist|sweep', 'perProc|stw'])('mutator utilization of %s', async (flags) => {
    const { curve } = JSON.parse(await pages.text(`/mmu?mode=plot&flags=${encodeURIComponent(flags)}`));
    const on = Object.fromEntries(flags.split('|').map((flag) => [flag, true]));
    const ours = new MmuCurve(utilization(model, { ...on, goCompatible: true }));
    const differences = (curve as [number, number][])
      .map(([window, value]) => [window, value, ours.mmu(window)] as const)
      .filter(([window, value, own]) => window > 1 && Math.abs(value - own) > 1e-9);
    expect(curve.length).toBe(100);
    expect(differences).toEqual([]);
  });

  it('CPU samples', () => {
    const samples = model.info.events[EventKind.StackSample];
    expect(samples).toBeGreaterThan(0);
    const own = join(folder, 'cpu.pb');
    writeFileSync(own, pprofOf(model, cpuProfile(model)));
    const counts = [...pprofSamples(own).values()].map(([count]) => count);
    expect(counts.reduce((a, b) => a + b, 0)).toBe(samples);
  });
});

interface Latency {
  readonly count: number;
  /** Counts by least length of the bucket, ns, without the empty ones. */
  readonly buckets: readonly (readonly [number, number])[];
}

/** The rows of the pages of tasks and regions: by type, how many, and the histogram of their lengths. */
function latencyTable(page: string, link: string): Map<string, Latency> {
  const rows = new Map<string, Latency>();
  const parts = page.split(new RegExp(`<td><a href="/${link}\\?type=([^&"]*)[^"]*">(\\d+)</a></td>`));
  for (let i = 1; i < parts.length; i += 3) {
    const cells = parts[i + 2]!.matchAll(/histoTime[^>]*>(?:<a[^>]*>)?([\d.a-zµ]+)<.*?relative">(\d+)<\/div>/g);
    const buckets = Array.from(cells, ([, from, count]) => [goDuration(from!), Number(count)] as const);
    rows.set(decodeURIComponent(parts[i]!), {
      count: Number(parts[i + 1]),
      buckets: buckets.filter(([, count]) => count > 0),
    });
  }
  return rows;
}

function bucketsOf(lengths: readonly number[]): Pick<Latency, 'buckets'> {
  const { first, counts } = timeHistogram(lengths);
  const buckets = counts.map((count, i) => [Math.trunc(bucketStart(first + i) + 1e-6), count] as const);
  return { buckets: buckets.filter(([, count]) => count > 0) };
}

/** Samples by stack, in one order. */
function sorted(samples: ReadonlyMap<string, readonly number[]>): [string, readonly number[]][] {
  return [...samples].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** How long the members of the group have been in syscalls without a proc in which the trace ends, ns. */
function openBlockedSyscalls({ groups, goroutines, intervals }: TraceModel, group: number): number {
  let sum = 0;
  for (const member of groups.members.subarray(groups.offset[group], groups.offset[group + 1])) {
    const last = goroutines.offset[member + 1]! - 1;
    const isOpen = Number.isNaN(goroutines.ended[member]!) && last > goroutines.offset[member]!;
    if (isOpen && intervals.state[last] === GoState.Syscall && intervalProc(intervals, last) < 0)
      sum += intervals.end[last]! - intervals.start[last]!;
  }
  return sum;
}

/** Sums of the columns of both tables of a goroutine page: breakdown, and special ranges. */
function sumsOf(rows: readonly string[][]): { sums: Map<string, number>; ranges: Map<string, number> } {
  const [sums, ranges] = [new Map<string, number>(), new Map<string, number>()];
  let head: readonly string[] = [];
  for (const row of rows) {
    if (row[0] === 'Goroutine') head = row;
    else if (head.length > 0) {
      // The breakdown has a bar in its third column.
      const isBreakdown = head[2] === '';
      for (let column = isBreakdown ? 3 : 2; column < head.length; column++) {
        const target = isBreakdown ? sums : ranges;
        const time = goDuration(row[column]!);
        if (time > 0) target.set(head[column]!, (target.get(head[column]!) ?? 0) + time);
      }
    }
  }
  return { sums, ranges };
}
