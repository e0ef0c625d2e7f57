/**
 * What `view` and the analyses are pointed at: one trace, several, or folders of them, such as `exectrace test` and the processes of a
 * family leave. Several become one on one clock, in a temporary file.
 */
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import type { TraceModel } from '../analysis/index.ts';
import { mergeTraces, NoCommonClock } from '../exporters/index.ts';
import { decompressed } from '../reader/index.ts';
import { InputError } from './errors.ts';
import { loadModel } from './load-model.ts';
import { OutputFile } from './output-file.ts';
import { inFile, openTrace } from './trace-file.ts';

const TRACE = /\.trace(\.gz|\.zst)?$/;

/** One file to open. */
export interface OpenSet {
  readonly file: string;
  /** Removes what was made for it. */
  release(): Promise<void>;
}

/**
 * The one file for `paths`; folders stand for the traces in them.
 *
 * @throws InputError when a folder holds none, or several have no clock in common
 */
export async function openSet(paths: readonly string[]): Promise<OpenSet> {
  const files = (await Promise.all(paths.map(tracesAt))).flat();
  const [only] = files;
  if (files.length === 1) return { file: only!, release: async () => {} };
  const folder = await mkdtemp(join(tmpdir(), 'exectrace-set-'));
  const release = () => rm(folder, { recursive: true, force: true });
  const file = join(folder, `${basename(resolve(paths[0]!)).replace(TRACE, '')}.trace`);
  try {
    await mergeInto(file, files);
  } catch (error) {
    await release();
    throw error;
  }
  return { file, release };
}

/**
 * The model of `paths`: of several traces, one on one clock.
 *
 * @throws InputError as `openSet` and `loadModel` do
 */
export async function loadSet(paths: readonly string[]): Promise<TraceModel> {
  const set = await openSet(paths);
  try {
    return await loadModel(set.file);
  } finally {
    await set.release();
  }
}

/** The traces that `path` stands for. A process that was killed at its start has left an empty one. */
async function tracesAt(path: string): Promise<string[]> {
  if (!(await stat(path)).isDirectory()) return [path];
  const names = (await readdir(path)).filter((name) => TRACE.test(name)).sort();
  const files: string[] = [];
  for (const file of names.map((name) => join(path, name))) if ((await stat(file)).size > 0) files.push(file);
  if (files.length === 0)
    throw new InputError(`${path}: there is no trace in this folder (*.trace, *.trace.gz, *.trace.zst)`);
  return files;
}

async function mergeInto(path: string, files: readonly string[]): Promise<void> {
  const chunks = await Promise.all(files.map(async (file) => decompressed(await openTrace(file))));
  const output = new OutputFile(path);
  await mergeTraces(chunks, {}, output.write, output.pause).catch((error: unknown) => {
    if (!(error instanceof NoCommonClock)) throw inFile(files.join(', '), error);
    throw new InputError(
      `${files[error.file]}: ${error.message}; exectrace merge --align-starts makes one trace of them`,
    );
  });
  await output.close();
}
