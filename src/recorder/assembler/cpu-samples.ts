/**
 * CPU samples of one thread, on their way into the trace.
 *
 * They come up to a period late, so that the strand that ran is looked up in a history of the thread. Go keeps samples in
 * batches of their own, of the generation in which they were taken, and its reader merges them by time; so a generation
 * is not ended before all threads have told theirs (`sampledUntil`).
 */
import {
  EVENTS,
  type Frame,
  MAX_BATCH_SIZE,
  MAX_VARINT_SIZE,
  putUvarint,
  type TraceWriter,
} from '../../format/index.ts';

/** Changes of the running strand that are kept. */
const MAX_HISTORY = 1 << 20;
/** Most bytes that a sample takes. */
const SAMPLE_ROOM = 1 + 5 * MAX_VARINT_SIZE;
/** Callers shown of a sample. */
const MAX_DEPTH = 64;

interface Place {
  readonly parent: number;
  readonly frame: Frame;
  /** Stack id, 0 = not asked for yet. */
  stack: number;
}

/** Which goroutine ran when, as far back as samples may be late. */
class History {
  readonly #times: number[] = [];
  readonly #ids: number[] = [];

  add(time: number, id: number): void {
    if (this.#times.length >= MAX_HISTORY) this.#drop(MAX_HISTORY / 2);
    this.#times.push(time);
    this.#ids.push(id);
  }

  /** The goroutine that ran at `time`, 0 = none. */
  at(time: number): number {
    const next = this.#after(time);
    return next === 0 ? 0 : this.#ids[next - 1]!;
  }

  /** Nobody will ask for a time before `time`. */
  forget(time: number): void {
    const next = this.#after(time);
    if (next > 1) this.#drop(next - 1);
  }

  #after(time: number): number {
    let low = 0;
    let high = this.#times.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#times[middle]! <= time) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #drop(count: number): void {
    this.#times.splice(0, count);
    this.#ids.splice(0, count);
  }
}

export class CpuSamples {
  /** The thread has told all samples before this, ns; infinite when it takes none. */
  sampledUntil = Number.POSITIVE_INFINITY;
  readonly #writer: TraceWriter;
  readonly #places: (Place | undefined)[] = [];
  readonly #history = new History();
  #times: number[] = [];
  #stacks: number[] = [];
  #running = 0;

  constructor(writer: TraceWriter) {
    this.#writer = writer;
  }

  /** The thread has ended: there is nothing to wait for. */
  ends(): void {
    if (this.sampledUntil !== Number.POSITIVE_INFINITY) this.sampledUntil = Number.MAX_SAFE_INTEGER;
  }

  /** Place `number` in the call tree is a frame called from place `parent`, 0 = none. */
  place(number: number, parent: number, frame: Frame): void {
    this.#places[number] = { parent, frame, stack: 0 };
  }

  /** The code was at place `number` at `time`, ns. */
  add(time: number, number: number): void {
    const stack = this.#stack(number);
    if (stack === 0) return;
    this.#times.push(time);
    this.#stacks.push(stack);
  }

  get areTaken(): boolean {
    return this.sampledUntil !== Number.POSITIVE_INFINITY;
  }

  /** From `time` on goroutine `id` runs, 0 = none. To be told only while samples are taken. */
  runs(time: number, id: number): void {
    if (id === this.#running) return;
    this.#running = id;
    this.#history.add(time, id);
  }

  /** Writes the samples before `until` (ns) into the present generation, as those of a thread and its proc. */
  write(until: number, thread: number, proc: number): void {
    const count = this.#times.findIndex((time) => time >= until);
    const times = this.#times.splice(0, count < 0 ? this.#times.length : count);
    const stacks = this.#stacks.splice(0, times.length);
    for (let next = 0; next < times.length; ) next = this.#writeBatch(times, stacks, next, thread, proc);
    this.#history.forget(Math.min(until, this.sampledUntil));
  }

  #writeBatch(times: readonly number[], stacks: readonly number[], from: number, thread: number, proc: number): number {
    const writer = this.#writer;
    const data = new Uint8Array(MAX_BATCH_SIZE);
    let pos = 0;
    let next = from;
    data[pos++] = EVENTS.CPUSamples.id;
    for (; next < times.length && pos <= MAX_BATCH_SIZE - SAMPLE_ROOM; next++) {
      const time = times[next]!;
      data[pos++] = EVENTS.CPUSample.id;
      pos = putUvarint(data, pos, Math.floor(Math.max(time, writer.generationStart)));
      pos = putUvarint(data, pos, thread);
      pos = putUvarint(data, pos, proc);
      pos = putUvarint(data, pos, this.#history.at(time));
      pos = putUvarint(data, pos, writer.useStack(stacks[next]!));
    }
    writer.flushTables();
    writer.writeBatch(undefined, writer.generationStart, data.subarray(0, pos));
    return next;
  }

  #stack(number: number): number {
    const place = this.#places[number];
    if (place === undefined) return 0;
    if (place.stack === 0) place.stack = this.#writer.stack(this.#frames(place));
    return place.stack;
  }

  #frames(place: Place): Frame[] {
    const frames: Frame[] = [];
    for (
      let at: Place | undefined = place;
      at !== undefined && frames.length < MAX_DEPTH;
      at = this.#places[at.parent]
    ) {
      frames.push(at.frame);
    }
    return frames;
  }
}
