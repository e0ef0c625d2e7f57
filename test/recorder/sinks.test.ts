/** Where a trace can go, and what the program sees when it cannot go there: nothing, until it asks. */
import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync, readFileSync, writeFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { recordProgram, traceFile } from './support/record-program.ts';
import { logLines, modelOf } from './support/recorded-trace.ts';

async function sink(way: string): Promise<{ readonly file: string; readonly answer: Record<string, unknown> }> {
  const file = traceFile();
  const { stdout, stderr, code } = await recordProgram('sinks.mjs', { unrecorded: true, args: [way, file] });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return { file, answer: JSON.parse(stdout) };
}

const again = { lost: 0 };

it.each(['stream', 'slowStream', 'fileHandle'])('gives all bytes to a sink of the kind %s', async (way) => {
  const { answer } = await sink(way);
  expect(answer).toEqual({ lost: 0, whole: true, again });
});

describe('a trace that cannot be written', () => {
  const linux = process.platform === 'linux';
  if (!linux) console.log('skipped: full and closed files, which are made with the help of Linux');
  it.each([
    ['throwing', 'the sink is full'],
    ['rejecting', 'the sink is full'],
    ['rejectingAtTheEnd', 'the sink is full'],
    ['writerDies', 'the thread that writes it died'],
    ...(linux
      ? [
          ['noSpace', 'ENOSPC: no space left on device, write'],
          ['noSpaceAtTheEnd', 'ENOSPC: no space left on device, write'],
          ['closed', 'EBADF: bad file descriptor, write'],
        ]
      : []),
  ])('ends the recording and is told by stop: %s', async (way, reason) => {
    const { answer, file } = await sink(way!);
    expect(answer).toEqual({ error: `the trace is incomplete: ${reason}`, again, whole: true });
    // The next recording is not touched by the failure of the one before.
    expect((await modelOf(file)).info.lost).toBe(0);
  });

  it.skipIf(!linux)('is told on standard error when nobody asked for the recording in code', async () => {
    const { code, stdout, stderr } = await recordProgram('ending.mjs', { file: '/dev/full', args: ['exit', 10] });
    expect({ code, stdout }).toEqual({ code: 7, stdout: '' });
    expect(stderr).toBe('exectrace: not recorded to the end: ENOSPC: no space left on device, write\n');
  });
});

const windows = process.platform === 'win32';
if (windows) console.log('skipped: named pipes, which Windows does not have in the file system');
describe.skipIf(windows)('a pipe', () => {
  /** A pipe with a name, and its reading end. */
  function pipe(): { readonly file: string; readonly fd: number } {
    const file = traceFile();
    execFileSync('mkfifo', [file]);
    return { file, fd: openSync(file, constants.O_RDONLY | constants.O_NONBLOCK) };
  }

  it('takes a trace as its reader takes it', async () => {
    const { file, fd } = pipe();
    const recording = recordProgram('ending.mjs', { file, args: ['natural', 3000] });
    const parts: Buffer[] = [];
    for await (const part of new Socket({ fd, readable: true, writable: false })) parts.push(part as Buffer);
    expect((await recording).code).toBe(0);
    const copy = traceFile();
    writeFileSync(copy, Buffer.concat(parts));
    expect(logLines(await modelOf(copy), 'line')).toHaveLength(3001);
  });

  it('that nobody reads holds nobody up', async () => {
    const { file, fd } = pipe();
    // More than a pipe holds, so that the writer cannot get rid of it.
    const { code, stdout, stderr } = await recordProgram('ending.mjs', { file, args: ['natural', 30_000] });
    closeSync(fd);
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'ready\n' });
    expect(stderr).toContain('exectrace: not recorded to the end');
  });

  it('that has no reader is no place for a trace', async () => {
    const { file, fd } = pipe();
    closeSync(fd);
    const { code, stdout, stderr } = await recordProgram('ending.mjs', { file, args: ['natural', 1] });
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'ready\n' });
    expect(stderr).toContain('exectrace: not recorded: ENXIO');
  });
});

it('survives in silence what a program does to itself', async () => {
  const { code, stdout, stderr, file } = await recordProgram('odd.mjs', { level: 2 });
  expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: 'unharmed\n', stderr: '' });
  expect(readFileSync(file, 'latin1')).toContain('symbol');
  await modelOf(file);
});
