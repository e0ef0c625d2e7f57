/**
 * Which process a proc and a goroutine belong to, in a trace that was merged of several.
 *
 * Go's format knows no processes. But nothing of one process runs on a proc of another, and nobody wakes anybody across:
 * procs that goroutines or wake-ups connect are of one process. Each Node process says which proc its main loop is; a set
 * of procs that no process speaks for is another program, of Go.
 */
import { intervalProc, intervalWaker } from './interval-links.ts';
import type { TraceModel } from './model.ts';

/** Functions that every program of Go runs, and no other. */
const GO_ONLY = /^runtime\.(main|bgsweep|bgscavenge|gcBgMarkWorker|forcegchelper)$/;

export interface ProcessTable {
  readonly count: number;
  /** `server.js, pid 4711`; the same for all if there is only one. */
  readonly name: readonly string[];
  /** Proc of its main loop, or its first. */
  readonly main: Int32Array;
  /** Index of the process, by proc and by goroutine; -1 = none. */
  readonly ofProc: Int32Array;
  readonly ofGoroutine: Int32Array;
}

/** The processes of a trace; undefined when it is of one. Linear in the intervals. */
export function findProcesses(model: TraceModel): ProcessTable | undefined {
  const { procs, goroutines, info } = model;
  if (info.dialect !== 'node' || procs.count < 2) return undefined;
  if (info.processes.length < 2 && !model.strings.some((text) => GO_ONLY.test(text))) return undefined;
  const sets = new Sets(procs.count);
  const ofGoroutine = connect(model, sets);
  const speaker = new Map(
    info.processes.filter(({ proc }) => proc >= 0).map(({ facts, proc }) => [sets.find(proc), facts]),
  );
  const roots: number[] = [];
  for (let proc = 0; proc < procs.count; proc++) {
    const root = sets.find(proc);
    const isUsed = procs.offset[proc + 1]! > procs.offset[proc]!;
    // A set that nobody speaks for is a program of Go, or a worker that nobody ever talked to.
    if (!roots.includes(root) && isUsed && (speaker.has(root) || isGo(model, proc))) roots.push(root);
  }
  if (roots.length < 2) return undefined;
  const rank = new Map(roots.map((root, i) => [root, i]));
  const ofProc = Int32Array.from({ length: procs.count }, (_, proc) => rank.get(sets.find(proc)) ?? -1);
  return {
    count: roots.length,
    name: roots.map((root) => nameOf(speaker.get(root))),
    main: Int32Array.from(roots, (root) => mainOf(model, sets, root)),
    ofProc,
    ofGoroutine: ofGoroutine.map((proc) => (proc < 0 ? -1 : ofProc[proc]!)).subarray(0, goroutines.count),
  };
}

function nameOf(facts: Readonly<Record<string, unknown>> | undefined): string {
  if (facts === undefined) return 'Go program';
  const command =
    typeof facts.command === 'string' ? facts.command.slice(facts.command.lastIndexOf('/') + 1) : 'process';
  return facts.pid === undefined ? command : `${command}, pid ${facts.pid}`;
}

/** Connects procs that goroutines or wake-ups lead between; returns the first proc of each goroutine, -1 = none. */
function connect({ intervals, goroutines }: TraceModel, sets: Sets): Int32Array {
  const first = new Int32Array(goroutines.count).fill(-1);
  for (let row = 0; row < intervals.count; row++) {
    const proc = intervalProc(intervals, row);
    if (proc < 0) continue;
    const goroutine = intervals.goroutine[row]!;
    if (first[goroutine]! < 0) first[goroutine] = proc;
    else if (first[goroutine] !== proc) sets.join(first[goroutine]!, proc);
  }
  const link = (a: number, b: number) => {
    if (a >= 0 && b >= 0 && first[a]! >= 0 && first[b]! >= 0) sets.join(first[a]!, first[b]!);
  };
  for (let row = 0; row < intervals.count; row++) link(intervalWaker(intervals, row), intervals.goroutine[row]!);
  for (let goroutine = 0; goroutine < goroutines.count; goroutine++) link(goroutines.creator[goroutine]!, goroutine);
  return first;
}

/** Does a proc run what only Go's runtime does? */
function isGo({ procs, intervals, goroutines, strings }: TraceModel, proc: number): boolean {
  for (let at = procs.offset[proc]!; at < procs.offset[proc + 1]!; at++) {
    const name = strings[goroutines.name[intervals.goroutine[procs.running[at]!]!]!]!;
    if (GO_ONLY.test(name)) return true;
  }
  return false;
}

function mainOf({ procs, info }: TraceModel, sets: Sets, root: number): number {
  const speaks = info.processes.find(({ proc }) => proc >= 0 && sets.find(proc) === root);
  if (speaks !== undefined) return speaks.proc;
  for (let proc = 0; proc < procs.count; proc++) if (sets.find(proc) === root) return proc;
  return -1;
}

/** Sets of numbers that can be joined: union-find with path halving. */
class Sets {
  readonly #parent: Int32Array;

  constructor(size: number) {
    this.#parent = Int32Array.from({ length: size }, (_, i) => i);
  }

  find(item: number): number {
    let at = item;
    while (this.#parent[at] !== at) {
      this.#parent[at] = this.#parent[this.#parent[at]!]!;
      at = this.#parent[at]!;
    }
    return at;
  }

  /** The smaller number stands for both. */
  join(a: number, b: number): void {
    const [x, y] = [this.find(a), this.find(b)];
    this.#parent[Math.max(x, y)] = Math.min(x, y);
  }
}
