/** What a strand waits for first is said without an event of its own: by its kind, or by a kind where it is created. */

import { expect, it } from 'vitest';
import { intervalReason, loadTrace } from '../../src/analysis/index.ts';
import { GoState } from '../../src/reader/index.ts';
import { HandRecording } from './support/assemble.ts';

it('a function that awaits a bare promise waits for the resource that is born behind it', async () => {
  const recording = new HandRecording(2);
  const { record, texts } = recording.thread();
  /** A promise with the parent `distance` back, 0 = none. */
  const born = (distance: number) => {
    record.promiseBorn(distance);
    record.promiseId++;
  };
  record.resourceBorn(texts.name('TCPWRAP'), 1);
  record.callbackBegins(1, () => 0);
  born(0);
  record.resourceBorn(texts.name('Immediate'), 2);
  // One function awaits that promise, another awaits the first one's.
  born(1);
  born(1);
  record.sliceEnds();
  record.callbackBegins(2, () => 0);
  record.settled(2);
  record.sliceEnds();
  record.end();
  const { bytes } = recording.finish();

  const model = await loadTrace([bytes]);
  const { goroutines, intervals, stacks, strings } = model;
  const waits = Array.from({ length: goroutines.count }, (_, row) => row)
    .filter((row) => strings[goroutines.name[row]!] === 'async function')
    .map((row) => {
      const first = goroutines.offset[row]!;
      const frame = stacks.offset[intervals.stack[first]!]!;
      return [strings[intervalReason(intervals, first)], strings[stacks.func[frame]!], goroutines.createStack[row]];
    });
  expect(waits).toEqual([
    ['immediate', 'async function', 0],
    ['sync (await)', 'async function', 0],
  ]);
  // No run of no length says it.
  const functions = model.strings.indexOf('async function');
  const ran = Array.from(intervals.state, (state, i) => [state, goroutines.name[intervals.goroutine[i]!]]).filter(
    ([state, name]) => state === GoState.Running && name === functions,
  );
  expect(ran).toEqual([]);
});
