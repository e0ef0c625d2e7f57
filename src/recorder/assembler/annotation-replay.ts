/**
 * Stage A, what the program says itself: tasks, regions, logs, and the task that code works for.
 *
 * Go demands that each of these happens on a running strand; where none runs, the thread's background strand does.
 * Task ids count per thread in the records and over the whole process in the trace.
 */
import type { TraceWriter } from '../../format/index.ts';
import { RESERVED_CATEGORY } from '../reserved.ts';
import { IdTable } from './id-table.ts';
import type { PromiseReplay } from './promise-replay.ts';
import type { SplitRegion } from './region-stack.ts';
import type { Slices } from './slices.ts';
import { StepOp } from './steps.ts';

/** Ended tasks whose name is kept for code that still works for them. */
const MAX_ENDED_TASKS = 20_000;
/** Tasks that are open: beyond this many the oldest are given up, as they will hardly ever end. */
const MAX_TASKS = 200_000;

/** Gives out task ids that are unique in the process. */
export class TaskIds {
  #last = 0;
  next(): number {
    return ++this.#last;
  }
}

export class AnnotationReplay {
  readonly #slices: Slices;
  readonly #promises: PromiseReplay;
  readonly #writer: TraceWriter;
  readonly #taskIds: TaskIds;
  /** Task id of the thread → of the trace. */
  readonly #tasks = new IdTable();
  /** The tasks that ended last, in a ring. */
  readonly #ended = new Int32Array(MAX_ENDED_TASKS);
  #nextEnded = 0;
  /** Texts of log lines that have no id, in the order of their steps. */
  readonly messages: string[] = [];

  constructor(slices: Slices, promises: PromiseReplay, writer: TraceWriter, taskIds: TaskIds) {
    this.#slices = slices;
    this.#promises = promises;
    this.#writer = writer;
    this.#taskIds = taskIds;
  }

  /** The trace's id of the thread's task `id`; 0 when there is none. */
  task(id: number): number {
    return this.#tasks.get(id);
  }

  /** `name` is a string's id in the trace, here and below. */
  taskBegin(id: number, parent: number, name: number): void {
    const slices = this.#slices;
    const task = this.#taskIds.next();
    this.#tasks.set(id, task);
    if (this.#tasks.size > MAX_TASKS) this.#forgetOldTasks();
    slices.regions.nameTask(task, name);
    slices.needStrand();
    slices.step(StepOp.TaskBegin, task, this.task(parent), name);
  }

  taskEnd(id: number): void {
    const task = this.task(id);
    if (task === 0) return;
    this.#slices.needStrand();
    this.#slices.step(StepOp.TaskEnd, task);
    const oldest = this.#ended[this.#nextEnded]!;
    if (oldest !== 0) this.#forgetTask(oldest);
    this.#ended[this.#nextEnded] = id;
    this.#nextEnded = (this.#nextEnded + 1) % MAX_ENDED_TASKS;
  }

  context(id: number): void {
    this.#slices.needStrand();
    this.#slices.setContext(this.task(id));
  }

  regionBegin(token: number, task: number, name: number, text: string): void {
    const slices = this.#slices;
    slices.needStrand();
    slices.regions.begin(slices.current, {
      token,
      task: this.task(task),
      name,
      text,
      since: slices.now,
    });
  }

  regionEnd(token: number): void {
    const slices = this.#slices;
    slices.needStrand();
    const split = slices.regions.end(slices.current, token);
    if (split !== undefined) this.#logSplit(split);
  }

  /** Region `token` goes on in the async function that the program just called and that is suspended now. */
  regionContinues(token: number): void {
    const slices = this.#slices;
    const strand = this.#promises.lastBorn;
    if (strand === 0 || slices.current === 0) return;
    slices.regions.moveTo(slices.current, token, strand);
    slices.runBeforeWait(strand);
  }

  log(task: number, category: string, message: string): void {
    this.#slices.needStrand();
    this.#logLine(this.task(task), category, message);
  }

  /** The same by ids of strings; `messageId` 0 = none, `message` is it then. */
  logText(task: number, category: number, messageId: number, message: string): void {
    this.#slices.needStrand();
    if (messageId === 0) this.messages.push(message);
    this.#slices.step(StepOp.Log, this.task(task), category, messageId);
  }

  #logLine(task: number, category: string, message: string): void {
    this.messages.push(message);
    this.#slices.step(StepOp.Log, task, this.#writer.string(category));
  }

  /** The true extent of a region that the wire cannot hold as such. Times in ns, absolute. */
  #logSplit(region: SplitRegion): void {
    const fact = { kind: 'region', name: region.text, start: region.since, end: this.#slices.now };
    this.#logLine(region.task, RESERVED_CATEGORY, JSON.stringify(fact));
  }

  #forgetOldTasks(): void {
    for (const [id] of this.#tasks.oldest(MAX_TASKS / 2)) this.#forgetTask(id);
  }

  #forgetTask(id: number): void {
    this.#slices.regions.forgetTask(this.task(id));
    this.#tasks.delete(id);
  }
}
