/**
 * The user's regions of each strand, kept such that Go's reader accepts them: strictly last in, first out per strand.
 *
 * A region that ends out of order takes those above it with it; one that ends on another strand than it began on is
 * closed when its strand's slice ends, and its true extent goes into a log line of the reserved category, from which
 * our own reader restores it. A region around an async function moves to that function's strand (`moveTo`): it is
 * begun there when the strand first runs.
 */
import { IdTable } from './id-table.ts';
import { StepOp, type StepRing } from './steps.ts';

export interface NewRegion {
  readonly token: number;
  readonly task: number;
  /** String id of the name, and the name. */
  readonly name: number;
  readonly text: string;
  /** When the program began it, ns. */
  readonly since: number;
}

interface OpenRegion extends NewRegion {
  /** Index of the step that began it; -1 while it is to be begun. */
  step: number;
  /** Ended elsewhere: closes with the slice. */
  ended: boolean;
}

/** A region that ended on another strand than it began on. */
export interface SplitRegion {
  readonly task: number;
  readonly text: string;
  readonly since: number;
}

const MAX_OPEN = 64;
/** Regions that outlived their strand's slice and whose end is still awaited; the oldest are given up beyond this. */
const MAX_OUTLIVED = 10_000;

export class RegionStack {
  readonly #steps: StepRing;
  readonly #step: (op: StepOp, a: number, b: number) => number;
  readonly #open = new Map<number, OpenRegion[]>();
  readonly #strandOf = new Map<number, number>();
  readonly #outlived = new Map<number, SplitRegion>();
  readonly #taskNames = new IdTable();

  /** `step` appends a step on the running strand and returns its index. */
  constructor(steps: StepRing, step: (op: StepOp, a: number, b: number) => number) {
    this.#steps = steps;
    this.#step = step;
  }

  /** Remembers a task's name: the regions that stand for it carry it. */
  nameTask(task: number, name: number): void {
    this.#taskNames.set(task, name);
  }

  forgetTask(task: number): void {
    this.#taskNames.delete(task);
  }

  /** String id of the task's name, 0 = not known. */
  taskName(task: number): number {
    return this.#taskNames.get(task);
  }

  /** Passes on the ids of all names that are to be named again. */
  holdStrings(hold: (id: number) => void): void {
    for (const name of this.#taskNames.values()) hold(name);
    for (const open of this.#open.values()) for (const region of open) hold(region.name);
  }

  /** The strand is given up: its regions stay open in the trace, as it never runs again. */
  forget(strand: number): void {
    for (const { token } of this.#open.get(strand) ?? []) this.#strandOf.delete(token);
    this.#open.delete(strand);
  }

  has(strand: number): boolean {
    return this.#open.has(strand);
  }

  /** Whether a region of `strand` is open in the trace; one that moved there may still be to begin. */
  hasBegun(strand: number): boolean {
    return this.#open.size > 0 && (this.#open.get(strand)?.some((region) => region.step >= 0) ?? false);
  }

  /** The task of the innermost region of `strand` that is open in the trace and carries one, 0 = none. */
  innermostTask(strand: number): number {
    if (this.#open.size === 0) return 0;
    const open = this.#open.get(strand) ?? [];
    for (let i = open.length - 1; i >= 0; i--) if (open[i]!.step >= 0 && open[i]!.task !== 0) return open[i]!.task;
    return 0;
  }

  /** Begins a region on the running strand `strand`. Beyond a depth nobody reads, regions are left out. */
  begin(strand: number, region: NewRegion): void {
    const { token, task, name } = region;
    let open = this.#open.get(strand);
    if (open === undefined) {
      open = [];
      this.#open.set(strand, open);
    }
    if (open.length >= MAX_OPEN) return;
    const step = this.#step(StepOp.RegionBegin, task, name);
    open.push({ ...region, step, ended: false });
    this.#strandOf.set(token, strand);
  }

  /** Ends region `token` while `strand` runs. Returns the region when it was begun on another strand. */
  end(strand: number, token: number): SplitRegion | undefined {
    const home = this.#strandOf.get(token);
    if (home === undefined) return this.#takeOutlived(token);
    const open = this.#open.get(home);
    const region = open?.find((candidate) => candidate.token === token);
    if (open === undefined || region === undefined) return undefined;
    if (home !== strand) {
      region.ended = true;
      return region;
    }
    while (open.length > 0) if (this.#close(open.pop()!) === token) break;
    if (open.length === 0) this.#open.delete(strand);
    return undefined;
  }

  /** Moves region `token` from the running strand to `to`, where it begins when that strand next runs. */
  moveTo(strand: number, token: number, to: number): void {
    const open = this.#open.get(strand);
    const at = open?.findIndex((region) => region.token === token) ?? -1;
    if (open === undefined || at < 0) return;
    while (open.length > at + 1) this.#close(open.pop()!);
    const region = open.pop()!;
    if (open.length === 0) this.#open.delete(strand);
    if (!this.#steps.cancel(region.step)) this.#step(StepOp.RegionEnd, region.task, region.name);
    region.step = -1;
    this.#open.set(to, [...(this.#open.get(to) ?? []), region]);
    this.#strandOf.set(token, to);
  }

  /** `strand` runs: begins the regions that moved to it. */
  resume(strand: number): void {
    if (this.#open.size === 0) return;
    for (const region of this.#open.get(strand) ?? []) {
      if (region.step < 0) region.step = this.#step(StepOp.RegionBegin, region.task, region.name);
    }
  }

  /** Ends all regions of the running strand. */
  endAll(strand: number): void {
    if (this.#open.size === 0) return;
    const open = this.#open.get(strand);
    if (open === undefined) return;
    while (open.length > 0) {
      const region = open.pop()!;
      this.#close(region);
      if (!region.ended) this.#outlived.set(region.token, region);
    }
    this.#open.delete(strand);
    if (this.#outlived.size > MAX_OUTLIVED) dropOldest(this.#outlived, MAX_OUTLIVED / 2);
  }

  /** Ends those innermost regions of the running strand that have ended on another one. */
  endMoved(strand: number): void {
    if (this.#open.size === 0) return;
    const open = this.#open.get(strand);
    if (open === undefined) return;
    while (open.length > 0 && open[open.length - 1]!.ended) this.#close(open.pop()!);
    if (open.length === 0) this.#open.delete(strand);
  }

  #takeOutlived(token: number): SplitRegion | undefined {
    const region = this.#outlived.get(token);
    this.#outlived.delete(token);
    return region;
  }

  #close(region: OpenRegion): number {
    if (region.step >= 0) this.#step(StepOp.RegionEnd, region.task, region.name);
    this.#strandOf.delete(region.token);
    return region.token;
  }
}

function dropOldest(map: Map<number, unknown>, count: number): void {
  let dropped = 0;
  for (const key of map.keys()) {
    if (dropped++ >= count) break;
    map.delete(key);
  }
}
