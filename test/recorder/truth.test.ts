/**
 * Traces of a program whose truth is known, held to that truth: who waited, for what, how long, and who woke it.
 * Times are compared with what the program measured itself, to within `TOLERANCE`.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { nodeBinary, testedMajors } from '../../scripts/node-versions.mjs';
import { loadTrace, type TraceModel } from '../../src/analysis/index.ts';
import { GoState } from '../../src/reader/index.ts';
import { AGAIN } from './support/again.ts';
import { recordProgram } from './support/record-program.ts';

const MS = 1e6;
/** ns */
const TOLERANCE = 2 * MS;

async function recordKnown(major: number, level: 0 | 1 | 2): Promise<{ model: TraceModel; measured: Measured }> {
  const { file, stdout, code } = await recordProgram('known.mjs', { node: nodeBinary(major)!, level });
  expect(code).toBe(0);
  return { model: await loadTrace([readFileSync(file)]), measured: JSON.parse(stdout) as Measured };
}

/** What the program measured itself, ms. */
interface Measured {
  readonly gate: number;
  readonly block: number;
  readonly sleep: number;
}

/** The row of the region of that type with a goroutine that waits in it; its longest. */
function region(model: TraceModel, type: string): { start: number; end: number; goroutine: number } {
  const { regions, strings } = model;
  let best = -1;
  for (let i = 0; i < regions.count; i++) {
    if (strings[regions.type[i]!] !== type) continue;
    if (best < 0 || regions.end[i]! - regions.start[i]! > regions.end[best]! - regions.start[best]!) best = i;
  }
  expect(best).toBeGreaterThanOrEqual(0);
  return { start: regions.start[best]!, end: regions.end[best]!, goroutine: regions.goroutine[best]! };
}

/** The intervals of a goroutine that overlap a range, with their lengths in it, ns. */
function intervals(model: TraceModel, goroutine: number, from: number, to: number) {
  const { offset } = model.goroutines;
  const { start, end, state, reason, waker } = model.intervals;
  const rows = [];
  for (let i = offset[goroutine]!; i < offset[goroutine + 1]!; i++) {
    const length = Math.min(end[i]!, to) - Math.max(start[i]!, from);
    if (length <= 0) continue;
    rows.push({
      row: i,
      state: state[i]!,
      reason: model.strings[reason[i]!],
      length,
      waker: waker[i]!,
      start: start[i]!,
    });
  }
  return rows;
}

/** The goroutine that runs at the time of a log line, and that time. */
function logAt(model: TraceModel, message: string): { time: number; goroutine: number } {
  const { logs, strings } = model;
  const row = Array.from({ length: logs.count }, (_, i) => i).find((i) => strings[logs.message[i]!] === message);
  expect(row).toBeDefined();
  return { time: logs.time[row!]!, goroutine: logs.goroutine[row!]! };
}

function near(actual: number, expected: number): void {
  expect(Math.abs(actual - expected), `${actual / MS} ms against ${expected / MS} ms`).toBeLessThan(TOLERANCE);
}

describe.each(testedMajors())('on Node %i, level 2', AGAIN, (major) => {
  it('a function that awaits another: its wait, its waker and its delay', async () => {
    const { model } = await recordKnown(major, 2);
    const waits = region(model, 'waits for the gate');
    const opened = logAt(model, 'opens the gate');
    const rows = intervals(model, waits.goroutine, waits.start, waits.end);
    const waiting = rows.filter(({ state }) => state === GoState.Waiting);
    expect(waiting.map(({ reason }) => reason)).toEqual(['sync (await)']);
    // As far as the stamps can tell, the gate opens with the next one: when the opener, which goes on, has blocked.
    near(waiting[0]!.length, logAt(model, 'has blocked').time - waits.start);
    const ready = rows.find(({ state }) => state === GoState.Runnable);
    expect(ready?.waker).toBe(opened.goroutine);
  });

  it('a task lasts as long as the program says', async () => {
    const { model, measured } = await recordKnown(major, 2);
    const row = taskRow(model, 'gate');
    near(model.tasks.end[row]! - model.tasks.start[row]!, measured.gate * MS);
  });

  it('a blocked loop: the culprit runs for the block, the late timer is late by the rest of it', async () => {
    const { model, measured } = await recordKnown(major, 2);
    const blocks = logAt(model, 'blocks');
    const running = intervals(model, blocks.goroutine, blocks.time, blocks.time + measured.block * MS);
    near(
      running.filter(({ state }) => state === GoState.Running).reduce((sum, { length }) => sum + length, 0),
      measured.block * MS,
    );
    const sleeps = region(model, 'sleeps 60');
    near(sleeps.end - sleeps.start, measured.sleep * MS);
    expect(measured.sleep).toBeGreaterThan(measured.block + 40);
    // The timer itself was due after 60 ms, and then ready but not served.
    near(longestReady(model, /: timer$/), (measured.sleep - 60) * MS);
  });

  it('states of every strand fill its life without gaps or overlaps', async () => {
    const { model } = await recordKnown(major, 2);
    const { offset, count } = model.goroutines;
    const { start, end } = model.intervals;
    for (let goroutine = 0; goroutine < count; goroutine++) {
      for (let i = offset[goroutine]! + 1; i < offset[goroutine + 1]!; i++) expect(start[i]).toBe(end[i - 1]);
    }
  });
});

/** The longest time that a strand of that name was ready to run, ns. */
function longestReady(model: TraceModel, name: RegExp): number {
  const { intervals: rows, goroutines, strings } = model;
  let longest = 0;
  for (let i = 0; i < rows.count; i++) {
    const isOfName = name.test(strings[goroutines.name[rows.goroutine[i]!]!]!);
    if (isOfName && rows.state[i] === GoState.Runnable) longest = Math.max(longest, rows.end[i]! - rows.start[i]!);
  }
  return longest;
}

function taskRow(model: TraceModel, type: string): number {
  const { tasks, strings } = model;
  const row = Array.from({ length: tasks.count }, (_, i) => i).find((i) => strings[tasks.type[i]!] === type);
  expect(row).toBeDefined();
  return row!;
}

it.each([0, 1, 2] as const)(
  'a region around an async function has its true length at level %i',
  AGAIN,
  async (level) => {
    const { model, measured } = await recordKnown(testedMajors()[0]!, level);
    const { start, end } = region(model, 'sleeps 60');
    near(end - start, measured.sleep * MS);
  },
);

describe('the event loop', AGAIN, () => {
  it.each([0, 1, 2] as const)('is busy for the blocks and idle for the sleeps, at level %i', async (level) => {
    const { model, measured } = await recordKnown(testedMajors()[0]!, level);
    const { busyStart, busyEnd } = model.procs;
    const from = model.tasks.start[taskRow(model, 'gate')]!;
    const to = model.tasks.end[taskRow(model, 'block')]!;
    let busy = 0;
    for (let i = 0; i < busyStart.length; i++) {
      busy += Math.max(0, Math.min(busyEnd[i]!, to) - Math.max(busyStart[i]!, from));
    }
    // 20 ms and 50 ms of blocking; 40 ms and 50 ms of sleep.
    expect(busy / MS).toBeGreaterThan(measured.block + 20 - 2);
    expect((to - from - busy) / MS).toBeGreaterThan(80);
  });
});
