/** The snapshot at the start: what was alive before is in the trace, inside the range in which Go lists it too. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { nodeBinary, testedMajors } from '../../scripts/node-versions.mjs';
import { EventKind, GoState, ResourceKind, TraceReader } from '../../src/reader/index.ts';
import { judge } from '../oracle/judge.ts';
import { recordProgram, traceFile } from './support/record-program.ts';

/** Names of the strands that are announced as waiting while the `start trace` range is open. */
function announced(file: string): string[] {
  const reader = new TraceReader();
  reader.push(readFileSync(file));
  reader.end();
  const names: string[] = [];
  let inside = false;
  for (let event = reader.next(); event !== undefined; event = reader.next()) {
    const isStart = reader.strings[event.name] === 'stop-the-world (start trace)';
    if (event.kind === EventKind.RangeBegin && isStart) inside = true;
    if (event.kind === EventKind.RangeEnd && isStart) inside = false;
    const isStatus = event.kind === EventKind.StateTransition && event.from === GoState.Undetermined;
    if (inside && isStatus && event.resource === ResourceKind.Goroutine) {
      const frame = reader.stacks.offset.at(event.subjectStack);
      names.push(reader.strings[reader.stacks.func.at(frame)]!);
    }
  }
  expect(reader.problem).toBeUndefined();
  return names;
}

it.each(testedMajors())('lists the sockets that are open when it begins, on Node %i', async (major) => {
  const file = traceFile();
  const { code, stderr } = await recordProgram('snapshot.mjs', {
    node: nodeBinary(major)!,
    unrecorded: true,
    args: [file],
  });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const names = announced(file);
  expect(names).toContain('tcp server');
  // Both ends of the connection.
  expect(names.filter((name) => name === 'tcp socket')).toHaveLength(2);
  const [verdict] = (await judge([file])) ?? [];
  expect(verdict?.error).toBeUndefined();
});
