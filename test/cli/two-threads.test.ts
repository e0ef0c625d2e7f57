/** Long traces are read by a thread of its own: the model, the error and the good part of a damaged file are the same. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
// The built one: the thread's code is a file of its own.
import { loadWithOne, loadWithTwo } from '../../dist/cli/load-model.js';
import { syntheticTrace } from '../e2e/support/synthetic-trace.ts';

const folder = mkdtempSync(join(tmpdir(), 'exectrace-two-threads-'));
const trace = syntheticTrace({ seconds: 20, requestsPerSecond: 100 });

afterAll(() => rmSync(folder, { recursive: true }));

function fileOf(name: string, bytes: Uint8Array | string): string {
  const file = join(folder, name);
  writeFileSync(file, bytes);
  return file;
}

test('the model is the same', async () => {
  const file = fileOf('whole.trace', trace);
  const model = await loadWithTwo(file);
  expect(model.intervals.count).toBeGreaterThan(20_000);
  expect(model).toEqual(await loadWithOne(file));
}, 60_000);

test('a file that is cut off gives its good part and the same problem', async () => {
  const file = fileOf('cut.trace', trace.subarray(0, trace.length - 1000));
  const model = await loadWithTwo(file);
  expect(model.info.problem).toMatchObject({ code: 'truncated' });
  expect(model).toEqual(await loadWithOne(file));
}, 60_000);

test('what is no trace, or no file, is refused with the same words', async () => {
  const file = fileOf('package.json', '{}');
  const refusal = await loadWithOne(file).catch((error: Error) => error.message);
  await expect(loadWithTwo(file)).rejects.toThrow(refusal as string);
  await expect(loadWithTwo(join(folder, 'nothing'))).rejects.toThrow('ENOENT');
}, 60_000);
