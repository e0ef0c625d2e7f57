/**
 * Builds small traces by hand, event by event, with the event table's names: for golden cases and for tests of what
 * may and may not stand in a trace. It lays out batches and tables and knows no rule of scheduling, so it can build
 * broken traces too.
 */
import {
  decodeTrace,
  EVENTS,
  type EventName,
  encodedSize,
  encodeTrace,
  type FormatVersion,
  type RawEvent,
} from '../../src/format/index.ts';

type Value = number | bigint;
export interface Frame {
  readonly func: string;
  readonly file?: string;
  readonly line?: number;
  readonly pc?: number;
}

/** The thread of a batch that belongs to none. */
export const NO_THREAD = 2n ** 64n - 1n;

export class TraceBuilder {
  readonly version: FormatVersion;
  readonly #events: RawEvent[] = [];

  constructor(version: FormatVersion) {
    this.version = version;
  }

  /** Adds a generation: `fill` adds its batches. Its sync batch comes first, its tables last, as the runtime does. */
  generation(number: number, time: number, fill: (generation: GenerationBuilder) => void, frequency = 1e9): this {
    const generation = new GenerationBuilder(number, time);
    fill(generation);
    this.#events.push(...generation.sync(this.version, frequency), ...generation.batches, ...generation.tables());
    if (this.version >= 26) this.#events.push(raw('EndOfGeneration'));
    return this;
  }

  /** Adds events as they are. */
  events(...events: RawEvent[]): this {
    this.#events.push(...events);
    return this;
  }

  get bytes(): Uint8Array<ArrayBuffer> {
    return encodeTrace(this.version, this.#events);
  }
}

export class GenerationBuilder {
  readonly number: number;
  readonly time: number;
  readonly batches: RawEvent[] = [];
  readonly #strings = new Map<string, Value>();
  readonly #stacks: RawEvent[] = [];
  #pc = 0;

  constructor(number: number, time: number) {
    this.number = number;
    this.time = time;
  }

  /** Adds a batch of a thread: `fill` adds its events, each 1 unit after the one before unless it says otherwise. */
  batch(thread: Value, time: number, fill: (batch: BatchBuilder) => void): this {
    const batch = new BatchBuilder(this);
    fill(batch);
    this.batches.push(...this.#framed(thread, time, batch.events));
    return this;
  }

  /** Adds CPU samples: time, thread, proc, goroutine, stack of each. */
  samples(...samples: readonly Value[][]): this {
    const events = [raw('CPUSamples'), ...samples.map((sample) => raw('CPUSample', ...sample))];
    this.batches.push(...this.#framed(NO_THREAD, this.time, events));
    return this;
  }

  /** Adds data of an experiment. */
  experiment(experiment: number, thread: Value, data: Uint8Array): this {
    this.batches.push({ ...raw('ExperimentalBatch', experiment, this.number, thread, this.time), data });
    return this;
  }

  /** Id of a string in this generation; a new one gets `id`, or else the next in a row. */
  string(text: string, id: Value = this.#strings.size + 1): Value {
    if (text === '') return 0;
    const known = this.#strings.get(text);
    if (known !== undefined) return known;
    this.#strings.set(text, id);
    return id;
  }

  /** Id of a new stack in this generation, innermost frame first; a string is the function of a frame. */
  stack(...frames: readonly (string | Frame)[]): number {
    const id = this.#stacks.length + 1;
    const fields = frames.flatMap((each) => {
      const { func, file = 'main.go', line = 1, pc = ++this.#pc } = typeof each === 'string' ? { func: each } : each;
      return [pc, this.string(func), this.string(file), line].map(BigInt);
    });
    this.#stacks.push({ ...raw('Stack', id, frames.length), frames: fields });
    return id;
  }

  sync(version: FormatVersion, frequency: number): RawEvent[] {
    const lone = raw('Frequency', frequency);
    if (version < 25) return this.#framed(NO_THREAD, this.time, [lone]);
    const clock = raw('ClockSnapshot', 1, this.time + 1000, 1_700_000_000 + this.number, 5);
    return this.#framed(NO_THREAD, this.time, [raw('Sync'), lone, clock]);
  }

  tables(): RawEvent[] {
    const strings = [...this.#strings].map(([text, id]) => ({ ...raw('String', id), data: Buffer.from(text) }));
    return [
      ...this.#framed(NO_THREAD, this.time, [raw('Stacks'), ...this.#stacks]),
      ...this.#framed(NO_THREAD, this.time, [raw('Strings'), ...strings]),
    ];
  }

  #framed(thread: Value, time: number, events: readonly RawEvent[]): RawEvent[] {
    const size = events.reduce((sum, event) => sum + encodedSize(event), 0);
    return [raw('EventBatch', this.number, thread, time, size), ...events];
  }
}

export class BatchBuilder {
  readonly events: RawEvent[] = [];
  readonly #generation: GenerationBuilder;
  #dt = 1;

  constructor(generation: GenerationBuilder) {
    this.#generation = generation;
  }

  /** The next event comes `units` after the one before. */
  after(units: number): this {
    this.#dt = units;
    return this;
  }

  /** Adds a timed event with the arguments behind its time; a text stands for the id of that string. */
  add(name: EventName, ...args: readonly (Value | string)[]): this {
    const values = args.map((arg) => (typeof arg === 'string' ? this.#generation.string(arg) : arg));
    this.events.push(raw(name, this.#dt, ...values));
    this.#dt = 1;
    return this;
  }
}

/** An event as it stands in the file. */
export function raw(name: EventName, ...args: readonly Value[]): RawEvent {
  return { id: EVENTS[name].id, args: args.map(BigInt) };
}

/** A copy of a trace with `change` applied to its events. */
export function changed(bytes: Uint8Array, change: (events: RawEvent[]) => RawEvent[]): Uint8Array<ArrayBuffer> {
  const { version, events } = decodeTrace(bytes);
  return encodeTrace(version, change(events));
}
