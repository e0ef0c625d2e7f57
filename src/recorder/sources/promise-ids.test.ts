import { AsyncResource, executionAsyncId } from 'node:async_hooks';
import { expect, it } from 'vitest';
import { PromiseIds } from './promise-ids.ts';

const IDS = 1 << 20;

it('tells promises from resources by their ids', () => {
  const ids = new PromiseIds();
  for (let id = 1; id < 1000; id++) ids.born(id, id % 3 === 0);
  for (let id = 1; id < 1000; id++) expect([ids.isRunning(id), ids.knows(id)]).toEqual([id % 3 === 0, id % 3 === 0]);
});

it('does not take an old resource for the promise that came to its place', () => {
  const ids = new PromiseIds();
  const resource = new AsyncResource('Old');
  const id = resource.asyncId();
  ids.born(id, false);
  ids.born(id + IDS, true);
  resource.runInAsyncScope(() => {
    expect(executionAsyncId()).toBe(id);
    expect(ids.isRunning(id)).toBe(false);
  });
  expect([ids.knows(id), ids.knows(id + IDS)]).toEqual([false, true]);
});

it('tells ids beyond 32 bits apart', () => {
  const ids = new PromiseIds();
  ids.born(2 ** 40 + 5, true);
  expect([ids.knows(2 ** 40 + 5), ids.knows(2 ** 31 + 6)]).toEqual([true, false]);
});
