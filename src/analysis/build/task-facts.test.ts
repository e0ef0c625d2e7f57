import { describe, expect, it } from 'vitest';
import { TaskFacts } from './task-facts.ts';

const STRINGS = ['', 'GET /orders/17', 'GET /orders/:id', 'checkout'];

function columns(type: readonly number[], said: readonly (readonly [task: number, fact: Record<string, unknown>])[]) {
  const strings = [...STRINGS];
  const facts = new TaskFacts();
  const taken = said.map(([task, fact]) => facts.read(task, fact));
  const all = facts.finish(Int32Array.from(type), strings, (text) => {
    const known = strings.indexOf(text);
    return known >= 0 ? known : strings.push(text) - 1;
  });
  const words = (column: Int32Array) => Array.from(column, (id) => strings[id]);
  const { name, kind, failure, traceparent, status } = all;
  return {
    taken,
    name: words(name),
    kind: words(kind),
    failure: words(failure),
    traceparent: words(traceparent),
    status: [...status],
  };
}

describe('facts about tasks', () => {
  it('are the type and its route when nothing is said', () => {
    expect(columns([1, 2, 3], [])).toEqual({
      taken: [],
      name: ['GET /orders/17', 'GET /orders/:id', 'checkout'],
      kind: ['GET /orders/:id', 'GET /orders/:id', 'checkout'],
      failure: ['', '', ''],
      traceparent: ['', '', ''],
      status: [0, 0, 0],
    });
  });

  it('are what the recorder says; the last word counts', () => {
    const said = columns(
      [2, 2],
      [
        [0, { kind: 'request', name: 'GET /orders/17', traceparent: '00-a-b-01' }],
        [1, { kind: 'task', name: 'first' }],
        [0, { kind: 'response', status: 200 }],
        [1, { kind: 'response', status: 404, aborted: true }],
        [1, { kind: 'task', name: 'GET /orders/:order' }],
      ],
    );
    expect(said).toMatchObject({
      name: ['GET /orders/17', 'GET /orders/:id'],
      kind: ['GET /orders/:id', 'GET /orders/:order'],
      failure: ['', 'aborted'],
      traceparent: ['00-a-b-01', ''],
      status: [200, 404],
    });
  });

  it('leave alone what is no fact about a task', () => {
    const { taken, status, failure, kind } = columns(
      [3],
      [
        [-1, { kind: 'response', status: 200 }],
        [0, { kind: 'loss', records: 3 }],
        [0, { kind: 'response', status: '200', error: 7 }],
        [0, { kind: 'response', status: 1e9 }],
        [0, { kind: 'task', name: '' }],
      ],
    );
    expect(taken).toEqual([false, false, true, true, true]);
    expect({ status, failure, kind }).toEqual({ status: [0], failure: [''], kind: ['checkout'] });
  });
});
