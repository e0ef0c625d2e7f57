/**
 * A strand awaits several things of one kind one after another, doing next to nothing in between. If they do not depend
 * on each other, they could run together, and would take as long as the longest.
 *
 * Whether they depend on each other a trace cannot tell, so this is never serious. Looked at are the strands of slow
 * tasks: at least three waits in a row that the same function ended, for the outside world in the end, with at most a tenth
 * of their time in between. What is already begun when the wait before it ends runs together, and does not count.
 */
import { count, duration, percent } from '../../base/index.ts';
import { GoState } from '../../reader/index.ts';
import { causeOfAwait } from '../await-cause.ts';
import { extentsOfGoroutines } from '../extents.ts';
import { taskLength } from '../latency.ts';
import type { TraceModel } from '../model.ts';
import { taskExtents } from '../task-breakdown.ts';
import { wakeupOf } from '../wakeups.ts';
import type { TraceFacts } from './facts.ts';
import type { Finding } from './finding.ts';

const SHARE = 0.25;
const LEAST_WAITS = 3;
const MOST_BETWEEN = 0.1;
/** Tasks that are looked at. */
const MOST_TASKS = 50;

/** Waits in a row. */
interface Series {
  readonly goroutine: number;
  readonly waker: number;
  readonly first: number;
  readonly count: number;
  readonly start: number;
  readonly end: number;
  readonly waited: number;
  readonly longest: number;
}

export function serialAwaits(facts: TraceFacts): Finding | undefined {
  const { model, names, slowTasks } = facts;
  if (model.info.dialect !== 'node') return undefined;
  let best: { readonly task: number; readonly series: Series; readonly saved: number } | undefined;
  let tasks = 0;
  for (const task of slowTasks.subarray(0, MOST_TASKS)) {
    const series = longestSeries(facts, task);
    if (series === undefined || saving(series) < SHARE * taskLength(model, task)) continue;
    tasks++;
    if (best === undefined || saving(series) > best.saved) best = { task, series, saved: saving(series) };
  }
  if (best === undefined) return undefined;
  const { task, series, saved } = best;
  const share = saved / taskLength(model, task);
  return {
    id: 'serial-awaits',
    severity: 1,
    value: duration(saved),
    title: `could be saved in ${names.functionOf(series.goroutine)} if its awaits ran together`,
    detail: `${count(series.count)} waits for ${names.group(series.waker)} one after another, ${duration(series.waited)}; the longest takes ${duration(series.longest)}`,
    why: {
      definition: `A strand of a slow ${facts.noun.singular} awaits ${LEAST_WAITS} or more things of one kind in a row, with little work between, and doing so together would save ${percent(SHARE)} of the ${facts.noun.singular}. It cannot be seen whether they depend on each other.`,
      found: `${percent(share)} of ${names.task(task)}; likewise in ${count(tasks)} of ${count(Math.min(MOST_TASKS, slowTasks.length))} slow ${facts.noun.plural}.`,
    },
    measure: { value: share, threshold: SHARE, unit: 'share' },
    target: { kind: 'time', start: series.start, end: series.end },
    evidence: [
      { kind: 'interval', strand: series.goroutine, interval: series.first },
      { kind: 'task', task },
    ],
  };
}

function saving({ waited, longest }: Series): number {
  return waited - longest;
}

function longestSeries({ model, taskIndex }: TraceFacts, task: number): Series | undefined {
  const range = { start: model.tasks.start[task]!, end: model.tasks.end[task]! };
  const workers = new Set(taskExtents(model, taskIndex, task).map(({ goroutine }) => goroutine));
  // What Node's own functions do one after another, nobody can change.
  for (const goroutine of workers) if (isOfNode(model, goroutine)) workers.delete(goroutine);
  return extentsOfGoroutines(model, workers, range)
    .flatMap(({ goroutine }) => seriesOf(model, goroutine, taskIndex.awaitReason, range.start, range.end))
    .reduce<Series | undefined>((a, b) => (a === undefined || saving(b) > saving(a) ? b : a), undefined);
}

function isOfNode({ goroutines, stacks, strings }: TraceModel, goroutine: number): boolean {
  const frame = stacks.offset[goroutines.entryStack[goroutine]! + 1]! - 1;
  return (
    frame >= stacks.offset[goroutines.entryStack[goroutine]!]! && strings[stacks.file[frame]!]!.startsWith('node:')
  );
}

/** The series of a strand within [from, to]. */
function seriesOf(model: TraceModel, goroutine: number, awaitReason: number, from: number, to: number): Series[] {
  const { intervals, goroutines } = model;
  const found: Series[] = [];
  let open: Series | undefined;
  const close = (): void => {
    const between = open === undefined ? 0 : open.end - open.start - open.waited;
    if (open !== undefined && open.count >= LEAST_WAITS && between <= MOST_BETWEEN * open.waited) found.push(open);
    open = undefined;
  };
  for (let row = goroutines.offset[goroutine]!; row < goroutines.offset[goroutine + 1]!; row++) {
    const [start, end] = [intervals.start[row]!, intervals.end[row]!];
    if (start < from || end > to || intervals.state[row] !== GoState.Waiting) continue;
    const waker = wakerGroup(model, row);
    const cause = waker < 0 ? undefined : causeOfAwait(model, row, awaitReason);
    // What the wait is for must begin with it, else it has been under way before.
    const isSerial = cause !== undefined && cause.start - start <= MOST_BETWEEN * (end - start);
    if (!isSerial || waker !== open?.waker) close();
    if (!isSerial) continue;
    const time = end - start;
    open =
      open === undefined
        ? { goroutine, waker, first: row, count: 1, start, end, waited: time, longest: time }
        : { ...open, count: open.count + 1, end, waited: open.waited + time, longest: Math.max(open.longest, time) };
  }
  close();
  return found;
}

function wakerGroup(model: TraceModel, row: number): number {
  const waker = wakeupOf(model, row)?.waker ?? -1;
  return waker < 0 ? -1 : model.goroutines.group[waker]!;
}
