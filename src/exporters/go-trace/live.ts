/** What is alive while a trace is composed: the threads, procs and goroutines of the output, and what was said of them. */
import type { ThreadBatch } from '../../format/index.ts';
import { GoState } from '../../reader/index.ts';

export class LiveThread {
  readonly id: number;
  proc: LiveProc | undefined;
  /** Runs, or is in a syscall. */
  goroutine: LiveGoroutine | undefined;
  /** Its events; from when the output begins. */
  batch: ThreadBatch | undefined;

  constructor(id: number) {
    this.id = id;
  }

  /** Is there a proc and a running goroutine, as most events demand? */
  get isRunning(): boolean {
    return this.proc !== undefined && this.goroutine?.state === GoState.Running;
  }
}

export class LiveProc {
  readonly id: number;
  /** Thread that holds it; undefined = idle. */
  thread: LiveThread | undefined;
  inSyscall = false;
  /** Its sweep, if one is open. */
  sweeping = false;
  /** Last sequence number in `generation`, the last generation that has its status. */
  sequence = 0;
  generation = 0;

  constructor(id: number) {
    this.id = id;
  }
}

export class LiveGoroutine {
  readonly id: number;
  /** Whether it is to be in the output. */
  readonly isKept: boolean;
  state: GoState;
  thread: LiveThread | undefined;
  /** Stack id of the output by which it is named, 0 = none yet. */
  stack = 0;
  assisting = false;
  /** Kind of the stop that it opened in the output. */
  stopping: string | undefined;
  sequence = 0;
  generation = 0;

  constructor(id: number, state: GoState, isKept: boolean) {
    this.id = id;
    this.state = state;
    this.isKept = isKept;
  }
}

/** What is alive in one of the traces that are put together, by the ids of that trace. */
export class LiveSource {
  readonly procs = new Map<number, LiveProc>();
  readonly goroutines = new Map<number, LiveGoroutine>();
  readonly threads = new Map<number, LiveThread>();
  /** Is a collection going on? */
  collecting = false;
  readonly metrics = new Map<string, number>();
}
