/**
 * Execution tracing for Node.js programs: the API, in the shape of Go's `runtime/trace`.
 *
 *     import * as trace from 'exectrace';
 *     trace.start('app.trace');
 *     await trace.withTask('checkout', async () => {
 *       await trace.withRegion('payment', pay);
 *       trace.log('order', 'paid');
 *     });
 *     await trace.stop();
 *
 * While nothing is recorded, every call but `start` is a check and returns a constant; it costs a few nanoseconds and
 * may stay in production code.
 */
import { types } from 'node:util';
import { NO_REGION, NO_TASK, type Region, type Task } from './annotations.ts';
import { current, startRecording, stopRecording } from './recording.ts';
import type { StartOptions, TraceTotals } from './session.ts';
import { type ByteTaker, MEMORY, type TraceSink } from './sinks.ts';
import type { Compression } from './writer/protocol.ts';

export type { ByteTaker, Compression, Region, StartOptions, Task, TraceSink, TraceTotals };
export { MEMORY };

/**
 * Begins to record this process, worker threads that are started from now on included.
 *
 * `sink` is the file to write (overwritten), a stream of Node or of the web, anything else with a `write(bytes)` method,
 * or `MEMORY`. A stream that takes its time is waited for by the writer, never by the program: what does not fit into the
 * ring meanwhile is dropped and counted. Throws when a recording is going on, the file cannot be opened, or this Node
 * cannot compress as asked.
 */
export function start(sink: TraceSink, options: StartOptions = {}): void {
  startRecording(sink, options);
}

/**
 * Ends the recording. Resolves with what it came to, and with the trace if it was recorded into `MEMORY`, when everything
 * has been taken by the sink; rejects when nothing was being recorded or writing failed.
 */
export function stop(): Promise<TraceTotals> {
  return stopRecording();
}

/** Whether this thread is being recorded. */
export function isEnabled(): boolean {
  return current.annotations !== undefined;
}

/**
 * A new task: a logical operation that may involve many strands, such as a request or a job. Its parent is `parent`,
 * else the task that the running code works for. Code works for it inside `withTask`, or where it is passed on.
 */
export function newTask(type: string, parent?: Task): Task {
  return current.annotations === undefined ? NO_TASK : current.annotations.newTask(type, parent);
}

/**
 * Runs `fn` for a task: what it does and starts, across awaits and callbacks, works for that task.
 *
 * Given a name, a task of that type is made for it, and ended when `fn` returns or its promise settles; given a task,
 * that one is used and left open. Returns what `fn` returns; for a plain promise, one that settles alike. Any other
 * thenable (a query builder, a promise with methods of its own) is returned as it is, and the task ends with `fn`.
 */
export function withTask<T>(task: string | Task, fn: (task: Task) => T): T {
  const { annotations } = current;
  if (annotations === undefined) return fn(typeof task === 'string' ? NO_TASK : task);
  if (typeof task !== 'string') return annotations.run(task, () => fn(task));
  const made = annotations.newTask(task, undefined);
  // The end is awaited inside, so that the wait itself counts for the task.
  return annotations.run(made, () => endAfter(made, () => fn(made)));
}

/**
 * Begins a region: a named stretch of work on one strand, for `task`, else for the task of the running code. End it on
 * the same strand; around anything asynchronous `withRegion` is exact where this is best effort.
 */
export function startRegion(type: string, task?: Task): Region {
  return current.annotations === undefined ? NO_REGION : current.annotations.startRegion(type, task);
}

/**
 * Runs `fn` inside a region, which ends when `fn` returns or its promise settles. Returns what `fn` returns, as
 * `withTask` does.
 */
export function withRegion<T>(type: string, fn: () => T, task?: Task): T {
  const { annotations } = current;
  if (annotations === undefined) return fn();
  const region = annotations.startRegion(type, task);
  return endAfter(region, fn, () => annotations.continueRegion(region));
}

/**
 * Says what kind of operation `task`, else the task of the running code, has turned out to be, such as the route of a
 * request: readers count it among the tasks of that kind. Its own name stays. The last word counts.
 */
export function nameTask(kind: string, task?: Task): void {
  current.annotations?.nameTask(kind, task);
}

/** Writes a log line into the trace, for `task`, else for the task of the running code. */
export function log(category: string, message: string, task?: Task): void {
  current.annotations?.log(category, message, task);
}

/** Runs `fn` and ends `thing` when it is done; `suspended` is told when `fn` turns out to go on asynchronously. */
function endAfter<T>(thing: { end(): void }, fn: () => T, suspended?: () => void): T {
  let result: T;
  try {
    result = fn();
  } catch (error) {
    thing.end();
    throw error;
  }
  if (!isPlainPromise(result)) {
    thing.end();
    return result;
  }
  const settled = endWhenSettled(thing, result);
  suspended?.();
  return settled as T;
}

async function endWhenSettled<T>(thing: { end(): void }, promise: Promise<T>): Promise<T> {
  try {
    return await promise;
  } finally {
    thing.end();
  }
}

/**
 * Whether nothing but its identity tells a value from another promise that settles alike. Everything else is the
 * program's own and goes back to it untouched: to ask a query builder for `then` would run the query, and to attach to
 * a promise with methods of its own would count as handling its rejection.
 */
function isPlainPromise(value: unknown): value is Promise<unknown> {
  return (
    types.isPromise(value) &&
    Object.getPrototypeOf(value) === Promise.prototype &&
    Object.getOwnPropertyNames(value).length === 0
  );
}
