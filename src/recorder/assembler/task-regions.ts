/**
 * For which task a strand works, as the trace says it: by regions that are named like the task.
 *
 * Such a region lies around the life of a strand or, on one that serves many tasks, around a slice. A strand that runs
 * once, and for the task of its creator, has none: readers infer it (`worksForCreator` of the format's node-kinds.ts), as
 * most strands are such, and their regions would be a quarter of the trace.
 */
import type { RegionStack } from './region-stack.ts';
import { StepOp } from './steps.ts';
import { StrandFlag, type StrandTable } from './strand-table.ts';

export class TaskRegions {
  readonly #strands: StrandTable;
  readonly #regions: RegionStack;
  readonly #step: (op: StepOp, strand: number, a: number, b: number) => number;

  /** `step` appends a step on the running strand. */
  constructor(
    strands: StrandTable,
    regions: RegionStack,
    step: (op: StepOp, strand: number, a: number, b: number) => number,
  ) {
    this.#strands = strands;
    this.#regions = regions;
    this.#step = step;
  }

  /** A slice of `strand`, not nested, begins: opens the region of its task, if it needs one. */
  enter(strand: number): void {
    const strands = this.#strands;
    const flags = strands.flags[strand]!;
    if (flags & (StrandFlag.InContext | StrandFlag.MultiShot)) return;
    strands.flags[strand] = flags | StrandFlag.HasRun;
    const task = strands.context[strand]!;
    if (task === 0 || (!(flags & StrandFlag.HasRun) && task === strands.impliedTask[strand])) return;
    // It must lie outside of all regions of the strand.
    if (!this.#regions.hasBegun(strand)) this.#open(strand, task);
  }

  /** The running strand `strand` works for `task` from here on, 0 = none. */
  change(strand: number, task: number): void {
    if (this.#strands.flags[strand]! & StrandFlag.InContext) this.close(strand);
    this.#strands.context[strand] = task;
    this.#open(strand, task);
  }

  /** Closes the region of the running strand's task, if it is open. */
  close(strand: number): void {
    if (!(this.#strands.flags[strand]! & StrandFlag.InContext)) return;
    const task = this.#strands.contextRegion[strand]!;
    this.#strands.flags[strand]! &= ~StrandFlag.InContext;
    this.#step(StepOp.RegionEnd, strand, task, this.#regions.taskName(task));
  }

  /** The task that the trace says `strand` works for now, by its regions or by its creator; 0 = none. */
  told(strand: number): number {
    const strands = this.#strands;
    const inRegion = this.#regions.innermostTask(strand);
    if (inRegion !== 0) return inRegion;
    return strands.flags[strand]! & StrandFlag.InContext
      ? strands.contextRegion[strand]!
      : strands.impliedTask[strand]!;
  }

  #open(strand: number, task: number): void {
    const name = this.#regions.taskName(task);
    if (task === 0 || name === 0) return;
    this.#strands.flags[strand]! |= StrandFlag.InContext;
    this.#strands.contextRegion[strand] = task;
    this.#step(StepOp.RegionBegin, strand, task, name);
  }
}
