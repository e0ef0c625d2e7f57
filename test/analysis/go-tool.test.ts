/**
 * Our analyses against `go tool trace` on a fresh trace of a program with a little of everything (programs/load.go).
 *
 * Goroutines: Go counts the time before the first mention of a goroutine as unknown; here it is part of the state that
 * the goroutine is found in, and nothing else may differ.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { goBucketNames, groupBuckets, loadTrace, type TraceModel } from '../../src/analysis/index.ts';
import { GoState } from '../../src/reader/index.ts';
import { hasGo, traceOfGoProgram } from '../support/go-program.ts';
import { GoTracePages, goDuration, mergeSyscalls, tableRows } from '../support/go-trace-tool.ts';

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
      const ours = goBucketNames(own);
      if (beginsInSyscall(model, group)) for (const sums of [ours, theirs]) mergeSyscalls(sums);
      const more = [...new Set([...ours.keys(), ...theirs.keys()])].map(
        (name) => (ours.get(name) ?? 0) - (theirs.get(name) ?? 0),
      );
      expect([nameOf(group), Math.min(0, ...more)]).toEqual([nameOf(group), 0]);
      expect([nameOf(group), more.reduce((a, b) => a + b, 0)]).toEqual([nameOf(group), unknown]);
      expect([nameOf(group), own.ranges]).toEqual([nameOf(group), Object.fromEntries(ranges)]);
    }
  });
});

/** Is a goroutine of the group found in a syscall? */
function beginsInSyscall({ groups, goroutines, intervals }: TraceModel, group: number): boolean {
  const members = groups.members.subarray(groups.offset[group], groups.offset[group + 1]);
  return members.some((member) => intervals.state[goroutines.offset[member]!] === GoState.Syscall);
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
