/**
 * Reads the one stack frame that is of interest: the innermost of the program's own below a hook.
 *
 * Frames of Node's pumps (the loops that run ticks, timers and immediates) count as none: which of them it is varies
 * and says nothing. Frames without a file are built-ins such as `Promise.then`.
 */
import { shownPath } from './shown-path.ts';

export interface CallSite {
  readonly func: string;
  /** Relative to the working directory when below it. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Frames read: between a hook of `async_hooks` and the program lie up to three of Node's own. */
const FRAMES = 6;
const MAX_FILES = 10_000;
const PUMPS = new Set([
  'processTicksAndRejections',
  'runNextTicks',
  'processTimers',
  'listOnTimeout',
  'processImmediate',
  'runMicrotasks',
]);
const HOOKS = /^node:internal\/(async_hooks|promise_hooks|process\/promises)/;
/** Types of `this` that are no class of the program's. */
const NO_TYPE = new Set(['Object', 'Function', 'Module', 'process', 'global']);

const files = new Map<string, string>();
const holder: { stack?: NodeJS.CallSite[] } = {};

/**
 * The call site below `hook`; undefined when there is none. Never throws, whatever the program has done to `Error`, to
 * its file names or to its working directory: what a hook throws ends the process.
 */
export function captureCallSite(hook: (...args: never[]) => unknown): CallSite | undefined {
  try {
    return firstOfProgram(framesBelow(hook));
  } catch {
    return undefined;
  }
}

function framesBelow(hook: (...args: never[]) => unknown): readonly NodeJS.CallSite[] {
  const { prepareStackTrace, stackTraceLimit } = Error;
  try {
    Error.prepareStackTrace = (_, frames) => frames;
    Error.stackTraceLimit = FRAMES;
    Error.captureStackTrace(holder, hook);
    return holder.stack ?? [];
  } finally {
    Error.prepareStackTrace = prepareStackTrace!;
    Error.stackTraceLimit = stackTraceLimit;
  }
}

function firstOfProgram(frames: readonly NodeJS.CallSite[]): CallSite | undefined {
  for (const frame of frames) {
    const file = frame.getFileName();
    if (!file || frame.isNative() || HOOKS.test(file)) continue;
    const func = frame.getFunctionName();
    if (func !== null && PUMPS.has(func) && file.startsWith('node:')) return undefined;
    const line = frame.getLineNumber() ?? 0;
    const shown = shownFile(file);
    return { func: shownFunction(frame, func, shown, line), file: shown, line, column: frame.getColumnNumber() ?? 0 };
  }
  return undefined;
}

function shownFunction(frame: NodeJS.CallSite, func: string | null, file: string, line: number): string {
  if (func === null || func === '') return `(anonymous ${file.slice(file.lastIndexOf('/') + 1)}:${line})`;
  if (func.includes('.')) return func;
  const type = frame.getTypeName();
  return type === null || NO_TYPE.has(type) ? func : `${type}.${func}`;
}

function shownFile(file: string): string {
  let shown = files.get(file);
  if (shown === undefined) {
    shown = shownPath(file);
    // A program may make up files without end.
    if (files.size < MAX_FILES) files.set(file, shown);
  }
  return shown;
}
