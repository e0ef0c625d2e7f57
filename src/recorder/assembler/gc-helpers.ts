/**
 * V8's helper threads, as far as they work for the collector, with the option `gc`.
 *
 * A job is a goroutine in a syscall, as those of libuv's pool are: it runs no JavaScript and has no event loop. Its times
 * are V8's own. Jobs that lie inside another one on the same thread are parts of that one, and left out.
 */
import { EVENTS, GoStatus, type ThreadBatch, type TraceWriter } from '../../format/index.ts';
import { type GcWork, insert } from './collections.ts';
import { kindStack } from './names.ts';
import type { StrandTable } from './strand-table.ts';

/** Thread ids from here on stand for V8's helpers. */
const FIRST_HELPER_THREAD = 3_000_000;

interface Helper {
  readonly batch: ThreadBatch;
  /** Work that has not been begun. */
  readonly waiting: GcWork[];
  /** End of the work at hand, ns, and its goroutine; 0 = none. */
  end: number;
  id: number;
  stack: number;
  /** Generation that has heard of it. */
  generation: number;
}

export class GcHelpers {
  readonly #writer: TraceWriter;
  readonly #strands: StrandTable;
  readonly #helpers: Helper[] = [];

  constructor(writer: TraceWriter, strands: StrandTable) {
    this.#writer = writer;
    this.#strands = strands;
  }

  /** Helper `number` (0, 1 …) has done a piece of work. */
  add(number: number, work: GcWork): void {
    this.#helpers[number] ??= {
      batch: this.#writer.threadBatch(FIRST_HELPER_THREAD + number),
      waiting: [],
      end: 0,
      id: 0,
      stack: 0,
      generation: 0,
    };
    insert(this.#helpers[number].waiting, work);
  }

  /** Writes what happened before `until` (ns). */
  encode(until: number): void {
    for (const helper of this.#helpers) if (helper !== undefined) this.#encode(helper, until);
  }

  flush(): void {
    for (const helper of this.#helpers) helper?.batch.flush();
  }

  #encode(helper: Helper, until: number): void {
    const { waiting, batch } = helper;
    // A generation stands alone, also in time.
    batch.lift(this.#writer.generationStart);
    for (;;) {
      if (helper.id !== 0) {
        if (helper.end >= until) return;
        this.#end(helper);
      }
      const [next] = waiting;
      if (next === undefined || next.start >= until) return;
      waiting.shift();
      if (next.start >= helper.end && next.end > batch.time) this.#begin(helper, next);
    }
  }

  #begin(helper: Helper, { name, start, end }: GcWork): void {
    const { batch } = helper;
    helper.id = this.#strands.nextId();
    helper.end = end;
    helper.stack = kindStack(this.#writer, `GC helper: ${name}`);
    batch.event(EVENTS.GoCreateSyscall.id, start);
    batch.arg(helper.id);
    // The event has no place for a name.
    this.#status(helper);
  }

  #end(helper: Helper): void {
    if (helper.generation !== this.#writer.generation) this.#status(helper);
    helper.batch.event(EVENTS.GoDestroySyscall.id, helper.end);
    helper.id = 0;
  }

  #status(helper: Helper): void {
    const { batch, id } = helper;
    const stack = this.#writer.useStack(helper.stack);
    batch.event(EVENTS.GoStatusStack.id, batch.time);
    batch.arg(id);
    batch.arg(batch.thread);
    batch.arg(GoStatus.Syscall);
    batch.arg(stack);
    helper.generation = this.#writer.generation;
  }
}
