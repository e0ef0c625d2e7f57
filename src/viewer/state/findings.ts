/**
 * What stands out in a trace: a handful of checks, each with a threshold, a number from the trace and a way to check it.
 * Nothing is said that was not computed.
 */
import {
  DISPLAY_STATES,
  DisplayState,
  LOOP_BLOCK_THRESHOLD,
  loopCulprits,
  RangeClass,
  stateWord,
  taskLength,
  trackTotals,
  wordsOf,
} from '../../analysis/index.ts';
import { count, duration, figures3, percent } from '../theme/numbers.ts';
import type { OpenTrace } from './open-trace.ts';
import { taskNoun } from './task-words.ts';

/** 3 is shown as a red triangle, 2 as an amber diamond, 1 as a grey ring. */
export type Severity = 1 | 2 | 3;

/** Where `Show` goes. */
export type FindingTarget =
  | { readonly kind: 'task'; readonly task: number }
  | { readonly kind: 'interval'; readonly strand: number; readonly interval: number }
  | { readonly kind: 'time'; readonly start: number; readonly end: number }
  | { readonly kind: 'group'; readonly group: number };

export interface Finding {
  readonly id: string;
  readonly severity: Severity;
  /** Number and title read as one sentence. */
  readonly value: string;
  readonly title: string;
  readonly detail: string;
  readonly why: { readonly definition: string; readonly found: string };
  readonly target: FindingTarget;
}

type Check = (trace: OpenTrace) => Finding | undefined;

const CHECKS: readonly Check[] = [
  loopBlocked,
  slowAndReady,
  slowestTask,
  collectorShare,
  longestStop,
  neverEnding,
  waitingToRun,
];

/** How many checks there are. */
export const CHECK_COUNT = CHECKS.length;
/** Findings that are shown. */
const MOST = 5;

export function findFindings(trace: OpenTrace): Finding[] {
  const found = CHECKS.map((check) => check(trace)).filter((finding) => finding !== undefined);
  return found.sort((a, b) => b.severity - a.severity).slice(0, MOST);
}

const BLOCK_BAD = 200e6;
const BLOCK_THRESHOLD = `${LOOP_BLOCK_THRESHOLD / 1e6} ms`;

function loopBlocked(trace: OpenTrace): Finding | undefined {
  const { model, summary, names } = trace;
  if (model.info.dialect !== 'node') return undefined;
  const culprit = loopCulprits(model, summary.blocks)[0];
  if (culprit === undefined) return undefined;
  const worst = culprit.blocks.reduce((a, b) => (b.end - b.start > a.end - a.start ? b : a));
  const proc = names.proc(worst.proc);
  const place = names.place(model.goroutines.entryStack[worst.goroutine]!);
  const noun = taskNoun(trace);
  const all = summary.blocks.reduce((sum, block) => sum + block.end - block.start, 0);
  const waited =
    worst.delayed > 0 ? ` ${count(worst.delayed)} ${noun.of(worst.delayed)} were open behind the worst.` : '';
  const times = culprit.blocks.length === 1 ? 'Once' : `${count(culprit.blocks.length)} times`;
  return {
    id: 'loop-block',
    severity: culprit.worst >= BLOCK_BAD ? 3 : 2,
    value: duration(culprit.worst),
    title: `${proc} blocked by ${names.group(culprit.group)}`,
    detail: `${place === '' ? '' : `${place}. `}${times} over ${BLOCK_THRESHOLD}.${waited}`,
    why: {
      definition: `A block is one strand that keeps an event loop for more than ${BLOCK_THRESHOLD} without giving it back.`,
      found: `${count(summary.blocks.length)} blocks of all culprits, ${duration(all)} in all.`,
    },
    target: { kind: 'interval', strand: worst.goroutine, interval: worst.interval },
  };
}

/** Tasks that count as slow, at least and at most. */
const SLOW_LEAST = 5;
const SLOW_MOST = 200;
const READY_SHARE = 0.3;

function slowAndReady(trace: OpenTrace): Finding | undefined {
  const { model, summary } = trace;
  const slow = summary.slowest.subarray(0, Math.min(SLOW_MOST, Math.ceil(summary.slowest.length / 20)));
  if (slow.length < SLOW_LEAST) return undefined;
  const totals = new Float64Array(DISPLAY_STATES);
  for (const task of slow)
    trace.breakdown(task).totals.forEach((time, state) => {
      totals[state]! += time;
    });
  const sum = totals.reduce((a, b) => a + b, 0);
  const share = totals[DisplayState.Ready]! / sum;
  if (share < READY_SHARE) return undefined;
  const { dialect } = model.info;
  const parts = [...totals.keys()]
    .filter((state) => state !== DisplayState.Ready && totals[state]! / sum >= 0.05)
    .sort((a, b) => totals[b]! - totals[a]!)
    .map((state) => `${percent(totals[state]! / sum)} ${stateWord(dialect, state as DisplayState)}`);
  const noun = taskNoun(trace);
  const ready = stateWord(dialect, DisplayState.Ready);
  const limit = duration(taskLength(model, slow[slow.length - 1]!));
  return {
    id: 'slow-and-ready',
    severity: share >= 0.5 ? 3 : 2,
    value: percent(share),
    title: `of slow ${noun.plural}' time is ${ready}, not waiting`,
    detail: `Above ${limit}${parts.length > 0 ? `: else ${parts.slice(0, 2).join(', ')}` : ''}`,
    why: {
      definition: `The slowest 5 % of ${noun.plural} could have run for more than ${percent(READY_SHARE)} of their time, but something else held the processor.`,
      found: `${count(slow.length)} ${noun.of(slow.length)} from ${limit} on were ${ready} for ${duration(totals[DisplayState.Ready]!)} of ${duration(sum)}.`,
    },
    target: { kind: 'task', task: slow[0]! },
  };
}

const SLOW_FACTOR = 3;

function slowestTask(trace: OpenTrace): Finding | undefined {
  const { model, summary, names } = trace;
  const task = summary.slowest[0];
  const type = task === undefined ? undefined : trace.kindOf(task);
  if (task === undefined || type === undefined) return undefined;
  const length = taskLength(model, task);
  if (type.tasks.length < SLOW_LEAST || length < SLOW_FACTOR * type.p50) return undefined;
  const { totals } = trace.breakdown(task);
  const most = totals.indexOf(totals.reduce((a, b) => Math.max(a, b), 0)) as DisplayState;
  const noun = taskNoun(trace);
  return {
    id: 'slowest-task',
    severity: 2,
    value: duration(length),
    title: `slowest ${noun.singular}, ${figures3(length / type.p50)} times typical`,
    detail: `${names.task(task)}: ${duration(totals[most]!)} ${stateWord(model.info.dialect, most)}`,
    why: {
      definition: `The slowest ${noun.singular} takes more than ${SLOW_FACTOR} times the median of its kind.`,
      found: `Median of ${count(type.tasks.length)} ${names.clean(type.name)}: ${duration(type.p50)}.`,
    },
    target: { kind: 'task', task },
  };
}

const GC_SHARE = 0.03;

function collectorShare(trace: OpenTrace): Finding | undefined {
  const { model, bounds } = trace;
  const node = model.info.dialect === 'node';
  const track = node && model.procs.count > 0 ? trace.procShares(0).track : trace.allProcs.track;
  const totals = trackTotals(track, bounds.start, bounds.end);
  const whole = (bounds.end - bounds.start) * (node ? 1 : Math.max(1, model.procs.count));
  const share = totals[DisplayState.Gc]! / whole;
  if (share < GC_SHARE) return undefined;
  let collections = 0;
  let worst = 0;
  let at = 0;
  for (const range of trace.bandRanges) {
    if (model.ranges.class[range] !== RangeClass.Gc) continue;
    collections++;
    const length = model.ranges.end[range]! - model.ranges.start[range]!;
    if (length > worst) [worst, at] = [length, range];
  }
  return {
    id: 'gc-share',
    severity: share >= 0.25 ? 3 : share >= 0.1 ? 2 : 1,
    value: percent(share),
    title: node ? 'of the main loop goes to GC' : 'of processor time goes to GC',
    detail: `${count(collections)} collections, the longest ${duration(worst)}`,
    why: {
      definition: `GC takes more than ${percent(GC_SHARE)} of the time.`,
      found: `${duration(totals[DisplayState.Gc]!)} of ${duration(whole)}.`,
    },
    target: { kind: 'time', start: model.ranges.start[at] ?? 0, end: (model.ranges.start[at] ?? 0) + worst },
  };
}

const STOP_LONG = 1e6;

function longestStop(trace: OpenTrace): Finding | undefined {
  const { ranges } = trace.model;
  let longest = -1;
  let stops = 0;
  const length = (range: number) => ranges.end[range]! - ranges.start[range]!;
  for (const range of trace.bandRanges) {
    if (ranges.class[range] !== RangeClass.StopTheWorld || !(length(range) >= 0)) continue;
    // Tracing itself begins with one.
    if (trace.names.text(ranges.name[range]!).includes('start trace')) continue;
    stops++;
    if (longest < 0 || length(range) > length(longest)) longest = range;
  }
  if (longest < 0 || length(longest) < STOP_LONG) return undefined;
  return {
    id: 'stop-the-world',
    severity: length(longest) >= 10 * STOP_LONG ? 3 : 1,
    value: duration(length(longest)),
    title: 'longest stop-the-world',
    detail: `${trace.names.text(ranges.name[longest]!)}, one of ${count(stops)}`,
    why: {
      definition: `The world is stopped for more than ${STOP_LONG / 1e6} ms at a time.`,
      found: `${count(stops)} stops in the trace.`,
    },
    target: { kind: 'time', start: ranges.start[longest]!, end: ranges.end[longest]! },
  };
}

const LEAK_LEAST = 100;
const LEAK_SHARE = 0.9;

function neverEnding(trace: OpenTrace): Finding | undefined {
  const { goroutines, groups } = trace.model;
  const born = new Int32Array(groups.count);
  const alive = new Int32Array(groups.count);
  for (let g = 0; g < goroutines.count; g++) {
    if (Number.isNaN(goroutines.created[g]!)) continue;
    born[goroutines.group[g]!]!++;
    if (Number.isNaN(goroutines.ended[g]!) && waitsForOthers(trace, g)) alive[goroutines.group[g]!]!++;
  }
  const worst = alive.indexOf(alive.reduce((a, b) => Math.max(a, b), 0));
  if (worst < 0 || alive[worst]! < LEAK_LEAST || alive[worst]! < LEAK_SHARE * born[worst]!) return undefined;
  const words = wordsOf(trace.model.info.dialect);
  const seconds = (trace.bounds.end - trace.bounds.start) / 1e9;
  const member = groups.members[groups.offset[worst]!]!;
  const place = trace.names.place(goroutines.entryStack[member]!);
  return {
    id: 'never-ending',
    severity: 2,
    value: count(alive[worst]!),
    title: `${words.goroutines} never end`,
    detail: `${trace.names.group(worst)}${place === '' ? '' : `, ${place}`}: +${figures3(alive[worst]! / seconds)} per second`,
    why: {
      definition: `At least ${LEAK_LEAST} ${words.goroutines} of one function were created in the trace, and ${percent(LEAK_SHARE)} of them were still there at its end.`,
      found: `${count(alive[worst]!)} of ${count(born[worst]!)}.`,
    },
    target: { kind: 'group', group: worst },
  };
}

/** Is the last thing a goroutine does a wait for another one or for the network? Idle resources and timers are not. */
function waitsForOthers({ model }: OpenTrace, goroutine: number): boolean {
  const last = model.goroutines.offset[goroutine + 1]! - 1;
  const display = model.intervals.display[last];
  return display === DisplayState.Sync || display === DisplayState.Net;
}

function waitingToRun(trace: OpenTrace): Finding | undefined {
  if (trace.model.info.dialect !== 'go') return undefined;
  const totals = trackTotals(trace.all.track, trace.bounds.start, trace.bounds.end);
  const wanted = totals[DisplayState.Run]! + totals[DisplayState.Ready]!;
  const share = wanted > 0 ? totals[DisplayState.Ready]! / wanted : 0;
  if (share < READY_SHARE) return undefined;
  return {
    id: 'waiting-to-run',
    severity: share >= 0.5 ? 3 : 2,
    value: percent(share),
    title: 'of run time spent runnable',
    detail: `${count(trace.model.procs.count)} procs; ${duration(totals[DisplayState.Ready]!)} in all`,
    why: {
      definition: `Of the time that goroutines ran or could have run, they waited for a proc for more than ${percent(READY_SHARE)}.`,
      found: `Runnable ${duration(totals[DisplayState.Ready]!)}, running ${duration(totals[DisplayState.Run]!)}.`,
    },
    target: { kind: 'time', start: trace.bounds.start, end: trace.bounds.end },
  };
}
