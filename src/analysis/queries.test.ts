import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  EventScript,
  NotExist,
  ProcState,
  Runnable,
  Running,
  Syscall,
  Undetermined,
  Waiting,
} from '../../test/support/event-script.ts';
import { goBucketNames, goroutineBuckets } from './buckets/time-buckets.ts';
import { countSeries, METRIC_HEAP, metricSeries } from './counter-series.ts';
import { percentileOfDescending, taskTypes } from './latency.ts';
import { loopBlocks, loopCulprits } from './loop-blocks.ts';
import { search } from './search.ts';
import { groupTotals, stateTotals, trackTotals } from './state-totals.ts';
import { BY_ACTIVITY, DISPLAY_STATES, DisplayState } from './states.ts';
import { indexTasks, taskBreakdown } from './task-breakdown.ts';
import { allTrack } from './tracks.ts';
import { wakeupOf, wokenBy } from './wakeups.ts';

const { Run, Ready, Net, Sync, Sleep, Off } = DisplayState;

/** One handler that starts a query, waits for it and answers; the query waits for the network. */
const request = () =>
  new EventScript()
    .sync(0)
    .go(1, 1, Undetermined, Running, { proc: 0, subjectStack: ['main.handler'] })
    .task('TaskBegin', 10, 1, 100, 'GET /orders')
    .go(20, 2, NotExist, Runnable, { by: 1, subjectStack: ['main.query'] })
    .go(30, 1, Running, Waiting, { by: 1, reason: 'sync' })
    .go(40, 2, Runnable, Running, { proc: 0 })
    .region('RegionBegin', 41, 2, 100, 'query')
    .go(50, 2, Running, Waiting, { by: 2, reason: 'network' })
    .go(80, 2, Waiting, Runnable)
    .go(90, 2, Runnable, Running, { proc: 0 })
    .go(95, 1, Waiting, Runnable, { by: 2 })
    .log(96, 2, 100, 'sql', 'SELECT orders')
    .region('RegionEnd', 97, 2, 100, 'query')
    .go(98, 2, Running, NotExist, { by: 2 })
    .go(99, 1, Runnable, Running, { proc: 0 })
    .task('TaskEnd', 110, 1, 100, 'GET /orders')
    .task('TaskBegin', 120, 1, 101, 'GET /orders')
    .sync(130);

describe('state totals', () => {
  it('sum the states of a goroutine, also of a part of the trace', () => {
    const model = request().model();
    const all = stateTotals(model, 0);
    expect([all[Run], all[Sync], all[Ready]]).toEqual([30 + 31, 65, 4]);
    const part = stateTotals(model, 0, 25, 96);
    expect([part[Run], part[Sync], part[Ready]]).toEqual([5, 65, 1]);
    expect(groupTotals(model, 1)).toEqual(stateTotals(model, 1));
  });

  it('add up to the lifetime of all goroutines', () => {
    const model = request().model();
    const sum = trackTotals(allTrack(model), 0, 130).reduce((a, b) => a + b, 0);
    expect(sum).toBe(130 + (98 - 20));
  });

  it("have Go's buckets too", () => {
    const model = new EventScript()
      .proc(1, 0, ProcState.Undetermined, ProcState.Running)
      .go(1, 1, Undetermined, Running, { proc: 0 })
      .go(10, 1, Running, Syscall, { by: 1, proc: 0 })
      .proc(13, 0, ProcState.Running, ProcState.Idle)
      .go(20, 1, Syscall, Runnable)
      .go(21, 1, Runnable, Running, { proc: 0 })
      .go(31, 1, Running, Waiting, { reason: 'select' })
      .sync(40)
      .model();
    expect(Object.fromEntries(goBucketNames(goroutineBuckets(model, 0)))).toEqual({
      'Execution time': 19,
      'Syscall execution time': 3,
      'Block time (syscall)': 7,
      'Sched wait time': 1,
      'Block time (select)': 9,
    });
  });
});

describe('counter series', () => {
  it('counts goroutines in a state', () => {
    const { time, value } = countSeries(request().model(), Ready);
    expect([...time]).toEqual([0, 20, 40, 80, 90, 95, 99]);
    expect([...value]).toEqual([0, 1, 0, 1, 0, 1, 0]);
  });

  it('makes one step of changes at one moment, and none where nothing changes', () => {
    const model = new EventScript()
      .go(5, 1, Undetermined, Running, { proc: 0 })
      .go(7, 1, Running, Waiting)
      .go(7, 2, Undetermined, Running, { proc: 0 })
      .sync(9)
      .model();
    const { time, value } = countSeries(model, Run);
    expect([...time]).toEqual([5, 7, 9]);
    expect([...value]).toEqual([2, 1, 0]);
  });

  it('finds metrics by name', () => {
    const model = new EventScript().metric(1, METRIC_HEAP, 5).model();
    expect([...metricSeries(model, METRIC_HEAP)!.value]).toEqual([5]);
    expect(metricSeries(model, 'none')).toBeUndefined();
  });
});

describe('task breakdown', () => {
  it('gives every instant to the most active of the goroutines that work for the task', () => {
    const model = request().model();
    const breakdown = taskBreakdown(model, indexTasks(model), 0);
    const segments = [...breakdown.segmentStart].map((start, i) => [start, breakdown.segmentState[i]]);
    expect(segments).toEqual([
      [10, Run],
      [30, Ready],
      [40, Run],
      [50, Net],
      [80, Ready],
      [90, Run],
      [98, Ready],
      [99, Run],
    ]);
    expect(breakdown.totals[Run]).toBe(20 + 10 + 8 + 11);
    expect(breakdown.totals.reduce((a, b) => a + b, 0)).toBe(100);
  });

  it('counts a wait for another goroutine of the same task last, and what was begun for it from its creation', () => {
    const model = new EventScript()
      .go(1, 1, Undetermined, Running, { proc: 0 })
      .task('TaskBegin', 10, 1, 7, 'request')
      .region('RegionBegin', 10, 1, 7, 'handler')
      .go(20, 2, NotExist, Runnable, { by: 1 })
      .go(21, 2, Runnable, Running)
      .go(22, 2, Running, Waiting, { reason: 'sleep' })
      .go(30, 1, Running, Waiting, { reason: 'sync (await)' })
      .go(60, 2, Waiting, Running)
      .region('RegionBegin', 61, 2, 7, 'timer')
      .go(62, 1, Waiting, Runnable, { by: 2 })
      .go(63, 2, Running, NotExist)
      .go(65, 1, Runnable, Running)
      .go(70, 1, Running, Waiting, { reason: 'sync (await)' })
      .go(75, 1, Waiting, Runnable, { by: 3 })
      .task('TaskEnd', 80, 1, 7, 'request')
      .model();
    const { totals } = taskBreakdown(model, indexTasks(model), 0);
    expect([totals[Run], totals[Sleep], totals[Ready], totals[Sync]]).toEqual([20 + 3 + 5, 30, 2 + 5, 5]);
  });

  /** A task on goroutine 1 with gaps between its regions, and goroutine 2 that also serves another task. */
  const withGaps = (script: EventScript) =>
    script
      .go(1, 1, Undetermined, Running, { proc: 0 })
      .task('TaskBegin', 10, 1, 7, 'first')
      .region('RegionBegin', 11, 1, 7, 'part')
      .region('RegionEnd', 12, 1, 7, 'part')
      .go(13, 1, Running, Waiting, { reason: 'select' })
      .go(14, 2, NotExist, Runnable)
      .go(15, 2, Runnable, Running, { proc: 0 })
      .region('RegionBegin', 20, 2, 7, 'a')
      .region('RegionEnd', 25, 2, 7, 'a')
      .region('RegionBegin', 40, 2, 8, 'b')
      .task('TaskEnd', 50, 1, 7, 'first')
      .model();

  it('takes from a goroutine that serves several tasks only what its regions cover', () => {
    const model = withGaps(new EventScript().log(0, 1, 0, 'exectrace', '{"kind":"process"}'));
    const { totals } = taskBreakdown(model, indexTasks(model), 0);
    expect([totals[Run], totals[Off]]).toEqual([1 + 5, 34]);
  });

  it('gives a task of a Go program to the goroutine that began it, between its regions too', () => {
    const model = withGaps(new EventScript());
    const { totals } = taskBreakdown(model, indexTasks(model), 0);
    expect([totals[Run], totals[Sync], totals[Off]]).toEqual([3 + 5, 32, 0]);
  });

  /** Strand 1 awaits an answer that strand 3, a connection shared by all, brings by way of strand 2. */
  const sharedConnection = (script: EventScript, reason: string) =>
    script
      .go(1, 3, Undetermined, Waiting, { reason: 'network' })
      .go(2, 1, Undetermined, Running)
      .task('TaskBegin', 10, 1, 7, 'request')
      .go(20, 1, Running, Waiting, { reason })
      .go(25, 2, NotExist, Runnable)
      .go(26, 2, Runnable, Running)
      .go(30, 2, Running, Waiting, { reason })
      .go(35, 3, Waiting, Runnable)
      .go(35, 3, Runnable, Running)
      .go(40, 3, Running, Waiting, { reason: 'network' })
      .go(50, 3, Waiting, Runnable)
      .go(52, 3, Runnable, Running)
      .go(55, 2, Waiting, Runnable, { by: 3 })
      .go(56, 3, Running, Waiting, { reason: 'network' })
      .go(57, 2, Runnable, Running)
      .go(60, 1, Waiting, Runnable, { by: 2 })
      .go(62, 2, Running, NotExist)
      .go(70, 1, Runnable, Running)
      .task('TaskEnd', 80, 1, 7, 'request')
      .model();

  it('counts the wait for a shared connection as the network, as far as that waited for it', () => {
    const script = new EventScript().log(0, 1, 0, 'exectrace', '{"kind":"process"}');
    const model = sharedConnection(script, 'sync (await)');
    const { segmentStart, segmentState } = taskBreakdown(model, indexTasks(model), 0);
    expect([...segmentStart].map((start, i) => [start, segmentState[i]])).toEqual([
      [10, Run],
      [20, Sync],
      [40, Net],
      [50, Sync],
      [60, Ready],
      [70, Run],
    ]);
  });

  it('leaves a wait for a lock of a Go program what it is', () => {
    const model = sharedConnection(new EventScript(), 'sync');
    const { totals } = taskBreakdown(model, indexTasks(model), 0);
    expect([totals[Run], totals[Sync], totals[Ready], totals[Net]]).toEqual([20, 40, 10, 0]);
  });

  it('counts the work of subtasks, and shows as unknown what nobody works on', () => {
    const model = new EventScript()
      .go(1, 1, Undetermined, Running, { proc: 0 })
      .task('TaskBegin', 10, -1, 7, 'outer')
      .region('RegionBegin', 10, 1, 7, 'part')
      .region('RegionEnd', 20, 1, 7, 'part')
      .task('TaskBegin', 30, -1, 8, 'inner', 7)
      .region('RegionBegin', 30, 1, 8, 'all')
      .region('RegionEnd', 35, 1, 8, 'all')
      .task('TaskEnd', 50, 1, 7, 'outer')
      .sync(60)
      .model();
    const { totals } = taskBreakdown(model, indexTasks(model), 0);
    expect([totals[Run], totals[Off]]).toEqual([15, 25]);
  });

  it('adds up to the length of the task and agrees with a look at every instant', () => {
    const state = fc.constantFrom(Running, Runnable, Waiting, Syscall);
    const life = fc.array(fc.tuple(fc.integer({ min: 1, max: 9 }), state), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(
        fc.array(life, { minLength: 1, maxLength: 4 }),
        fc.nat(20),
        fc.integer({ min: 1, max: 40 }),
        (lives, start, length) => {
          const events: [number, (script: EventScript) => void][] = [];
          for (const [index, parts] of lives.entries()) {
            let time = 1;
            let from: Parameters<EventScript['go']>[2] = Undetermined;
            for (const [step, to] of parts) {
              const [at, before] = [time, from];
              events.push([at, (script) => script.go(at, index + 1, before, to, { reason: 'network' })]);
              time += step;
              from = to;
            }
            events.push([start + 1, (script) => script.region('RegionBegin', start + 1, index + 1, 9, 'work')]);
          }
          events.push([start, (script) => script.task('TaskBegin', start, -1, 9, 'request')]);
          events.push([start + length, (script) => script.task('TaskEnd', start + length, 1, 9, 'request')]);
          const script = new EventScript().sync(0);
          for (const [, add] of events.sort((a, b) => a[0] - b[0])) add(script);
          const model = script.sync(200).model();
          const { totals } = taskBreakdown(model, indexTasks(model), 0);
          const expected = new Float64Array(DISPLAY_STATES);
          for (let t = start; t < start + length; t++) {
            const states = new Set<number>();
            for (let row = 0; row < model.intervals.count; row++)
              if (t > start && model.intervals.start[row]! <= t && model.intervals.end[row]! > t)
                states.add(model.intervals.display[row]!);
            expected[BY_ACTIVITY.find((candidate) => states.has(candidate)) ?? Off]!++;
          }
          expect(totals).toEqual(expected);
        },
      ),
    );
  });
});

describe('tasks by type', () => {
  it('have percentiles of those with a known length, and a count of the others', () => {
    const model = request().model();
    const [type] = taskTypes(model);
    expect(type!.name).toBe('GET /orders');
    expect([[...type!.tasks], type!.open, type!.p50, type!.p99]).toEqual([[0], 1, 100, 100]);
  });

  it('use the nearest rank', () => {
    const values = [100, 90, 80, 70, 60, 50, 40, 30, 20, 10];
    expect([0.5, 0.9, 0.99, 0].map((q) => percentileOfDescending(values, q))).toEqual([50, 90, 100, 10]);
    expect(percentileOfDescending([], 0.5)).toBeNaN();
  });
});

describe('wake-ups', () => {
  it('know who ended a wait, and what he was doing', () => {
    const model = request().model();
    const waits = [...model.intervals.start.keys()].filter((row) => model.intervals.state[row] === Waiting);
    expect(waits.map((row) => wakeupOf(model, row))).toEqual([
      { time: 95, waker: 1, wakerRow: 8 },
      { time: 80, waker: -1, wakerRow: -1 },
    ]);
    expect(model.intervals.start[8]).toBe(90);
    expect(wakeupOf(model, 0)).toBeUndefined();
  });

  it('know whom a goroutine woke or created', () => {
    const model = request().model();
    expect(wokenBy(model, 1, 0, 130).map((row) => model.intervals.start[row])).toEqual([95]);
    expect(wokenBy(model, 0, 0, 130).map((row) => model.intervals.start[row])).toEqual([20]);
    expect(wokenBy(model, 0, 21, 130)).toEqual([]);
  });
});

describe('search', () => {
  it('finds names anywhere in the trace, whatever their case', () => {
    const model = request().model();
    expect(search(model, 'QUERY')).toEqual({ groups: [1], goroutines: [1], tasks: [], regions: [0], logs: [] });
    expect(search(model, 'orders')).toMatchObject({ tasks: [0, 1], logs: [0] });
    expect(search(model, 'orders', 1).tasks).toEqual([0]);
  });

  it('finds goroutines and tasks by number, and nothing for nothing', () => {
    const model = request().model();
    expect(search(model, ' 2 ').goroutines).toEqual([1]);
    expect(search(model, '101').tasks).toEqual([1]);
    expect(Object.values(search(model, ' ')).flat()).toEqual([]);
  });
});

describe('loop blocks', () => {
  it('are stretches of one strand on a loop, with the tasks that had to wait', () => {
    const model = request().model();
    const blocks = loopBlocks(model, 25);
    expect(blocks).toEqual([
      { proc: 0, goroutine: 0, interval: 0, start: 0, end: 30, delayed: 0 },
      { proc: 0, goroutine: 0, interval: 3, start: 99, end: 130, delayed: 1 },
    ]);
    expect(loopCulprits(model, blocks)).toMatchObject([{ group: 0, worst: 31, total: 61, delayed: 1 }]);
  });
});
