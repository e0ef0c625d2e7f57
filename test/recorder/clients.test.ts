/**
 * Requests that a program makes are child tasks of what it makes them for, whichever client makes them, with how they
 * ended; and HTTP/2 requests that it serves are tasks like others. Go's reader accepts the traces.
 */
import { describe, expect, it } from 'vitest';
import { nodeBinary, testedMajors } from '../../scripts/node-versions.mjs';
import type { TraceModel } from '../../src/analysis/index.ts';
import { judge } from '../oracle/judge.ts';
import { recordProgram } from './support/record-program.ts';
import { logLines, modelOf } from './support/recorded-trace.ts';

/** How each client's requests end: status, failure. Which error a client reports is its own affair. */
const ENDS: readonly (readonly [client: string, path: string, status: number, failure: string])[] = [
  ['plain', '17', 200, ''],
  ['plain', 'missing', 404, ''],
  ['plain', 'never', 0, 'ECONNRESET'],
  ['plain', 'cut', 200, 'aborted'],
  ['fetched', '17', 200, ''],
  ['fetched', 'missing', 404, ''],
  ['fetched', 'never', 0, 'TimeoutError'],
  ['fetched', 'cut', 200, 'UND_ERR_SOCKET'],
  ['streamed', '17', 200, ''],
  ['streamed', 'missing', 404, ''],
  ['streamed', 'never', 0, 'aborted'],
  ['streamed', 'cut', 200, 'aborted'],
];
/** The first version that announces the streams that HTTP/2 clients make. */
const HTTP2_SINCE = 22;

interface Ended {
  readonly name: string;
  readonly kind: string;
  readonly parent: string;
  readonly status: number;
  readonly failure: string;
  readonly ends: boolean;
}

function tasksOf({ tasks, strings }: TraceModel): Ended[] {
  const word = (id: number): string => strings[id]!.replace(/:\d{4,5}/, '');
  return Array.from({ length: tasks.count }, (_, row) => ({
    name: word(tasks.name[row]!),
    kind: word(tasks.kind[row]!),
    parent: tasks.parent[row]! < 0 ? '' : word(tasks.name[tasks.parent[row]!]!),
    status: tasks.status[row]!,
    failure: strings[tasks.failure[row]!]!,
    ends: tasks.end[row]! > tasks.start[row]!,
  }));
}

describe.each(testedMajors())('on Node %i', (major) => {
  it.each([0, 1, 2] as const)('requests of clients are child tasks, at level %i', async (level) => {
    const { file, code, stdout, stderr } = await recordProgram('clients.mjs', { node: nodeBinary(major)!, level });
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '', stderr: '' });
    const model = await modelOf(file);
    const tasks = tasksOf(model);
    const known = ENDS.filter(([client]) => client !== 'streamed' || major >= HTTP2_SINCE);
    const made = tasks.filter(({ name }) => name.startsWith('GET http://'));
    const expected = known.map(([client, path, status, failure]) => ({
      name: `GET http://127.0.0.1/${client}/${path}`,
      kind: `GET http://127.0.0.1/${client}/${path === '17' ? ':id' : path}`,
      parent: client,
      status,
      failure,
      ends: true,
    }));
    const refused = 'GET http://127.0.0.1/refused';
    const last = { name: refused, kind: refused, parent: 'refused', status: 0, failure: 'ECONNREFUSED', ends: true };
    expect(made).toEqual([...expected, last]);

    for (const [client, path, status] of ENDS) {
      const served = tasks.find(({ name }) => name === `GET /${client}/${path}`);
      const failure = path === 'never' || path === 'cut' ? 'aborted' : '';
      expect(served).toMatchObject({ parent: '', status, failure, ends: true });
      // What the handler does is work for its own request.
      const line = logLines(model, 'served').find(({ message }) => message === `/${client}/${path}`);
      expect(line?.task).toBe(`GET /${client}/${path}`);
    }
    for (const { error } of (await judge([file])) ?? []) expect(error).toBeUndefined();
  });
});
