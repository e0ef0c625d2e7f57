/**
 * What the checks ask of a trace, each worked out once, when it is first asked for. Whoever has some of it already (the
 * viewer's worker) hands it in.
 */
import { type TaskType, tasksByLength, taskTypes } from '../latency.ts';
import { type LoopBlock, loopBlocks } from '../loop-blocks.ts';
import { type LoopDelay, loopDelays } from '../loop-delays.ts';
import type { TraceModel } from '../model.ts';
import { Names } from '../names.ts';
import { trackTotals } from '../state-totals.ts';
import { DISPLAY_STATES } from '../states.ts';
import { indexTasks, type TaskIndex } from '../task-breakdown.ts';
import { type Noun, nounOf } from '../task-noun.ts';
import { taskRoute } from '../task-route.ts';
import { type Stops, stopsOf, type TaskAccount, taskAccount } from '../tasks/task-account.ts';
import { procTrack } from '../tracks.ts';
import { PARTS } from '../wait-parts.ts';

/** What may be known already. */
export interface KnownFacts {
  readonly taskIndex?: TaskIndex;
  readonly taskTypes?: readonly TaskType[];
  readonly slowest?: Int32Array;
  readonly blocks?: readonly LoopBlock[];
  /** Time per display state, ns: of all goroutines, and of what ran on each proc. */
  readonly totals?: Float64Array;
  readonly procTotals?: readonly Float64Array[];
}

/** The slowest tasks that checks look at: a share of all, at least and at most so many; none when there are fewer. */
const SLOW_SHARE = 0.05;
const SLOW_LEAST = 5;
const SLOW_MOST = 200;

export class TraceFacts {
  readonly model: TraceModel;
  readonly names: Names;
  readonly #known: KnownFacts;
  readonly #memo = new Map<string, unknown>();
  readonly #accounts = new Map<number, TaskAccount>();

  constructor(model: TraceModel, known: KnownFacts = {}) {
    this.model = model;
    this.names = new Names(model);
    this.#known = known;
  }

  #once<T>(key: string, make: () => T): T {
    if (!this.#memo.has(key)) this.#memo.set(key, make());
    return this.#memo.get(key) as T;
  }

  get taskIndex(): TaskIndex {
    return this.#known.taskIndex ?? this.#once('index', () => indexTasks(this.model));
  }

  /** Kinds of tasks, the most frequent first. */
  get taskTypes(): readonly TaskType[] {
    return this.#known.taskTypes ?? this.#once('types', () => taskTypes(this.model));
  }

  /** Tasks with a known length, slowest first. */
  get slowest(): Int32Array {
    return this.#known.slowest ?? this.#once('slowest', () => tasksByLength(this.model));
  }

  get blocks(): readonly LoopBlock[] {
    return this.#known.blocks ?? this.#once('blocks', () => loopBlocks(this.model));
  }

  /** Per block, the tasks that it delayed. */
  get delays(): readonly (readonly LoopDelay[])[] {
    return this.#once('delays', () => loopDelays(this.model, this.blocks));
  }

  get stops(): Stops {
    return this.#once('stops', () => stopsOf(this.model));
  }

  /** Time per display state of all goroutines over the whole trace, ns. */
  get totals(): Float64Array {
    return (
      this.#known.totals ??
      this.#once('totals', () => {
        const { count, start, end, display } = this.model.intervals;
        const totals = new Float64Array(DISPLAY_STATES);
        for (let row = 0; row < count; row++) totals[display[row]!]! += end[row]! - start[row]!;
        return totals;
      })
    );
  }

  /** Time per display state of what ran on a proc, ns. */
  procTotals(proc: number): Float64Array {
    const { start, end } = this.model.info;
    return (
      this.#known.procTotals?.[proc] ??
      this.#once(`proc ${proc}`, () => trackTotals(procTrack(this.model, proc), start, end))
    );
  }

  /** Length of the trace, ns; never 0. */
  get length(): number {
    return Math.max(1, this.model.info.end - this.model.info.start);
  }

  get noun(): Noun {
    return nounOf(this.taskTypes[0]?.name);
  }

  /** Where the time of a task went. */
  account(task: number): TaskAccount {
    let account = this.#accounts.get(task);
    if (account === undefined) {
      account = taskAccount(this.model, this.taskIndex, task, this.stops);
      this.#accounts.set(task, account);
    }
    return account;
  }

  /** The tasks that count as slow: the slowest 5 %, at least five; none when there are fewer than five tasks. */
  get slowTasks(): Int32Array {
    const { length } = this.slowest;
    const share = Math.max(SLOW_LEAST, Math.ceil(length * SLOW_SHARE));
    return this.slowest.subarray(0, length < SLOW_LEAST ? 0 : Math.min(SLOW_MOST, share));
  }

  /** Time by part of all slow tasks, ns. */
  get slowParts(): Float64Array {
    return this.#once('slow parts', () => {
      const sums = new Float64Array(PARTS);
      for (const task of this.slowTasks)
        this.account(task).parts.forEach((time, part) => {
          sums[part]! += time;
        });
      return sums;
    });
  }

  /** The kind of a task; undefined while the trace has no finished task of it. */
  kindOf(task: number): TaskType | undefined {
    const name = taskRoute(this.model.strings[this.model.tasks.type[task]!]!);
    return this.taskTypes.find((kind) => kind.name === name && kind.tasks.length > 0);
  }
}
