import { describe, expect, it } from 'vitest';
import {
  EventScript,
  NotExist,
  ProcState,
  Runnable,
  Running,
  Syscall,
  Undetermined,
  Waiting,
} from '../../test/support/event-script.ts';
import { threadTable, threadTrack } from './threads.ts';

/** [start, end, state] of what is on each thread, by id. */
function threadsOf(model: ReturnType<EventScript['model']>) {
  const threads = threadTable(model);
  const { start, end, state } = model.intervals;
  return Object.fromEntries(
    Array.from(threads.id, (id, thread) => {
      const { rows, runs } = threadTrack(model, threads, thread);
      const own = [...rows!.subarray(runs[0]!, runs[1]!)];
      return [id, own.map((row) => [start[row], end[row], state[row]])];
    }),
  );
}

describe('threads', () => {
  it('have what the procs ran that they started, and syscalls that lost their proc', () => {
    const model = new EventScript()
      .proc(0, 0, ProcState.Undetermined, ProcState.Running)
      .go(0, 1, Undetermined, Running, { proc: 0 })
      .go(10, 1, Running, Syscall, { by: 1, proc: 0 })
      .proc(13, 0, ProcState.Running, ProcState.Idle)
      .proc(14, 1, ProcState.Idle, ProcState.Running)
      .go(15, 2, NotExist, Runnable)
      .go(15, 2, Runnable, Running, { proc: 1 })
      .go(20, 1, Syscall, Runnable)
      .go(25, 2, Running, Waiting, { by: 2, reason: 'select' })
      .go(25, 1, Runnable, Running, { proc: 1 })
      .sync(30)
      .model();
    expect(threadsOf(model)).toEqual({
      100: [
        [0, 10, Running],
        [10, 13, Syscall],
        [13, 20, Syscall],
      ],
      101: [
        [15, 25, Running],
        [25, 30, Running],
      ],
    });
  });

  it('of the pool have one job at a time', () => {
    const model = new EventScript()
      .sync(0)
      .log(0, -1, 0, 'exectrace', '{"kind":"process","node":"24.0.0","pool":4}')
      .go(1, 1, NotExist, Syscall, { subjectStack: ['thread pool: fs'] })
      .go(2, 2, NotExist, Syscall, { subjectStack: ['thread pool: fs'] })
      .go(5, 1, Syscall, NotExist)
      .go(6, 3, NotExist, Syscall, { subjectStack: ['thread pool: fs'] })
      .go(8, 2, Syscall, NotExist)
      .go(9, 3, Syscall, NotExist)
      .model();
    expect(threadsOf(model)).toEqual({
      2000000: [
        [1, 5, Syscall],
        [6, 9, Syscall],
      ],
      2000001: [[2, 8, Syscall]],
    });
  });
});
