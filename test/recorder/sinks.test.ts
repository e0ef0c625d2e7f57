/** Where a trace can go, and what the program sees when it cannot go there: nothing, until it asks. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { recordProgram, traceFile } from './support/record-program.ts';
import { modelOf } from './support/recorded-trace.ts';

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

it('survives in silence what a program does to itself', async () => {
  const { code, stdout, stderr, file } = await recordProgram('odd.mjs', { level: 2 });
  expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: 'unharmed\n', stderr: '' });
  expect(readFileSync(file, 'latin1')).toContain('symbol');
  await modelOf(file);
});
