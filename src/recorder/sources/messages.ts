/**
 * Source: messages between threads: which message ports belong together, who listens on them, and when a message is
 * posted.
 *
 * `postMessage` and `ref` of `MessagePort`, and `MessageChannel`, are replaced while the recording lasts. Node itself
 * calls `ref` when the first listener comes. A channel's two ports are told when
 * it is made; a worker's, when it is started (in its parent) and when it begins (in itself). Ports that a message carries
 * are told with it, in order: the receiver sees them born in that order right before the message.
 *
 * Ports are named by their async id. The class does not offer it, but its native base does, as another class of that
 * base shows: the histogram of the loop's delay.
 */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { createRequire, syncBuiltinESMExports } from 'node:module';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { type MessageChannel, MessagePort, parentPort, threadId, type Worker } from 'node:worker_threads';
import type { RecordWriter } from '../record/record-writer.ts';
import type { Texts } from '../record/texts.ts';

const WORKER_STARTED = 'worker_threads';

type GetAsyncId = (this: object) => number;

/** Starts recording messages; returns what stops it. */
export function recordMessages(record: RecordWriter, texts: Texts): () => void {
  const getAsyncId = findGetAsyncId();
  if (getAsyncId === undefined) return () => {};
  const idOf = (port: MessagePort): number => getAsyncId.call(port);
  if (parentPort !== null) {
    record.resourceExists(texts.name('MESSAGEPORT'), idOf(parentPort));
    record.workerPort(idOf(parentPort), threadId, true);
    if (hasListener(parentPort)) record.portListens(idOf(parentPort));
  }
  const onWorker = (message: unknown): void => {
    try {
      const { worker } = message as { worker: Worker };
      const port = publicPort(worker);
      if (port === undefined) return;
      record.workerPort(idOf(port), worker.threadId, false);
      // A worker listens from its making on.
      record.portListens(idOf(port));
    } catch {
      // Anybody may publish on a channel.
    }
  };
  subscribe(WORKER_STARTED, onWorker);
  const stops = [
    () => unsubscribe(WORKER_STARTED, onWorker),
    replacePostMessage(record, idOf),
    replaceRef((port) => record.portListens(idOf(port))),
    replaceChannel((channel) => record.portPair(idOf(channel.port1), idOf(channel.port2))),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

function findGetAsyncId(): GetAsyncId | undefined {
  const histogram: object = monitorEventLoopDelay();
  for (const key of Object.getOwnPropertySymbols(histogram)) {
    const handle = (histogram as Record<symbol, { getAsyncId?: GetAsyncId } | undefined>)[key];
    if (typeof handle?.getAsyncId === 'function') return handle.getAsyncId;
  }
  return undefined;
}

/** `hasRef` of Node 18.1 is missing in the types of Node 20. */
function hasListener(port: MessagePort): boolean {
  return (port as MessagePort & { hasRef(): boolean }).hasRef();
}

/** The port over which a worker and its parent talk. */
function publicPort(worker: Worker): MessagePort | undefined {
  const key = Object.getOwnPropertySymbols(worker).find(({ description }) => description === 'kPublicPort');
  const port: unknown = key === undefined ? undefined : Reflect.get(worker, key);
  return port instanceof MessagePort ? port : undefined;
}

function replacePostMessage(record: RecordWriter, idOf: (port: MessagePort) => number): () => void {
  const { prototype } = MessagePort;
  const { postMessage: original } = prototype;
  let recording = true;
  const replacement = {
    // What is returned is nobody's business but that of `BroadcastChannel`, which throws when it gets nothing.
    postMessage(this: MessagePort, ...args: Parameters<typeof original>): unknown {
      if (!recording) return Reflect.apply(original, this, args);
      const id = idOf(this);
      for (const port of portsIn(args[1])) record.portLeaves(idOf(port));
      // Before the message can arrive.
      record.posted(id);
      try {
        return Reflect.apply(original, this, args);
      } catch (error) {
        if (recording) record.notPosted(id);
        throw error;
      }
    },
  }.postMessage;
  Object.defineProperties(replacement, Object.getOwnPropertyDescriptors(original));
  prototype.postMessage = replacement as typeof original;
  return () => {
    recording = false;
    if (prototype.postMessage === replacement) prototype.postMessage = original;
  };
}

/** Replaces `MessagePort.ref`, which Node calls when the first listener comes, and tells `listens` of each. */
function replaceRef(listens: (port: MessagePort) => void): () => void {
  const { prototype } = MessagePort;
  const { ref: original } = prototype;
  let recording = true;
  const replacement = {
    ref(this: MessagePort): void {
      if (recording) listens(this);
      Reflect.apply(original, this, []);
    },
  }.ref;
  Object.defineProperties(replacement, Object.getOwnPropertyDescriptors(original));
  prototype.ref = replacement;
  return () => {
    recording = false;
    if (prototype.ref === replacement) prototype.ref = original;
  };
}

/** The ports in the second argument of `postMessage`: a list, or an object with one. */
function portsIn(given: unknown): MessagePort[] {
  const list = Array.isArray(given) ? given : (given as { transfer?: unknown } | null | undefined)?.transfer;
  return Array.isArray(list) ? list.filter((each) => each instanceof MessagePort) : [];
}

/** Replaces `MessageChannel`, where programs find it, by a proxy that tells `made` of each. */
function replaceChannel(made: (channel: MessageChannel) => void): () => void {
  const workerThreads: { MessageChannel: typeof MessageChannel } = createRequire(import.meta.url)(
    'node:worker_threads',
  );
  const Original = workerThreads.MessageChannel;
  const atGlobal = Object.getOwnPropertyDescriptor(globalThis, 'MessageChannel');
  let recording = true;
  const Replacement = new Proxy(Original, {
    construct(target, args, newTarget) {
      const channel: MessageChannel = Reflect.construct(target, args, newTarget === Replacement ? target : newTarget);
      if (recording) made(channel);
      return channel;
    },
  });
  workerThreads.MessageChannel = Replacement;
  // Until its first use Node has an accessor there.
  if (atGlobal?.configurable) {
    const { enumerable = false } = atGlobal;
    Object.defineProperty(globalThis, 'MessageChannel', {
      value: Replacement,
      writable: true,
      configurable: true,
      enumerable,
    });
  }
  syncBuiltinESMExports();
  return () => {
    recording = false;
    if (workerThreads.MessageChannel === Replacement) workerThreads.MessageChannel = Original;
    const current = Object.getOwnPropertyDescriptor(globalThis, 'MessageChannel');
    if (current?.value === Replacement) Object.defineProperty(globalThis, 'MessageChannel', atGlobal!);
    syncBuiltinESMExports();
  };
}
