/** What the recorder promises the host program, held by killing real processes and by what they print. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { nodeBinary, testedMajors } from '../../scripts/node-versions.mjs';
import { EventKind, GoState, TraceReader } from '../../src/reader/index.ts';
import { judge } from '../oracle/judge.ts';
import { type Recorded, recordProgram, traceFile, whenWritten } from './support/record-program.ts';
import { logLine, modelOf } from './support/recorded-trace.ts';

const LINES = 3000;

/** The log messages of category `line` in a trace, and what ended it. */
function logs(file: string): { readonly messages: string[]; readonly problem: string | undefined } {
  const reader = new TraceReader();
  reader.push(readFileSync(file));
  reader.end();
  const messages: string[] = [];
  for (let event = reader.next(); event !== undefined; event = reader.next()) {
    if (event.kind === EventKind.Log && reader.strings[event.name] === 'line') {
      messages.push(reader.strings[event.text]!);
    }
  }
  return { messages, problem: reader.problem?.code };
}

const ALL = [...Array.from({ length: LINES }, (_, i) => `number ${i}`), 'last'];

describe.each([0, 2] as const)('an orderly end at level %i loses nothing', (level) => {
  const signal = (name: NodeJS.Signals) => (child: { kill(signal: NodeJS.Signals): boolean }) => void child.kill(name);
  it.each([
    ['natural', undefined, { code: 0, signal: null }],
    ['exit', undefined, { code: 7, signal: null }],
    ['exitInExit', undefined, { code: 8, signal: null }],
    ['throwInExit', undefined, { code: 7, signal: null }],
    ['stopping', undefined, { code: 7, signal: null }],
    ['throw', undefined, { code: 1, signal: null }],
    ['rejection', undefined, { code: 1, signal: null }],
    ['signal', 'SIGTERM', { code: null, signal: 'SIGTERM' }],
    ['signal', 'SIGINT', { code: null, signal: 'SIGINT' }],
    ['signal', 'SIGHUP', { code: null, signal: 'SIGHUP' }],
    ['formerHandler', 'SIGTERM', { code: null, signal: 'SIGTERM' }],
    ['formerHandler', 'SIGINT', { code: null, signal: 'SIGINT' }],
  ] as const)('%s %s', async (way, name, expected) => {
    const whenReady = name === undefined ? {} : { whenReady: signal(name) };
    const {
      code,
      signal: ended,
      file,
    } = await recordProgram('ending.mjs', { level, args: [way, LINES], ...whenReady });
    expect({ code, signal: ended }).toEqual(expected);
    expect(logs(file)).toEqual({ messages: ALL, problem: undefined });
  });
});

it('does not get between a signal and who cleans up only when nobody else listens', async () => {
  const { signal, file } = await recordProgram('ending.mjs', {
    args: ['cleanUp', 10],
    whenReady: (child) => void child.kill('SIGTERM'),
  });
  expect(signal).toBe('SIGTERM');
  expect(logs(file).messages.at(-1)).toBe('handler');
});

it("leaves a signal to the program's own handler", async () => {
  const { code, file } = await recordProgram('ending.mjs', {
    args: ['ownHandler', 10],
    whenReady: (child) => void child.kill('SIGTERM'),
  });
  expect(code).toBe(0);
  expect(logs(file).messages.at(-1)).toBe('handler');
});

it('hands a signal that has come to the handler that comes next', async () => {
  for (const major of testedMajors()) {
    const { code, file } = await recordProgram('ending.mjs', { args: ['lateHandler', 10], node: nodeBinary(major)! });
    expect({ major, code }).toEqual({ major, code: 0 });
    expect(logs(file).messages.at(-1)).toBe('handler');
  }
});

it('after SIGKILL the file opens, up to what had been written', async () => {
  const { signal, file } = await recordProgram('ending.mjs', {
    args: ['signal', LINES],
    whenReady: (child, path) => whenWritten(path, () => child.kill('SIGKILL')),
  });
  expect(signal).toBe('SIGKILL');
  const { messages, problem } = logs(file);
  expect(problem).toBeUndefined();
  expect(messages).toEqual(ALL);
});

it('after SIGKILL the slice that was running is there, up to the last second', async () => {
  const { signal, file } = await recordProgram('ending.mjs', {
    args: ['hang', 1],
    whenReady: (child, path) => whenWritten(path, () => child.kill('SIGKILL')),
  });
  expect(signal).toBe('SIGKILL');
  const model = await modelOf(file);
  const { goroutine, time } = logLine(model, 'hanging');
  const { start, state } = model.intervals;
  const last = model.goroutines.offset[goroutine + 1]! - 1;
  expect([state[last], start[last]! <= time]).toEqual([GoState.Running, true]);
  // A generation has begun since, which says again that it runs.
  expect(model.info.end).toBeGreaterThan(time);
  for (const { error } of (await judge([file])) ?? []) expect(error).toBeUndefined();
});

it('a burst just before the end is written, or cut cleanly and said to be', async () => {
  const { code, file } = await recordProgram('burst.mjs', { args: [300_000] });
  expect(code).toBe(7);
  expect((await modelOf(file)).info.problem).toBeUndefined();
  for (const { error } of (await judge([file])) ?? []) expect(error).toBeUndefined();
});

it('starts a moment later where `require` may not load ES modules, and loses nothing at the end', async () => {
  const { code, stdout, stderr, file } = await recordProgram('ending.mjs', {
    args: ['natural', 10],
    flags: ['--no-experimental-require-module'],
  });
  expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: 'ready\n', stderr: '' });
  expect(logs(file).problem).toBeUndefined();
  expect(logs(file).messages.at(-1)).toBe('last');
});

describe('the host program does not notice', () => {
  it.each(testedMajors())('prints the same on Node %i', async (major) => {
    const node = nodeBinary(major)!;
    const plain = await recordProgram('host.mjs', { node, unrecorded: true });
    // Before Node 24 async_hooks itself puts two symbols on every promise, from level 1 on.
    for (const level of major < 24 ? ([0] as const) : ([0, 1, 2] as const)) {
      const recorded = await recordProgram('host.mjs', { node, level });
      expect(printed(recorded)).toEqual(printed(plain));
    }
  });

  it('says once, and goes on, when the trace cannot be written', async () => {
    const { code, stderr } = await recordProgram('ending.mjs', {
      args: ['natural', 1],
      file: '/no/such/folder/x.trace',
    });
    expect(code).toBe(0);
    expect(stderr).toContain('not recorded');
  });
});

function printed({ stdout, stderr, code }: Recorded): unknown {
  return { stdout, stderr, code };
}

describe('the API', () => {
  it('starts, stops, refuses misuse and does nothing while off', async () => {
    const file = traceFile();
    const { stdout, stderr } = await recordProgram('api.mjs', { unrecorded: true, args: [file] });
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual([
      false,
      true,
      5,
      'no trace is being recorded in this thread',
      'ENOENT',
      'a trace is being recorded already; stop it first',
      true,
      0,
      true,
      false,
      ...[true, true, true, 0, 'nobody looks', 4],
      true,
      'go 1.25 trace',
    ]);
  });
});
