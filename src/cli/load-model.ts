/**
 * The model of the file that a command is pointed at. While a long file is read, a line on standard error says how far
 * it is, if a person is there to see it.
 */
import { stat } from 'node:fs/promises';
import { loadTrace, type TraceModel } from '../analysis/index.ts';
import { percent } from '../base/index.ts';
import { inFile, openTrace, warnOfProblem } from './trace-file.ts';

/** Loads that are shorter than this pass in silence, ms. */
const PATIENCE = 500;
/** Least time between two changes of the line, ms. */
const STEP = 100;

/**
 * Reads a trace. Of a damaged one, its good part is used and a warning printed.
 *
 * @throws InputError when the file is no trace
 */
export async function loadModel(file: string): Promise<TraceModel> {
  const chunks = await openTrace(file);
  const progress = await progressOf(file);
  try {
    const model = await loadTrace(chunks, { onProgress: ({ bytes }) => progress.at(bytes) });
    progress.end();
    if (model.info.problem !== undefined) warnOfProblem(file, model.info.problem.message);
    return model;
  } catch (error) {
    progress.end();
    throw inFile(file, error);
  }
}

interface Progress {
  at(bytes: number): void;
  end(): void;
}

async function progressOf(file: string): Promise<Progress> {
  const { stderr } = process;
  if (!stderr.isTTY) return { at: () => undefined, end: () => undefined };
  const { size } = await stat(file);
  let next = performance.now() + PATIENCE;
  let shown = false;
  return {
    at(bytes) {
      const now = performance.now();
      if (now < next) return;
      next = now + STEP;
      shown = true;
      stderr.write(`\r\u001b[Kreading ${percent(Math.min(1, bytes / Math.max(1, size)))}`);
    },
    end() {
      if (shown) stderr.write('\r\u001b[K');
    },
  };
}
