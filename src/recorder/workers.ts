/**
 * Worker threads are recorded too: a recording reaches every worker that is started while it lasts.
 *
 * How: `worker_threads.Worker` is replaced by a proxy of itself that preloads the recorder into the worker, whatever
 * options the program passes; and the shared buffer travels as environment data, which every worker, nested ones
 * included, inherits. To the program the proxy is the class: the same prototype, the same `instanceof`.
 *
 * A worker that dies without a word (`terminate`, out of memory) leaves its ring behind. Its parent marks the ring as
 * ended, and those of the workers that died with it, as nobody else is left to do so.
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
import type { ThreadOptions } from './options.ts';
import { Control, claimedBy, controlWords, MAX_THREADS, Slot, SlotState, Stop, slotWords } from './record/layout.ts';

/** What a worker finds in its environment data. */
export interface Inherited {
  readonly shared: SharedArrayBuffer;
  readonly options: ThreadOptions;
  /** `threadId` of the thread that started it. */
  readonly parent: number;
  /** Name of the channel on which the end of the recording is announced. */
  readonly channel: string;
}

const KEY = 'exectrace';
const TWO_32 = 2 ** 32;
const PRELOAD = fileURLToPath(new URL('./preload.cjs', import.meta.url));
/** The options that this process was started with, which a worker inherits unless it is given an environment. */
const { NODE_OPTIONS } = process.env;

// The module object, not its ESM view: only the former can be changed.
const workerThreads = createRequire(import.meta.url)('node:worker_threads') as { Worker: typeof Worker };

/** The recording that this worker thread was born into. */
export function inheritedRecording(): Inherited | undefined {
  return getEnvironmentData(KEY) as Inherited | undefined;
}

/** What workers of this thread find of a recording into `shared`. */
export function inheritance(shared: SharedArrayBuffer, options: ThreadOptions): Inherited {
  const channel = `exectrace ${process.pid} ${threadId} ${process.hrtime().join('.')}`;
  return { shared, options, channel, parent: threadId };
}

/** Lets workers started from this thread be recorded; returns what ends that, and their recording. */
export function followWorkers(recording: Inherited): () => void {
  const restore = passOn(recording);
  return () => {
    restore();
    const announcement = new BroadcastChannel(recording.channel);
    announcement.postMessage('end');
    announcement.close();
  };
}

/**
 * In a worker: passes the recording it was born into on to its own workers, and calls `onEnd` when it ends. Returns
 * what undoes both; undefined when the recording has ended already. Keeps nothing alive.
 */
export function joinFamily(inherited: Inherited, onEnd: () => void): (() => void) | undefined {
  const announcement = new BroadcastChannel(inherited.channel);
  announcement.onmessage = onEnd;
  // Missing in the types: the channel is a message port and can be unreferenced like one.
  (announcement as BroadcastChannel & { unref(): void }).unref();
  // Looked at only now, as the flag is set before the end is announced: one of the two is seen.
  if (Atomics.load(controlWords(inherited.shared), Control.Stop) !== Stop.No) {
    announcement.close();
    return undefined;
  }
  const restore = passOn({ ...inherited, parent: threadId });
  return () => {
    restore();
    announcement.close();
  };
}

/** Lets the workers that this thread starts find the recording, and be ready for it. Returns what undoes it. */
function passOn(inherited: Inherited): () => void {
  setEnvironmentData(KEY, inherited);
  const restore = replaceWorker(inherited.shared);
  return () => {
    restore();
    setEnvironmentData(KEY, undefined);
  };
}

function replaceWorker(shared: SharedArrayBuffer): () => void {
  const Original = workerThreads.Worker;
  let recording = true;
  const Replacement: typeof Worker = new Proxy(Original, {
    construct(_, [filename, options = {}]: ConstructorParameters<typeof Worker>, newTarget: typeof Worker): Worker {
      const make: Make = (given) =>
        Reflect.construct(Original, [filename, given], newTarget === Replacement ? Original : newTarget);
      if (!recording) return make(options);
      const worker = makePreloaded(make, options);
      const id = worker.threadId;
      worker.on('exit', () => markEnded(shared, id));
      return worker;
    },
  });
  publish(Replacement);
  return () => {
    recording = false;
    // Somebody else may have replaced it once more.
    if (workerThreads.Worker === Replacement) publish(Original);
  };
}

function publish(class_: typeof Worker): void {
  workerThreads.Worker = class_;
  syncBuiltinESMExports();
}

type Make = (options: WorkerOptions) => Worker;

/** Makes a worker that preloads the recorder; or one that does not, if its options leave no way to. */
function makePreloaded(make: Make, options: WorkerOptions): Worker {
  const preload = ['--require', PRELOAD];
  if (Array.isArray(options.execArgv)) return make({ ...options, execArgv: [...preload, ...options.execArgv] });
  // Flags that are no list are for Node to refuse.
  if (options.execArgv || inheritsPreload(options)) return make(options);
  // A worker inherits all of its parent's flags, but is refused those of the whole process when they are given to it.
  const inherited = process.execArgv;
  try {
    return make({ ...options, execArgv: [...preload, ...inherited] });
  } catch (error) {
    const refused = refusedFlags(error);
    if (refused === undefined) throw error;
    try {
      return make({ ...options, execArgv: [...preload, ...inherited.filter((flag) => !refused.has(flag))] });
    } catch {
      return make(options);
    }
  }
}

/** Whether a worker that is given no flags preloads the recorder as this thread did. */
function inheritsPreload({ env }: WorkerOptions): boolean {
  if (process.execArgv.includes(PRELOAD)) return true;
  const nodeOptions = typeof env === 'object' && env !== null ? env.NODE_OPTIONS : NODE_OPTIONS;
  return nodeOptions?.includes(PRELOAD) ?? false;
}

/** The flags that Node says a worker cannot have. */
function refusedFlags(error: unknown): Set<string> | undefined {
  if (!(error instanceof Error) || !('code' in error) || error.code !== 'ERR_WORKER_INVALID_EXEC_ARGV') {
    return undefined;
  }
  return new Set(error.message.slice(error.message.indexOf(': ') + 2).split(', '));
}

/** Thread `parent` has ended, and its own workers with it: if one could not say so itself, says it for it. */
export function markEnded(shared: SharedArrayBuffer, parent: number): void {
  for (let slot = 0; slot < MAX_THREADS; slot++) {
    const words = slotWords(shared, slot);
    // One that it had claimed, and had not come to use. (Of its workers nobody knows which they had claimed: should one
    // die in that moment too, a slot stays taken, to no other harm.)
    Atomics.compareExchange(words, Slot.State, claimedBy(parent), SlotState.Free);
    // The state first: who owns a slot is certain only while it is active.
    if (Atomics.load(words, Slot.State) !== SlotState.Active) continue;
    if (words[Slot.ThreadId] === parent) {
      const [seconds, nanoseconds] = process.hrtime();
      const now = seconds * 1e9 + nanoseconds;
      words[Slot.GoneHigh] = now / TWO_32;
      words[Slot.GoneLow] = now >>> 0;
      Atomics.compareExchange(words, Slot.State, SlotState.Active, SlotState.Ended);
    } else if (words[Slot.Parent] === parent) markEnded(shared, words[Slot.ThreadId]!);
  }
}
