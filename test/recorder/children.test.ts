/** Programs of several processes: each writes a file of its own, whoever starts it and however. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { openSet } from '../../src/cli/trace-set.ts';
import { judge } from '../oracle/judge.ts';
import { execFile } from '../support/child-process.ts';
import { recordProgram, traceFile } from './support/record-program.ts';
import { logLines, modelOf } from './support/recorded-trace.ts';

const CLI = fileURLToPath(new URL('../../bin/exectrace.js', import.meta.url));
const PROGRAM = fileURLToPath(new URL('programs/children.mjs', import.meta.url));

/** What the file of each process says, given the process ids that the program printed. */
async function said(file: string, stdout: string): Promise<string[][]> {
  const [parent, ...children] = stdout.trim().split('\n');
  const files = [file, ...children.map((pid) => file.replace('.trace', `-${pid}.trace`))];
  const lines = [];
  for (const each of files) {
    expect({ each, exists: existsSync(each) }).toEqual({ each, exists: true });
    const model = await modelOf(each);
    const messages = logLines(model, 'line').map(({ message }) => message);
    lines.push(messages);
    // Each says whose descendant it is.
    const ancestor = each === file ? undefined : messages[0] === 'forked by a child' ? children[0] : parent;
    expect(model.info.facts.ancestor?.toString()).toBe(ancestor);
  }
  return lines;
}

const SAID = [['parent', 'parent goes on'], ['forked'], ['forked by a child'], ['spawned'], ['cluster']];

it.each(['require', 'NODE_OPTIONS'] as const)(
  'children do not write over their parent, preloaded by %s',
  async (preload) => {
    const { file, code, stdout, stderr } = await recordProgram('children.mjs', { preload, level: 0 });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const lines = await said(file, preload === 'require' ? withoutSpawned(stdout) : stdout);
    // Flags are inherited by what is forked, the environment by what is spawned too.
    expect(lines).toEqual(SAID.filter(([line]) => preload === 'NODE_OPTIONS' || line !== 'spawned'));
  },
);

/** The fourth process to print its id. */
function withoutSpawned(stdout: string): string {
  return stdout
    .split('\n')
    .filter((_, i) => i !== 3)
    .join('\n');
}

it('`exectrace run` records a whole family', async () => {
  const file = traceFile();
  const args = [CLI, 'run', '--level', '0', '-o', file, '--', process.execPath, PROGRAM];
  const { stdout, stderr } = await execFile(process.execPath, args);
  expect(await said(file, stdout)).toEqual(SAID);
  expect(stderr).toContain('and 4 more of child processes');
  // All as one: what happened first in the family is first in the trace.
  const files = stderr
    .slice(stderr.indexOf('exectrace view ') + 'exectrace view '.length)
    .trim()
    .split(' ');
  expect(files).toHaveLength(SAID.length);
  const { file: merged, release } = await openSet(files);
  const lines = logLines(await modelOf(merged), 'line');
  expect(lines.sort((a, b) => a.time - b.time).map(({ message }) => message)).toEqual([
    'parent',
    'forked',
    'forked by a child',
    'spawned',
    'cluster',
    'parent goes on',
  ]);
  for (const { error } of (await judge([merged])) ?? []) expect(error).toBeUndefined();
  await release();
  expect(existsSync(merged)).toBe(false);
});

it('opens the traces of a folder together, and one that is alone as it is', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'exectrace-folder-'));
  await expect(openSet([folder])).rejects.toThrow('there is no trace in this folder');
  for (const name of ['1.trace', '2.trace.gz']) {
    const { code } = await recordProgram('ending.mjs', { file: join(folder, name), level: 0, args: ['natural', 5] });
    expect(code).toBe(0);
  }
  // Of a process that was killed at its start.
  writeFileSync(join(folder, '3.trace'), '');
  const alone = await openSet([join(folder, '1.trace')]);
  expect(alone.file).toBe(join(folder, '1.trace'));
  const both = await openSet([folder]);
  expect(logLines(await modelOf(both.file), 'line')).toHaveLength(2 * 6);
  await both.release();
  rmSync(folder, { recursive: true });
});
