/** The names and reasons that the assembler itself gives, interned once in the trace's tables. */
import { AWAIT_REASON, KIND_FILE, kindWord, StrandKind, type TraceWriter } from '../../format/index.ts';

/** Stack ids that name the strands no async resource stands for. */
export interface StrandNames {
  readonly main: number;
  readonly workerMain: number;
  readonly promiseReaction: number;
  readonly resolveJob: number;
  readonly nextTick: number;
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

/** The stack id of a strand that is named by its kind only. */
export function kindStack(writer: TraceWriter, kind: string): number {
  return writer.stack([{ func: kindWord(kind), file: KIND_FILE, line: 1 }]);
}

/** Interns the names; at level 0 the background strand stands for the whole event loop. */
export function strandNames(writer: TraceWriter, level: number): StrandNames {
  const name = (kind: string) => kindStack(writer, kind);
  return {
    main: name(StrandKind.MainScript),
    workerMain: name(StrandKind.WorkerScript),
    promiseReaction: name(StrandKind.AsyncFunction),
    resolveJob: name(StrandKind.ResolveJob),
    nextTick: name(StrandKind.NextTick),
    background: name(level === 0 ? StrandKind.EventLoop : StrandKind.Background),
    gc: name(StrandKind.Collector),
    readyInferred: name(StrandKind.ReadyInferred),
    existed: name(StrandKind.Existed),
  };
}

export function reasons(writer: TraceWriter): Reasons {
  return {
    await: writer.constant(AWAIT_REASON),
    settled: writer.constant('await of a settled promise'),
    nextTick: writer.constant('nextTick'),
    microtasks: writer.constant('microtasks'),
    gc: writer.constant('GC'),
    eventLoop: writer.constant('event loop'),
    lost: writer.constant('lost records'),
    preempted: writer.constant('preempted by nested callback'),
  };
}
