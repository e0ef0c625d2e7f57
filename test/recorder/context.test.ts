/** The task of the running code is carried through everything asynchronous, and regions lie as they were written. */
import { describe, expect, it } from 'vitest';
import { nodeBinary, testedMajors } from '../../scripts/node-versions.mjs';
import type { TraceModel } from '../../src/analysis/index.ts';
import { recordProgram } from './support/record-program.ts';
import { logLines, modelOf, words } from './support/recorded-trace.ts';

/** What is said, and for which task. */
const SAID = [
  ['at once', 'awaits'],
  ['after a value', 'awaits'],
  ['after a timer', 'awaits'],
  ['after a file', 'awaits'],
  ['left before', 'awaits'],
  ['right before', 'awaits'],
  ['left after', 'awaits'],
  ['right after', 'awaits'],
  ['after both', 'awaits'],
  ['in then', 'awaits'],
  ['in a loop', 'awaits'],
  ['in a loop', 'awaits'],
  ['after all awaits', undefined],
  ['after starting callbacks', undefined],
  ['tick', 'callbacks'],
  ['microtask', 'callbacks'],
  ['immediate', 'callbacks'],
  ['timer', 'callbacks'],
  ['listener of sync', 'emits'],
  ['listener of nobody', undefined],
  ['listener of another task', 'wakes'],
  ['waited for another task', 'waits'],
  ['bound resource', 'bound'],
  ['snapshot', 'snapshot'],
  ['in another storage', undefined],
  ['inner', 'inner'],
  ['outer again', 'outer'],
  ['explicit', 'child of the one given'],
  ['entered', 'child of the running one'],
  ['entered again', 'outer'],
  ['caught', undefined],
  ['caught at once', undefined],
  ['inside', 'regions'],
];

const PARENTS = {
  inner: 'outer',
  'child of the running one': 'outer',
  'child of the one given': 'child of the running one',
};

function byName(rows: readonly (readonly [string, string | undefined])[]) {
  return [...rows].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}

describe.each(testedMajors())('on Node %i', (major) => {
  describe.each([0, 1, 2] as const)('at level %i', (level) => {
    it('every line is said for the task that its code works for', async () => {
      const { file, code } = await recordProgram('context.mjs', { node: nodeBinary(major)!, level });
      expect(code).toBe(0);
      const model = await modelOf(file);
      // Which of a timer and an immediate is first is not for a recorder to say.
      const said = logLines(model, 'line').map(({ message, task }) => [message, task] as const);
      expect(byName(said)).toEqual(byName(SAID as [string, string | undefined][]));
      tasksAreAsWritten(model);
      regionsAreAsWritten(model);
    });
  });
});

function tasksAreAsWritten(model: TraceModel): void {
  const { tasks } = model;
  const types = words(model, tasks.type);
  const parents = Array.from(tasks.parent, (parent, i) => [types[i], types[parent]]);
  expect(Object.fromEntries(parents.filter(([, parent]) => parent !== undefined))).toEqual(PARENTS);
  for (let i = 0; i < tasks.count; i++) {
    expect({ task: types[i], ends: tasks.end[i]! > tasks.start[i]! }).toEqual({ task: types[i], ends: true });
  }
}

/** Each region lies within the one around it, behind the one before it, and is of the task. */
function regionsAreAsWritten(model: TraceModel): void {
  const { regions, tasks } = model;
  const names = words(model, regions.type);
  const types = words(model, tasks.type);
  const extent = (name: string): readonly [number, number] => {
    // The strands of a function may hold pieces of its region; its extent is that of them all.
    const rows = [...names.keys()].filter((i) => names[i] === name);
    expect(rows.length).toBeGreaterThan(0);
    for (const i of rows) expect(types[regions.task[i]!]).toBe('regions');
    return [Math.min(...rows.map((i) => regions.start[i]!)), Math.max(...rows.map((i) => regions.end[i]!))];
  };
  const [all, first, second, inside] = ['all', 'first', 'second', 'inside'].map(extent) as [number, number][];
  const order = [all![0], first![0], first![1], second![0], inside![0], inside![1], second![1], all![1]];
  // What begins in one slice begins with its strand, all at one time, which the reader takes apart by nanoseconds.
  for (let i = 1; i < order.length; i++) expect(order[i]! - order[i - 1]!).toBeGreaterThan(-1000);
}
