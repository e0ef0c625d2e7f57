/** Who held what a wait was for, and what it did meanwhile, on small programs whose truth is known. Times in ns. */
import { describe, expect, it } from 'vitest';
import { EventScript, NotExist, Runnable, Running, Undetermined, Waiting } from '../../test/support/event-script.ts';
import { finish } from '../base/index.ts';
import { heldMeanwhile, meanwhileOf, meanwhileText } from './meanwhile.ts';
import type { TraceModel } from './model.ts';
import { Names } from './names.ts';

/** The interval row of a goroutine's wait that begins at a time. */
function waitAt(model: TraceModel, id: number, start: number): number {
  const { intervals, goroutines } = model;
  return intervals.start.findIndex((at, row) => at === start && goroutines.id[intervals.goroutine[row]!] === id);
}

const told = (model: TraceModel, row: number) => {
  const held = meanwhileOf(model, row);
  return held && { turns: held.turns, text: meanwhileText(model, new Names(model), held) };
};

const LOCK = ['sync.(*Mutex).Lock', 'main.get'];
const CALL = ['net/http.(*persistConn).roundTrip', 'net/http.Get', 'main.refresh', 'main.get'];

/** Go: 1 holds the lock across a call of the network, which 9 reads; 2 and 3 wait for the lock. */
const mutex = () =>
  new EventScript()
    .sync(0)
    .go(0, 1, Undetermined, Running, { proc: 0, subjectStack: ['main.serve'] })
    .go(0, 2, Undetermined, Running, { proc: 1, subjectStack: ['main.serve'] })
    .go(0, 3, Undetermined, Running, { proc: 2, subjectStack: ['main.serve'] })
    .go(0, 9, Undetermined, Waiting, { reason: 'network', subjectStack: ['main.read'] })
    .go(5, 1, Running, Waiting, { by: 1, reason: 'select', stack: CALL })
    .go(10, 2, Running, Waiting, { by: 2, reason: 'sync', stack: LOCK })
    .go(20, 3, Running, Waiting, { by: 3, reason: 'sync', stack: LOCK })
    .go(95, 9, Waiting, Runnable)
    .go(96, 9, Runnable, Running, { proc: 1 })
    .go(97, 1, Waiting, Runnable, { by: 9 })
    .go(98, 1, Runnable, Running, { proc: 0 })
    .go(100, 2, Waiting, Runnable, { by: 1 })
    .go(101, 2, Runnable, Running, { proc: 2 })
    .go(104, 3, Waiting, Runnable, { by: 2 })
    .go(105, 3, Runnable, Running, { proc: 2 })
    .sync(120)
    .model();

describe('a lock of a Go program', () => {
  it('is told by the code of its holder, and by what that waited for in the end', () => {
    const model = mutex();
    expect(told(model, waitAt(model, 2, 10))).toEqual({ turns: 1, text: 'main.refresh: network 85 ns' });
  });

  it('that was passed on in a queue is laid to the turn that took longest', () => {
    const model = mutex();
    expect(told(model, waitAt(model, 3, 20))).toEqual({ turns: 2, text: 'main.refresh: network 75 ns' });
  });

  it('is told for all waits of a function', () => {
    const model = mutex();
    const func = model.strings.indexOf('main.get');
    const held = finish(heldMeanwhile(model, new Names(model), func, { start: 0, end: 110 }));
    // Two waits for the lock; the third is that of the holder for its call, which the reader of the network ended.
    expect(held).toContainEqual(['main.refresh: network', 160]);
  });

  it('is nobody’s when nobody in the program ended the wait', () => {
    const model = mutex();
    expect(told(model, waitAt(model, 9, 0))).toBeUndefined();
  });
});

/**
 * Node: strands 11, 12 and 13 are instances of `run`, which awaits its turn, then the network, and then lets the next one
 * in. 20 is a handler that awaits 13.
 */
const queue = () => {
  const script = new EventScript().log(0, 1, 0, 'exectrace', '{"kind":"process"}');
  for (const id of [11, 12, 13]) {
    const turn = { reason: 'sync (await)', subjectStack: ['run'] };
    script.go(10, id, NotExist, Runnable, { by: 1, subjectStack: ['run'] }).go(10, id, Runnable, Running, { proc: 0 });
    script.go(11, id, Running, Waiting, { by: id, ...turn });
  }
  script
    .go(12, 20, NotExist, Runnable, { by: 1, subjectStack: ['handler'] })
    .go(12, 20, Runnable, Running, { proc: 0 });
  script.go(13, 20, Running, Waiting, { by: 20, reason: 'sync (await)' });
  const works = (id: number, from: number, to: number, next: number) =>
    script
      .go(from + 1, id, Runnable, Running, { proc: 0 })
      .go(from + 2, id, Running, Waiting, { by: id, reason: 'network' })
      .go(to - 2, id, Waiting, Runnable)
      .go(to - 1, id, Runnable, Running, { proc: 0 })
      .go(to, next, Waiting, Runnable, { by: id })
      .go(to, id, Running, NotExist, { by: id });
  script.go(20, 11, Waiting, Runnable);
  works(11, 20, 60, 12);
  works(12, 60, 110, 13);
  works(13, 110, 130, 20);
  return script.go(131, 20, Runnable, Running, { proc: 0 }).sync(140).model();
};

describe('a queue of promises that serves as a lock', () => {
  it('is told by the turns of those before', () => {
    const model = queue();
    expect(told(model, waitAt(model, 13, 11))).toEqual({ turns: 2, text: 'run: network 82 ns' });
  });

  it('is found behind the await of who stands in it', () => {
    const model = queue();
    const held = meanwhileOf(model, waitAt(model, 20, 13));
    expect(held?.wait).toBe(waitAt(model, 13, 11));
    expect(held?.turns).toBe(2);
  });
});
