/** Account, critical path and flows of a task on small scripts whose truth is known, and their laws on random ones. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  EventScript,
  NotExist,
  ProcState,
  ResourceKind,
  Runnable,
  Running,
  Undetermined,
  Waiting,
} from '../../../test/support/event-script.ts';
import { flowsFrom, flowsTo, indexFlows } from '../flows.ts';
import type { TraceModel } from '../model.ts';
import { DISPLAY_STATES, DisplayState } from '../states.ts';
import { indexTasks } from '../task-breakdown.ts';
import { PART_NAMES, Part } from '../wait-parts.ts';
import { criticalPath } from './critical-path.ts';
import { displayOfPart, explainedBreakdown, pathBreakdown } from './path-breakdown.ts';
import { stopsOf, taskAccount } from './task-account.ts';

/**
 * main begins a request, asks worker and waits. worker runs, waits for the network, is ready behind hog, which holds the
 * proc, runs, and wakes main.
 */
const request = () =>
  new EventScript()
    .go(0, 3, Undetermined, Waiting, { subjectStack: ['main.hog'] })
    .go(1, 1, Undetermined, Running, { proc: 0, subjectStack: ['main.main'] })
    .task('TaskBegin', 10, 1, 7, 'request')
    .go(20, 2, NotExist, Runnable, { by: 1, subjectStack: ['main.worker'] })
    .go(30, 1, Running, Waiting, { reason: 'sync' })
    .go(31, 2, Runnable, Running, { proc: 0 })
    .go(40, 2, Running, Waiting, { reason: 'network' })
    .go(41, 3, Waiting, Runnable)
    .go(42, 3, Runnable, Running, { proc: 0 })
    .go(60, 2, Waiting, Runnable)
    .go(80, 3, Running, Waiting, { reason: 'sleep' })
    .go(81, 2, Runnable, Running, { proc: 0 })
    .go(90, 1, Waiting, Runnable, { by: 2 })
    .go(91, 2, Running, NotExist)
    .go(92, 1, Runnable, Running, { proc: 0 })
    .task('TaskEnd', 100, 1, 7, 'request')
    .sync(110);

const nameOf = (model: TraceModel, goroutine: number): string =>
  goroutine < 0 ? '-' : model.strings[model.goroutines.name[goroutine]!]!;

describe('the account of a task', () => {
  it('by its path, tells what the worker did while the request waited for it', () => {
    const model = request().model();
    const { totals } = pathBreakdown(model, indexTasks(model), 0);
    const { Run, Ready, Net, Sync } = DisplayState;
    expect([totals[Net], totals[Sync]]).toEqual([20, 0]);
    expect(totals[Ready]).toBeGreaterThan(20);
    expect(totals[Run]! + totals[Ready]!).toBe(70);
  });

  it('says what its time went to, behind whom it was ready, and who ended its waits', () => {
    const model = request().model();
    const { parts, behind, waits } = taskAccount(model, indexTasks(model), 0, stopsOf(model));
    const named = Object.fromEntries(Array.from(parts, (time, part) => [PART_NAMES[part], time]));
    expect(named).toMatchObject({ run: 28, other: 60, ready: 2 });
    expect(behind.map(({ group, time }) => [model.strings[model.groups.name[group]!], time])).toEqual([
      ['main.worker', 1],
    ]);
    expect(waits).toMatchObject([{ part: Part.Other, count: 1, time: 60 }]);
    expect(model.strings[model.groups.name[waits[0]!.waker]!]).toBe('main.worker');
  });

  it('takes stopped time out of running and ready time', () => {
    const model = request()
      .range('RangeBegin', 111, 'stop-the-world (read mem stats)', ResourceKind.Goroutine, 1)
      .range('RangeEnd', 112, 'stop-the-world (read mem stats)', ResourceKind.Goroutine, 1)
      .model();
    expect(stopsOf(model)).toEqual({ start: Float64Array.of(111), end: Float64Array.of(112) });
    const stops = { start: Float64Array.of(12), end: Float64Array.of(17) };
    const { parts } = taskAccount(model, indexTasks(model), 0, stops);
    expect([parts[Part.Stopped], parts[Part.Run]]).toEqual([5, 23]);
  });
});

describe('what a Node trace hides', () => {
  /** A request waits for the network from 30 to 80; the loop is idle until `busyFrom`, then hog runs to the end. */
  const hiddenBehind = (busyFrom: number) => {
    const model = new EventScript()
      .log(0, 1, 0, 'exectrace', '{"kind":"process"}')
      .proc(1, 0, ProcState.Undetermined, ProcState.Running)
      .go(1, 2, Undetermined, Waiting, { reason: 'sleep', subjectStack: ['hog'] })
      .go(2, 1, Undetermined, Running, { proc: 0, subjectStack: ['handler'] })
      .task('TaskBegin', 10, 1, 7, 'GET /')
      .region('RegionBegin', 11, 1, 7, 'GET /')
      .go(30, 1, Running, Waiting, { reason: 'network' })
      .proc(31, 0, ProcState.Running, ProcState.Idle)
      .proc(busyFrom, 0, ProcState.Idle, ProcState.Running)
      .go(busyFrom + 1, 2, Waiting, Runnable)
      .go(busyFrom + 2, 2, Runnable, Running, { proc: 0 })
      .go(79, 2, Running, Waiting, { reason: 'sleep' })
      .go(80, 1, Waiting, Runnable)
      .go(81, 1, Runnable, Running, { proc: 0 })
      .region('RegionEnd', 99, 1, 7, 'GET /')
      .task('TaskEnd', 100, 1, 7, 'GET /')
      .sync(110)
      .model();
    const { hidden, parts } = taskAccount(model, indexTasks(model), 0, stopsOf(model));
    expect(parts[Part.Network]).toBe(50);
    const name = (group: number) => model.strings[model.groups.name[group]!];
    return [hidden.time, ...hidden.behind.map(({ group, time }) => `${name(group)} ${time}`)];
  };

  it('is bounded by how long the loop had been busy when the callback ran', () => {
    expect(hiddenBehind(40)).toEqual([40, 'hog 37']);
    expect(hiddenBehind(70)).toEqual([10, 'hog 7']);
  });
});

describe('the critical path of a task', () => {
  it('follows whoever ended a wait, back to where it began', () => {
    const model = request().model();
    const path = criticalPath(model, indexTasks(model), 0);
    expect(
      path.map(({ goroutine, part, start, end }) => [nameOf(model, goroutine), PART_NAMES[part], start, end]),
    ).toEqual([
      ['main.main', 'run', 10, 30],
      ['main.worker', 'ready', 30, 31],
      ['main.worker', 'run', 31, 40],
      ['main.worker', 'network', 40, 60],
      ['main.worker', 'ready', 60, 81],
      ['main.worker', 'run', 81, 90],
      ['main.main', 'ready', 90, 92],
      ['main.main', 'run', 92, 100],
    ]);
    expect(path.map(({ depth }) => depth)).toEqual([0, 1, 1, 1, 1, 1, 0, 0]);
  });
});

describe('flows', () => {
  it('say who made whom runnable, forwards and backwards', () => {
    const model = request().model();
    const whole = { start: 0, end: 200 };
    const index = indexFlows(model);
    const main = [...model.goroutines.id].indexOf(1);
    const worker = [...model.goroutines.id].indexOf(2);
    const creation = { time: 20, from: main, to: worker, kind: 'create' };
    const wake = { time: 90, from: worker, to: main, kind: 'wake' };
    expect(flowsFrom(model, index, main, whole)).toMatchObject([creation]);
    expect(flowsFrom(model, index, worker, whole)).toMatchObject([wake]);
    expect(flowsFrom(model, index, worker, { start: 0, end: 90 })).toEqual([]);
    expect(flowsTo(model, [main, worker], whole)).toMatchObject([creation, wake]);
  });
});

describe('whatever happens', () => {
  /** Goroutines that run, block, wake each other and end at random; the first begins and ends a task. */
  const scripts = fc.array(fc.record({ who: fc.nat(4), by: fc.nat(4), reason: fc.nat(3), proc: fc.nat(1) }), {
    maxLength: 60,
  });
  const REASONS = ['network', 'sync', 'sleep', 'chan receive'];

  it('parts and path add up to the length of the task', () => {
    fc.assert(
      fc.property(scripts, (moves) => {
        const script = new EventScript();
        const state = new Map<number, number>();
        let time = 1;
        script.go(time, 1, Undetermined, Running, { proc: 0 }).task('TaskBegin', 2, 1, 9, 'task');
        state.set(1, Running);
        for (const { who, by, reason, proc } of moves) {
          time += 3;
          const id = who + 1;
          const from = state.get(id) ?? NotExist;
          const waker = state.get(by + 1) === Running && by !== who ? { by: by + 1 } : {};
          const to = from === Running ? Waiting : from === Runnable ? Running : Runnable;
          script.go(time, id, from as 1, to, {
            ...waker,
            proc,
            ...(to === Waiting ? { reason: REASONS[reason]! } : {}),
          });
          state.set(id, to);
        }
        const model = script
          .task('TaskEnd', time + 1, 1, 9, 'task')
          .sync(time + 5)
          .model();
        const index = indexTasks(model);
        const { parts, start, end } = taskAccount(model, index, 0, stopsOf(model));
        expect(parts.reduce((a, b) => a + b, 0)).toBe(end - start);
        const path = criticalPath(model, index, 0);
        let at = start;
        for (const step of path) {
          expect(step.start).toBe(at);
          at = step.end;
        }
        expect(at).toBe(end);
        const byPath = pathBreakdown(model, index, 0);
        // Told by its parts or by its states, a task of a Node trace is the same.
        const node: TraceModel = { ...model, info: { ...model.info, dialect: 'node' } };
        const told = new Float64Array(DISPLAY_STATES);
        taskAccount(node, index, 0, stopsOf(node)).parts.forEach((sum, part) => {
          told[displayOfPart(part as Part)]! += sum;
        });
        expect(told).toEqual(explainedBreakdown(node, index, 0).totals);
        expect([byPath.start, byPath.end]).toEqual([start, end]);
        expect(byPath.totals.reduce((a, b) => a + b, 0)).toBe(end - start);
        const { segmentStart, segmentState } = byPath;
        expect(segmentStart.every((from, i) => i === 0 || from > segmentStart[i - 1]!)).toBe(true);
        expect(segmentState.every((one, i) => i === 0 || one !== segmentState[i - 1])).toBe(true);
      }),
    );
  });
});
