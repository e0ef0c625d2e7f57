/** Where a trace can go, and what the program sees when it cannot go there: nothing, until it asks. */
import { closeSync, constants as files, openSync, readFileSync, writeFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { constants, gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { nodeBinary, testedMajors } from '../../scripts/node-versions.mjs';
import { judge } from '../oracle/judge.ts';
import { execFileSync } from '../support/child-process.ts';
import { recordProgram, traceFile, whenWritten } from './support/record-program.ts';
import { logLines, modelOf } from './support/recorded-trace.ts';

async function sink(way: string): Promise<{ readonly file: string; readonly answer: Record<string, unknown> }> {
  const file = traceFile();
  const { stdout, stderr, code } = await recordProgram('sinks.mjs', { unrecorded: true, args: [way, file] });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return { file, answer: JSON.parse(stdout) };
}

const again = { lost: 0 };

it.each(['stream', 'slowStream', 'webStream', 'memory', 'gzipMemory', 'fileHandle'])(
  'gives all bytes to a sink of the kind %s',
  async (way) => {
    const { answer } = await sink(way);
    expect(answer).toEqual({ lost: 0, whole: true, again });
  },
);

it('waits for a stream that takes its time, and loses records rather than memory', async () => {
  const { answer } = await sink('stalledStream');
  expect(answer).toEqual({ lost: 0, dropped: true, bounded: true, others: true, whole: true, again });
});

describe('a packed file', () => {
  /** Records a program into a file of that name; returns the path. */
  async function recordPacked(extension: string, node: string): Promise<string> {
    const file = `${traceFile()}${extension}`;
    const { code, stderr } = await recordProgram('ending.mjs', { file, node, args: ['natural', 3000] });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return file;
  }

  async function expectWhole(bytes: Uint8Array): Promise<void> {
    const copy = traceFile();
    writeFileSync(copy, bytes);
    expect(logLines(await modelOf(copy), 'line')).toHaveLength(3001);
    for (const { error } of (await judge([copy])) ?? []) expect(error).toBeUndefined();
  }

  it.each(testedMajors())('is gzip by its name, on Node %i', async (major) => {
    await expectWhole(gunzipSync(readFileSync(await recordPacked('.gz', nodeBinary(major)!))));
  });

  it('opens up to the last write after SIGKILL', async () => {
    const file = `${traceFile()}.gz`;
    const { signal } = await recordProgram('ending.mjs', {
      file,
      args: ['signal', 3000],
      whenReady: (child) => whenWritten(file, () => child.kill('SIGKILL')),
    });
    expect(signal).toBe('SIGKILL');
    await expectWhole(gunzipSync(readFileSync(file), { finishFlush: constants.Z_SYNC_FLUSH }));
  });

  it.each(testedMajors())('is Zstandard by its name, on Node %i, or says that this Node has none', async (major) => {
    const node = nodeBinary(major)!;
    if (major < 22) {
      const { code, stderr } = await recordProgram('ending.mjs', { file: 'never.zst', node, args: ['natural', 1] });
      expect(code).toBe(0);
      expect(stderr).toMatch(/^exectrace: not recorded: Node 20\S* has no zstd: use gzip, or Node 22.15 or newer\n$/);
      return;
    }
    const script = 'process.stdout.write(zlib.zstdDecompressSync(fs.readFileSync(process.argv[1])))';
    const file = await recordPacked('.zst', node);
    await expectWhole(execFileSync(node, ['-e', script, file], { maxBuffer: 1 << 28 }));
  });
});

describe('a trace that cannot be written', () => {
  const linux = process.platform === 'linux';
  if (!linux) console.log('skipped: full and closed files, which are made with the help of Linux');
  it.each([
    ['throwing', 'the sink is full'],
    ['rejecting', 'the sink is full'],
    ['rejectingAtTheEnd', 'the sink is full'],
    ['closedStream', 'the stream was closed'],
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
    return { file, fd: openSync(file, files.O_RDONLY | files.O_NONBLOCK) };
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
