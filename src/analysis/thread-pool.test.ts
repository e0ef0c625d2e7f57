/** The queue of libuv's thread pool, from what the recorder says of jobs that had to wait. Times in ns. */
import { expect, it } from 'vitest';
import { EventScript, NotExist, Runnable, Running, Waiting } from '../../test/support/event-script.ts';
import { poolQueue } from './thread-pool.ts';

it('counts the jobs that wait for a thread, from when they were handed over', () => {
  const script = new EventScript().log(0, 1, 0, 'exectrace', '{"kind":"process","pool":1}');
  const job = (id: number, from: number, to: number, queued: number) => {
    script.go(from, id, NotExist, Waiting, { by: 1, subjectStack: ['read: file request'] });
    script.go(to, id, Waiting, Runnable).go(to + 1, id, Runnable, Running, { proc: 0 });
    if (queued > 0) script.log(to + 1, id, 0, 'exectrace', JSON.stringify({ kind: 'pool queue', ns: queued }));
    script.go(to + 2, id, Running, NotExist, { by: id });
  };
  job(10, 10, 40, 0);
  job(11, 12, 60, 28);
  job(12, 15, 90, 45);
  const { time, value } = poolQueue(script.sync(100).model());
  expect([...time]).toEqual([0, 12, 15, 40, 60]);
  expect([...value]).toEqual([0, 1, 2, 1, 0]);
});
