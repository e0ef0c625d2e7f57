/** The model of the file that a command is pointed at: a long one is read by one thread and built by another. */
import { stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { buffersOfBatch, loadTrace, RelayedModel, type RelayMessage, type TraceModel } from '../analysis/index.ts';
import { withProgress } from './progress.ts';
import { inFile, openTrace, warnOfProblem } from './trace-file.ts';

/** From this size on a second thread pays, bytes: below, its start takes longer than what it saves. */
const LONG = 64 * 2 ** 20;

/**
 * Reads a trace. Of a damaged one, its good part is used and a warning printed.
 *
 * @throws InputError when the file is no trace
 */
export async function loadModel(file: string): Promise<TraceModel> {
  const model = (await isLong(file)) ? await loadWithTwo(file) : await loadWithOne(file);
  if (model.info.problem !== undefined) warnOfProblem(file, model.info.problem.message);
  return model;
}

async function isLong(file: string): Promise<boolean> {
  if (availableParallelism() === 1) return false;
  return stat(file).then(
    ({ size }) => size >= LONG,
    () => false,
  );
}

/** Reads and builds on this thread. */
export async function loadWithOne(file: string): Promise<TraceModel> {
  return loadTrace(withProgress(file, await openTrace(file))).catch((error: unknown) => {
    throw inFile(file, error);
  });
}

/** Reads on a thread of its own. */
export async function loadWithTwo(file: string): Promise<TraceModel> {
  const worker = new Worker(new URL('./read-worker.js', import.meta.url), { workerData: { file } });
  const model = new RelayedModel();
  let before = 0;
  const taken = ({ bytes }: { readonly bytes: number }): number => {
    const step = bytes - before;
    before = bytes;
    return step;
  };
  try {
    for await (const message of withProgress(file, messagesOf(worker), (each) => ('bytes' in each ? taken(each) : 0))) {
      if (message.kind === 'end') return model.finish(message);
      // What refuses it is told in full on this thread.
      if (message.kind === 'refused') break;
      model.take(message);
      worker.postMessage(message.batch, buffersOfBatch(message.batch));
    }
  } finally {
    await worker.terminate();
  }
  return loadWithOne(file);
}

/** The messages of a worker as they come, to its end. Throws what the worker throws. */
async function* messagesOf(worker: Worker): AsyncGenerator<RelayMessage> {
  const waiting: RelayMessage[] = [];
  let failure: unknown;
  let ended = false;
  let wake: (() => void) | undefined;
  const told = (): void => wake?.();
  worker.on('message', (message: RelayMessage) => {
    waiting.push(message);
    told();
  });
  worker.on('error', (error) => {
    failure = error;
    told();
  });
  worker.on('exit', () => {
    ended = true;
    told();
  });
  for (;;) {
    yield* waiting.splice(0);
    if (failure !== undefined) throw failure;
    if (waiting.length > 0) continue;
    if (ended) return;
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
  }
}
