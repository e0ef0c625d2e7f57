/**
 * The program's own annotations: tasks, regions and logs, and which goroutine works for which task.
 *
 * A goroutine belongs to a task as soon as it begins or ends it, logs for it or has a region of it (Go's rule). The
 * task that a goroutine is *shown* with is that of its first region that carries one, else the first one it began, else
 * (in a Node trace, which leaves this unsaid) the one that its creator worked for when it was created.
 */
import { Float64List, Int32List, Uint8List } from '../../base/index.ts';
import { BACKGROUND_TASK, NONE, type TraceEvent } from '../../reader/index.ts';
import type { LogTable, RegionTable, TaskTable } from '../model.ts';
import { groupRows } from './group-rows.ts';
import { TaskFacts } from './task-facts.ts';

const MAX_DEPTH = 255;
/** How far back a region is looked for, and how near its start must be, ns: events are moved apart by single ones. */
const REGIONS_SEARCHED = 10_000;
const SAME_START = 1000;

export class AnnotationBuilder {
  readonly #taskId = new Float64List();
  readonly #taskParent = new Int32List();
  readonly #taskType = new Int32List();
  readonly #taskStart = new Float64List();
  readonly #taskEnd = new Float64List();
  readonly #beginGoroutine = new Int32List();
  readonly #endGoroutine = new Int32List();
  /** Newest task per id. */
  readonly #taskIndex = new Map<number, number>();
  /** Pairs of task and goroutine, with repetitions. */
  readonly #memberTask = new Int32List();
  readonly #memberGoroutine = new Int32List();

  readonly #facts = new TaskFacts();

  readonly #regionStart = new Float64List();
  readonly #regionEnd = new Float64List();
  readonly #regionGoroutine = new Int32List();
  readonly #regionTask = new Int32List();
  readonly #regionType = new Int32List();
  readonly #regionDepth = new Uint8List();
  readonly #regionOuter = new Int32List();
  readonly #regionStack = new Int32List();

  readonly #logTime = new Float64List();
  readonly #logGoroutine = new Int32List();
  readonly #logTask = new Int32List();
  readonly #logCategory = new Int32List();
  readonly #logMessage = new Int32List();

  /** Per goroutine: innermost open region; task of its first region with one; first task it began; last pair noted. */
  readonly #openRegion = new Int32List();
  readonly #regionTaskOf = new Int32List();
  readonly #begunTaskOf = new Int32List();
  readonly #lastTaskOf = new Int32List();
  /** … and the task that its creator had a region of. */
  readonly #creatorsTaskOf = new Int32List();

  beginTask(event: TraceEvent, goroutine: number): void {
    const parent = this.#taskOf(event.parent);
    const task = this.#addTask(event.task, event.name, parent, event.time, goroutine);
    this.#taskIndex.set(event.task, task);
    this.#note(task, goroutine);
    if (goroutine >= 0 && this.#begunTaskOf.at(goroutine) < 0) this.#begunTaskOf.set(goroutine, task);
  }

  endTask(event: TraceEvent, goroutine: number): void {
    const task = this.#taskOf(event.task);
    if (task < 0 || this.#taskEnd.at(task) >= 0) return;
    this.#taskEnd.set(task, event.time);
    this.#endGoroutine.set(task, goroutine);
    if (this.#taskType.at(task) === 0) this.#taskType.set(task, event.name);
    this.#note(task, goroutine);
  }

  /** A goroutine is created by another one: notes the task that its creator works for by its regions. */
  created(goroutine: number, creator: number): void {
    let region = creator >= 0 && creator < this.#openRegion.length ? this.#openRegion.at(creator) : -1;
    while (region >= 0 && this.#regionTask.at(region) < 0) region = this.#regionOuter.at(region);
    if (region < 0) return;
    this.#know(goroutine);
    this.#creatorsTaskOf.set(goroutine, this.#regionTask.at(region));
  }

  /** A region begins; the format sees to it that a goroutine runs. */
  beginRegion(event: TraceEvent, goroutine: number): void {
    this.#know(goroutine);
    const task = this.#taskOf(event.task);
    const outer = this.#openRegion.at(goroutine);
    const depth = outer < 0 ? 0 : Math.min(MAX_DEPTH, this.#regionDepth.at(outer) + 1);
    this.#openRegion.set(goroutine, this.#addRegion(event, goroutine, task, event.time, depth, outer));
    this.#note(task, goroutine);
  }

  endRegion(event: TraceEvent, goroutine: number): void {
    this.#know(goroutine);
    const open = this.#openRegion.at(goroutine);
    const task = this.#taskOf(event.task);
    // With nothing open, the region began before the trace did.
    const region = open >= 0 ? open : this.#addRegion(event, goroutine, task, Number.NaN, 0, -1);
    this.#regionEnd.set(region, event.time);
    this.#openRegion.set(goroutine, this.#regionOuter.at(region));
    this.#note(task, goroutine);
  }

  /** A goroutine ends, and with it what is open on it: a Node trace leaves that unsaid. */
  goroutineEnds(goroutine: number, time: number): void {
    if (goroutine >= this.#openRegion.length) return;
    let region = this.#openRegion.at(goroutine);
    for (; region >= 0; region = this.#regionOuter.at(region)) this.#regionEnd.set(region, time);
    this.#openRegion.set(goroutine, -1);
  }

  /**
   * Gives a region that was cut short, as it ended on another goroutine, its true end. It is found by its name and its
   * start (ns since the origin), among the latest; one that cannot be found stays as it is.
   */
  extendRegion(name: string, start: number, end: number, strings: readonly string[]): void {
    const oldest = Math.max(0, this.#regionStart.length - REGIONS_SEARCHED);
    for (let region = this.#regionStart.length - 1; region >= oldest; region--) {
      if (Math.abs(this.#regionStart.at(region) - start) > SAME_START) continue;
      if (strings[this.#regionType.at(region)] !== name) continue;
      this.#regionEnd.set(region, end);
      return;
    }
  }

  log(event: TraceEvent, goroutine: number): void {
    const task = this.#taskOf(event.task);
    this.#logTime.push(event.time);
    this.#logGoroutine.push(goroutine);
    this.#logTask.push(task);
    this.#logCategory.push(event.name);
    this.#logMessage.push(event.text);
    this.#note(task, goroutine);
  }

  /** What the recorder says of task `id`. False: it is no fact about a task. */
  taskFact(id: number, said: Readonly<Record<string, unknown>>): boolean {
    return this.#facts.read(this.#taskOf(id), said);
  }

  /** Index of a task by id, -1 for none. One that is not known began before the trace. */
  #taskOf(id: number): number {
    if (id === NONE || id === BACKGROUND_TASK) return -1;
    const known = this.#taskIndex.get(id);
    if (known !== undefined) return known;
    const task = this.#addTask(id, 0, -1, Number.NaN, -1);
    this.#taskIndex.set(id, task);
    return task;
  }

  #addTask(id: number, type: number, parent: number, start: number, goroutine: number): number {
    this.#taskParent.push(parent);
    this.#taskType.push(type);
    this.#taskStart.push(start);
    this.#taskEnd.push(Number.NaN);
    this.#beginGoroutine.push(goroutine);
    this.#endGoroutine.push(-1);
    return this.#taskId.push(id);
  }

  #addRegion(event: TraceEvent, goroutine: number, task: number, start: number, depth: number, outer: number): number {
    this.#regionEnd.push(Number.NaN);
    this.#regionGoroutine.push(goroutine);
    this.#regionTask.push(task);
    this.#regionType.push(event.name);
    this.#regionDepth.push(depth);
    this.#regionOuter.push(outer);
    this.#regionStack.push(Number.isNaN(start) ? 0 : event.stack);
    if (task >= 0 && this.#regionTaskOf.at(goroutine) < 0) this.#regionTaskOf.set(goroutine, task);
    return this.#regionStart.push(start);
  }

  /** Makes room for what is kept per goroutine. */
  #know(goroutine: number): void {
    while (this.#openRegion.length <= goroutine) {
      this.#openRegion.push(-1);
      this.#regionTaskOf.push(-1);
      this.#begunTaskOf.push(-1);
      this.#lastTaskOf.push(-1);
      this.#creatorsTaskOf.push(-1);
    }
  }

  #note(task: number, goroutine: number): void {
    if (task < 0 || goroutine < 0) return;
    this.#know(goroutine);
    if (this.#lastTaskOf.at(goroutine) === task) return;
    this.#lastTaskOf.set(goroutine, task);
    this.#memberTask.push(task);
    this.#memberGoroutine.push(goroutine);
  }

  /**
   * Per goroutine the task that it works for because its creator does, or -1. Goroutines come after their creators.
   *
   * @param follows whether a goroutine works for its creator's task
   */
  finishImpliedTasks(
    goroutines: number,
    follows: (goroutine: number) => boolean,
    creatorOf: (goroutine: number) => number,
  ) {
    this.#know(goroutines - 1);
    const implied = new Int32Array(goroutines).fill(-1);
    for (let goroutine = 0; goroutine < goroutines; goroutine++) {
      const creator = creatorOf(goroutine);
      if (creator < 0 || !follows(goroutine)) continue;
      const task = this.#creatorsTaskOf.at(goroutine);
      implied[goroutine] = task >= 0 ? task : implied[creator]!;
      if (this.#regionTaskOf.at(goroutine) < 0) this.#note(implied[goroutine]!, goroutine);
    }
    return implied;
  }

  /** Per goroutine the task it is shown with, or -1. */
  finishTaskOf(implied: Int32Array): Int32Array {
    this.#know(implied.length - 1);
    return implied.map((otherwise, goroutine) => {
      const task = this.#regionTaskOf.at(goroutine);
      if (task >= 0) return task;
      const begun = this.#begunTaskOf.at(goroutine);
      return begun >= 0 ? begun : otherwise;
    });
  }

  /** `intern` gives the id of a text that the trace's `strings` may not have. */
  finishTasks(strings: readonly string[], intern: (text: string) => number): TaskTable {
    const members = this.#finishMembers();
    const type = this.#taskType.toArray();
    return {
      count: this.#taskId.length,
      id: this.#taskId.toArray(),
      parent: this.#taskParent.toArray(),
      type,
      ...this.#facts.finish(type, strings, intern),
      start: this.#taskStart.toArray(),
      end: this.#taskEnd.toArray(),
      beginGoroutine: this.#beginGoroutine.toArray(),
      endGoroutine: this.#endGoroutine.toArray(),
      ...members,
    };
  }

  /** The goroutines of each task, each once, in the order in which they came to it. */
  #finishMembers(): Pick<TaskTable, 'goroutineOffset' | 'goroutines'> {
    const count = this.#taskId.length;
    const pairs = groupRows(this.#memberTask.toArray(), undefined, count);
    const goroutineOffset = new Int32Array(count + 1);
    const goroutines = new Int32List(pairs.rows.length);
    const lastTask = new Int32Array(this.#lastTaskOf.length).fill(-1);
    for (let task = 0; task < count; task++) {
      for (let i = pairs.offset[task]!; i < pairs.offset[task + 1]!; i++) {
        const goroutine = this.#memberGoroutine.at(pairs.rows[i]!);
        if (lastTask[goroutine] === task) continue;
        lastTask[goroutine] = task;
        goroutines.push(goroutine);
      }
      goroutineOffset[task + 1] = goroutines.length;
    }
    return { goroutineOffset, goroutines: goroutines.toArray() };
  }

  finishRegions(): RegionTable {
    return {
      count: this.#regionStart.length,
      start: this.#regionStart.toArray(),
      end: this.#regionEnd.toArray(),
      goroutine: this.#regionGoroutine.toArray(),
      task: this.#regionTask.toArray(),
      type: this.#regionType.toArray(),
      depth: this.#regionDepth.toArray(),
      stack: this.#regionStack.toArray(),
    };
  }

  finishLogs(): LogTable {
    return {
      count: this.#logTime.length,
      time: this.#logTime.toArray(),
      goroutine: this.#logGoroutine.toArray(),
      task: this.#logTask.toArray(),
      category: this.#logCategory.toArray(),
      message: this.#logMessage.toArray(),
    };
  }
}
