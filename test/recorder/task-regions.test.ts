/** The regions that say for which task a strand works, and what is left unsaid of them. */
import { expect, it } from 'vitest';
import { loadTrace } from '../../src/analysis/index.ts';
import { EventKind } from '../../src/reader/index.ts';
import { HandRecording, readAll } from './support/assemble.ts';

it('the region of a strand that ends has no end of its own, and ends with the strand', async () => {
  const recording = new HandRecording(1);
  const { record, texts } = recording.thread();
  record.taskBegin(1, 0, texts.name('GET /'));
  record.resourceBornInTask(texts.name('Immediate'), 1, 1);
  record.resourceBorn(texts.name('TCPWRAP'), 2);
  record.callbackBegins(1, () => 0);
  record.sliceEnds();
  // A socket serves any task: its region is around the slice.
  record.callbackBegins(2, () => 0);
  record.context(1);
  record.sliceEnds();
  record.taskEnd(1);
  record.end();
  const { bytes } = recording.finish();

  let ends = 0;
  readAll(bytes, ({ kind }) => {
    if (kind === EventKind.RegionEnd) ends++;
  });
  expect(ends).toBe(1);
  const { goroutines, regions, strings } = await loadTrace([bytes]);
  expect(Array.from(regions.type, (type) => strings[type])).toEqual(['GET /', 'GET /']);
  const [immediate, socket] = Array.from(regions.goroutine);
  expect(regions.end[0]).toBe(goroutines.ended[immediate!]);
  expect(goroutines.ended[socket!]).toBeNaN();
  expect(regions.end[1]).toBeGreaterThan(regions.start[1]!);
});
