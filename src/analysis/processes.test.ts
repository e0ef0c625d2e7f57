import { describe, expect, it } from 'vitest';
import { EventScript, NotExist, Runnable, Running, Undetermined, Waiting } from '../../test/support/event-script.ts';
import { Names } from './names.ts';
import { findProcesses } from './processes.ts';

const process = (pid: number, command: string) => JSON.stringify({ kind: 'process', node: '24.1.0', pid, command });

/** Two Node processes on procs 0 and 2; the first has a worker on proc 1, which its main strand wakes. */
const family = () =>
  new EventScript()
    .sync(0)
    .go(0, 1, Undetermined, Running, { proc: 0, subjectStack: ['main script'] })
    .log(0, 1, 0, 'exectrace', process(10, '/srv/server.js'), 0)
    .go(0, 3, Undetermined, Running, { proc: 2, subjectStack: ['main script'] })
    .log(0, 3, 0, 'exectrace', process(11, 'job.js'), 2)
    .go(1, 2, NotExist, Waiting, { subjectStack: ['worker script'] })
    .go(2, 2, Waiting, Runnable, { by: 1 })
    .go(3, 2, Runnable, Running, { proc: 1 });

describe('processes', () => {
  it('are the sets of procs that wake-ups connect, by the names that they say', () => {
    const model = family().sync(9).model();
    const table = findProcesses(model)!;
    expect(table.name).toEqual(['server.js, pid 10', 'job.js, pid 11']);
    expect([...table.ofProc]).toEqual([0, 0, 1]);
    expect([...table.main]).toEqual([0, 2]);
    expect([...table.ofGoroutine]).toEqual([0, 1, 0]);
    expect(model.info.facts.command).toBe('/srv/server.js');
  });

  it('have main loops and workers of their own', () => {
    const names = new Names(family().sync(9).model());
    expect([0, 1, 2].map((proc) => names.proc(proc))).toEqual(['Main loop', 'Worker 1', 'Main loop']);
  });

  it('may be a program of Go beside one of Node', () => {
    const model = family()
      .go(4, 7, Undetermined, Running, { proc: 3, subjectStack: ['runtime.main'] })
      .sync(9)
      .model();
    const table = findProcesses(model)!;
    expect(table.name.at(-1)).toBe('Go program');
    expect(new Names(model).proc(3)).toBe('P 0');
  });

  it('are not told apart when there is one', () => {
    const one = new EventScript()
      .sync(0)
      .go(0, 1, Undetermined, Running, { proc: 0, subjectStack: ['main script'] })
      .log(0, 1, 0, 'exectrace', process(10, 'server.js'), 0)
      .go(0, 2, Undetermined, Running, { proc: 1, subjectStack: ['worker script'] })
      .sync(9)
      .model();
    expect(findProcesses(one)).toBeUndefined();
  });
});
