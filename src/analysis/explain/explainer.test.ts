import { describe, expect, it } from 'vitest';
import {
  EventScript,
  NotExist,
  ProcState,
  Runnable,
  Running,
  Undetermined,
  Waiting,
} from '../../../test/support/event-script.ts';
import { METRIC_PROCS } from '../counter-series.ts';
import type { TraceModel } from '../model.ts';
import { DisplayState } from '../states.ts';
import { Explainer } from './explainer.ts';
import { type Explanation, textOf } from './explanation.ts';

const MS = 1e6;

/** All of an explanation as lines. */
function linesOf({ title, why, endedBy }: Explanation): string[] {
  return [title, ...why.map(textOf), ...(endedBy === undefined ? [] : [`by ${endedBy.text}`])];
}

/** Row of the nth interval of a goroutine in a display state. */
function rowIn(model: TraceModel, goroutine: number, display: DisplayState, nth = 0): number {
  const { offset } = model.goroutines;
  for (let row = offset[goroutine]!; row < offset[goroutine + 1]!; row++) {
    if (model.intervals.display[row] === display && nth-- === 0) return row;
  }
  throw new Error('there is no such interval');
}

function explain(model: TraceModel, goroutine: number, display: DisplayState, nth = 0): string[] {
  return linesOf(new Explainer(model).interval(rowIn(model, goroutine, display, nth)));
}

const PROCESS = JSON.stringify({ kind: 'process', node: '24.1.0', pool: 4 });

/** A loop on which `handler` waits for the network, and is ready while `renderReport` runs for another request. */
const loop = () =>
  new EventScript()
    .sync(0)
    .proc(0, 0, ProcState.Undetermined, ProcState.Running)
    .go(0, 1, Undetermined, Running, { proc: 0, subjectStack: ['handler'] })
    .log(0, 1, 0, 'exectrace', PROCESS)
    .go(1 * MS, 1, Running, Waiting, { by: 1, reason: 'network' })
    .go(2 * MS, 2, NotExist, Runnable, { subjectStack: ['renderReport'] })
    .go(2 * MS, 2, Runnable, Running, { proc: 0 })
    .task('TaskBegin', 2 * MS, 2, 4698, 'GET /report')
    .go(3 * MS, 1, Waiting, Runnable, { stack: ['ready (inferred)'] })
    .go(6.1 * MS, 2, Running, NotExist, { by: 2 })
    .go(6.1 * MS, 1, Runnable, Running, { proc: 0 });

describe('a ready strand', () => {
  it('is explained by what the loop ran, and for whom', () => {
    const model = loop()
      .go(7 * MS, 1, Running, NotExist, { by: 1 })
      .sync(8 * MS)
      .model();
    expect(explain(model, 0, DisplayState.Ready)).toEqual([
      'handler was ready for 3.10 ms',
      'The main loop ran renderReport for GET /report #4698 all that time.',
      'by a socket',
    ]);
    const explainer = new Explainer(model);
    const row = rowIn(model, 0, DisplayState.Ready);
    expect(explainer.readyInShort(row)).toBe('the loop is busy with renderReport');
    expect(explainer.interval(row).inferred).toBe(true);
    const [, link] = explainer.interval(row).why[0]!;
    expect([link!.goroutine, link!.row]).toEqual([1, rowIn(model, 1, DisplayState.Run)]);
  });

  it('names the collector, the second, and how many others', () => {
    const script = new EventScript()
      .sync(0)
      .go(0, 9, Undetermined, Running, { proc: 0, subjectStack: ['main script'] })
      .log(0, 9, 0, 'exectrace', PROCESS)
      .go(0, 1, NotExist, Runnable, { by: 9, subjectStack: ['late'] })
      .go(1 * MS, 9, Running, Waiting, { by: 9, reason: 'event loop' });
    const names = ['a', 'b', 'c', 'd'];
    names.forEach((name, i) => {
      const from = (1 + i) * MS;
      script.go(from, 20 + i, NotExist, Runnable, { subjectStack: [name] });
      script.go(from, 20 + i, Runnable, Running, { proc: 0 });
      script.go(from + (1 - i * 0.1) * MS, 20 + i, Running, NotExist, { by: 20 + i });
    });
    const model = script
      .go(5 * MS, 1, Runnable, Running, { proc: 0 })
      .sync(6 * MS)
      .model();
    const [title, why, idle] = explain(model, 1, DisplayState.Ready);
    expect(title).toBe('late was ready for 5.00 ms');
    expect(why).toBe('The main loop ran main script, 1.00 ms, a, 1.00 ms, and 3 others.');
    expect(idle).toBe('Nothing that was recorded ran there for 600 µs of it.');
  });
});

describe('a waiting strand', () => {
  it('says how busy the pool was, and for how long its job queued', () => {
    const script = new EventScript()
      .sync(0)
      .go(0, 1, Undetermined, Running, { proc: 0, subjectStack: ['readConfig: FSREQPROMISE'] })
      .log(0, 1, 0, 'exectrace', PROCESS);
    for (let job = 0; job < 4; job++) {
      script.go(0, 50 + job, NotExist, 4, { subjectStack: ['thread pool: crypto'] });
    }
    const model = script
      .go(1 * MS, 1, Running, Waiting, { by: 1, reason: 'fs' })
      .go(13 * MS, 1, Waiting, Runnable)
      .go(13 * MS, 1, Runnable, Running, { proc: 0 })
      .log(13 * MS, 1, 0, 'exectrace', JSON.stringify({ kind: 'pool queue', ns: 8e6, inferred: true }))
      .sync(14 * MS)
      .model();
    expect(explain(model, 0, DisplayState.Net)).toEqual([
      'readConfig: FSREQPROMISE waited for a file for 12.0 ms',
      'It queued for a thread of the pool for 8.00 ms of it (inferred).',
      'Pool: 4 of 4 threads busy when it began.',
      'by the thread pool: its file',
    ]);
  });

  it('says what an await waited for in the end', () => {
    const model = new EventScript()
      .sync(0)
      .go(0, 1, Undetermined, Running, { proc: 0, subjectStack: ['showOrder'] })
      .log(0, 1, 0, 'exectrace', PROCESS)
      .go(0, 2, NotExist, Waiting, { by: 1, subjectStack: ['query'] })
      .go(0, 2, Waiting, Runnable, { by: 1 })
      .go(1 * MS, 1, Running, Waiting, { by: 1, reason: 'sync (await)' })
      .go(1 * MS, 2, Runnable, Running, { proc: 0 })
      .go(2 * MS, 2, Running, Waiting, { by: 2, reason: 'network' })
      .go(9 * MS, 2, Waiting, Runnable)
      .go(9 * MS, 2, Runnable, Running, { proc: 0 })
      .go(9.9 * MS, 1, Waiting, Runnable, { by: 2 })
      .go(10 * MS, 2, Running, NotExist, { by: 2 })
      .go(10 * MS, 1, Runnable, Running, { proc: 0 })
      .sync(11 * MS)
      .model();
    expect(explain(model, 0, DisplayState.Sync)).toEqual([
      'showOrder awaited query for 8.90 ms',
      'Behind the promises it waited 7.00 ms for the network, in query.',
      'query ended the wait; meanwhile it was 7.00 ms network, fs, 1.90 ms running.',
      'by query',
    ]);
  });

  it('of lost records says that nothing is known, and one without end that it had none', () => {
    const model = new EventScript()
      .sync(0)
      .go(0, 1, Undetermined, Running, { proc: 0, subjectStack: ['f'] })
      .log(0, 1, 0, 'exectrace', PROCESS)
      .go(1 * MS, 1, Running, Waiting, { by: 1, reason: 'lost records' })
      .go(2 * MS, 1, Waiting, Running, { proc: 0 })
      .go(3 * MS, 1, Running, Waiting, { by: 1, reason: 'sleep' })
      .sync(9 * MS)
      .model();
    expect(explain(model, 0, DisplayState.Off)[1]).toBe('Records were lost here: what it did is not known.');
    expect(explain(model, 0, DisplayState.Sleep)).toEqual([
      'f waited for a timer for 6.00 ms',
      'It was still waiting when the trace ended.',
    ]);
  });
});

describe('an idle loop', () => {
  it('names what it was next woken for, and by what', () => {
    const model = loop()
      .go(7 * MS, 1, Running, Waiting, { by: 1, reason: 'network' })
      .go(20 * MS, 1, Waiting, Runnable)
      .go(20 * MS, 1, Runnable, Running, { proc: 0 })
      .sync(21 * MS)
      .model();
    expect(linesOf(new Explainer(model).idle(0, 7 * MS, 20 * MS))).toEqual([
      'Main loop was idle for 13.0 ms',
      'It waited for events: nothing was ready.',
      'It was next woken for handler, by a socket.',
    ]);
  });
});

describe('an idle P', () => {
  it('is told to have been stopped, or to have looked for work', () => {
    const model = new EventScript()
      .sync(0)
      .proc(0, 0, ProcState.Undetermined, ProcState.Running)
      .go(0, 1, Undetermined, Running, { proc: 0, subjectStack: ['main.main'] })
      .go(1 * MS, 1, Running, Waiting, { by: 1, reason: 'sync', stack: ['runtime.x', 'sync.(*Mutex).Lock', 'main.f'] })
      .go(1.1 * MS, 2, Undetermined, Running, { proc: 0, subjectStack: ['main.work'] })
      .go(2 * MS, 2, Running, Waiting, { by: 2, reason: 'network' })
      .proc(2 * MS, 0, ProcState.Running, ProcState.Idle)
      .proc(5 * MS, 0, ProcState.Idle, ProcState.Running)
      .go(5 * MS, 2, Waiting, Runnable)
      .go(5 * MS, 2, Runnable, Running, { proc: 0 })
      .sync(6 * MS)
      .model();
    const explainer = new Explainer(model);
    expect(textOf(explainer.idle(0, 1 * MS, 1.1 * MS).why[0]!)).toContain('its scheduler looked for the next');
    expect(linesOf(explainer.idle(0, 2 * MS, 5 * MS)).slice(1)).toEqual([
      'It was stopped: nothing was runnable.',
      'It was next woken for G 2 main.work, by the network poller.',
    ]);
    expect(explain(model, 0, DisplayState.Sync)[0]).toBe('G 1 main.main waited in sync.(*Mutex).Lock for 5.00 ms');
  });
});

describe('where there is no interval', () => {
  it('says that it was not born, and by whom it was; and that it had ended', () => {
    const model = new EventScript()
      .sync(0)
      .go(0, 1, Undetermined, Running, { proc: 0, subjectStack: ['main.main'] })
      .go(2 * MS, 2, NotExist, Runnable, { by: 1, subjectStack: ['main.work'] })
      .go(2 * MS, 1, Running, Waiting, { by: 1, reason: 'sync' })
      .go(2 * MS, 2, Runnable, Running, { proc: 0 })
      .go(5 * MS, 2, Running, NotExist, { by: 2 })
      .sync(9 * MS)
      .model();
    const explainer = new Explainer(model);
    expect(linesOf(explainer.absent(1, 1 * MS))).toEqual([
      'G 2 main.work did not exist yet',
      'It was started by G 1 main.main.',
    ]);
    expect(linesOf(explainer.absent(1, 7 * MS))).toEqual(['G 2 main.work had ended', 'It lived for 3.00 ms.']);
    expect(explainer.absent(1, 7 * MS)).toMatchObject({ start: 5 * MS, end: 9 * MS });
  });
});

describe('a runnable goroutine', () => {
  /** Two Ps; G 3 is runnable from 1 ms until G 1 leaves P 0 at 3.3 ms. */
  const busy = (second: number) => {
    const script = new EventScript()
      .sync(0)
      .metric(0, METRIC_PROCS, 2)
      .go(0, 1, Undetermined, Running, { proc: 0, subjectStack: ['main.refresh'] })
      .go(0, 2, Undetermined, Running, { proc: 1, subjectStack: ['main.other'] })
      .go(1 * MS, 3, NotExist, Runnable, { by: 1, subjectStack: ['main.serve'] });
    if (second < 3.3) script.go(second * MS, 2, Running, Waiting, { by: 2, reason: 'select' });
    return script
      .go(3.3 * MS, 1, Running, Waiting, { by: 1, reason: 'sync' })
      .go(3.3 * MS, 3, Runnable, Running, { proc: 0 })
      .sync(4 * MS)
      .model();
  };

  it('is explained by all Ps being busy, and by what its own ran', () => {
    expect(explain(busy(9), 2, DisplayState.Ready)).toEqual([
      'G 3 main.serve was runnable for 2.30 ms',
      'All 2 Ps were busy.',
      'P 0, which took it then, ran G 1 main.refresh all that time.',
      'by G 1 main.refresh',
    ]);
  });

  it('is told from one that could have run elsewhere', () => {
    expect(explain(busy(2), 2, DisplayState.Ready)[1]).toBe(
      '1 of 2 Ps were busy all that time; together the Ps ran for 72 % of it.',
    );
  });

  it('says for how long the world was stopped', () => {
    const model = new EventScript()
      .sync(0)
      .go(0, 1, Undetermined, Running, { proc: 0, subjectStack: ['main.refresh'] })
      .go(0, 3, NotExist, Runnable, { by: 1, subjectStack: ['main.serve'] })
      .range('RangeBegin', 1 * MS, 'stop-the-world (GC sweep termination)')
      .range('RangeEnd', 3 * MS, 'stop-the-world (GC sweep termination)')
      .go(4 * MS, 1, Running, Runnable, { by: 1, reason: 'preempted' })
      .go(4 * MS, 3, Runnable, Running, { proc: 0 })
      .sync(5 * MS)
      .model();
    expect(explain(model, 1, DisplayState.Ready)).toContain(
      'The world was stopped for 2.00 ms of it (GC sweep termination).',
    );
    expect(explain(model, 0, DisplayState.Ready)).toContain('It had been stopped: preempted.');
  });
});

describe('a running goroutine', () => {
  it('says where it ran, for whom, and what the samples found', () => {
    const model = new EventScript()
      .sync(0)
      .go(0, 1, Undetermined, Running, { proc: 0, subjectStack: ['main.serve'] })
      .task('TaskBegin', 0, 1, 7, 'GET /item')
      .sample(1 * MS, 1, 0, ['encoding/json.Marshal', 'main.serve'])
      .sample(2 * MS, 1, 0, ['encoding/json.Marshal', 'main.serve'])
      .sample(3 * MS, 1, 0, ['main.serve'])
      .go(4 * MS, 1, Running, Waiting, { by: 1, reason: 'chan receive' })
      .sync(5 * MS)
      .model();
    expect(explain(model, 0, DisplayState.Run)).toEqual([
      'G 1 main.serve was running for 4.00 ms',
      'On P 0 for GET /item #7.',
      '67 % of 3 CPU samples were in encoding/json.Marshal.',
    ]);
    expect(explain(model, 0, DisplayState.Sync)[0]).toBe('G 1 main.serve waited in chan receive for 1.00 ms');
  });
});
