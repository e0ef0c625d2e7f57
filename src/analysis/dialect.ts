/**
 * How things are called on screen: Go's words for a Go trace, Node's for a Node trace. Code uses Go's published words
 * throughout; whoever prints or draws takes them from here.
 */
import type { Dialect } from './model.ts';
import type { DisplayState } from './states.ts';

export interface DialectWords {
  readonly goroutine: string;
  readonly goroutines: string;
  readonly proc: string;
  readonly procs: string;
  /** The word for goroutines grouped by entry function. */
  readonly groups: string;
  /** Words of the legend, by `DisplayState`. */
  readonly states: readonly string[];
  /** The band drawn across all rows in the colour of alarm. */
  readonly stopTheWorld: string;
}

const WORDS: Readonly<Record<Dialect, DialectWords>> = {
  go: {
    goroutine: 'goroutine',
    goroutines: 'goroutines',
    proc: 'proc',
    procs: 'procs',
    groups: 'goroutine groups',
    states: ['running', 'syscall', 'GC, assist', 'runnable', 'network', 'chan, mutex, select', 'sleep', 'unknown'],
    stopTheWorld: 'stop-the-world',
  },
  node: {
    goroutine: 'strand',
    goroutines: 'strands',
    proc: 'event loop',
    procs: 'event loops',
    groups: 'strand groups',
    states: ['running', 'pool, native', 'GC', 'ready', 'network, fs', 'awaiting', 'timer', 'unknown'],
    stopTheWorld: 'stop-the-world',
  },
};

/** The words of a dialect. */
export function wordsOf(dialect: Dialect): DialectWords {
  return WORDS[dialect];
}

/** The word of the legend for a display state. */
export function stateWord(dialect: Dialect, state: DisplayState): string {
  return WORDS[dialect].states[state]!;
}

/** Reasons that read better in other words, by dialect; all others are shown as they are. */
const REASON_WORDS: Readonly<Record<Dialect, ReadonlyMap<string, string>>> = {
  go: new Map([
    ['sync.(*Cond).Wait', 'cond'],
    ['GC mark assist wait for work', 'GC assist wait'],
  ]),
  node: new Map([
    ['sync (await)', 'await'],
    ['chan receive', 'message'],
    ['sleep', 'timer'],
  ]),
};

/** The words for a reason of a wait: `cond` for Go's `sync.(*Cond).Wait`, `await` for Node's `sync (await)`. */
export function reasonWord(dialect: Dialect, reason: string): string {
  return REASON_WORDS[dialect].get(reason) ?? reason;
}

/** Name of the row of a proc: `Main loop`, `Worker 2`, `P 3`. */
export function procName(dialect: Dialect, proc: number): string {
  if (dialect === 'go') return `P ${proc}`;
  return proc === 0 ? 'Main loop' : `Worker ${proc}`;
}

/**
 * Is this one of the runtime's own goroutines? Go's rule: unnamed, or named `runtime.…` other than `runtime.main`.
 * A Node trace has none.
 */
export function isSystemGoroutine(dialect: Dialect, name: string): boolean {
  return dialect === 'go' && (name === '' || (name.startsWith('runtime.') && name !== 'runtime.main'));
}
