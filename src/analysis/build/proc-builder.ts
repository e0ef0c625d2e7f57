/**
 * Procs (event loops): when each was started and idle, and which goroutine holds one from within a syscall.
 *
 * While building, procs are numbered by appearance; the finished table is in the order of their ids, as one expects
 * the rows of a timeline, and `rank` translates.
 */
import { Float64List, Int32List, NumberIndex } from '../../base/index.ts';
import { FIRST_FAKE_PROC, ProcState, type TraceEvent } from '../../reader/index.ts';
import { procName } from '../dialect.ts';
import type { Dialect, ProcTable } from '../model.ts';
import { type GroupedRows, groupRows } from './group-rows.ts';

const UNUSED = -1;
const FREE = -2;

export class ProcBuilder {
  /** Time of the trace's first event, ns. */
  start = 0;
  readonly #id = new Int32List();
  readonly #thread = new Float64List();
  /** Per proc: the goroutine that holds it from within a syscall, or -1; row of its current busy stretch, or -1. */
  readonly #syscall = new Int32List();
  readonly #current = new Int32List();
  /** Per proc: the goroutine that runs on it, `FREE` when one did, `UNUSED` when none ever did. */
  readonly #running = new Int32List();
  /** Per proc: the thread that runs it, or ran it last; NaN for none. */
  readonly #runner = new Float64List();
  readonly #index = new NumberIndex();
  /** The proc that was asked for last: mostly it is the next one too. */
  #lastId = -1;
  #last = -1;
  readonly #busyProc = new Int32List();
  readonly #busyStart = new Float64List();
  readonly #busyEnd = new Float64List();
  readonly #busyThread = new Float64List();

  get count(): number {
    return this.#id.length;
  }

  /** The builder's number of a proc; -1 for none and for a made-up one. A proc is known from its first mention. */
  indexOf(id: number): number {
    if (id === this.#lastId) return this.#last;
    if (id < 0 || id >= FIRST_FAKE_PROC) return -1;
    const known = this.#index.get(id);
    const proc = known >= 0 ? known : this.#add(id);
    this.#lastId = id;
    this.#last = proc;
    return proc;
  }

  #add(id: number): number {
    const proc = this.#id.push(id);
    this.#thread.push(-1);
    this.#syscall.push(-1);
    this.#current.push(-1);
    this.#running.push(UNUSED);
    this.#runner.push(Number.NaN);
    this.#index.set(id, proc);
    return proc;
  }

  /** A proc changes state. */
  transition(event: TraceEvent): void {
    const proc = this.indexOf(event.subject);
    const busy = this.#current.at(proc);
    if (event.to === ProcState.Running) {
      this.#runner.set(proc, event.thread);
      if (this.#thread.at(proc) < 0) this.#thread.set(proc, event.thread);
      if (busy >= 0) return;
      this.#current.set(proc, this.#busyProc.push(proc));
      this.#busyStart.push(event.from === ProcState.Undetermined ? this.start : event.time);
      this.#busyEnd.push(Number.NaN);
      this.#busyThread.push(event.thread);
    } else if (busy >= 0) {
      this.#busyEnd.set(busy, event.time);
      this.#current.set(proc, -1);
    }
  }

  /** The thread that runs a proc, or ran it last; NaN for none. */
  runnerOf(proc: number): number {
    return this.#runner.at(proc);
  }

  /** A goroutine begins to run on a proc. Returns the one that ran there and never left, or a negative number. */
  beginRun(proc: number, goroutine: number): number {
    const before = this.#running.at(proc);
    this.#running.set(proc, goroutine);
    return before;
  }

  /** A goroutine does not run on a proc any more. */
  endRun(proc: number, goroutine: number): void {
    if (this.#running.at(proc) === goroutine) this.#running.set(proc, FREE);
  }

  /** Whether a goroutine runs on a proc, or ever did. */
  wasUsed(proc: number): boolean {
    return this.#running.at(proc) !== UNUSED;
  }

  /** A goroutine entered a syscall and still holds the proc. */
  enterSyscall(proc: number, goroutine: number): void {
    this.#syscall.set(proc, goroutine);
  }

  /** The goroutine that holds the proc from within a syscall, or -1; forgotten by asking. */
  takeSyscall(proc: number): number {
    const goroutine = this.#syscall.at(proc);
    this.#syscall.set(proc, -1);
    return goroutine;
  }

  /** Final index per builder's number: the order of ids. */
  rank(): Int32Array {
    const order = Array.from({ length: this.count }, (_, proc) => proc).sort((a, b) => this.#id.at(a) - this.#id.at(b));
    const rank = new Int32Array(this.count);
    for (const [index, proc] of order.entries()) rank[proc] = index;
    return rank;
  }

  /**
   * The finished table.
   *
   * @param ran interval rows per proc, by rank
   * @param end time of the last event, ns
   * @param intern gives the string id of a name
   */
  finish(
    ran: GroupedRows,
    rank: Int32Array,
    dialect: Dialect,
    end: number,
    intern: (text: string) => number,
  ): ProcTable {
    const { count } = this;
    const id = new Int32Array(count);
    const thread = new Float64Array(count);
    const name = new Int32Array(count);
    for (let proc = 0; proc < count; proc++) {
      id[rank[proc]!] = this.#id.at(proc);
      thread[rank[proc]!] = this.#thread.at(proc);
      name[rank[proc]!] = intern(procName(dialect, this.#id.at(proc)));
    }
    const busy = groupRows(this.#busyProc.toArray(), rank, count);
    return {
      count,
      id,
      thread,
      name,
      offset: ran.offset,
      running: ran.rows,
      busyOffset: busy.offset,
      busyStart: Float64Array.from(busy.rows, (row) => this.#busyStart.at(row)),
      busyThread: Float64Array.from(busy.rows, (row) => this.#busyThread.at(row)),
      busyEnd: Float64Array.from(busy.rows, (row) => (this.#busyEnd.at(row) >= 0 ? this.#busyEnd.at(row) : end)),
    };
  }
}
