/** An event loop, or a proc, was kept by one strand for too long. */
import { count, duration, lowerBound } from '../../base/index.ts';
import { LOOP_BLOCK_THRESHOLD, type LoopBlock, loopCulprits } from '../loop-blocks.ts';
import type { TraceModel } from '../model.ts';
import { procAfter } from '../proc-holders.ts';
import { DisplayState } from '../states.ts';
import type { TraceFacts } from './facts.ts';
import type { Finding } from './finding.ts';

const SERIOUS = 200e6;
const THRESHOLD = `${LOOP_BLOCK_THRESHOLD / 1e6} ms`;
/** Blocks that are named as evidence. */
const MOST_EVIDENCE = 5;

export function loopBlocked(facts: TraceFacts): Finding | undefined {
  const { model, names, noun } = facts;
  if (facts.blocks.length === 0) return undefined;
  const blocks = facts.blocks.filter(concerns(model));
  // A block that nobody waited behind, such as the start of the program, matters less than one that held others up.
  const culprits = loopCulprits(model, blocks);
  const culprit = culprits.find(({ delayed }) => delayed > 0) ?? culprits[0];
  if (culprit === undefined) return undefined;
  const byLength = [...culprit.blocks].sort(
    (a, b) => Number(b.delayed > 0) - Number(a.delayed > 0) || length(b) - length(a),
  );
  const worst = byLength[0]!;
  const place = names.place(model.goroutines.entryStack[worst.goroutine]!);
  const code = codeOfBlock(facts, worst);
  const strand = names.group(culprit.group);
  // Of a Go server, the entry function says nothing: all requests have the same.
  const who = model.info.dialect === 'go' && code !== '' ? code : strand;
  const where = code === '' ? place : who === code ? `In ${strand}` : `In ${code}`;
  const task = model.goroutines.task[worst.goroutine]!;
  const by = [where, task < 0 ? '' : `for ${names.task(task)}`].filter((text) => text !== '').join(', ');
  const all = blocks.reduce((sum, block) => sum + length(block), 0);
  const delayed = facts.delays[facts.blocks.indexOf(worst)] ?? [];
  const waited = worst.delayed > 0 ? `, ${count(worst.delayed)} ${noun.of(worst.delayed)} behind the worst` : '';
  const ready =
    delayed[0] === undefined
      ? ''
      : ` ${names.task(delayed[0].task)} was ready behind it for ${duration(delayed[0].time)}.`;
  const times = culprit.blocks.length === 1 ? 'Once' : `${count(culprit.blocks.length)} times`;
  return {
    id: 'loop-block',
    severity: model.tasks.count > 0 && culprit.delayed === 0 ? 1 : length(worst) >= SERIOUS ? 3 : 2,
    value: duration(length(worst)),
    title: `${names.procInFull(worst.proc)} blocked by ${who}`,
    detail: `${by === '' ? '' : `${by}. `}${times} over ${THRESHOLD}${waited}.`,
    why: {
      definition: `A block is one strand that keeps an event loop for more than ${THRESHOLD} without giving it back.`,
      found: `${count(blocks.length)} ${blocks.length === 1 ? 'block' : 'blocks'} of all culprits, ${duration(all)} in all.${ready}`,
    },
    measure: { value: length(worst), threshold: LOOP_BLOCK_THRESHOLD, unit: 'ns' },
    target: { kind: 'interval', strand: worst.goroutine, interval: worst.interval },
    evidence: byLength
      .slice(0, MOST_EVIDENCE)
      .map(({ goroutine, interval }) => ({ kind: 'interval', strand: goroutine, interval })),
  };
}

/**
 * Whether a block matters. On an event loop every one does. A goroutine may run for as long as it likes while nobody waits
 * for its proc: there must be one that was ready all the while, and ran there when it was over.
 */
function concerns(model: TraceModel): (block: LoopBlock) => boolean {
  if (model.info.dialect === 'node') return () => true;
  const { intervals } = model;
  const waiting = new Map<number, number[]>();
  for (let row = 0; row < intervals.count; row++) {
    if (intervals.display[row] !== DisplayState.Ready) continue;
    if (intervals.end[row]! - intervals.start[row]! < LOOP_BLOCK_THRESHOLD) continue;
    const proc = procAfter(model, row);
    const rows = waiting.get(proc);
    if (rows === undefined) waiting.set(proc, [row]);
    else rows.push(row);
  }
  return ({ proc, start, end }) =>
    waiting.get(proc)?.some((row) => {
      const shared = Math.min(end, intervals.end[row]!) - Math.max(start, intervals.start[row]!);
      return shared >= LOOP_BLOCK_THRESHOLD;
    }) ?? false;
}

/**
 * The code in which the time of a block went: the function of the program that CPU samples find most often, else, in a Go
 * trace, the one in which the goroutine was when it stopped. Empty when it is the strand's own function, or not known.
 */
function codeOfBlock({ model, names }: TraceFacts, { goroutine, interval, start, end }: LoopBlock): string {
  const { samples, intervals, goroutines, info } = model;
  const own = (stack: number): string => (info.dialect === 'go' ? names.ownFunction(stack) : names.topFunction(stack));
  const times = new Map<string, number>();
  for (let at = lowerBound(samples.time, start); at < samples.count && samples.time[at]! < end; at++) {
    const name = samples.goroutine[at] === goroutine ? own(samples.stack[at]!) : '';
    if (name !== '') times.set(name, (times.get(name) ?? 0) + 1);
  }
  if (times.size === 0 && info.dialect === 'go') {
    const last = goroutines.offset[goroutine + 1]!;
    const after = lowerBound(intervals.end, end, interval, last) + 1;
    if (after < last) times.set(own(intervals.stack[after]!), 1);
  }
  const [code] = [...times].reduce((a, b) => (b[1] > a[1] ? b : a), ['', 0]);
  return code === names.functionOf(goroutine) ? '' : code;
}

function length({ start, end }: LoopBlock): number {
  return end - start;
}
