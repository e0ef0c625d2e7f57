/**
 * Where the bytes of a trace go: a file, a stream of either kind, any object with `write`, or memory.
 *
 * A file is written by the writer's thread itself. To everything else the bytes come through the traced thread, and a
 * sink that takes its time says so: the writer has at most a fixed number of bytes under way (`MAX_UNDER_WAY`), then it
 * waits, and what the ring cannot hold meanwhile is dropped and counted. So a slow reader costs records, not memory.
 */
import { closeSync, constants, openSync } from 'node:fs';
import { types } from 'node:util';

/** The trace stays in memory: `stop` gives it out. */
export const MEMORY: unique symbol = Symbol.for('exectrace.memory') as never;

/** Anything that takes bytes, such as a Node stream or a file handle. */
export interface ByteTaker {
  /** A promise is waited for; so is the event `drain` of an emitter that returns false. */
  write(bytes: Uint8Array): unknown;
}

/** Where a trace goes: a path, a Node stream or anything else with `write`, a `WritableStream`, or `MEMORY`. */
export type TraceSink = string | URL | ByteTaker | WritableStream<Uint8Array> | typeof MEMORY;

/** Longest trace in memory, bytes: a recording that reaches it ends. */
const MAX_IN_MEMORY = 1 << 28;

/** A sink in use. */
export interface OpenSink {
  /** The file that the writer writes to; undefined = bytes come through `give`. */
  readonly fd: number | undefined;
  /** Takes bytes; those given are its own. A promise says when they are taken. Throws or rejects when it cannot. */
  give(bytes: Uint8Array): Promise<unknown> | undefined;
  /** Whether it wants no more. */
  readonly full: boolean;
  /** What is in memory; undefined if the trace went elsewhere. */
  collected(): Uint8Array | undefined;
  /** Lets go: a file is closed, a stream is left open, as it is the program's. */
  close(): void;
}

/** A file is made or emptied; a pipe blocks nobody, neither here nor in the writer (Windows has no word for that). */
const OPEN = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | (constants.O_NONBLOCK ?? 0);

/** Begins to use a sink. Throws when the file cannot be opened, the stream is locked, or it is no sink at all. */
export function openSink(sink: TraceSink): OpenSink {
  if (typeof sink === 'string' || sink instanceof URL) return openFile(sink);
  if (sink === MEMORY) return openMemory();
  if (typeof sink === 'object' && sink !== null && 'getWriter' in sink) return openWebStream(sink);
  if (typeof sink?.write === 'function') return openTaker(sink);
  throw new TypeError('a trace goes to a path, to an object with write(bytes), to a WritableStream, or to MEMORY');
}

const nothing = { fd: undefined, full: false, collected: () => undefined, close: () => {} };

function openFile(path: string | URL): OpenSink {
  const fd = openSync(path, OPEN);
  return { ...nothing, fd, give: () => undefined, close: () => closeSync(fd) };
}

function openMemory(): OpenSink {
  const parts: Uint8Array[] = [];
  let size = 0;
  return {
    ...nothing,
    give(bytes) {
      parts.push(bytes);
      size += bytes.length;
      return undefined;
    },
    get full() {
      return size >= MAX_IN_MEMORY;
    },
    collected: () => new Uint8Array(Buffer.concat(parts)),
  };
}

function openWebStream(stream: WritableStream<Uint8Array>): OpenSink {
  const writer = stream.getWriter();
  return { ...nothing, give: (bytes) => writer.write(bytes), close: () => writer.releaseLock() };
}

function openTaker(taker: ByteTaker): OpenSink {
  return {
    ...nothing,
    give(bytes) {
      const answer = taker.write(bytes);
      if (types.isPromise(answer)) return answer;
      return answer === false && isStream(taker) ? drained(taker) : undefined;
    },
  };
}

/** What is asked of a Node stream. */
interface StreamLike {
  readonly destroyed?: boolean;
  once(event: string, listener: () => void): unknown;
  off(event: string, listener: () => void): unknown;
}

function isStream(taker: ByteTaker): taker is ByteTaker & StreamLike {
  return 'once' in taker && typeof taker.once === 'function' && 'off' in taker && typeof taker.off === 'function';
}

/** Resolves when the stream wants more; rejects when it is closed first. */
function drained(stream: StreamLike): Promise<void> {
  return new Promise((resolve, reject) => {
    const closed = (): void => {
      stream.off('drain', drain);
      reject(new Error('the stream was closed'));
    };
    const drain = (): void => {
      stream.off('close', closed);
      resolve();
    };
    if (stream.destroyed) return closed();
    stream.once('drain', drain);
    stream.once('close', closed);
  });
}
