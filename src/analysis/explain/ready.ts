/** Why something that could run did not: what ran in its place. */

import { duration, percent } from '../../base/index.ts';
import { METRIC_PROCS, metricSeries } from '../counter-series.ts';
import { intervalProc, intervalReason, intervalWaker } from '../interval-links.ts';
import { procAfter } from '../proc-holders.ts';
import { type Holder, type ProcUse, procUse, stoppedWithin } from './busy.ts';
import type { ExplainContext } from './context.ts';
import { plain, type Sentence, say, type TextPart } from './explanation.ts';

/** Shares of the wait from which something is worth a word, and from which it is all of it. */
const WORTH = 0.05;
const ALL = 0.98;

/** Sentences about a ready interval, the most important first. */
export function whyReady(context: ExplainContext, row: number): Sentence[] {
  const { start, end, goroutine } = context.model.intervals;
  const [from, to] = [start[row]!, end[row]!];
  const proc = procOfReady(context, row);
  const task = context.taskAt(goroutine[row]!, from);
  const stopped = stoppedWithin(context, from, to);
  const stop: Sentence[] =
    stopped.time < (to - from) * WORTH
      ? []
      : [say(`The world was stopped for ${duration(stopped.time)} of it (${stopped.why}).`)];
  const ran = context.isNode
    ? loopSentences(context, proc, from, to, task)
    : procSentences(context, row, proc, from, to, task);
  return stopped.time * 2 >= to - from ? [...stop, ...ran] : [...ran, ...stop];
}

/** What held the proc that it ran on next, in few words: `the loop is busy with refreshCatalog`. */
export function readyInShort(context: ExplainContext, row: number): string {
  const { start, end } = context.model.intervals;
  const proc = procAfter(context.model, row);
  if (proc < 0) return '';
  const use = procUse(context, proc, start[row]!, end[row]!);
  const [top] = use.holders;
  const half = (end[row]! - start[row]!) / 2;
  const where = context.isNode ? 'the loop' : context.names.proc(proc);
  if (use.collector >= half) return `${where} is busy with GC`;
  if (top === undefined || top.time < half) return '';
  return `${where} is busy with ${context.names.functionOf(top.goroutine) || context.names.strand(top.goroutine)}`;
}

/** The proc that a ready goroutine ran on next, else the one before, else the first. */
function procOfReady({ model }: ExplainContext, row: number): number {
  const next = procAfter(model, row);
  if (next >= 0) return next;
  const first = model.goroutines.offset[model.intervals.goroutine[row]!]!;
  for (let at = row - 1; at >= first; at--) {
    const before = intervalProc(model.intervals, at);
    if (before >= 0) return before;
  }
  return model.procs.count > 0 ? 0 : -1;
}

function loopSentences(context: ExplainContext, proc: number, from: number, to: number, task: number): Sentence[] {
  if (proc < 0) return [];
  const use = procUse(context, proc, from, to);
  const length = to - from;
  const sentences: Sentence[] = [];
  const [top] = use.holders;
  if (top !== undefined && top.time >= length * WORTH) {
    sentences.push([
      plain(`${context.procName(proc)} ran `),
      ...ranWords(context, use, length, from, task),
      plain('.'),
    ]);
  }
  if (use.collector >= length * WORTH) sentences.push(say(`GC held it for ${duration(use.collector)}.`));
  const idle = length - use.busy;
  if (idle >= length * WORTH && idle > 0) {
    sentences.push(say(`Nothing that was recorded ran there for ${duration(idle)} of it.`));
  }
  return sentences;
}

/** `refreshCatalog for GET /report #12 all that time`, `loadOrder for 2.10 ms, query for 1.04 ms, and 9 others`. */
function ranWords(context: ExplainContext, use: ProcUse, length: number, from: number, task: number): TextPart[] {
  const [top, second] = use.holders;
  const named = (holder: Holder): TextPart[] => [
    context.strand(holder.goroutine, holder.row),
    ...context.forTask(holder.goroutine, Math.max(from, context.model.intervals.start[holder.row]!), task),
  ];
  if (top!.time >= length * ALL) return [...named(top!), plain(' all that time')];
  const parts = [...named(top!), plain(`, ${duration(top!.time)}`)];
  let others = use.holders.length - 1;
  if (second !== undefined && second.time >= length * WORTH) {
    parts.push(plain(', '), ...named(second), plain(`, ${duration(second.time)}`));
    others--;
  }
  if (others > 0) parts.push(plain(`, and ${others} ${others === 1 ? 'other' : 'others'}`));
  return parts;
}

/** Go: how busy all procs were, and what the one ran that took it in the end. */
function procSentences(
  context: ExplainContext,
  row: number,
  proc: number,
  from: number,
  to: number,
  task: number,
): Sentence[] {
  const { model } = context;
  const length = to - from;
  const uses = Array.from({ length: model.procs.count }, (_, p) => procUse(context, p, from, to));
  const procs = Math.max(1, Math.min(model.procs.count, procsAt(context, from)));
  const full = uses.filter((use) => use.busy >= length * ALL).length;
  const busy = uses.reduce((sum, use) => sum + use.busy, 0);
  const collector = uses.reduce((sum, use) => sum + use.collector, 0);
  const sentences: Sentence[] = [];
  if (full >= procs) {
    sentences.push(say(procs === 1 ? 'The only P was busy.' : `All ${procs} Ps were busy.`));
  } else {
    const share = percent(busy / (procs * length));
    const always = full === 0 ? 'No P was' : `${full} of ${procs} Ps were`;
    sentences.push(say(`${always} busy all that time; together the Ps ran for ${share} of it.`));
  }
  const own = proc < 0 ? undefined : uses[proc];
  const [top] = own?.holders ?? [];
  if (own !== undefined && top !== undefined && top.time >= length * WORTH) {
    const took = procAfter(model, row) === proc ? ', which took it then,' : '';
    sentences.push([
      plain(`${context.names.proc(proc)}${took} ran `),
      ...ranWords(context, own, length, from, task),
      plain('.'),
    ]);
  } else if (own !== undefined && own.busy < length * WORTH) {
    sentences.push(say(`${context.names.proc(proc)} took it then, and was idle before: to wake a P takes time.`));
  }
  if (collector >= busy * WORTH && collector > 0) {
    sentences.push(say(`GC took ${percent(collector / busy)} of what the Ps ran.`));
  }
  const reason = context.names.text(intervalReason(model.intervals, row));
  if (reason !== '' && intervalWaker(model.intervals, row) < 0) sentences.push(say(`It had been stopped: ${reason}.`));
  return sentences;
}

/** GOMAXPROCS at a time, as the trace says it; else the number of procs. */
function procsAt({ model }: ExplainContext, time: number): number {
  const series = metricSeries(model, METRIC_PROCS);
  if (series === undefined || series.value.length === 0) return model.procs.count;
  let value = series.value[0]!;
  for (let i = 0; i < series.time.length && series.time[i]! <= time; i++) value = series.value[i]!;
  return value;
}
