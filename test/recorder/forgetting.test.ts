/** Programs that make up names and threads without end: what is given up is never still needed. */
import { expect, it } from 'vitest';
import { EventKind, GoState, type TraceEvent, type TraceReader } from '../../src/reader/index.ts';
import { HandRecording, readAll } from './support/assemble.ts';

/** More names than the trace's table keeps, and more generations than an unused one is kept for. */
const NAMES = 70_000;
const GENERATIONS = 13;

/** All events of a kind, as `text` puts them; the trace must be sound. */
function told(bytes: Uint8Array, kind: EventKind, text: (event: TraceEvent, reader: TraceReader) => string): string[] {
  const lines: string[] = [];
  const { reader } = readAll(bytes, (event, reader) => {
    if (event.kind === kind) lines.push(text(event, reader));
  });
  expect(reader.problem).toBeUndefined();
  return lines;
}

it('keeps the names of regions and tasks that are open, of reasons, and of what is yet to be written', () => {
  const recording = new HandRecording(1);
  const { record, texts } = recording.thread();
  const runs = (id: number) => {
    record.callbackBegins(id, () => 0);
    record.sliceEnds();
  };
  record.resourceBorn(texts.name('Interval'), 7);
  record.resourceBorn(texts.name('TCPWRAP'), 8);
  runs(7);
  runs(8);
  record.taskBegin(1, 0, texts.name('long task'));
  record.regionBegin(1, 1, texts.name('long region'));
  for (let n = 0; n < NAMES; n++) {
    record.taskBegin(n + 2, 0, texts.passing(`task ${n}`));
    record.taskEnd(n + 2);
    if (n % 5000 === 0) recording.drain.drain();
  }
  for (let n = 0; n < GENERATIONS; n++) {
    // Named, but not written before the generation is cut.
    recording.cut(() => record.log(1, texts.passing(`category ${n}`), texts.passing(`late ${n}`)));
  }
  record.regionEnd(1);
  record.taskEnd(1);
  runs(7);
  runs(8);
  record.end();
  const { bytes } = recording.finish();
  const logs = told(bytes, EventKind.Log, ({ name, text }, { strings }) => `${strings[name]}: ${strings[text]}`);
  expect(logs.slice(1)).toEqual(Array.from({ length: GENERATIONS }, (_, n) => `category ${n}: late ${n}`));
  const begun = told(bytes, EventKind.TaskBegin, ({ name }, { strings }) => strings[name]!);
  expect(begun).toEqual(['long task', ...Array.from({ length: NAMES }, (_, n) => `task ${n}`)]);
  const ended = told(bytes, EventKind.RegionEnd, ({ name }, { strings }) => strings[name]!);
  expect(ended).toContain('long region');
  const waits = told(bytes, EventKind.StateTransition, ({ to, reason }, { strings }) =>
    to === GoState.Waiting ? strings[reason]! : '',
  );
  expect(waits.filter((reason) => reason === 'sleep' || reason === 'network').slice(-2)).toEqual(['sleep', 'network']);
});

it('forgets threads that have ended, with what still waited on them, and keeps their counts', () => {
  const threads = 150;
  const resources = 40;
  const recording = new HandRecording(2);
  const main = recording.thread();
  for (let n = 0; n < threads; n++) {
    const { record, texts } = recording.thread();
    const type = texts.name('TCPWRAP');
    for (let id = 1; id <= resources; id++) record.resourceBorn(type, id);
    const [seconds, nanoseconds] = process.hrtime();
    record.gc(1, seconds * 1e9 + nanoseconds, 10);
    main.record.gc(1, seconds * 1e9 + nanoseconds, 10);
    record.end();
    recording.cut();
    main.record.resourceBorn(main.texts.name('TCPWRAP'), n);
  }
  main.record.end();
  const { bytes, totals } = recording.finish();
  expect(readAll(bytes).reader.problem).toBeUndefined();
  // Of each: its begin, its end, its list of what is alive, its resources, a collection.
  const perThread = 3 + resources + 1;
  expect({ recorded: totals.recorded, lost: totals.lost }).toEqual({
    recorded: threads * perThread + 3 + 2 * threads,
    lost: 0,
  });
});
