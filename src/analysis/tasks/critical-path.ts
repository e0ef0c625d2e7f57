/**
 * The critical path of a task: the chain of work and waits that its end depended on, without a gap.
 *
 * It is walked backwards from the end.
 *
 * 1. While a goroutine runs or is ready, the path is there.
 * 2. Where it was woken by another one, the path goes on in the waker, back to where the wait began: what happened there
 *    is what the wait was for. Then it is back in the goroutine that waited. A wait that nobody in the program ended (a
 *    timer, the network) is itself a part of the path.
 * 3. Where it leaves the goroutines that work for the task, or nothing is known, the task's breakdown says what explains
 *    the time best (task-breakdown.ts).
 *
 * So every instant of the task is on the path exactly once.
 */
import { upperBound } from '../../base/index.ts';
import { GoState } from '../../reader/index.ts';
import { disjoint, type Extent } from '../extents.ts';
import type { TraceModel } from '../model.ts';
import { type TaskIndex, type TaskStep, taskExtents, taskSteps } from '../task-breakdown.ts';
import { firstEndingAfter, goroutineTrack } from '../tracks.ts';
import { Part, partOf } from '../wait-parts.ts';
import { wakeupOf } from '../wakeups.ts';

/** A stretch of the path. */
export interface PathStep {
  /** -1 where the trace does not know who. */
  readonly goroutine: number;
  /** Interval row, -1 = none. */
  readonly row: number;
  readonly start: number;
  readonly end: number;
  readonly part: Part;
  /** How many wakers deep: 0 is a goroutine that works for the task. */
  readonly depth: number;
}

/** Chains of wakers are followed so far. */
const MOST_DEPTH = 64;

/** The critical path, in time order: adjoining steps from the task's start to its end (the trace's where they are open). */
export function criticalPath(model: TraceModel, index: TaskIndex, task: number): PathStep[] {
  const { start, end, steps } = taskSteps(model, index, task);
  const workers = disjoint(taskExtents(model, index, task), { start, end });
  return new PathWalk(model, steps, workers, start).walk(model.tasks.endGoroutine[task]!, end);
}

/** A goroutine that waits, and since when: the path comes back to it there. */
interface Waiting {
  readonly goroutine: number;
  readonly since: number;
}

class PathWalk {
  readonly #model: TraceModel;
  readonly #from: number;
  readonly #steps: readonly TaskStep[];
  readonly #stepStart: Float64Array;
  /** Per goroutine, the stretches in which it works for the task. */
  readonly #workers = new Map<number, Extent[]>();
  readonly #path: PathStep[] = [];
  readonly #waiting: Waiting[] = [];

  constructor(model: TraceModel, steps: readonly TaskStep[], workers: readonly Extent[], from: number) {
    this.#model = model;
    this.#from = from;
    this.#steps = steps;
    this.#stepStart = Float64Array.from(steps, (step) => step.start);
    for (const extent of workers) {
      const own = this.#workers.get(extent.goroutine);
      if (own === undefined) this.#workers.set(extent.goroutine, [extent]);
      else own.push(extent);
    }
  }

  /** @param last goroutine to begin with, -1 = not known */
  walk(last: number, end: number): PathStep[] {
    let goroutine = last;
    let now = end;
    while (now > this.#from) {
      const waiting = this.#waiting.at(-1);
      if (waiting !== undefined && now <= waiting.since) {
        this.#waiting.pop();
        goroutine = waiting.goroutine;
        continue;
      }
      if (waiting === undefined && !this.#works(goroutine, now)) {
        const step = this.#explain(this.#from, now);
        goroutine = step.row < 0 ? goroutine : this.#model.intervals.goroutine[step.row]!;
        now = step.start;
        continue;
      }
      const floor = waiting?.since ?? this.#from;
      const row = this.#rowBefore(goroutine, now);
      const start = row < 0 ? floor : Math.max(floor, this.#model.intervals.start[row]!);
      const waker = row < 0 ? -1 : this.#wakerAt(row, now);
      if (waker >= 0) {
        this.#waiting.push({ goroutine, since: start });
        goroutine = waker;
      } else now = this.#add(goroutine, row, start, now);
    }
    return this.#path.reverse();
  }

  #works(goroutine: number, time: number): boolean {
    return this.#workers.get(goroutine)?.some(({ start, end }) => start < time && time <= end) ?? false;
  }

  /** The interval of a goroutine just before a time, or -1 when it did not exist. */
  #rowBefore(goroutine: number, time: number): number {
    const { intervals } = this.#model;
    const track = goroutineTrack(this.#model, goroutine);
    const [first, last] = [track.runs[0]!, track.runs[1]!];
    const after = firstEndingAfter(track, time, first, last);
    const row = after < last && intervals.start[after]! < time ? after : after - 1;
    return row >= first && intervals.end[row]! >= time ? row : -1;
  }

  /** Who ended the wait of a row at `time`, if he can be followed; -1 = nobody. */
  #wakerAt(row: number, time: number): number {
    const { intervals } = this.#model;
    if (intervals.state[row] !== GoState.Waiting || intervals.end[row] !== time) return -1;
    const waker = wakeupOf(this.#model, row)?.waker ?? -1;
    if (waker < 0 || waker === intervals.goroutine[row] || this.#waiting.length >= MOST_DEPTH) return -1;
    const working = this.#rowBefore(waker, time);
    return working >= 0 && intervals.state[working] !== GoState.Waiting ? waker : -1;
  }

  /** Adds what a goroutine did in [start, end) and returns how far back that explains the time. */
  #add(goroutine: number, row: number, start: number, end: number): number {
    const part = row < 0 ? Part.Unknown : partOf(this.#model, row);
    // A wait for other code that cannot be followed explains nothing.
    if (part === Part.Unknown || part === Part.Other) return this.#explain(start, end).start;
    this.#path.push({ goroutine, row, start, end, part, depth: this.#waiting.length });
    return start;
  }

  /** Adds the last step of the task's breakdown within [from, to), and returns it. */
  #explain(from: number, to: number): PathStep {
    let at = upperBound(this.#stepStart, to) - 1;
    if (this.#stepStart[at] === to) at--;
    const { row, state, start } = this.#steps[at]!;
    const step: PathStep = {
      goroutine: row < 0 ? -1 : this.#model.intervals.goroutine[row]!,
      row,
      start: Math.max(from, start),
      end: to,
      part: partOf(this.#model, row, state),
      depth: this.#waiting.length,
    };
    this.#path.push(step);
    return step;
  }
}
