import { describe, expect, it } from 'vitest';
import {
  EventScript,
  intervalsOf,
  NotExist,
  ProcState,
  ResourceKind,
  Runnable,
  Running,
  Syscall,
  Undetermined,
  Waiting,
} from '../../test/support/event-script.ts';
import { intervalProc, intervalReason, intervalWaker } from './interval-links.ts';
import type { IntervalTable } from './model.ts';
import { DisplayState, RangeClass } from './states.ts';
import { transferables } from './transferables.ts';

/** What is read of each row, in order. */
function rowsOf(intervals: IntervalTable, read: (intervals: IntervalTable, row: number) => number): number[] {
  return Array.from(intervals.link, (_, row) => read(intervals, row));
}

const { Run, Sys, Gc, Ready, Net, Sync, Sleep, Off } = DisplayState;

describe('goroutines', () => {
  it('have adjoining intervals from creation to death', () => {
    const model = new EventScript()
      .sync(0)
      .go(10, 1, Undetermined, Running, { proc: 0, subjectStack: ['main.work', 'main.main'] })
      .go(20, 2, NotExist, Runnable, { by: 1, stack: ['main.main'], subjectStack: ['main.child'] })
      .go(30, 1, Running, Waiting, { by: 1, reason: 'chan receive', stack: ['main.main'] })
      .go(40, 2, Runnable, Running, { proc: 0 })
      .go(50, 1, Waiting, Runnable, { by: 2, stack: ['main.child'] })
      .go(60, 2, Running, NotExist, { by: 2 })
      .go(70, 1, Runnable, Running, { proc: 0 })
      .sync(100)
      .model();
    expect(intervalsOf(model, 0)).toEqual([
      [0, 30, Running, Run],
      [30, 50, Waiting, Sync],
      [50, 70, Runnable, Ready],
      [70, 100, Running, Run],
    ]);
    expect(intervalsOf(model, 1)).toEqual([
      [20, 40, Runnable, Ready],
      [40, 60, Running, Run],
    ]);
    const { goroutines, intervals, strings } = model;
    expect([...goroutines.id]).toEqual([1, 2]);
    expect([...goroutines.name].map((id) => strings[id])).toEqual(['main.main', 'main.child']);
    expect([...goroutines.creator]).toEqual([-1, 0]);
    expect([...goroutines.created]).toEqual([Number.NaN, 20]);
    expect([...goroutines.ended]).toEqual([Number.NaN, 60]);
    expect(strings[intervalReason(intervals, 1)]).toBe('chan receive');
    expect(rowsOf(intervals, intervalWaker)).toEqual([-1, -1, 1, -1, 0, -1]);
    expect(rowsOf(intervals, intervalProc)).toEqual([0, -1, -1, 0, -1, 0]);
    expect([...intervals.goroutine]).toEqual([0, 0, 0, 0, 1, 1]);
  });

  it('that were there at the start had their first state all along', () => {
    const model = new EventScript().sync(5).go(50, 7, Undetermined, Waiting).sync(100).model();
    expect(intervalsOf(model, 0)).toEqual([[5, 100, Waiting, Off]]);
  });

  it('are new ones when an id is used again', () => {
    const model = new EventScript()
      .go(10, 7, NotExist, Runnable)
      .go(20, 7, Runnable, Running)
      .go(30, 7, Running, NotExist)
      .go(40, 7, NotExist, Runnable)
      .sync(50)
      .model();
    expect([...model.goroutines.id]).toEqual([7, 7]);
    expect([...model.goroutines.offset]).toEqual([0, 2, 3]);
  });

  it('are not changed by the statuses that a later generation repeats, but may learn their name there', () => {
    const model = new EventScript()
      .go(10, 1, Undetermined, Waiting)
      .go(20, 1, Waiting, Waiting, { subjectStack: ['inner', 'outer'] })
      .go(30, 1, Waiting, Runnable)
      .model();
    expect(intervalsOf(model, 0)).toEqual([
      [10, 30, Waiting, Off],
      [30, 30, Runnable, Ready],
    ]);
    expect(model.strings[model.goroutines.name[0]!]).toBe('outer');
  });

  it('wait by the class of their reason; a switch to another one is waiting for it', () => {
    const model = new EventScript()
      .go(1, 1, Undetermined, Running)
      .go(2, 1, Running, Waiting, { reason: 'network' })
      .go(3, 1, Waiting, Running)
      .go(4, 1, Running, Waiting)
      .go(5, 1, Waiting, Running)
      .go(6, 1, Running, Waiting, { reason: 'sleep' })
      .model();
    expect(intervalsOf(model, 0).map(([, , , display]) => display)).toEqual([Run, Net, Run, Sync, Run, Sleep]);
  });

  it('of one name are a group', () => {
    const model = new EventScript()
      .go(1, 1, NotExist, Runnable, { subjectStack: ['main.a'] })
      .go(2, 2, NotExist, Runnable, { subjectStack: ['main.b'] })
      .go(3, 3, NotExist, Runnable, { subjectStack: ['main.a'] })
      .model();
    const { groups, goroutines, strings } = model;
    expect([...groups.name].map((id) => strings[id])).toEqual(['main.a', 'main.b']);
    expect([...groups.offset]).toEqual([0, 2, 3]);
    expect([...groups.members]).toEqual([0, 2, 1]);
    expect([...goroutines.group]).toEqual([0, 1, 0]);
  });
});

describe('syscalls', () => {
  it('are on the proc until they lose it', () => {
    const model = new EventScript()
      .proc(1, 3, ProcState.Undetermined, ProcState.Running)
      .go(2, 1, Undetermined, Running, { proc: 3 })
      .go(10, 1, Running, Syscall, { by: 1, proc: 3, stack: ['read'] })
      .proc(15, 3, ProcState.Running, ProcState.Idle)
      .go(30, 1, Syscall, Runnable, { by: 1 })
      .go(40, 1, Runnable, Running, { proc: 3 })
      .go(50, 1, Running, Syscall, { by: 1, proc: 3 })
      .go(52, 1, Syscall, Running, { by: 1, proc: 3 })
      .proc(60, 3, ProcState.Running, ProcState.Idle)
      .model();
    expect(intervalsOf(model, 0)).toEqual([
      [1, 10, Running, Run],
      [10, 15, Syscall, Sys],
      [15, 30, Syscall, Sys],
      [30, 40, Runnable, Ready],
      [40, 50, Running, Run],
      [50, 52, Syscall, Sys],
      [52, 60, Running, Run],
    ]);
    expect(rowsOf(model.intervals, intervalProc)).toEqual([0, 0, -1, -1, 0, 0, 0]);
  });
});

describe('procs', () => {
  it('are in the order of their ids, each with what ran on it in time order', () => {
    const model = new EventScript()
      .proc(1, 2, ProcState.Undetermined, ProcState.Idle)
      .proc(2, 1, ProcState.Undetermined, ProcState.Running)
      .go(3, 1, Undetermined, Runnable)
      .go(4, 2, Undetermined, Runnable)
      .go(10, 2, Runnable, Running, { proc: 1 })
      .go(20, 2, Running, Waiting, { reason: 'sync' })
      .go(21, 1, Runnable, Running, { proc: 1 })
      .go(30, 1, Running, Runnable)
      .proc(31, 1, ProcState.Running, ProcState.Idle)
      .proc(40, 2, ProcState.Idle, ProcState.Running)
      .go(41, 1, Runnable, Running, { proc: 2 })
      .sync(50)
      .model();
    const { procs, intervals, strings } = model;
    expect([...procs.id]).toEqual([1, 2]);
    expect([...procs.thread]).toEqual([101, 102]);
    expect([...procs.name].map((id) => strings[id])).toEqual(['P 1', 'P 2']);
    const ran = [0, 1].map((proc) =>
      [...procs.running.subarray(procs.offset[proc], procs.offset[proc + 1])].map((row) => intervals.start[row]),
    );
    expect(ran).toEqual([[10, 21], [41]]);
    expect([...procs.busyOffset]).toEqual([0, 1, 2]);
    expect([...procs.busyStart]).toEqual([1, 40]);
    expect([...procs.busyEnd]).toEqual([31, 50]);
  });
});

describe('ranges', () => {
  it('are kept per subject and name, and know where they began if that was before the trace', () => {
    const model = new EventScript()
      .go(1, 9, Undetermined, Running, { proc: 0 })
      .range('RangeActive', 5, 'GC concurrent mark phase')
      .range('RangeBegin', 10, 'GC incremental sweep', ResourceKind.Proc, 4)
      .range('RangeBegin', 11, 'stop-the-world (GC mark termination)', ResourceKind.Goroutine, 9)
      .range('RangeActive', 12, 'GC concurrent mark phase')
      .range('RangeEnd', 13, 'GC incremental sweep', ResourceKind.Proc, 4)
      .range('RangeEnd', 14, 'stop-the-world (GC mark termination)', ResourceKind.Goroutine, 9)
      .range('RangeEnd', 15, 'GC concurrent mark phase')
      .range('RangeBegin', 16, 'stop-the-world (start trace)', ResourceKind.Goroutine, 9)
      .model();
    const { ranges } = model;
    expect([...ranges.start]).toEqual([1, 10, 11, 16]);
    expect([...ranges.end]).toEqual([15, 13, 14, Number.NaN]);
    expect([...ranges.class]).toEqual([RangeClass.Gc, RangeClass.Gc, RangeClass.StopTheWorld, RangeClass.StopTheWorld]);
    expect([...ranges.subject]).toEqual([-1, 1, 0, 0]);
    expect([...ranges.proc]).toEqual([0, 0, 0, 0]);
  });

  it('of one subject may nest and end in any order', () => {
    const model = new EventScript()
      .go(1, 9, Undetermined, Running)
      .range('RangeBegin', 2, 'a', ResourceKind.Goroutine, 9)
      .range('RangeBegin', 3, 'b', ResourceKind.Goroutine, 9)
      .range('RangeBegin', 4, 'c', ResourceKind.Goroutine, 9)
      .range('RangeEnd', 5, 'b', ResourceKind.Goroutine, 9)
      .range('RangeEnd', 6, 'c', ResourceKind.Goroutine, 9)
      .range('RangeBegin', 7, 'b', ResourceKind.Goroutine, 9)
      .range('RangeEnd', 8, 'a', ResourceKind.Goroutine, 9)
      .range('RangeEnd', 9, 'b', ResourceKind.Goroutine, 9)
      .range('RangeEnd', 10, 'never begun', ResourceKind.Goroutine, 9)
      .model();
    expect([...model.ranges.end]).toEqual([8, 5, 6, 9]);
  });

  it('of the collector turn the running time of their goroutine into GC, waits in between excepted', () => {
    const model = new EventScript()
      .go(1, 9, Undetermined, Running)
      .range('RangeBegin', 10, 'GC mark assist', ResourceKind.Goroutine, 9)
      .go(20, 9, Running, Waiting, { reason: 'network' })
      .go(30, 9, Waiting, Runnable)
      .go(40, 9, Runnable, Running)
      .range('RangeEnd', 50, 'GC mark assist', ResourceKind.Goroutine, 9)
      .range('RangeBegin', 60, 'stop-the-world (start trace)', ResourceKind.Goroutine, 9)
      .range('RangeEnd', 70, 'stop-the-world (start trace)', ResourceKind.Goroutine, 9)
      .sync(80)
      .model();
    expect(intervalsOf(model, 0)).toEqual([
      [1, 10, Running, Run],
      [10, 20, Running, Gc],
      [20, 30, Waiting, Net],
      [30, 40, Runnable, Ready],
      [40, 50, Running, Gc],
      [50, 80, Running, Run],
    ]);
  });

  it("of the collector's workers are found by their label", () => {
    const model = new EventScript()
      .go(1, 9, Undetermined, Runnable)
      .go(2, 9, Runnable, Running)
      .label(3, 9, 'GC (dedicated)')
      .go(4, 9, Running, Waiting, { reason: 'system goroutine wait' })
      .model();
    expect(intervalsOf(model, 0).map(([, , , display]) => display)).toEqual([Ready, Gc, Sleep]);
  });
});

describe('annotations', () => {
  const model = new EventScript()
    .go(1, 1, Undetermined, Running)
    .go(2, 2, Undetermined, Running)
    .region('RegionEnd', 3, 1, 0, 'before')
    .task('TaskBegin', 10, 1, 100, 'request')
    .task('TaskBegin', 11, 1, 101, 'query', 100)
    .region('RegionBegin', 12, 2, 101, 'outer')
    .region('RegionBegin', 13, 2, 0, 'inner')
    .log(14, 2, 101, 'sql', 'select')
    .region('RegionEnd', 15, 2, 0, 'inner')
    .region('RegionEnd', 16, 2, 101, 'outer')
    .task('TaskEnd', 17, 2, 101, 'query')
    .task('TaskEnd', 18, 2, 101, 'query')
    .log(19, 1, 55, 'late', 'of a task begun before the trace')
    .task('TaskEnd', 20, 1, 55, '')
    .model();

  it('keep the tree of tasks, also of those begun before the trace', () => {
    const { tasks, strings } = model;
    expect([...tasks.id]).toEqual([100, 101, 55]);
    expect([...tasks.parent]).toEqual([-1, 0, -1]);
    expect([...tasks.type].map((id) => strings[id])).toEqual(['request', 'query', '']);
    expect([...tasks.start]).toEqual([10, 11, Number.NaN]);
    expect([...tasks.end]).toEqual([Number.NaN, 17, 20]);
    expect([...tasks.beginGoroutine]).toEqual([0, 0, -1]);
    expect([...tasks.endGoroutine]).toEqual([-1, 1, 0]);
  });

  it('know who worked for whom', () => {
    const { tasks, goroutines } = model;
    expect([...tasks.goroutineOffset]).toEqual([0, 1, 3, 4]);
    expect([...tasks.goroutines]).toEqual([0, 0, 1, 0]);
    expect([...goroutines.task]).toEqual([0, 1]);
  });

  it('nest regions per goroutine', () => {
    const { regions, strings } = model;
    expect([...regions.type].map((id) => strings[id])).toEqual(['before', 'outer', 'inner']);
    expect([...regions.start]).toEqual([Number.NaN, 12, 13]);
    expect([...regions.end]).toEqual([3, 16, 15]);
    expect([...regions.depth]).toEqual([0, 0, 1]);
    expect([...regions.task]).toEqual([-1, 1, -1]);
  });

  it('keep logs', () => {
    const { logs, strings } = model;
    expect([...logs.time]).toEqual([14, 19]);
    expect([...logs.goroutine]).toEqual([1, 0]);
    expect([...logs.task]).toEqual([1, 2]);
    expect(strings[logs.message[0]!]).toBe('select');
  });
});

describe('a Node trace', () => {
  const model = new EventScript()
    .sync(0)
    .proc(1, 0, ProcState.Undetermined, ProcState.Running)
    .proc(2, 1, ProcState.Undetermined, ProcState.Idle)
    .go(3, 1, Undetermined, Running, { proc: 0 })
    .log(4, 1, 0, 'exectrace', '{"kind":"process","node":"24.1.0","pid":7,"shared":true,"argv":["x"]}')
    .log(5, 1, 0, 'exectrace', '{"kind":"loss","thread":1,"records":123}')
    .log(6, 1, 0, 'exectrace', 'not JSON')
    .range('RangeBegin', 7, 'stop-the-world (GC scavenge)', ResourceKind.Goroutine, 1)
    .range('RangeEnd', 8, 'stop-the-world (GC scavenge)', ResourceKind.Goroutine, 1)
    .sync(9)
    .model();

  it('is recognised by what its recorder says', () => {
    expect(model.info.dialect).toBe('node');
    expect(model.info.facts).toEqual({ node: '24.1.0', pid: 7, shared: true });
    expect(model.info.lost).toBe(123);
    expect(model.logs.count).toBe(2);
  });

  it('has event loops instead of procs, and shows a pause of the collector as the collector', () => {
    expect([...model.procs.name].map((id) => model.strings[id])).toEqual(['Main loop', 'Worker 1']);
    expect([...model.ranges.class]).toEqual([RangeClass.Gc]);
    expect(intervalsOf(model, 0)).toContainEqual([7, 8, Running, Gc]);
  });
});

describe('a model', () => {
  it('tells what the trace is', () => {
    const { info } = new EventScript().sync(3).metric(4, 'heap', 10).metric(5, 'heap', 20).sync(6).sync(8).model();
    expect(info).toMatchObject({
      dialect: 'go',
      version: 25,
      origin: 1000n,
      start: 3,
      end: 8,
      generations: 1,
      lost: 0,
    });
    expect(info.events[1]).toBe(3);
  });

  it('has metrics as series and samples as rows', () => {
    const model = new EventScript()
      .go(1, 1, Undetermined, Running, { proc: 0 })
      .metric(4, 'heap', 10)
      .metric(5, 'goal', 5)
      .metric(6, 'heap', 20)
      .sample(7, 1, 0, ['leaf', 'root'])
      .model();
    expect(model.metrics.map(({ name, value }) => [model.strings[name], [...value]])).toEqual([
      ['heap', [10, 20]],
      ['goal', [5]],
    ]);
    expect([...model.samples.goroutine]).toEqual([0]);
    expect([...model.samples.proc]).toEqual([0]);
  });

  it('moves to another thread without a copy', () => {
    const model = new EventScript().go(1, 1, Undetermined, Running, { proc: 0 }).metric(2, 'heap', 1).model();
    const moved = structuredClone(model, { transfer: transferables(model) });
    expect(moved.intervals.count).toBe(1);
    expect([...moved.metrics[0]!.value]).toEqual([1]);
    expect(model.intervals.start.length).toBe(0);
    expect(model.stacks.offset.length).toBe(0);
  });

  it('of nothing is empty', () => {
    const model = new EventScript().model();
    expect([model.goroutines.count, model.intervals.count, model.info.start, model.info.end]).toEqual([0, 0, 0, 0]);
  });
});
