/**
 * The model of a fresh Go trace against what the program is known to do (programs/work.go): names, creators, waits
 * and who ended them, tasks, regions and logs. Durations are lower bounds that hold on any machine.
 *
 * A nap of the program is 50 ms. Go takes its end from the moment of the call, but the wait begins when the goroutine
 * has parked, and a busy machine may hold it up in between: half of the nap is what a trace must show.
 */

import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  DisplayState,
  indexTasks,
  intervalReason,
  loadTrace,
  stateTotals,
  type TraceModel,
  taskBreakdown,
  taskLength,
  wakeupOf,
} from '../../src/analysis/index.ts';
import { GoState } from '../../src/reader/index.ts';
import { hasGo, traceOfGoProgram } from '../support/go-program.ts';
import { brokenLaws } from '../support/model-laws.ts';

const NAP = 50e6 / 2;
const go = hasGo('the model of a fresh Go trace');

describe.skipIf(!go)('the trace of a known Go program', () => {
  let model: TraceModel;
  let bytes: Buffer;

  beforeAll(async () => {
    bytes = traceOfGoProgram(fileURLToPath(new URL('programs/work.go', import.meta.url)));
    model = await loadTrace([bytes]);
  });

  const named = (name: string): number[] =>
    [...model.goroutines.name.keys()].filter((row) => model.strings[model.goroutines.name[row]!] === name);
  const only = (name: string): number => {
    const rows = named(name);
    expect(rows).toHaveLength(1);
    return rows[0]!;
  };
  /** Interval rows of the waits of a goroutine for a reason. */
  const waits = (goroutine: number, reason: string): number[] => {
    const rows: number[] = [];
    for (let row = model.goroutines.offset[goroutine]!; row < model.goroutines.offset[goroutine + 1]!; row++)
      if (
        model.intervals.state[row] === GoState.Waiting &&
        model.strings[intervalReason(model.intervals, row)] === reason
      )
        rows.push(row);
    return rows;
  };

  it('is complete, and its model keeps the laws', () => {
    expect(model.info.problem).toBeUndefined();
    expect(model.info).toMatchObject({ dialect: 'go', version: 26, bytes: bytes.length });
    expect(brokenLaws(model)).toEqual([]);
  });

  it('does not depend on how it is cut into pieces', async () => {
    const pieces: Uint8Array[] = [];
    for (let at = 0; at < bytes.length; at += 777) pieces.push(bytes.subarray(at, at + 777));
    expect(await loadTrace(pieces)).toEqual(model);
  });

  it('knows who started whom', () => {
    const main = only('main.main');
    for (const name of ['main.sleeper', 'main.locker', 'main.server', 'main.client'])
      expect(model.goroutines.creator[only(name)]).toBe(main);
    expect(named('main.worker')).toHaveLength(10);
    const group = model.goroutines.group[named('main.worker')[0]!]!;
    expect(model.groups.offset[group + 1]! - model.groups.offset[group]!).toBe(10);
    for (const worker of named('main.worker')) expect(model.goroutines.ended[worker]).not.toBeNaN();
    expect(model.goroutines.ended[main]).toBeNaN();
  });

  it('knows how long each one waited for what', () => {
    const { Sleep, Net, Sync } = DisplayState;
    expect(stateTotals(model, only('main.sleeper'))[Sleep]).toBeGreaterThanOrEqual(NAP);
    expect(stateTotals(model, only('main.server'))[Sleep]).toBeGreaterThanOrEqual(NAP);
    expect(stateTotals(model, only('main.client'))[Net]).toBeGreaterThan(0);
    expect(stateTotals(model, only('main.locker'))[Sync]).toBeGreaterThan(0);
    expect(stateTotals(model, only('main.main'))[Sleep]).toBeGreaterThanOrEqual(NAP);
  });

  it('knows who woke whom', () => {
    const main = only('main.main');
    const locked = waits(only('main.locker'), 'sync');
    expect(locked.map((row) => wakeupOf(model, row)?.waker)).toEqual([main]);
    const wakers = waits(main, 'chan receive').map((row) => wakeupOf(model, row)?.waker);
    for (const name of ['main.sleeper', 'main.client']) expect(wakers).toContain(only(name));
    // A timer is nobody.
    expect(waits(only('main.sleeper'), 'sleep').map((row) => wakeupOf(model, row)?.waker)).toEqual([-1]);
  });

  it('knows tasks, regions and logs', () => {
    const { tasks, regions, logs, strings } = model;
    expect([...tasks.type].map((id) => strings[id])).toEqual(['request', 'query']);
    expect([...tasks.parent]).toEqual([-1, 0]);
    expect([...regions.type].map((id) => strings[id]).sort()).toEqual(['nap', 'wait for the sleeper']);
    expect([...regions.task]).toEqual([0, 0]);
    expect([...logs.message].map((id) => strings[id])).toEqual(['42']);
    const members = [...tasks.goroutines.subarray(tasks.goroutineOffset[0], tasks.goroutineOffset[1])];
    expect(members.sort()).toEqual([only('main.main'), only('main.sleeper')].sort());
  });

  it('explains the request: it slept, as the goroutine that it waited for slept', () => {
    const { totals } = taskBreakdown(model, indexTasks(model), 0);
    const length = taskLength(model, 0);
    expect(totals.reduce((a, b) => a + b, 0)).toBeCloseTo(length, 3);
    expect(totals[DisplayState.Sleep]).toBeGreaterThanOrEqual(NAP);
  });

  it('sees the collection that the program asked for', () => {
    const names = new Set([...model.ranges.name].map((id) => model.strings[id]));
    expect(names).toContain('GC concurrent mark phase');
    expect(names).toContain('stop-the-world (GC mark termination)');
    expect(Math.max(...model.metrics.map((series) => series.time.length))).toBeGreaterThan(0);
  });
});
