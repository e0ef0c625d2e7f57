/** The names and reasons that the assembler itself gives, interned once in the trace's tables. */
import type { TraceWriter } from '../../format/index.ts';

/** Stack ids that name the strands no async resource stands for. */
export interface StrandNames {
  readonly main: number;
  readonly workerMain: number;
  /** A continuation of an async function, or a callback given to `then`. */
  readonly promiseReaction: number;
  readonly resolveJob: number;
  readonly nextTick: number;
  /** What runs on the loop outside of all callbacks that the recorder sees. */
  readonly background: number;
  readonly gc: number;
  readonly existed: number;
  /** Where a strand was made ready that the loop found ready: no strand, a mark. */
  readonly readyInferred: number;
}

/** String ids of reasons. */
export interface Reasons {
  readonly await: number;
  readonly settled: number;
  readonly nextTick: number;
  readonly microtasks: number;
  readonly gc: number;
  readonly eventLoop: number;
  readonly lost: number;
  readonly preempted: number;
}

/** Where strands without a function of the program are said to be. */
export const NO_FILE = 'node';

/** The stack id of a strand that is named by its kind only. */
export function kindStack(writer: TraceWriter, kind: string): number {
  return writer.stack([{ func: kind, file: NO_FILE, line: 1 }]);
}

/** Interns the names; at level 0 the background strand stands for the whole event loop. */
export function strandNames(writer: TraceWriter, level: number): StrandNames {
  const name = (kind: string) => kindStack(writer, kind);
  return {
    main: name('main script'),
    workerMain: name('worker script'),
    promiseReaction: name('async function'),
    resolveJob: name('promise resolve job'),
    nextTick: name('process.nextTick'),
    background: name(level === 0 ? 'event loop' : 'microtasks and native'),
    gc: name('V8 GC'),
    readyInferred: name('ready (inferred)'),
    existed: name('(existed before start)'),
  };
}

export function reasons(writer: TraceWriter): Reasons {
  return {
    await: writer.constant('sync (await)'),
    settled: writer.constant('await of a settled promise'),
    nextTick: writer.constant('nextTick'),
    microtasks: writer.constant('microtasks'),
    gc: writer.constant('GC'),
    eventLoop: writer.constant('event loop'),
    lost: writer.constant('lost records'),
    preempted: writer.constant('preempted by nested callback'),
  };
}
