/**
 * Reads the one stack frame that is of interest: the innermost below a hook, or the innermost of the program's own.
 *
 * Frames of Node's pumps (the loops that run ticks, timers and immediates) count as none: which of them it is varies
 * and says nothing. Frames without a file are built-ins such as `Promise.then`.
 *
 * A frame says where the code is that runs. Where that was made from other code while the program loads (by `tsx`, by a
 * test runner, by `--enable-source-maps`), only the program knows the source: its own stack traces say it.
 */

/** A function that Node calls as a hook. */
export type Hook = (...args: never[]) => unknown;

export interface CallSite {
  /** Without a name it is `anonymous in …`, if one of the same file has called it, or empty. */
  readonly func: string;
  readonly hasName: boolean;
  /** As the engine has it: a path, a URL, or anything that the program has made up. */
  readonly file: string;
  readonly line: number;
  /** 0 where `line` is the line of the source already. */
  readonly column: number;
  /** Where the function begins: tells functions of the same name apart, and knows those without one again. */
  readonly code: string;
  readonly frame: NodeJS.CallSite;
}

/** Frames read: between a hook of `async_hooks` and what is of interest lie some of Node's own. */
const FRAMES = 6;
const DEEP_FRAMES = 16;
const PUMPS = new Set([
  'processTicksAndRejections',
  'runNextTicks',
  'processTimers',
  'listOnTimeout',
  'processImmediate',
  'runMicrotasks',
]);
const HOOKS = /^node:internal\/(async_hooks|promise_hooks|process\/promises)/;
/** Node's modules that make resources on behalf of others. */
const MAKERS = /^node:(internal\/)?(timers|async_hooks)/;
/** Types of `this` that are no class of the program's: a function was called through an array, by a timer, and so on. */
const NO_TYPE = new Set([
  ...['Object', 'Function', 'Module', 'process', 'global'],
  ...['Array', 'Map', 'Set', 'Promise', 'Timeout', 'Immediate'],
]);
/** The place at the end of a line of a stack trace: `(file:line:column)`, or without brackets. */
const PLACE = /(?:\(|at )([^()\n]+):(\d+):(\d+)\)?\s*$/;

/** The recorder's own code, which stands between the program and what it makes. */
const OWN = new URL('../', import.meta.url).href;

const holder: { stack?: NodeJS.CallSite[] } = {};
/** What the program's stack traces are asked with: made where there is a hook anyway, and without frames of its own. */
const nothing: { readonly name: string; readonly message: string } = { name: 'Error', message: '' };

/**
 * The call site right below `hook`, Node's own code included; undefined when there is none. Never throws, whatever the
 * program has done to `Error`, to its file names or to its working directory: what a hook throws ends the process.
 */
export function captureCallSite(hook: Hook): CallSite | undefined {
  try {
    return innermost(framesBelow(hook, FRAMES));
  } catch {
    return undefined;
  }
}

/** The innermost call site below `hook` that is the program's; one of Node's own if no other is near. Never throws. */
export function captureProgramSite(hook: Hook): CallSite | undefined {
  try {
    return innermostOfProgram(framesBelow(hook, DEEP_FRAMES));
  } catch {
    return undefined;
  }
}

/** The site as the program's own stack traces would say it. Asks the program: only for what is new. Never throws. */
export function shownCallSite(site: CallSite): CallSite {
  if (site.file.startsWith('node:')) return { ...site, column: 0 };
  try {
    const text: unknown = Error.prepareStackTrace?.(nothing as Error, [site.frame]);
    const [, file, line, column] = (typeof text === 'string' ? PLACE.exec(text) : undefined) ?? [];
    if (file === undefined || (file === site.file && Number(line) === site.line)) return site;
    return Number(column) > 0 ? { ...site, file, line: Number(line), column: 0 } : site;
  } catch {
    return site;
  }
}

function framesBelow(hook: Hook, limit: number): readonly NodeJS.CallSite[] {
  const { prepareStackTrace, stackTraceLimit } = Error;
  try {
    Error.prepareStackTrace = (_, frames) => frames;
    Error.stackTraceLimit = limit;
    Error.captureStackTrace(holder, hook);
    return holder.stack ?? [];
  } finally {
    Error.prepareStackTrace = prepareStackTrace!;
    Error.stackTraceLimit = stackTraceLimit;
  }
}

function innermost(frames: readonly NodeJS.CallSite[]): CallSite | undefined {
  for (let i = 0; i < frames.length; i++) {
    const file = frames[i]!.getFileName();
    if (!file || frames[i]!.isNative() || HOOKS.test(file) || file.startsWith(OWN)) continue;
    return isPump(frames[i]!, file) ? undefined : siteOf(frames, i, file);
  }
  return undefined;
}

function innermostOfProgram(frames: readonly NodeJS.CallSite[]): CallSite | undefined {
  let own: CallSite | undefined;
  for (let i = 0; i < frames.length; i++) {
    const file = frames[i]!.getFileName();
    if (!file || frames[i]!.isNative() || file.startsWith('wasm:')) continue;
    if (file.startsWith(OWN)) continue;
    if (!file.startsWith('node:')) return siteOf(frames, i, file);
    if (isPump(frames[i]!, file)) break;
    if (!HOOKS.test(file) && !MAKERS.test(file)) own ??= siteOf(frames, i, file);
  }
  return own;
}

function isPump(frame: NodeJS.CallSite, file: string): boolean {
  return file.startsWith('node:') && PUMPS.has(frame.getFunctionName() ?? '');
}

function siteOf(frames: readonly NodeJS.CallSite[], index: number, file: string): CallSite {
  const frame = frames[index]!;
  const name = functionOf(frame);
  const func = name === '' ? anonymousIn(frames, index + 1, file) : name;
  return {
    func,
    hasName: name !== '',
    file,
    line: frame.getLineNumber() ?? 0,
    column: frame.getColumnNumber() ?? 0,
    code: `${file}:${frame.getEnclosingLineNumber()}:${frame.getEnclosingColumnNumber()}`,
    frame,
  };
}

/** What to call a function without a name: after the one that called it, if that is of the same file; '' if it is not. */
function anonymousIn(frames: readonly NodeJS.CallSite[], from: number, file: string): string {
  for (let i = from; i < frames.length; i++) {
    const callerFile = frames[i]!.getFileName();
    if (!callerFile || frames[i]!.isNative()) continue;
    const caller = callerFile === file ? functionOf(frames[i]!) : '';
    if (callerFile !== file || caller !== '') return caller === '' ? '' : `anonymous in ${caller}`;
  }
  return '';
}

function functionOf(frame: NodeJS.CallSite): string {
  const func = frame.getFunctionName() ?? '';
  if (func === '' || func.includes('.')) return func;
  const type = frame.getTypeName();
  return type === null || NO_TYPE.has(type) ? func : `${type}.${func}`;
}
