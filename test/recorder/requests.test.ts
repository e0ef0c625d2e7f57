/**
 * Requests that a program serves are tasks: named without their query, ended however they end, nobody's children, and
 * with what is known of them beyond their name.
 */
import { describe, expect, it } from 'vitest';
import { nodeBinary, testedMajors } from '../../scripts/node-versions.mjs';
import type { TraceModel } from '../../src/analysis/index.ts';
import { recordProgram } from './support/record-program.ts';
import { logLines, modelOf } from './support/recorded-trace.ts';

const REQUESTS = [
  'GET /kept/1',
  'GET /kept/2',
  'POST /kept/3',
  'GET /slow',
  'GET /fast',
  'GET /aborted/early',
  'GET /aborted/late',
  'GET /asked/by/a/task',
];
/** How the requests end that are not answered with 200. */
const ENDS = new Map([
  ['GET /aborted/early', { status: 0, failure: 'aborted' }],
  ['GET /aborted/late', { status: 200, failure: 'aborted' }],
]);
const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

describe.each(testedMajors())('on Node %i', (major) => {
  it.each([0, 1, 2] as const)('requests become tasks, at level %i', async (level) => {
    const { file, code, stdout, stderr } = await recordProgram('requests.mjs', { node: nodeBinary(major)!, level });
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '', stderr: '' });
    const model = await modelOf(file);
    const served = servedTasks(model);
    expect(served.map((task) => task.name).sort()).toEqual([...REQUESTS].sort());
    for (const { name, row, kind } of served) {
      // Neither the request before on the same connection, nor the client, though it is in the same process.
      expect({ name, parent: model.tasks.parent[row] }).toEqual({ name, parent: -1 });
      expect({ name, ends: model.tasks.end[row]! > model.tasks.start[row]! }).toEqual({ name, ends: true });
      expect(kind).toBe(name === 'POST /kept/3' ? 'POST /kept/:number' : name.replace(/\d$/, ':id'));
      expect({ name, ...endOf(model, row) }).toEqual({ name, ...(ENDS.get(name) ?? { status: 200, failure: '' }) });
      const isTraced = name === 'GET /kept/1';
      expect(model.strings[model.tasks.traceparent[row]!]).toBe(isTraced ? TRACEPARENT : '');
    }
    const lines = logLines(model, 'line');
    expect(lines).toHaveLength(2 * REQUESTS.length);
    for (const { message, task } of lines) expect(task).toBe(`${method(message)} ${message.split(' ')[1]}`);
  });
});

function servedTasks(model: TraceModel): { readonly name: string; readonly kind: string; readonly row: number }[] {
  const { tasks, strings } = model;
  return Array.from(tasks.name, (name, row) => ({
    name: strings[name]!,
    kind: strings[tasks.kind[row]!]!,
    row,
  })).filter(({ name }) => / \//.test(name));
}

function endOf({ tasks, strings }: TraceModel, row: number): object {
  return { status: tasks.status[row], failure: strings[tasks.failure[row]!] };
}

function method(message: string): string {
  return message.endsWith('/kept/3') ? 'POST' : 'GET';
}
