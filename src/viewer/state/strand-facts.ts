/** What is said about a strand and its selected interval, as pairs of a word and a text, some of which lead on. */
import {
  DisplayState,
  intervalProc,
  intervalReason,
  reasonWord,
  stateWord,
  type TraceModel,
  wakeupOf,
} from '../../analysis/index.ts';
import { duration } from '../theme/numbers.ts';
import type { OpenTrace } from './open-trace.ts';
import type { Viewer } from './viewer.ts';

export interface FactRow {
  readonly name: string;
  readonly text: string;
  readonly go?: (() => void) | undefined;
}

/** Life, creator, task; of a selected interval: what it is, when, and who woke it. */
export function strandFacts(viewer: Viewer, trace: OpenTrace, strand: number, interval: number): FactRow[] {
  const { model, names } = trace;
  const { goroutines } = model;
  const creator = goroutines.creator[strand]!;
  const task = goroutines.task[strand]!;
  const facts: FactRow[] = [
    { name: 'life', text: lifeText(trace, goroutines.created[strand]!, goroutines.ended[strand]!) },
  ];
  if (creator >= 0)
    facts.push({ name: 'started by', text: names.strand(creator), go: () => viewer.app.selectStrand(creator) });
  else if (Number.isNaN(goroutines.created[strand]!)) facts.push({ name: 'started', text: 'before the trace' });
  if (task >= 0) facts.push({ name: 'works for', text: names.task(task), go: () => viewer.app.showTask(task) });
  if (interval >= 0) facts.push(...intervalFacts(viewer, trace, interval));
  return facts;
}

function intervalFacts(viewer: Viewer, trace: OpenTrace, interval: number): FactRow[] {
  const { model, names } = trace;
  const { start, end, display } = model.intervals;
  const proc = intervalProc(model.intervals, interval);
  const length = end[interval]! - start[interval]!;
  const state = stateWord(model.info.dialect, display[interval]! as DisplayState);
  const facts: FactRow[] = [
    { name: 'selected', text: `${state} ${duration(length)}, from ${trace.clock(start[interval]!, length / 100)}` },
  ];
  const reason = reasonWord(model.info.dialect, names.text(intervalReason(model.intervals, interval)));
  if (reason !== '') facts.push({ name: 'reason', text: reason });
  if (proc >= 0) facts.push({ name: 'ran on', text: names.proc(proc) });
  const waker = wakerOf(model, interval);
  if (waker !== undefined) {
    const text = waker.strand < 0 ? 'the event loop, a timer or the kernel' : names.strand(waker.strand);
    const go = waker.strand < 0 ? undefined : () => viewer.app.selectStrand(waker.strand, waker.interval);
    facts.push({ name: 'woken by', text, go });
  }
  return facts;
}

/** Who ended a wait, or made a ready interval ready. */
function wakerOf(model: TraceModel, interval: number): { strand: number; interval: number } | undefined {
  const wakeup = wakeupOf(model, interval);
  if (wakeup !== undefined) return { strand: wakeup.waker, interval: wakeup.wakerRow };
  if (model.intervals.display[interval] !== DisplayState.Ready || interval === 0) return undefined;
  const before = wakeupOf(model, interval - 1);
  return before === undefined ? undefined : { strand: before.waker, interval: before.wakerRow };
}

/** How long something lived, and from when. */
export function lifeText(trace: OpenTrace, created: number, ended: number): string {
  const length = ended - created;
  if (Number.isNaN(created)) return Number.isNaN(ended) ? 'the whole trace' : `until ${trace.clock(ended, 1e6)}`;
  return Number.isNaN(length)
    ? `from ${trace.clock(created, 1e6)}, open`
    : `${duration(length)}, from ${trace.clock(created, 1e6)}`;
}
