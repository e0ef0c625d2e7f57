/** The event loop (proc) of a thread as Go's reader believes it: running or idle, and its sequence number. */
import { EVENTS, ProcStatus, type ThreadBatch, type TraceWriter } from '../../format/index.ts';

/** Sequence numbers go by proc and outlive threads: a worker's slot is used again by a later one. */
export interface ProcSequences {
  /** Per proc: its sequence number, and the generation that has its status. */
  readonly sequence: number[];
  readonly generation: number[];
}

export class ProcEncoder {
  runs: boolean;
  #inCall = false;
  readonly #writer: TraceWriter;
  readonly #batch: ThreadBatch;
  readonly #proc: number;
  readonly #sequences: ProcSequences;

  constructor(writer: TraceWriter, batch: ThreadBatch, proc: number, sequences: ProcSequences, runs: boolean) {
    this.#writer = writer;
    this.#batch = batch;
    this.#proc = proc;
    this.#sequences = sequences;
    this.runs = runs;
  }

  /** Gives the proc's status if this generation has not heard of it. */
  mention(): void {
    const { generation, sequence } = this.#sequences;
    if (generation[this.#proc] === this.#writer.generation) return;
    generation[this.#proc] = this.#writer.generation;
    sequence[this.#proc] = 0;
    this.#batch.begin(EVENTS.ProcStatus.id);
    this.#batch.arg(this.#proc);
    if (this.#inCall) this.#batch.arg(ProcStatus.Syscall);
    else this.#batch.arg(this.runs ? ProcStatus.Running : ProcStatus.Idle);
  }

  /** Starts the proc, unless it runs. */
  start(): void {
    if (this.runs) return;
    this.#batch.begin(EVENTS.ProcStart.id);
    this.#batch.arg(this.#proc);
    this.#batch.arg(++this.#sequences.sequence[this.#proc]!);
    this.runs = true;
  }

  /** What runs on the proc is in a blocking call from here on; returns the sequence number that says so. */
  enterCall(): number {
    this.#inCall = true;
    return ++this.#sequences.sequence[this.#proc]!;
  }

  leaveCall(): void {
    this.#inCall = false;
  }

  /** Stops the proc, unless it is idle. */
  stop(): void {
    if (!this.runs) return;
    this.#batch.begin(EVENTS.ProcStop.id);
    this.runs = false;
  }
}
