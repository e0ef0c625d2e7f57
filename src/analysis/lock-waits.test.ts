/** Waits for locks by place, on a small program whose truth is known. */
import { describe, expect, it } from 'vitest';
import { EventScript, Runnable, Running, Undetermined, Waiting } from '../../test/support/event-script.ts';
import { lockWaits } from './lock-waits.ts';

const GET = ['sync.runtime_SemacquireMutex', 'internal/sync.(*Mutex).lockSlow', 'sync.(*Mutex).Lock', 'main.get'];

/** main.hold lets go of the lock for which main.get has waited twice; once main.get waits for a channel. */
const script = () =>
  new EventScript()
    .sync(0)
    .go(0, 1, Undetermined, Running, { proc: 0, subjectStack: ['main.hold'] })
    .go(0, 2, Undetermined, Running, { proc: 1, subjectStack: ['main.get'] })
    .go(10, 2, Running, Waiting, { by: 2, reason: 'sync', subjectStack: GET })
    .go(40, 2, Waiting, Runnable, { by: 1 })
    .go(45, 2, Runnable, Running, { proc: 1 })
    .go(50, 2, Running, Waiting, { by: 2, reason: 'sync', subjectStack: GET })
    .go(60, 2, Waiting, Runnable, { by: 1 })
    .go(61, 2, Runnable, Running, { proc: 1 })
    .go(70, 2, Running, Waiting, { by: 2, reason: 'chan receive', subjectStack: ['runtime.chanrecv1', 'main.get'] })
    .go(90, 2, Waiting, Runnable, { by: 1 })
    .go(91, 2, Runnable, Running, { proc: 1 })
    .sync(100);

describe('waits for locks', () => {
  it('are summed by the place that locks, with the longest and who let go', () => {
    const model = script().model();
    const { total, sites } = lockWaits(model);
    expect(total).toBe(40);
    expect(sites).toHaveLength(1);
    const [site] = sites;
    expect(site).toMatchObject({ time: 40, longest: 30, count: 2, held: 40 });
    expect(model.strings[model.groups.name[site!.holder]!]).toBe('main.hold');
    expect(model.intervals.start[site!.interval]).toBe(10);
  });

  it('are laid to who held the lock, not to the waiter that passed it on', () => {
    const queue = new EventScript()
      .sync(0)
      .go(0, 1, Undetermined, Running, { proc: 0, subjectStack: ['main.hold'] })
      .go(0, 2, Undetermined, Running, { proc: 1, subjectStack: ['main.get'] })
      .go(0, 3, Undetermined, Running, { proc: 2, subjectStack: ['main.get'] })
      .go(10, 2, Running, Waiting, { by: 2, reason: 'sync', subjectStack: GET })
      .go(20, 3, Running, Waiting, { by: 3, reason: 'sync', subjectStack: GET })
      .go(60, 2, Waiting, Runnable, { by: 1 })
      .go(61, 2, Runnable, Running, { proc: 1 })
      .go(63, 3, Waiting, Runnable, { by: 2 })
      .go(64, 3, Runnable, Running, { proc: 2 })
      .sync(100);
    const model = queue.model();
    const [site] = lockWaits(model).sites;
    expect(site).toMatchObject({ time: 93, held: 93, count: 2 });
    expect(model.strings[model.groups.name[site!.holder]!]).toBe('main.hold');
  });

  it('are none where nobody locks', () => {
    const model = new EventScript().sync(0).go(1, 1, Undetermined, Running, { proc: 0 }).sync(9).model();
    expect(lockWaits(model)).toEqual({ total: 0, sites: [] });
  });
});
