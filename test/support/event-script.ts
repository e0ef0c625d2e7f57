/**
 * Hand-made events for tests of the analysis: a little script of what happens, with names instead of ids, becomes a
 * model. What the script leaves out is as a reader would deliver it (proc and thread of a running goroutine, syncs).
 */
import { ModelBuilder, type TraceModel } from '../../src/analysis/index.ts';
import { EventKind, GoState, ProcState, ResourceKind, TraceEvent } from '../../src/reader/index.ts';

export const { Undetermined, NotExist, Runnable, Running, Waiting, Syscall } = GoState;

interface Details {
  /** Goroutine that does it; none by default. */
  readonly by?: number;
  readonly proc?: number;
  readonly reason?: string;
  /** Stack of the event, innermost function first. */
  readonly stack?: readonly string[];
  /** Stack of the goroutine that changes. */
  readonly subjectStack?: readonly string[];
}

export class EventScript {
  readonly #strings = [''];
  readonly #stringIds = new Map([['', 0]]);
  readonly #stackIds = new Map([['[]', 0]]);
  readonly #frames: number[][] = [[]];
  readonly #builder = new ModelBuilder(this.#strings);
  #bytes = 0;

  /** A goroutine changes state. */
  go(time: number, subject: number, from: GoState, to: GoState, details: Details = {}): this {
    return this.#add(time, EventKind.StateTransition, details, (event) => {
      event.resource = ResourceKind.Goroutine;
      event.subject = subject;
      event.from = from;
      event.to = to;
      event.reason = this.#string(details.reason ?? '');
      event.subjectStack = this.#stack(details.subjectStack ?? []);
    });
  }

  /** A proc changes state. */
  proc(time: number, subject: number, from: ProcState, to: ProcState): this {
    return this.#add(time, EventKind.StateTransition, {}, (event) => {
      event.resource = ResourceKind.Proc;
      event.subject = subject;
      event.from = from;
      event.to = to;
      event.thread = 100 + subject;
    });
  }

  /** Begin, end or reminder of a range on a goroutine, a proc, or (`None`) the whole trace. */
  range(
    kind: 'RangeBegin' | 'RangeActive' | 'RangeEnd',
    time: number,
    name: string,
    of: ResourceKind = ResourceKind.None,
    subject = -1,
  ) {
    return this.#add(time, EventKind[kind], { proc: 0 }, (event) => {
      event.name = this.#string(name);
      event.resource = of;
      event.subject = subject;
    });
  }

  label(time: number, goroutine: number, label: string): this {
    return this.#add(time, EventKind.Label, { by: goroutine }, (event) => {
      event.resource = ResourceKind.Goroutine;
      event.subject = goroutine;
      event.name = this.#string(label);
    });
  }

  metric(time: number, name: string, value: number): this {
    return this.#add(time, EventKind.Metric, {}, (event) => {
      event.name = this.#string(name);
      event.value = value;
    });
  }

  task(kind: 'TaskBegin' | 'TaskEnd', time: number, by: number, task: number, type: string, parent = -1): this {
    return this.#add(time, EventKind[kind], { by }, (event) => {
      event.task = task;
      event.parent = parent;
      event.name = this.#string(type);
    });
  }

  region(kind: 'RegionBegin' | 'RegionEnd', time: number, by: number, task: number, type: string): this {
    return this.#add(time, EventKind[kind], { by }, (event) => {
      event.task = task;
      event.name = this.#string(type);
    });
  }

  log(time: number, by: number, task: number, category: string, message: string, proc = -1): this {
    return this.#add(time, EventKind.Log, { by, proc }, (event) => {
      event.task = task;
      event.name = this.#string(category);
      event.text = this.#string(message);
    });
  }

  sample(time: number, by: number, proc: number, stack: readonly string[]): this {
    return this.#add(time, EventKind.StackSample, { by, proc, stack }, () => undefined);
  }

  sync(time: number): this {
    return this.#add(time, EventKind.Sync, {}, () => undefined);
  }

  model(): TraceModel {
    const func = this.#frames.flat();
    let at = 0;
    return this.#builder.finish({
      strings: this.#strings,
      stacks: {
        count: this.#frames.length,
        offset: Int32Array.from([0, ...this.#frames.map((frames) => (at += frames.length))]),
        func: Int32Array.from(func),
        file: new Int32Array(func.length),
        line: new Int32Array(func.length),
      },
      version: 25,
      origin: 1000n,
      wallOrigin: undefined,
      bytes: this.#bytes,
      generations: 1,
      problem: undefined,
    });
  }

  #add(time: number, kind: EventKind, details: Details, fill: (event: TraceEvent) => void): this {
    const event = new TraceEvent(kind);
    event.time = time;
    event.goroutine = details.by ?? -1;
    event.proc = details.proc ?? -1;
    event.stack = this.#stack(details.stack ?? []);
    fill(event);
    this.#builder.add(event);
    this.#bytes += 5;
    return this;
  }

  #string(text: string): number {
    const known = this.#stringIds.get(text);
    if (known !== undefined) return known;
    this.#stringIds.set(text, this.#strings.length);
    return this.#strings.push(text) - 1;
  }

  #stack(functions: readonly string[]): number {
    const key = JSON.stringify(functions);
    const known = this.#stackIds.get(key);
    if (known !== undefined) return known;
    this.#stackIds.set(key, this.#frames.length);
    return this.#frames.push(functions.map((name) => this.#string(name))) - 1;
  }
}

export { ProcState, ResourceKind };

/** The intervals of a goroutine as [start, end, state, display] rows. */
export function intervalsOf(model: TraceModel, goroutine: number): number[][] {
  const { start, end, state, display } = model.intervals;
  const { offset } = model.goroutines;
  const rows: number[][] = [];
  for (let row = offset[goroutine]!; row < offset[goroutine + 1]!; row++)
    rows.push([start[row]!, end[row]!, state[row]!, display[row]!]);
  return rows;
}
