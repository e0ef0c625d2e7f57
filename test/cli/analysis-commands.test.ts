/** The commands that ask a trace, as a user meets them: the built program on small traces whose truth is known. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/commands.ts';
import { spawnSync } from '../support/child-process.ts';
import { TraceBuilder } from '../support/trace-builder.ts';

const EXECTRACE = fileURLToPath(new URL('../../bin/exectrace.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'exectrace-analysis-cli-'));
const path = (name: string): string => join(folder, name);

function exectrace(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [EXECTRACE, ...args], { encoding: 'utf8' });
  return { status, stdout, stderr };
}

/** What a command prints as JSON; it must succeed. */
function json(...args: string[]) {
  const { status, stdout, stderr } = exectrace(...args);
  expect([status, stderr]).toEqual([0, '']);
  return JSON.parse(stdout);
}

/**
 * Two goroutines on one proc. main: runs 0 to 100 with a task of 80 and a region, then waits for the network to the end.
 * worker: created at 50, runs from 101 to 300, then waits for a channel.
 */
function twoGoroutines(): Uint8Array {
  return new TraceBuilder(25).generation(1, 1000, (generation) => {
    const main = generation.stack({ func: 'main.read', line: 12 }, { func: 'main.main', line: 5 });
    const worker = generation.stack({ func: 'main.worker', line: 30 });
    generation.batch(7, 1000, (batch) =>
      batch
        .add('ProcStatus', 0, 1)
        .add('GoStatus', 1, 7, 2)
        .add('ProcsChange', 1, 0)
        .add('UserTaskBegin', 1, 0, 'request', main)
        .add('UserRegionBegin', 1, 'parse', main)
        .after(45)
        .add('GoCreate', 2, worker, main)
        .after(30)
        .add('UserRegionEnd', 1, 'parse', main)
        .add('UserTaskEnd', 1, main)
        .after(20)
        .add('GoBlock', 'network', main)
        .add('GoStart', 2, 1)
        .after(200)
        .add('GoBlock', 'chan receive', worker)
        .after(100)
        .add('ProcStop'),
    );
  }).bytes;
}

beforeAll(() => writeFileSync(path('two.trace'), twoGoroutines()));
afterAll(() => rmSync(folder, { recursive: true }));

describe('every command', () => {
  it.each(COMMANDS.map((command) => [command.name] as const))('%s tells about itself', (name) => {
    const { status, stdout, stderr } = exectrace(name, '--help');
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toContain(`Usage: exectrace ${name}`);
  });
});

describe('groups', () => {
  it('gives every group its buckets, which add up', () => {
    const { groups } = json('groups', '--json', path('two.trace'));
    expect(groups.map(({ name }: { name: string }) => name)).toEqual(['main.worker', 'main.main']);
    const [worker, main] = groups;
    expect(worker).toMatchObject({ goroutines: 1, time: { execution: 200, blocked: { 'chan receive': 101 } } });
    expect(main.time.blocked).toEqual({ network: 302 });
    for (const { time } of groups) {
      const blocked = Object.values<number>(time.blocked).reduce((a, b) => a + b, 0);
      expect(time.execution + time.schedulerWait + time.syscall + time.syscallBlocked + blocked).toBe(time.total);
      expect(time.unknown).toBe(0);
    }
  });

  it('looks at a part of the trace', () => {
    const { groups } = json('groups', '--json', '--from', '150ns', '--to', '0.2us', path('two.trace'));
    const execution = groups.map(({ time }: { time: { execution: number } }) => time.execution);
    expect(execution).toEqual([50, 0]);
  });

  it('prints a table, and only what is asked for', () => {
    const { stdout } = exectrace('groups', '--name', 'WORK', path('two.trace'));
    expect(stdout).toContain('main.worker');
    expect(stdout).not.toContain('main.main');
  });

  it('refuses times that it does not understand', () => {
    const { status, stderr } = exectrace('groups', '--from', 'noon', path('two.trace'));
    expect([status, stderr]).toEqual([2, 'exectrace: --from needs a time such as 1.5s, 200ms or 30us, not noon\n']);
  });
});

describe('profile', () => {
  it('sums waits by stack, in the part of the trace that is asked for', () => {
    const net = json('profile', '--type', 'net', '--json', path('two.trace'));
    expect(net.samples).toEqual([
      { count: 1, value: 302, stack: [expect.objectContaining({ func: 'main.read' }), expect.anything()] },
    ]);
    const late = json('profile', '--type', 'net', '--json', '--from', '200ns', path('two.trace'));
    expect(late.samples).toMatchObject([{ count: 1, value: 203 }]);
    // Nothing of it has ended, so Go's tool would not show it.
    expect(json('profile', '--type', 'net', '--json', '--go-compatible', path('two.trace')).samples).toEqual([]);
  });

  it('is of a group, a task or a region', () => {
    const sched = ['profile', '--type', 'sched', '--json'] as const;
    expect(json(...sched, '--group', 'main.main', path('two.trace')).samples).toEqual([]);
    expect(json(...sched, '--group', 'main.worker', path('two.trace')).samples).toMatchObject([{ count: 1 }]);
    expect(json(...sched, '--task', 'request', path('two.trace')).samples).toEqual([]);
    expect(json(...sched, '--region', 'parse', path('two.trace')).samples).toEqual([]);
  });

  it.each([
    [['--type', 'heap'], 2, 'exectrace profile needs --type net|sync|syscall|sched|cpu, not heap'],
    [['--type', 'net', '--group', 'a', '--task', 'b'], 2, '--group, --task and --region exclude each other'],
    [['--type', 'net', '--group', 'main.none'], 1, 'the trace has no group main.none'],
    [['--type', 'cpu'], 1, 'this trace has no CPU samples'],
  ])('%j is refused', (args, expected, message) => {
    const { status, stdout, stderr } = exectrace('profile', ...args, path('two.trace'));
    expect([status, stdout]).toEqual([expected, '']);
    expect(stderr).toContain(message);
  });
});

describe('explain', () => {
  it('tells the slowest tasks, with parts and a path that add up', () => {
    const { findings, slowest } = json('explain', '--json', path('two.trace'));
    expect(
      findings.every(
        ({ measure }: { measure: { value: number; threshold: number } }) => measure.value >= measure.threshold,
      ),
    ).toBe(true);
    expect(slowest).toMatchObject([{ id: 1, name: 'request', path: [{ who: 'main.main', part: 'run' }] }]);
    const parts = Object.values<number>(slowest[0].parts).reduce((a, b) => a + b, 0);
    expect(parts).toBe(slowest[0].duration);
    expect(slowest[0].path[0].time).toBe(slowest[0].duration);
  });

  it('speaks in sentences', () => {
    const { status, stdout, stderr } = exectrace('explain', '-n', '1', path('two.trace'));
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toContain('request #1 took');
    expect(stdout).toContain('Running');
    expect(stdout).toContain('Its end depended on: main.main (running');
  });

  it('refuses a number of tasks that is none', () => {
    const { status, stderr } = exectrace('explain', '-n', 'all', path('two.trace'));
    expect([status, stderr]).toEqual([2, 'exectrace: --tasks needs a number, not all\n']);
  });
});

describe('several traces, or a folder of them, are one on one clock', () => {
  const several = path('family');
  beforeAll(() => {
    mkdirSync(several);
    for (const file of ['a.trace', 'b.trace']) writeFileSync(join(several, file), twoGoroutines());
  });

  it.each(['stat', 'explain', 'tasks', 'groups', 'mmu'])('for %s', (name) => {
    const { status, stderr } = exectrace(name, several);
    expect([status, stderr]).toEqual([0, '']);
    const { file: _folder, bytes: _size, ...asFolder } = json(name, '--json', several);
    const {
      file,
      bytes: _bytes,
      ...asFiles
    } = json(name, '--json', join(several, 'a.trace'), join(several, 'b.trace'));
    expect(asFiles).toEqual(asFolder);
    expect(file).toBe(`${join(several, 'a.trace')}, ${join(several, 'b.trace')}`);
  });

  it('and diff compares two folders', () => {
    expect(exectrace('diff', several, several)).toMatchObject({ status: 0, stderr: '' });
  });
});

describe('tasks', () => {
  it('gives latency by kind, of tasks and of regions', () => {
    const report = json('tasks', '--json', path('two.trace'));
    expect(report.tasks).toMatchObject([{ name: 'request', count: 1, open: 0, p50: 77, longest: 77 }]);
    expect(report.regions).toMatchObject([{ name: 'parse', count: 1, place: 'main.read (main.go:12)' }]);
    const { from, to, count } = report.tasks[0].histogram[0];
    expect(from <= 77 && 77 < to && count === 1).toBe(true);
    expect(json('tasks', '--json', '--kind', 'none', path('two.trace'))).toMatchObject({ tasks: [], regions: [] });
  });

  it('prints one task with what belongs to it', () => {
    expect(json('tasks', '--json', '--id', '1', path('two.trace'))).toMatchObject({
      kind: 'task',
      name: 'request',
      entries: [{ kind: 'region', name: 'parse' }],
    });
    expect(exectrace('tasks', '--id', '1', path('two.trace')).stdout).toMatch(/request #1: 77 ns\n.*region parse/);
    expect(exectrace('tasks', '--id', '9', path('two.trace')).stderr).toContain('the trace has no task 9');
  });
});

describe('mmu', () => {
  it('is 1 without a collector', () => {
    const { curve, worst } = json('mmu', '--json', '-w', '50ns', path('two.trace'));
    expect(curve).toMatchObject([{ mmu: 1, quantiles: [1, 1, 1] }]);
    expect(worst[0]).toMatchObject({ utilization: 1 });
    expect(exectrace('mmu', path('two.trace')).stdout).toContain('100 %');
  });

  it('refuses what it does not know', () => {
    const { status, stderr } = exectrace('mmu', '--count', 'stw,heap', path('two.trace'));
    expect([status, stderr]).toEqual([2, 'exectrace: --count takes stw, background, assist, sweep, not heap\n']);
  });
});

describe('cut and merge', () => {
  it('write traces that can be asked again', () => {
    const part = path('part.trace');
    expect(exectrace('cut', '--from', '150ns', '--to', '250ns', '-o', part, path('two.trace')).status).toBe(0);
    const { groups } = json('groups', '--json', part);
    expect(
      groups.map(({ name, time }: { name: string; time: { execution: number } }) => [name, time.execution]),
    ).toEqual([
      ['main.worker', 101],
      ['main.main', 0],
    ]);
    const both = path('both.trace');
    expect(json('merge', '--json', '-o', both, path('two.trace'), part)).toMatchObject({ output: both });
    expect(json('stat', '--json', both).goroutines.total).toBe(4);
  });

  it('keep what is asked for', () => {
    const part = path('worker.trace');
    exectrace('cut', '--group', 'main.worker', '-o', part, path('two.trace'));
    expect(json('groups', '--json', part).groups.map(({ name }: { name: string }) => name)).toEqual(['main.worker']);
  });

  it.each([
    [['cut', 'x'], 2, 'exectrace cut needs -o FILE'],
    [['cut', '--from', '2s', '--to', '1s', '-o', 'x', 'x'], 2, '--to 1s is before --from 2s'],
    [['merge', '-o', 'x', 'one'], 2, 'exectrace merge needs two files or more'],
  ])('%j is refused', (args, expected, message) => {
    const { status, stderr } = exectrace(...args);
    expect([status, stderr]).toEqual([expected, `exectrace: ${message}\n`]);
  });
});

describe('diff', () => {
  it('compares two traces', () => {
    const report = json('diff', '--json', path('two.trace'), path('two.trace'));
    expect(report.tasks).toMatchObject([{ name: 'request', verdict: 'unsure', a: { count: 1 }, b: { count: 1 } }]);
    expect(report.findings).toEqual({ gained: [], lost: [], same: [] });
    const { status, stdout } = exectrace('diff', path('two.trace'), path('two.trace'));
    expect([status, stdout.includes('No sure difference.')]).toEqual([0, true]);
    expect(exectrace('diff', '--all', path('two.trace'), path('two.trace')).stdout).toContain(
      'Too few to judge: tasks',
    );
  });

  it('takes two files', () => {
    const { status, stderr } = exectrace('diff', path('two.trace'));
    expect([status, stderr]).toEqual([2, 'exectrace: exectrace diff takes two files, not 1\n']);
  });
});
