/** Requests that a program serves are tasks: named without their query, ended however they end, nobody's children. */
import { describe, expect, it } from 'vitest';
import { nodeBinary, testedMajors } from '../../scripts/node-versions.mjs';
import { recordProgram } from './support/record-program.ts';
import { logLines, modelOf, words } from './support/recorded-trace.ts';

const REQUESTS = [
  'GET /kept/1',
  'GET /kept/2',
  'POST /kept/3',
  'GET /slow',
  'GET /fast',
  'GET /aborted/early',
  'GET /aborted/late',
  'client',
  'GET /asked/by/a/task',
];

describe.each(testedMajors())('on Node %i', (major) => {
  it.each([0, 1, 2] as const)('requests become tasks, at level %i', async (level) => {
    const { file, code, stdout, stderr } = await recordProgram('requests.mjs', { node: nodeBinary(major)!, level });
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '', stderr: '' });
    const model = await modelOf(file);
    const { tasks } = model;
    expect(words(model, tasks.type).sort()).toEqual([...REQUESTS].sort());
    for (let i = 0; i < tasks.count; i++) {
      const name = model.strings[tasks.type[i]!];
      // Neither the request before on the same connection, nor the client, though it is in the same process.
      expect({ name, parent: tasks.parent[i] }).toEqual({ name, parent: -1 });
      expect({ name, ends: tasks.end[i]! > tasks.start[i]! }).toEqual({ name, ends: true });
    }
    const lines = logLines(model, 'line');
    expect(lines).toHaveLength(2 * (REQUESTS.length - 1));
    for (const { message, task } of lines) expect(task).toBe(`${method(message)} ${message.split(' ')[1]}`);
  });
});

function method(message: string): string {
  return message.endsWith('/kept/3') ? 'POST' : 'GET';
}
