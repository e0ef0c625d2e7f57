import { beforeAll, describe, expect, it } from 'vitest';
import { openModel, openSynthetic } from '../../../test/e2e/support/open-trace.ts';
import { EventScript, NotExist, Runnable, Running, Undetermined, Waiting } from '../../../test/support/event-script.ts';
import { goService } from '../../../test/support/go-service.ts';
import { DisplayState } from '../../analysis/index.ts';
import type { OpenTrace } from '../state/open-trace.ts';
import { type Hover, NO_HOVER } from './frame-input.ts';
import { tooltipTexts } from './hover-texts.ts';
import { rowId } from './row-id.ts';
import { makeRow, type RowKind } from './rows.ts';

const MS = 1e6;
let trace: OpenTrace;

beforeAll(async () => {
  trace = await openSynthetic({ seconds: 2, requestsPerSecond: 60 });
});

/** What is said about a row at a time. */
function said(of: OpenTrace, kind: RowKind, ref: number, time: number, more: Partial<Hover> = {}): string[] {
  const row = makeRow({ key: rowId(kind, ref), kind, ref, name: 'the row' });
  const gap = { start: time, end: time + 1000 };
  const texts = tooltipTexts(of, row, { ...NO_HOVER, row: 0, time, gap, ...more });
  return texts === undefined ? [] : [texts.title, texts.why, texts.when].filter((text) => text !== '');
}

describe('a tooltip', () => {
  it('of a group counts who is in which state', () => {
    const { intervals, goroutines } = trace.model;
    const row = intervals.display.indexOf(DisplayState.Net);
    const middle = (intervals.start[row]! + intervals.end[row]!) / 2;
    const [title] = said(trace, 'group', goroutines.group[intervals.goroutine[row]!]!, middle);
    expect(title).toMatch(/^the row: .*\d+(\.\d)? network, fs/);
  });

  it('of a counter has its value, of a kind of requests how many are open', () => {
    const go = openModel(goService());
    const heap = go.tracks.counters.findIndex(({ kind }) => kind === 'heap');
    const series = go.steps(go.tracks.counters[heap]!, go.bounds);
    expect(said(go, 'counter', heap, series.time[1]! + 1)[0]).toBe('the row: 25.0 MB');
    expect(said(go, 'counter', heap, series.time[0]! - 1)[0]).toBe('the row: not known yet');
    const task = trace.summary.slowest[0]!;
    const { start, end } = trace.breakdown(task);
    const type = trace.summary.taskTypes.findIndex((kind) => kind.tasks.includes(task));
    expect(Number(said(trace, 'type', type, (start + end) / 2)[0]!.split(' ')[0])).toBeGreaterThan(0);
  });

  it('of a task says what it did then, and how long it took', () => {
    const task = trace.summary.slowest[0]!;
    const { start } = trace.breakdown(task);
    const [title, why] = said(trace, 'task', task, start + 10);
    expect(title).toContain(`${trace.names.task(task)}: `);
    expect(why).toMatch(/ took [\d.]+ ms\.$/);
  });

  it('of regions and logs has them in full', () => {
    const { logs, regions } = trace.model;
    const log = trace.logsOf(trace.summary.slowest[0]!)[0]!;
    const texts = said(trace, 'logs', logs.task[log]!, logs.time[log]! + 2000);
    expect(texts[0]).toBe(`${trace.names.text(logs.category[log]!)}: ${trace.names.text(logs.message[log]!)}`);
    const region = trace.regionsOf(trace.summary.slowest[0]!)[0]!;
    const row = makeRow({
      key: 'r',
      kind: 'regions',
      ref: regions.task[region]!,
      name: '',
      depth: regions.depth[region]!,
    });
    const time = regions.start[region]! + 1;
    expect(tooltipTexts(trace, row, { ...NO_HOVER, time })!.title).toContain(trace.names.text(regions.type[region]!));
  });

  it('of CPU samples has the stack that most of them share', () => {
    const go = openModel(goService());
    const time = go.model.samples.time[0]!;
    const texts = said(go, 'samples', 0, time, { gap: { start: time - 10, end: time + 10 } });
    expect(texts[0]).toBe(`1 CPU sample of ${go.names.strand(go.model.samples.goroutine[0]!)}: encoding/json.Marshal`);
    expect(texts[1]).toBe('called by net/http.(*conn).serve');
    expect(said(go, 'samples', 0, time, { gap: { start: time + 10, end: time + 11 } })).toEqual([]);
  });

  it('of lost records says how many, and that the rest is right', () => {
    const lost = openModel(
      new EventScript()
        .sync(0)
        .go(0, 1, Undetermined, Running, { proc: 0, subjectStack: ['main script'] })
        .log(0, 1, 0, 'exectrace', '{"kind":"process","node":"24.1.0"}')
        .go(1 * MS, 1, Running, Waiting, { by: 1, reason: 'lost records' })
        .go(5 * MS, 2, NotExist, Runnable)
        .go(5 * MS, 2, Runnable, Running, { proc: 0 })
        .log(5 * MS, 2, 0, 'exectrace', '{"kind":"loss","thread":0,"records":4812}')
        .sync(9 * MS)
        .model(),
    );
    expect(lost.tracks.losses(0)).toEqual([{ start: 1 * MS, end: 5 * MS, records: 4812 }]);
    expect(said(lost, 'proc', 0, 3 * MS)[0]).toBe('4\u2009812 records were dropped here');
    expect(said(lost, 'proc', 0, 6 * MS)[0]).not.toContain('dropped');
  });
});
