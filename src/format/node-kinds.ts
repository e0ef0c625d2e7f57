/**
 * The kinds of strands in a Node trace, as its writer and its readers both know them: why one waits, and whether it ends
 * with its first run.
 *
 * A strand that no function of the program names is named by its kind (the type of the async resource in words, or one
 * of `StrandKind`), in a frame whose file is `KIND_FILE`. Where the function that made it is known, the name is that one's
 * and the kind behind it (`madeName`), in the function's file. What follows from the kind is not written: a strand that is
 * created waiting has no reason in Go's format, and one that runs once for the task of its creator gets no region for it.
 * Readers take both from here.
 *
 * Rules are data, first match wins; a type that none names is 'async resource' and runs any number of times. Reasons are
 * Go's words where Go has one, as its profiles go by them ('network', 'sleep', 'chan receive', 'sync …').
 */

/** Where strands without a function of the program are said to be. */
export const KIND_FILE = 'node';

/** Kinds that no async resource stands for. */
export const StrandKind = {
  MainScript: 'main script',
  WorkerScript: 'worker script',
  /** A continuation of an async function, or a callback given to `then`. */
  AsyncFunction: 'async function',
  ResolveJob: 'promise resolve job',
  NextTick: 'process.nextTick',
  /** At level 0: all that the loop runs. */
  EventLoop: 'event loop',
  /** What runs on the loop outside of all callbacks that the recorder sees. */
  Background: 'microtasks and native',
  Collector: 'V8 GC',
  /** Not a strand: the place of a wake-up whose time is inferred. */
  ReadyInferred: 'ready (inferred)',
  Existed: '(existed before start)',
} as const;

/** The reason of a wait for another promise of the process. */
export const AWAIT_REASON = 'sync (await)';

const REASONS: readonly (readonly [RegExp, string])[] = [
  [/^(Timeout|Interval|TIMERWRAP|Timer)/, 'sleep'],
  [/^Immediate/, 'immediate'],
  [/^TickObject$/, 'nextTick'],
  // An open file does nothing: requests do.
  [/^(FILEHANDLE|DIRHANDLE)$/, 'event loop'],
  [/^(FSREQ|FILEHANDLE|STATWATCHER|FSEVENT|BLOBREADER)/, 'fs'],
  [/^(GETADDRINFO|GETNAMEINFO|QUERYWRAP|DNSCHANNEL)/, 'dns'],
  // A server's parser waits for whatever a client may send next: that is idleness, not work in progress.
  [/^HTTPINCOMINGMESSAGE$/, 'next request'],
  [/^(TCP|PIPE)SERVERWRAP$/, 'next connection'],
  [/(TCP|PIPE|UDP|TLS|HTTP|QUIC|STREAM|WRITEWRAP|SHUTDOWNWRAP|Socket|Server)/i, 'network'],
  [/(REQUEST|JOB)$/, 'crypto'],
  [/^ZLIB/, 'zlib'],
  [/^(PROCESSWRAP|SIGNALWRAP)/, 'child process'],
  [/^(MESSAGEPORT|WORKER)/, 'chan receive'],
];

const ONE_SHOT = new Set([
  'Immediate',
  'Timeout',
  'Microtask',
  'TickObject',
  'FSREQCALLBACK',
  'FSREQPROMISE',
  'FILEHANDLECLOSEREQ',
  'GETADDRINFOREQWRAP',
  'GETNAMEINFOREQWRAP',
  'QUERYWRAP',
  'WRITEWRAP',
  'SHUTDOWNWRAP',
  'TCPCONNECTWRAP',
  'PIPECONNECTWRAP',
  'PBKDF2REQUEST',
  'RANDOMBYTESREQUEST',
  'RANDOMPRIMEREQUEST',
  'CHECKPRIMEREQUEST',
  'SCRYPTREQUEST',
  'KEYPAIRGENREQUEST',
  'KEYGENREQUEST',
  'KEYEXPORTREQUEST',
  'CIPHERREQUEST',
  'DERIVEBITSREQUEST',
  'HASHREQUEST',
  'SIGNREQUEST',
  'VERIFYREQUEST',
]);

/** Types that never call back: what there is to tell is told by the requests made through them. */
const NEVER_RUNS = new Set(['FILEHANDLE', 'DNSCHANNEL', 'WORKERHEAPSNAPSHOT']);

/** Whether a resource of this type can ever run anything. */
export function hasCallbacks(type: string): boolean {
  return !NEVER_RUNS.has(type);
}

/** Why code waits for a resource of this type. */
export function reasonOf(type: string): string {
  return REASONS.find(([pattern]) => pattern.test(type))?.[1] ?? 'async resource';
}

/** Reasons for which the event loop does not ask the outside world. */
const NOT_POLLED = new Set(['event loop', 'sleep', 'immediate', 'nextTick', 'async resource']);

/** Whether what waits for this reason is ready when the loop, asking the outside world, finds it so. */
export function isPolled(reason: string): boolean {
  return !NOT_POLLED.has(reason);
}

/** Whether a resource of this type ends with its first callback. */
export function isOneShot(type: string): boolean {
  return ONE_SHOT.has(type);
}

/** Why a strand waits that was created waiting, and is named by function `func` in `file`. */
export function firstWaitOf(func: string, file: string): string {
  const kind = kindOf(func, file);
  return isFunction(kind) ? AWAIT_REASON : reasonOf(kind);
}

/**
 * Whether a strand works for the task that its creator works for, unless it has regions of another one: functions
 * do, and resources that call back once. Sockets, workers and the loop itself serve one task after another.
 */
export function worksForCreator(func: string, file: string): boolean {
  const kind = kindOf(func, file);
  return isFunction(kind) || isOneShot(kind);
}

/** Node's names of types of resources, as people say them; a type without a word here goes by Node's name. */
const WORDS: Readonly<Record<string, string>> = {
  HTTPINCOMINGMESSAGE: 'http connection',
  HTTPCLIENTREQUEST: 'http client request',
  HTTP2SESSION: 'http2 session',
  HTTP2STREAM: 'http2 stream',
  TCPWRAP: 'tcp socket',
  TCPSERVERWRAP: 'tcp server',
  TCPCONNECTWRAP: 'tcp connect',
  TLSWRAP: 'tls socket',
  PIPEWRAP: 'pipe',
  PIPESERVERWRAP: 'pipe server',
  PIPECONNECTWRAP: 'pipe connect',
  UDPWRAP: 'udp socket',
  UDPSENDWRAP: 'udp send',
  WRITEWRAP: 'socket write',
  SHUTDOWNWRAP: 'socket end',
  GETADDRINFOREQWRAP: 'dns lookup',
  GETNAMEINFOREQWRAP: 'dns reverse lookup',
  QUERYWRAP: 'dns query',
  FSREQCALLBACK: 'file request',
  FSREQPROMISE: 'file request (promise)',
  FILEHANDLECLOSEREQ: 'file close',
  FSEVENTWRAP: 'file watcher',
  STATWATCHER: 'stat watcher',
  Timeout: 'timer',
  Immediate: 'setImmediate',
  Microtask: 'queueMicrotask',
  MESSAGEPORT: 'message port',
  WORKER: 'worker',
  PROCESSWRAP: 'child process',
  SIGNALWRAP: 'signal',
  TTYWRAP: 'terminal',
  ZLIB: 'zlib',
  PBKDF2REQUEST: 'pbkdf2',
  SCRYPTREQUEST: 'scrypt',
  RANDOMBYTESREQUEST: 'randomBytes',
  HASHREQUEST: 'hash',
  SIGNREQUEST: 'sign',
  VERIFYREQUEST: 'verify',
};
const TYPES = new Map(Object.entries(WORDS).map(([type, word]) => [word, type]));

/** The kind of a strand as the trace says it; a program's own type that is called like one of the words stays apart. */
export function kindWord(kind: string): string {
  if (Object.hasOwn(WORDS, kind)) return WORDS[kind]!;
  return TYPES.has(kind) ? `${kind} (own)` : kind;
}

/** Stands between the function that made a strand and the strand's kind. */
const MADE = ': ';

/** The name of a strand of kind `kind` that function `maker` has made: `readPage: file request`. */
export function madeName(maker: string, kind: string): string {
  return `${maker}${MADE}${kindWord(kind)}`;
}

/**
 * The kind of the strand that is named by function `func` in `file`: a type of Node's or one of `StrandKind`; an async
 * function's own is `AsyncFunction`.
 */
export function kindOf(func: string, file: string): string {
  const at = func.lastIndexOf(MADE);
  const word = file === KIND_FILE ? func : at < 0 ? StrandKind.AsyncFunction : func.slice(at + MADE.length);
  return TYPES.get(word) ?? word;
}

function isFunction(kind: string): boolean {
  return kind === StrandKind.AsyncFunction || kind === StrandKind.ResolveJob;
}
