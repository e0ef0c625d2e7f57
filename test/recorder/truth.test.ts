/**
 * Traces of a program whose truth is known, held to that truth: who waited, for what, how long, and who woke it.
 *
 * The program reads its clock before and after all that matters; what the trace says must lie between two readings, or
 * contain two. So nothing here depends on how much the machine has to do.
 */

import { describe, expect, it } from 'vitest';
import { nodeBinary, testedMajors } from '../../scripts/node-versions.mjs';
import type { TraceModel } from '../../src/analysis/index.ts';
import { intervalReason, intervalWaker } from '../../src/analysis/index.ts';
import { GoState } from '../../src/reader/index.ts';
import { CLOCKS, programClock } from './support/program-clock.ts';
import { recordProgram } from './support/record-program.ts';
import { modelOf } from './support/recorded-trace.ts';

const MS = 1e6;
/** Node's timers count whole milliseconds, and round up. */
const TIMER_STEP = 1.1 * MS;

type Reading =
  | 'beforeGate'
  | 'inGate'
  | 'beforeGateBlock'
  | 'afterGateBlock'
  | 'gateDone'
  | 'afterGate'
  | 'beforeSleep'
  | 'armed'
  | 'afterSleep'
  | 'beforeBlock'
  | 'afterBlock';

/** A recording of known.mjs: the program's readings on the trace's clock, and how long its loop was idle, ns. */
interface Known {
  readonly model: TraceModel;
  readonly at: Readonly<Record<Reading, number>>;
  readonly idle: number;
}

async function recordKnown(major: number, level: 0 | 1 | 2): Promise<Known> {
  const { file, stdout, code } = await recordProgram('known.mjs', { node: nodeBinary(major)!, level });
  expect(code).toBe(0);
  const model = await modelOf(file);
  const { idle, ...readings } = JSON.parse(stdout) as Record<Reading | 'idle', number>;
  const toTrace = programClock(model);
  const at = Object.fromEntries(Object.entries(readings).map(([name, reading]) => [name, toTrace(reading)]));
  return { model, at: at as Known['at'], idle: idle * MS };
}

/** Holds that `values` grow, but for the difference of the clocks. */
function inOrder(...values: readonly number[]): void {
  for (let i = 1; i < values.length; i++) {
    expect(values[i]! - values[i - 1]!, `${values.map((value) => value / MS)}, at ${i}`).toBeGreaterThan(-CLOCKS);
  }
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
  const { start, end, state } = model.intervals;
  const rows = [];
  for (let i = offset[goroutine]!; i < offset[goroutine + 1]!; i++) {
    const length = Math.min(end[i]!, to) - Math.max(start[i]!, from);
    if (length <= 0) continue;
    rows.push({
      row: i,
      state: state[i]!,
      reason: model.strings[intervalReason(model.intervals, i)],
      length,
      waker: intervalWaker(model.intervals, i),
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

describe.each(testedMajors())('on Node %i, level 2', (major) => {
  it('a function that awaits another: its wait, its waker and its delay', async () => {
    const { model, at } = await recordKnown(major, 2);
    const waits = region(model, 'waits for the gate');
    const opened = logAt(model, 'opens the gate');
    const rows = intervals(model, waits.goroutine, waits.start, waits.end);
    const waiting = rows.filter(({ state }) => state === GoState.Waiting);
    expect(waiting.map(({ reason }) => reason)).toEqual(['sync (await)']);
    // As far as the stamps can tell, the gate opens with the next one: when the opener, which goes on, has blocked.
    const { start, length } = waiting[0]!;
    inOrder(at.inGate, waits.start, start, opened.time, at.beforeGateBlock);
    inOrder(at.afterGateBlock, start + length, logAt(model, 'has blocked').time);
    const ready = rows.find(({ state }) => state === GoState.Runnable);
    expect(ready?.waker).toBe(opened.goroutine);
  });

  it('a task lasts as long as the program says', async () => {
    const { model, at } = await recordKnown(major, 2);
    const row = taskRow(model, 'gate');
    inOrder(at.beforeGate, model.tasks.start[row]!, at.inGate);
    inOrder(at.gateDone, model.tasks.end[row]!, at.afterGate);
  });

  it('a blocked loop: the culprit runs for the block, the late timer is late by the rest of it', async () => {
    const { model, at } = await recordKnown(major, 2);
    const blocks = logAt(model, 'blocks');
    inOrder(blocks.time, at.beforeBlock);
    const rows = intervals(model, blocks.goroutine, blocks.time, at.afterBlock);
    expect(new Set(rows.map(({ state }) => state))).toEqual(new Set([GoState.Running]));
    inOrder(at.afterBlock, blocks.time + rows.reduce((sum, { length }) => sum + length, 0));
    // The timer itself was due after 60 ms, and then ready but not served before the block was over.
    const [from, to] = longestReady(model, /: timer$/);
    inOrder(at.afterBlock, to, at.afterSleep);
    inOrder(at.beforeSleep + 60 * MS - TIMER_STEP, from, at.armed + 60 * MS + TIMER_STEP);
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

/** When a strand of that name was ready to run for longest: from and to, ns. */
function longestReady(model: TraceModel, name: RegExp): [number, number] {
  const { intervals: rows, goroutines, strings } = model;
  let longest: [number, number] = [0, 0];
  for (let i = 0; i < rows.count; i++) {
    const isOfName = name.test(strings[goroutines.name[rows.goroutine[i]!]!]!);
    if (!isOfName || rows.state[i] !== GoState.Runnable) continue;
    const length = rows.end[i]! - rows.start[i]!;
    if (length > longest[1] - longest[0]) longest = [rows.start[i]!, rows.end[i]!];
  }
  return longest;
}

function taskRow(model: TraceModel, type: string): number {
  const { tasks, strings } = model;
  const row = Array.from({ length: tasks.count }, (_, i) => i).find((i) => strings[tasks.type[i]!] === type);
  expect(row).toBeDefined();
  return row!;
}

it.each([0, 1, 2] as const)('a region around an async function has its true length at level %i', async (level) => {
  const { model, at } = await recordKnown(testedMajors()[0]!, level);
  const { start, end } = region(model, 'sleeps 60');
  inOrder(at.beforeSleep, start);
  inOrder(start + 60 * MS - TIMER_STEP, end);
  inOrder(at.afterBlock, end, at.afterSleep);
});

describe('the event loop', () => {
  it.each([0, 1, 2] as const)('is busy for the blocks and idle for the sleeps, at level %i', async (level) => {
    const { model, at, idle } = await recordKnown(testedMajors()[0]!, level);
    const { busyStart, busyEnd } = model.procs;
    const busy = (from: number, to: number): number => {
      let sum = 0;
      for (let i = 0; i < busyStart.length; i++) {
        sum += Math.max(0, Math.min(busyEnd[i]!, to) - Math.max(busyStart[i]!, from));
      }
      return sum;
    };
    for (const [from, to] of [
      [at.beforeGateBlock, at.afterGateBlock],
      [at.beforeBlock, at.afterBlock],
    ] as const) {
      inOrder(to - from, busy(from, to));
    }
    // What Node itself counts, but for what is too short to be asked about.
    const [from, to] = [at.beforeGate, model.tasks.end[taskRow(model, 'block')]!];
    const idleInTrace = to - from - busy(from, to);
    expect(Math.abs(idleInTrace - idle) / idle, `${idleInTrace / MS} against ${idle / MS} ms`).toBeLessThan(0.05);
  });
});
