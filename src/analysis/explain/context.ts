/**
 * What all explanations of a trace share: names, and the few indices that take a pass over the trace, made when they are
 * first needed.
 */
import { upperBound } from '../../base/index.ts';
import { type GroupedRows, groupRows } from '../build/group-rows.ts';
import { livingSteps } from '../living.ts';
import type { StepSeries } from '../metric-pyramid.ts';
import type { TraceModel } from '../model.ts';
import { Names } from '../names.ts';
import { buildRangeIndex, type RangeIndex } from '../range-index.ts';
import { isPoolJob, poolOccupancy, poolQueueWaits } from '../thread-pool.ts';
import { plain, type TextPart } from './explanation.ts';

export class ExplainContext {
  readonly model: TraceModel;
  readonly names: Names;
  #occupancy: StepSeries | undefined;
  #queueWaits: ReadonlyMap<number, number> | undefined;
  #rangeIndex: RangeIndex | undefined;
  #regions: GroupedRows | undefined;

  constructor(model: TraceModel, names: Names = new Names(model), rangeIndex?: RangeIndex) {
    this.model = model;
    this.#rangeIndex = rangeIndex;
    this.names = names;
  }

  get isNode(): boolean {
    return this.model.info.dialect === 'node';
  }

  /** Threads of libuv's pool that the process has; 0 = not said. */
  get poolSize(): number {
    return Number(this.model.info.facts.pool ?? 0);
  }

  /** How many threads of the pool were at work at a time. */
  poolBusy(time: number): number {
    this.#occupancy ??= poolOccupancy(this.model);
    return valueAt(this.#occupancy, time);
  }

  /** How long the job of a strand queued for the pool, ns, as the recorder inferred it; 0 = not at all. */
  queuedFor(goroutine: number): number {
    this.#queueWaits ??= poolQueueWaits(this.model);
    return this.#queueWaits.get(goroutine) ?? 0;
  }

  /** Is this goroutine a job of the thread pool? */
  isPoolJob(goroutine: number): boolean {
    return isPoolJob(this.model, goroutine);
  }

  /** Goroutines that were ready and did not run, at a time. */
  readyAt(time: number): number {
    this.#rangeIndex ??= buildRangeIndex(this.model);
    const steps = livingSteps(this.model, this.#rangeIndex, 'ready', { start: time, end: time + 1 });
    return valueAt(steps, time);
  }

  /** The task that a goroutine worked for at a time, or -1: the innermost region with one, else its own task. */
  taskAt(goroutine: number, time: number): number {
    const { regions, goroutines } = this.model;
    this.#regions ??= groupRows(regions.goroutine, undefined, goroutines.count);
    const { offset, rows } = this.#regions;
    for (let at = offset[goroutine + 1]! - 1; at >= offset[goroutine]!; at--) {
      const region = rows[at]!;
      if (regions.task[region]! < 0 || regions.start[region]! > time) continue;
      if (!(regions.end[region]! <= time)) return regions.task[region]!;
    }
    return goroutines.task[goroutine]!;
  }

  /** A strand by name, in words that lead to it. */
  strand(goroutine: number, row = -1): TextPart {
    const { names } = this;
    // A number says little: in a Go trace the function stands behind it.
    const name = this.isNode
      ? names.strand(goroutine)
      : [names.strand(goroutine), names.functionOf(goroutine)].join(' ');
    return { text: name.trimEnd(), goroutine, row, task: -1 };
  }

  /** ` for GET /orders #12`, if it worked for a task that is not `except`; else nothing. */
  forTask(goroutine: number, time: number, except = -1): TextPart[] {
    const task = this.taskAt(goroutine, time);
    if (task < 0 || task === except) return [];
    return [plain(' for '), { text: this.names.task(task), goroutine: -1, row: -1, task }];
  }

  /** `The main loop`, `P 3`: as it stands at the beginning of a sentence. */
  procName(proc: number): string {
    return this.isNode && this.model.procs.id[proc] === 0 ? 'The main loop' : this.names.proc(proc);
  }
}

/** Value of a step function at a time; 0 before its first point. */
function valueAt({ time, value }: StepSeries, at: number): number {
  const point = upperBound(time, at) - 1;
  return point < 0 ? 0 : value[point]!;
}
