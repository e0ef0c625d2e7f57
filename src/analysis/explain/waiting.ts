/** What a wait was for, what went on meanwhile where it was waited for, and what ended it. */

import { duration } from '../../base/index.ts';
import { awaitReason, causeOfAwait } from '../await-cause.ts';
import { reasonWord, stateWord } from '../dialect.ts';
import { intervalReason } from '../interval-links.ts';
import { type Meanwhile, meanwhileOf, meanwhileText } from '../meanwhile.ts';
import { stateTotals } from '../state-totals.ts';
import { DISPLAY_STATES, DisplayState } from '../states.ts';
import { wakeupOf } from '../wakeups.ts';
import type { ExplainContext } from './context.ts';
import { plain, type Sentence, say } from './explanation.ts';

/** Share of a wait from which a state of the one who ended it is worth a word. */
const WORTH = 0.05;
/** Reasons whose work is done by libuv's thread pool. */
const POOL_REASONS: ReadonlySet<string> = new Set(['fs', 'dns', 'crypto', 'zlib']);

/** What a wait is for, in the words of a sentence, by reason; other reasons are said as they are. */
const NODE_REASONS: ReadonlyMap<string, string> = new Map([
  ['network', 'the network'],
  ['fs', 'a file'],
  ['dns', 'a name to be looked up'],
  ['crypto', 'the thread pool (crypto)'],
  ['zlib', 'the thread pool (zlib)'],
  ['child process', 'a child process'],
  ['sleep', 'a timer'],
  ['chan receive', 'a message'],
  ['next request', 'the next request on its connection'],
  ['next connection', 'the next connection'],
  ['immediate', 'its turn in the loop'],
  ['nextTick', 'the next tick'],
  ['microtasks', 'its next use'],
  ['event loop', 'its next use'],
]);

/** Go: how its reasons read in a sentence, where not `waited in REASON`. */
const GO_PHRASES: ReadonlyMap<string, string> = new Map([
  ['network', 'waited for the network'],
  ['sleep', 'slept'],
  ['preempted', 'was stopped by the collector'],
  ['wait until GC ends', 'waited for the end of the collection'],
  ['GC background sweeper wait', 'waited for something to sweep'],
  ['system goroutine wait', 'waited for its next use by the runtime'],
]);

/** What the wait of an interval row was for: `a file`, `chan receive`; empty when nothing is known. */
export function waitedFor({ model, names, isNode }: ExplainContext, row: number): string {
  const reason = names.text(intervalReason(model.intervals, row));
  return (isNode ? NODE_REASONS.get(reason) : undefined) ?? reasonWord(model.info.dialect, reason);
}

/** `waited for a file`, `awaited loadOrder`, `waited in sync.(*Mutex).Lock`. */
export function waitPhrase(context: ExplainContext, row: number): string {
  const { model, names, isNode } = context;
  const what = waitedFor(context, row);
  if (what === '') return 'waited, for what is not known,';
  if (!isNode) return GO_PHRASES.get(what) ?? `waited in ${lockFunction(context, row) || what}`;
  const waker = wakeupOf(model, row)?.waker ?? -1;
  if (what !== 'await') return `waited for ${what}`;
  return waker < 0 ? 'awaited a promise' : `awaited ${names.strand(waker)}`;
}

/** Go: the function of a lock in which it waits, `sync.(*Mutex).Lock`; the reason does not tell them apart. */
function lockFunction({ model, names }: ExplainContext, row: number): string {
  const { offset, func } = model.stacks;
  const stack = model.intervals.stack[row]!;
  for (let frame = offset[stack]!; frame < offset[stack + 1]!; frame++) {
    const name = names.text(func[frame]!);
    if (/^sync\.\(\*\w+\)\.[A-Z]/.test(name)) return name;
    if (!/^(internal\/)?(sync|runtime)\./.test(name)) return '';
  }
  return '';
}

/** Sentences about a wait, the most important first. */
export function whyWaiting(context: ExplainContext, row: number): Sentence[] {
  const { model } = context;
  const reason = model.strings[intervalReason(model.intervals, row)]!;
  if (reason === 'lost records') return [say('Records were lost here: what it did is not known.')];
  if (context.isNode && POOL_REASONS.has(reason)) return poolSentences(context, row);
  const sentences: Sentence[] = [
    ...placeSentence(context, row),
    ...causeSentence(context, row),
    ...wakerSentence(context, row),
  ];
  const isOpen = model.intervals.end[row] === model.info.end && wakeupOf(model, row) === undefined;
  if (isOpen) sentences.push(say('It was still waiting when the trace ended.'));
  return sentences;
}

/** Where in the code it waits. */
function placeSentence({ model, names, isNode }: ExplainContext, row: number): Sentence[] {
  const stack = model.intervals.stack[row]!;
  if (stack === 0) return [];
  const place = isNode ? names.innermost(stack) : names.caller(stack);
  // Node's own files have no ending.
  return !place.includes('.') ? [] : [say(`It waited at ${place}.`)];
}

/** Node: what an await waited for in the end, behind all promises. */
function causeSentence(context: ExplainContext, row: number): Sentence[] {
  const cause = causeOfAwait(context.model, row, awaitReason(context.model));
  if (cause === undefined || cause.row === row) return [];
  const strand = context.model.intervals.goroutine[cause.row]!;
  const what = waitedFor(context, cause.row) || stateWord(context.model.info.dialect, cause.display);
  return [
    [
      plain('Behind the promises it waited '),
      plain(`${duration(cause.end - cause.start)} for ${what}, in `),
      context.strand(strand, cause.row),
      plain('.'),
    ],
  ];
}

/** What the one who ended the wait did meanwhile: for a lock, what its holder did. */
function wakerSentence(context: ExplainContext, row: number): Sentence[] {
  const { model } = context;
  const wakeup = wakeupOf(model, row);
  if (wakeup === undefined || wakeup.waker < 0 || model.intervals.display[row] !== DisplayState.Sync) return [];
  const { start, end } = model.intervals;
  const length = end[row]! - start[row]!;
  const totals = stateTotals(model, wakeup.waker, start[row]!, end[row]!);
  const parts = Array.from({ length: DISPLAY_STATES }, (_, state) => state as DisplayState)
    .filter((state) => state !== DisplayState.Off && totals[state]! >= length * WORTH)
    .sort((a, b) => totals[b]! - totals[a]!)
    .slice(0, 3)
    .map((state) => `${duration(totals[state]!)} ${stateWord(model.info.dialect, state)}`);
  const held = meanwhileOf(model, row);
  if (held !== undefined && held.turns > 1) return [queueSentence(context, held)];
  const who = context.strand(wakeup.waker, wakeup.wakerRow);
  if (parts.length === 0) return [[who, plain(' ended the wait.')]];
  return [[who, plain(` ended the wait; meanwhile it was ${parts.join(', ')}.`)]];
}

/** A lock with a queue: who held it for most of the wait, doing what, and how many had their turn. */
function queueSentence(context: ExplainContext, held: Meanwhile): Sentence {
  const what = meanwhileText(context.model, context.names, held);
  return [
    context.strand(held.holder, held.holderRow),
    plain(` held it meanwhile (${what}); ${held.turns} others had their turn.`),
  ];
}

/** Node: how busy the thread pool was when a job was handed to it, and for how long it queued. */
function poolSentences(context: ExplainContext, row: number): Sentence[] {
  const { intervals } = context.model;
  const size = context.poolSize;
  // At the very start the job itself may be at work already.
  const busy = Math.min(size, context.poolBusy(intervals.start[row]!));
  const queued = Math.min(context.queuedFor(intervals.goroutine[row]!), intervals.end[row]! - intervals.start[row]!);
  const sentences: Sentence[] = [...placeSentence(context, row)];
  if (queued > 0) sentences.push(say(`It queued for a thread of the pool for ${duration(queued)} of it (inferred).`));
  if (size > 0 && busy > 0) sentences.push(say(`Pool: ${busy} of ${size} threads busy when it began.`));
  return sentences;
}
