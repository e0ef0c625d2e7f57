/**
 * What the ordering knows of each goroutine, proc, thread and task while it replays the scheduler.
 */
import { type GoStatus, holding, type ProcStatus } from '../../format/index.ts';
import { NONE } from '../event.ts';

/** A goroutine that ended: who still refers to it must treat it as unknown. */
export const GONE = 0;

export class Goroutine {
  readonly id: number;
  status: GoStatus | typeof GONE;
  /** Its sequence number, which counts anew in each generation. */
  generation: number;
  sequence = 0;
  /** Open regions, outermost first: task and name of each in turn. */
  regions: number[] | undefined = undefined;
  /** Open ranges: event id of the begin and string id of the name of each in turn. */
  ranges: number[] | undefined = undefined;

  constructor(id: number, status: GoStatus, generation: number) {
    this.id = id;
    this.status = status;
    this.generation = generation;
  }
}

export class Proc {
  readonly id: number;
  status: ProcStatus;
  generation: number;
  sequence = 0;
  /** Whether it is inside a GC sweep, the only range that a proc has. */
  sweeping = false;

  constructor(id: number, status: ProcStatus, generation: number) {
    this.id = id;
    this.status = status;
    this.generation = generation;
  }
}

export class Thread {
  readonly id: number;
  proc: Proc | undefined = undefined;
  goroutine: Goroutine | undefined = undefined;
  /** What it holds, as bits to compare the needs of an event with. */
  holds: number;

  constructor(id: number) {
    this.id = id;
    this.holds = holding(id !== NONE, false, false);
  }

  /** Binds a proc, or with undefined lets go of it. "No thread" never holds anything. */
  hold(proc: Proc | undefined): void {
    if (this.id === NONE) return;
    this.proc = proc;
    this.holds = holding(true, proc !== undefined, this.goroutine !== undefined);
  }

  /** Binds a goroutine, or with undefined lets go of it. */
  run(goroutine: Goroutine | undefined): void {
    if (this.id === NONE) return;
    this.goroutine = goroutine;
    this.holds = holding(true, this.proc !== undefined, goroutine !== undefined);
  }
}

/** A task that began and did not end: what its end tells again. */
export interface ActiveTask {
  readonly parent: number;
  /** String id. */
  readonly name: number;
}

/** Whether `sequence` is the number that must follow now for this goroutine or proc. */
export function follows(state: Goroutine | Proc, generation: number, sequence: number): boolean {
  return state.generation === generation && sequence === state.sequence + 1;
}
