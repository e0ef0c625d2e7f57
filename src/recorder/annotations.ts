/**
 * What the program says about itself, in the shape of Go's `runtime/trace`: tasks, regions and logs on one thread.
 *
 * Which task running code works for is carried by AsyncLocalStorage, so that it crosses awaits, timers and sockets; it
 * can always be given explicitly instead. While nothing is recorded every call here is a check and a constant.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { RecordWriter } from './record/record-writer.ts';
import type { Texts } from './record/texts.ts';
import { RESERVED_CATEGORY, message as reservedMessage } from './reserved.ts';
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
    if (this.close()) this.owner.endTask(this.id);
  }

  /** Whether it was open until now. */
  close(): boolean {
    const wasOpen = !this.#ended;
    this.#ended = true;
    return wasOpen;
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

/** Where annotations are written to. */
interface Target {
  readonly record: RecordWriter;
  readonly texts: Texts;
  readonly loop: LoopIdle;
}

export class Annotations {
  /**
   * Undefined once the recording has ended. Tasks outlive it in the contexts of sockets and timers, and must not keep
   * its memory.
   */
  #target: Target | undefined;
  #tasks = 0;
  #regions = 0;

  constructor(record: RecordWriter, texts: Texts, loop: LoopIdle) {
    this.#target = { record, texts, loop };
  }

  /** Ends the recording of annotations: what is still open may be ended by the program later, to no effect. */
  close(): void {
    this.#target = undefined;
    // Before Node 24 a storage in use hooks into every promise.
    storage.disable();
  }

  /** The task of the running code, as the records number it; 0 = none. */
  currentTask(): number {
    const task = storage.getStore();
    return task?.owner === this ? task.id : 0;
  }

  /** A new task; its parent is `parent`, else the task of the running code. The running code does not enter it. */
  newTask(type: string, parent: Task | undefined): Task {
    const to = this.#turn();
    if (to === undefined) return NO_TASK;
    const id = ++this.#tasks;
    to.record.taskBegin(id, this.#idOf(parent), to.texts.name(type));
    return new RecordedTask(this, id, type);
  }

  /** Lets the running code, and all that it starts, work for `task` from here on. */
  enter(task: Task): void {
    if (!this.#isOwn(task)) return;
    storage.enterWith(task);
    this.#target?.record.context(task.id);
  }

  /** Runs `fn` for `task`. */
  run<T>(task: Task, fn: () => T): T {
    if (!this.#isOwn(task)) return fn();
    const outer = this.currentTask();
    this.#target?.record.context(task.id);
    try {
      return storage.run(task, fn);
    } finally {
      this.#target?.record.context(outer);
    }
  }

  startRegion(type: string, task: Task | undefined): Region {
    const to = this.#turn();
    if (to === undefined) return NO_REGION;
    const token = ++this.#regions;
    to.record.regionBegin(token, this.#idOf(task), to.texts.name(type));
    return new RecordedRegion(this, token);
  }

  /** `region` goes on in the async function that was just called and has been suspended. */
  continueRegion(region: Region): void {
    if (region instanceof RecordedRegion) this.#target?.record.regionContinues(region.token);
  }

  log(category: string, message: string, task: Task | undefined): void {
    const to = this.#turn();
    if (to === undefined) return;
    const name = to.texts.name(category);
    to.record.log(this.#idOf(task), name, to.texts.passing(message));
  }

  /**
   * A fact about `task` in the reserved category; `repeats` says that many tasks have the same. The task may be that of
   * an earlier recording: then nothing is said.
   */
  say(task: Task, message: string, repeats = false): void {
    if (!this.#isOwn(task)) return;
    const to = this.#turn();
    if (to === undefined) return;
    const category = to.texts.name(RESERVED_CATEGORY);
    to.record.log(task.id, category, repeats ? to.texts.name(message) : to.texts.passing(message));
  }

  /** Ends `task` with a last fact, of which there are few. Does nothing when it has ended. */
  endTaskWith(task: Task, message: string): void {
    if (!this.#isOwn(task) || !task.close()) return;
    const to = this.#turn();
    if (to === undefined) return;
    const category = to.texts.name(RESERVED_CATEGORY);
    to.record.taskEndsWith(task.id, category, to.texts.name(message));
  }

  /** Gives `task`, else the task of the running code, the kind `name`. */
  nameTask(name: string, task: Task | undefined): void {
    const named = task ?? storage.getStore();
    if (named !== undefined) this.say(named, reservedMessage('task', { name: `${name}` }), true);
  }

  endTask(id: number): void {
    this.#turn()?.record.taskEnd(id);
  }

  endRegion(token: number): void {
    this.#turn()?.record.regionEnd(token);
  }

  /**
   * Begins an event. Outside of callbacks (at level 0 everything is) the idle time before it is known from here only.
   * It goes before the texts of the event, which the very next record must name.
   */
  #turn(): Target | undefined {
    const target = this.#target;
    if (target?.record.depth === 0) target.record.idleBefore(target.loop.take());
    return target;
  }

  #idOf(task: Task | undefined): number {
    if (task === undefined) return this.currentTask();
    return this.#isOwn(task) ? task.id : 0;
  }

  /** Whether it is a task of this recording: one of an earlier recording, or of another thread, has another's number. */
  #isOwn(task: Task): task is RecordedTask {
    return task instanceof RecordedTask && task.owner === this;
  }
}
