/** Option `sync`: blocking calls are syscalls of the strand that made them, as long as the program says, by name. */

import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { nodeBinary, testedMajors } from '../../scripts/node-versions.mjs';
import type { TraceModel } from '../../src/analysis/index.ts';
import { intervalProc } from '../../src/analysis/index.ts';
import { GoState } from '../../src/reader/index.ts';
import { judge } from '../oracle/judge.ts';
import { HandRecording, readAll } from './support/assemble.ts';
import { CLOCKS } from './support/program-clock.ts';
import { recordProgram, traceFile } from './support/record-program.ts';
import { logLine, modelOf } from './support/recorded-trace.ts';

const MS = 1e6;
/** What some calls take at least, ns: the shorter wait of the two, a process, a hash. */
const LEAST: Readonly<Record<string, number>> = {
  'Atomics.wait': 19.9 * MS,
  'child_process.execFileSync': MS,
  'crypto.pbkdf2Sync': MS,
};

interface Syscall {
  readonly name: string;
  readonly subject: string;
  readonly goroutine: number;
  readonly start: number;
  readonly end: number;
}

/** The syscalls on JS threads, in the order of time. */
function syscalls(model: TraceModel): Syscall[] {
  const { intervals, stacks, strings } = model;
  const calls: Syscall[] = [];
  for (let i = 0; i < intervals.count; i++) {
    // Jobs of the thread pool have no proc.
    if (intervals.state[i] !== GoState.Syscall || intervalProc(intervals, i) < 0) continue;
    const frame = stacks.offset[intervals.stack[i]!]!;
    calls.push({
      name: strings[stacks.func[frame]!]!,
      subject: strings[stacks.file[frame]!]!,
      goroutine: intervals.goroutine[i]!,
      start: intervals.start[i]!,
      end: intervals.end[i]!,
    });
  }
  return calls.sort((a, b) => a.start - b.start);
}

async function recordBlocking(major: number, level: 0 | 1 | 2) {
  const { file, stdout, stderr, code } = await recordProgram('blocking.mjs', {
    node: nodeBinary(major)!,
    level,
    sources: ['sync'],
  });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return { file, measured: JSON.parse(stdout) as { name: string; length: number }[] };
}

describe.each(testedMajors())('on Node %i', (major) => {
  it.each([0, 1, 2] as const)('at level %i every call has its name, file and length', async (level) => {
    const { file, measured } = await recordBlocking(major, level);
    const model = await modelOf(file);
    // What Node itself reads to load the program's modules is no call that the program has measured.
    const calls = syscalls(model).filter(({ subject }) => !/\.m?js$/.test(subject));
    for (const { name, length } of measured) {
      const at = calls.findIndex((call) => call.name === name);
      expect({ name, at: at < 0 ? 'missing' : 'found' }).toEqual({ name, at: 'found' });
      const [call] = calls.splice(at, 1);
      // The program's own code runs within this one: see below.
      if (name === 'fs.cpSync') continue;
      // It lies between two readings of the program's, and a wait is no shorter than was asked for.
      const took = call!.end - call!.start;
      expect(took - length * MS, `${name}: ${took / MS} of ${length} ms`).toBeLessThan(CLOCKS);
      expect(took, name).toBeGreaterThan(LEAST[name] ?? 0);
    }
    for (const verdict of (await judge([file])) ?? []) expect(verdict.error).toBeUndefined();
  });

  it('names the file it is about, also of a call that throws', async () => {
    const { file } = await recordBlocking(major, 2);
    const calls = syscalls(await modelOf(file));
    const read = calls.filter(({ name }) => name === 'fs.readFileSync').map(({ subject }) => subject);
    expect(read.filter((path) => /exectrace-blocking-\w+\/(a|missing)$/.test(path))).toHaveLength(2);
    const run = calls.find(({ name }) => name === 'child_process.execFileSync');
    expect(run?.subject).toMatch(/\/node$/);
  });

  it('lets what the program does inside a call happen on a running strand', async () => {
    const { file } = await recordBlocking(major, 2);
    const model = await modelOf(file);
    const inside = logLine(model, 'inside');
    const copy = syscalls(model).find(({ name }) => name === 'fs.cpSync')!;
    expect(copy.end).toBeLessThanOrEqual(inside.time);
    expect(copy.goroutine).toBe(inside.goroutine);
  });

  it('puts everything back as it was', async () => {
    const node = nodeBinary(major)!;
    const { stdout, stderr } = await recordProgram('blocking-restored.mjs', {
      node,
      unrecorded: true,
      env: { EXECTRACE_OUT: '' },
      args: [traceFile()],
    });
    expect({ stdout: JSON.parse(stdout), stderr }).toEqual({ stdout: [], stderr: '' });
  });
});

it('records none without the option', async () => {
  const { file } = await recordProgram('blocking.mjs', { level: 1 });
  expect(syscalls(await modelOf(file))).toEqual([]);
});

it('a call that lasts over the ends of generations, or for ever, is a syscall all along', async () => {
  const recording = new HandRecording(2);
  const { record, texts } = recording.thread();
  const other = recording.thread();
  record.callBegins(texts.name('Atomics.wait'), 0, () => 0);
  for (let i = 0; i < 3; i++) {
    other.record.heap(1, 2);
    recording.cut();
  }
  record.callEnds();
  record.callBegins(texts.name('fs.openSync'), texts.name('pipe'), () => 0);
  recording.cut();
  recording.assembler.endThread(0);
  other.record.end();
  const { bytes } = recording.finish();
  const file = traceFile();
  writeFileSync(file, bytes);
  expect(readAll(bytes).reader.problem).toBeUndefined();
  for (const verdict of (await judge([file])) ?? []) expect(verdict.error).toBeUndefined();
  expect(syscalls(await modelOf(file)).map(({ name, subject }) => `${name} ${subject}`)).toEqual([
    'Atomics.wait node',
    'fs.openSync pipe',
  ]);
});
