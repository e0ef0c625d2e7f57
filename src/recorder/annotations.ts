/**
 * What the program says about itself, in the shape of Go's `runtime/trace`: tasks, regions and logs on one thread.
 *
 * Which task running code works for is carried by AsyncLocalStorage, so that it crosses awaits, timers and sockets; it
 * can always be given explicitly instead. While nothing is recorded every call here is a check and a constant.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { RecordWriter } from './record/record-writer.ts';
import type { Texts } from './record/texts.ts';
import type { LoopIdle } from './sources/loop-idle.ts';

/** A logical operation, from its creation to `end()`, over any number of strands. */
export interface Task {
  readonly type: string;
  /** Ends the task; the second time does nothing. */
  end(): void;
  [Symbol.dispose](): void;
}

/** A stretch of work on one strand, from its start to `end()`. */
export interface Region {
  /** Ends the region; the second time does nothing. */
  end(): void;
  [Symbol.dispose](): void;
}

const nothing = (): void => {};
/** What is given out while nothing is recorded. */
export const NO_TASK: Task = { type: '', end: nothing, [Symbol.dispose]: nothing };
export const NO_REGION: Region = { end: nothing, [Symbol.dispose]: nothing };

class RecordedTask implements Task {
  readonly type: string;
  readonly id: number;
  readonly owner: Annotations;
  #ended = false;

  constructor(owner: Annotations, id: number, type: string) {
    this.owner = owner;
    this.id = id;
    this.type = type;
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.owner.endTask(this.id);
  }

  [Symbol.dispose](): void {
    this.end();
  }
}

class RecordedRegion implements Region {
  readonly #owner: Annotations;
  readonly token: number;
  #ended = false;

  constructor(owner: Annotations, token: number) {
    this.#owner = owner;
    this.token = token;
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#owner.endRegion(this.token);
  }

  [Symbol.dispose](): void {
    this.end();
  }
}

/** One storage for the thread's life: a new one per recording would leave its hooks behind. */
const storage = new AsyncLocalStorage<RecordedTask>();

export class Annotations {
  readonly #record: RecordWriter;
  readonly #texts: Texts;
  readonly #loop: LoopIdle;
  #open = true;
  #tasks = 0;
  #regions = 0;

  constructor(record: RecordWriter, texts: Texts, loop: LoopIdle) {
    this.#record = record;
    this.#texts = texts;
    this.#loop = loop;
  }

  /** Ends the recording of annotations: what is still open may be ended by the program later, to no effect. */
  close(): void {
    this.#open = false;
  }

  /** The task of the running code, as the records number it; 0 = none. */
  currentTask(): number {
    const task = storage.getStore();
    return task?.owner === this ? task.id : 0;
  }

  /** A new task; its parent is `parent`, else the task of the running code. The running code does not enter it. */
  newTask(type: string, parent: Task | undefined): Task {
    const name = this.#texts.name(type);
    const id = ++this.#tasks;
    this.#turn();
    this.#record.taskBegin(id, this.#idOf(parent), name);
    return new RecordedTask(this, id, type);
  }

  /** Lets the running code, and all that it starts, work for `task` from here on. */
  enter(task: Task): void {
    if (!(task instanceof RecordedTask)) return;
    storage.enterWith(task);
    this.#record.context(task.id);
  }

  /** Runs `fn` for `task`. */
  run<T>(task: Task, fn: () => T): T {
    if (!(task instanceof RecordedTask)) return fn();
    const outer = this.currentTask();
    this.#record.context(task.id);
    try {
      return storage.run(task, fn);
    } finally {
      if (this.#open) this.#record.context(outer);
    }
  }

  startRegion(type: string, task: Task | undefined): RecordedRegion {
    const name = this.#texts.name(type);
    const token = ++this.#regions;
    this.#turn();
    this.#record.regionBegin(token, this.#idOf(task), name);
    return new RecordedRegion(this, token);
  }

  /** `region` goes on in the async function that was just called and has been suspended. */
  continueRegion(region: RecordedRegion): void {
    if (this.#open) this.#record.regionContinues(region.token);
  }

  log(category: string, message: string, task: Task | undefined): void {
    const name = this.#texts.name(category);
    const text = this.#texts.passing(message);
    this.#turn();
    this.#record.log(this.#idOf(task), name, text);
  }

  endTask(id: number): void {
    if (!this.#open) return;
    this.#turn();
    this.#record.taskEnd(id);
  }

  endRegion(token: number): void {
    if (this.#open) this.#record.regionEnd(token);
  }

  /** Outside of callbacks (at level 0 everything is) the idle time before the event is known from here only. */
  #turn(): void {
    if (this.#record.depth === 0) this.#record.idleBefore(this.#loop.take());
  }

  #idOf(task: Task | undefined): number {
    if (task === undefined) return this.currentTask();
    return task instanceof RecordedTask && task.owner === this ? task.id : 0;
  }
}
