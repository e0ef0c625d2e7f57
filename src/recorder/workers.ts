/**
 * Worker threads are recorded too: a recording reaches every worker that is started while it lasts.
 *
 * How: `worker_threads.Worker` is replaced by a subclass that preloads the recorder into the worker, whatever options
 * the program passes; and the shared buffer travels as environment data, which every worker, nested ones included,
 * inherits. A worker that dies without a word (`terminate`, out of memory) leaves its ring behind; its parent marks
 * the ring as ended.
 */
import { createRequire, syncBuiltinESMExports } from 'node:module';
import { fileURLToPath } from 'node:url';
import {
  BroadcastChannel,
  getEnvironmentData,
  setEnvironmentData,
  threadId,
  type Worker,
  type WorkerOptions,
} from 'node:worker_threads';
import { MAX_THREADS, Slot, SlotState, slotWords } from './record/layout.ts';
import type { Level } from './thread.ts';

/** What a worker finds in its environment data. */
export interface Inherited {
  readonly shared: SharedArrayBuffer;
  readonly level: Level;
  /** Name of the channel on which the end of the recording is announced. */
  readonly channel: string;
}

const KEY = 'exectrace';
const PRELOAD = fileURLToPath(new URL('./preload.cjs', import.meta.url));

// The module object, not its ESM view: only the former can be changed.
const workerThreads = createRequire(import.meta.url)('node:worker_threads') as { Worker: typeof Worker };

/** The recording that this worker thread was born into. */
export function inheritedRecording(): Inherited | undefined {
  return getEnvironmentData(KEY) as Inherited | undefined;
}

/** Lets workers started from this thread be recorded into `shared`; returns what ends that, and their recording. */
export function followWorkers(shared: SharedArrayBuffer, level: Level): () => void {
  const channel = `exectrace ${process.pid} ${threadId} ${process.hrtime().join('.')}`;
  setEnvironmentData(KEY, { shared, level, channel } satisfies Inherited);
  const restore = replaceWorker(shared);
  return () => {
    restore();
    setEnvironmentData(KEY, undefined);
    const announcement = new BroadcastChannel(channel);
    announcement.postMessage('end');
    announcement.close();
  };
}

/** Calls `onEnd` in this worker when the recording it was born into ends; keeps nothing alive. */
export function onRecordingEnd(channel: string, onEnd: () => void): void {
  const announcement = new BroadcastChannel(channel);
  announcement.onmessage = () => {
    announcement.close();
    onEnd();
  };
  // Missing in the types: the channel is a message port and can be unreferenced like one.
  (announcement as BroadcastChannel & { unref(): void }).unref();
}

/** In every thread of the recording: lets the workers that it starts be recorded. Returns what undoes it. */
export function replaceWorker(shared: SharedArrayBuffer): () => void {
  const Original = workerThreads.Worker;
  class RecordedWorker extends Original {
    constructor(filename: string | URL, options: WorkerOptions = {}) {
      super(filename, withPreload(options));
      const id = this.threadId;
      this.on('exit', () => markEnded(shared, id));
    }
  }
  Object.defineProperty(RecordedWorker, 'name', { value: Original.name });
  workerThreads.Worker = RecordedWorker;
  syncBuiltinESMExports();
  return () => {
    workerThreads.Worker = Original;
    syncBuiltinESMExports();
  };
}

function withPreload(options: WorkerOptions): WorkerOptions {
  const execArgv = options.execArgv ?? process.execArgv;
  return execArgv.includes(PRELOAD) ? options : { ...options, execArgv: ['--require', PRELOAD, ...execArgv] };
}

/** The thread has ended: if it could not say so itself, says it for it. */
function markEnded(shared: SharedArrayBuffer, id: number): void {
  for (let slot = 0; slot < MAX_THREADS; slot++) {
    const words = slotWords(shared, slot);
    if (Atomics.load(words, Slot.ThreadId) !== id) continue;
    Atomics.compareExchange(words, Slot.State, SlotState.Active, SlotState.Ended);
  }
}
