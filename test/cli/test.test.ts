/** `exectrace test`: real test runners, whose tests are known. */

import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodeBinary, testedMajors } from '../../scripts/node-versions.mjs';
import { runnerFile } from '../../scripts/test-runners.mjs';
import { DisplayState, indexTasks, taskBreakdown } from '../../src/analysis/index.ts';
import { judge } from '../oracle/judge.ts';
import { logLines, modelOf } from '../recorder/support/recorded-trace.ts';
import { spawn } from '../support/child-process.ts';

const CLI = fileURLToPath(new URL('../../bin/exectrace.js', import.meta.url));
const RUNNERS = fileURLToPath(new URL('runners/', import.meta.url));
const VITEST = fileURLToPath(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url));

const folder = mkdtempSync(join(tmpdir(), 'exectrace-test-command-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** What the tasks of a trace say: `parent / task: how it ended`, the time of day left out. */
interface Recorded {
  readonly status: number | null;
  /** One list per process that ran tests, sorted. */
  readonly tests: readonly string[];
  readonly files: readonly string[];
  readonly stderr: string;
}

/** Runs a test command in runners/`name` and reads all traces. */
async function record(name: string, command: readonly string[], node = process.execPath): Promise<Recorded> {
  const output = mkdtempSync(join(folder, 'run-'));
  // A trace of an earlier run.
  writeFileSync(join(output, '1.trace'), 'old');
  // As a shell would start it, not a test runner.
  const env = Object.fromEntries(Object.entries(process.env).filter(([key]) => !/^(VITEST|NODE_|TEST|JEST)/.test(key)));
  const args = [CLI, 'test', '-o', output, '--', node, ...command];
  const child = spawn(process.execPath, args, { cwd: join(RUNNERS, name), env, stdio: ['ignore', 'ignore', 'pipe'] });
  let stderr = '';
  child.stderr.on('data', (data) => {
    stderr += data;
  });
  const [status] = await once(child, 'close');
  const files = readdirSync(output).map((file) => join(output, file));
  expect(files).not.toContain(join(output, '1.trace'));
  for (const { error } of (await judge(files)) ?? []) expect(error).toBeUndefined();
  const tests = (await Promise.all(files.map(testsOf))).flat().sort();
  return { status, tests, files, stderr };
}

async function testsOf(file: string): Promise<string[]> {
  const model = await modelOf(file);
  const { tasks, strings } = model;
  const nameOf = (row: number): string => strings[tasks.type[row]!]!;
  return logLines(model, 'test').map(({ taskRow, message }) => {
    const parent = tasks.parent[taskRow]!;
    return `${parent < 0 ? '' : nameOf(parent)} / ${nameOf(taskRow)}: ${message}`;
  });
}

const CART = [
  'file cart.test / cart > deep > calls back: passed',
  'file cart.test / cart > deep > fails: failed',
  'file cart.test / cart > waits: passed',
  'file cart.test / top: passed',
];
const LIST = 'file list.test / list: passed';

/** Without the extensions, which differ. */
function plain(tests: readonly string[]): string[] {
  return tests.map((line) => line.replace(/\.[cm]js /, ' '));
}

it.each(testedMajors())('node:test, on Node %i', async (major) => {
  const { status, tests, files, stderr } = await record('node-test', ['--test'], nodeBinary(major)!);
  expect(status).toBe(1);
  // The runner itself, and a process for each file.
  expect(files).toHaveLength(3);
  expect(stderr).toContain('exectrace: wrote 3 traces into');
  expect(plain(tests)).toEqual([...CART, LIST, 'top / top > inner: passed']);
});

describe('vitest', () => {
  it.each(['forks', 'threads'])('with the pool %s', async (pool) => {
    const command = [VITEST, 'run', '--root', join(RUNNERS, 'vitest'), `--pool=${pool}`];
    const { status, tests } = await record('vitest', command);
    expect(status).toBe(1);
    expect(plain(tests)).toEqual([...CART.slice(1), LIST]);
  });
});

describe('of other runners', () => {
  beforeAll(() => void runnerFile(''));

  it.each(['in band', 'in workers'])('jest, %s', async (how) => {
    // It takes workers only while it does not know that the tests are fast.
    const cache = mkdtempSync(join(folder, 'cache-'));
    const jest = [runnerFile('jest/bin/jest.js'), '--config', '{}', '--cacheDirectory', cache];
    const { status, tests, files } = await record('jest', [...jest, ...(how === 'in band' ? ['-i'] : ['-w', '2'])]);
    expect(status).toBe(1);
    expect(files.length > 1).toBe(how === 'in workers');
    expect(plain(tests)).toEqual([...CART, LIST]);
  });

  it.each(['in band', 'in workers'])('mocha, %s', async (how) => {
    const mocha = [runnerFile('mocha/bin/mocha.js'), ...(how === 'in band' ? [] : ['--parallel']), '*.test.cjs'];
    const { status, tests } = await record('mocha', mocha);
    expect(status).toBe(1);
    expect(plain(tests)).toEqual([...CART, LIST]);
  });
});

it('a test that waits says for what', async () => {
  const { files } = await record('node-test', ['cart.test.mjs']);
  const model = await modelOf(files[0]!);
  const { tasks, strings } = model;
  const waits = Array.from(tasks.type, (id) => strings[id]).indexOf('cart > waits');
  const { totals } = taskBreakdown(model, indexTasks(model), waits);
  const { Net, Sync, Sleep } = DisplayState;
  // For a promise. A timer is due by the loop's clock, which is as late as the loop has been busy: for how long it waits
  // nobody can say.
  expect(totals[Sync]).toBeGreaterThan(0);
  expect([totals[Net], totals[Sleep]]).toEqual([0, 0]);
});

it('needs a command', async () => {
  const child = spawn(process.execPath, [CLI, 'test', 'npm', 'test'], { stdio: 'ignore' });
  expect((await once(child, 'exit'))[0]).toBe(2);
});
