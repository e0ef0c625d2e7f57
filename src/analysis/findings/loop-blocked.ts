/** An event loop, or a proc, was kept by one strand for too long. */
import { count, duration } from '../../base/index.ts';
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
  const blocks = facts.blocks.filter(concerns(model));
  const culprit = loopCulprits(model, blocks)[0];
  if (culprit === undefined) return undefined;
  const byLength = [...culprit.blocks].sort((a, b) => length(b) - length(a));
  const worst = byLength[0]!;
  const place = names.place(model.goroutines.entryStack[worst.goroutine]!);
  const all = blocks.reduce((sum, block) => sum + length(block), 0);
  const delayed = facts.delays[facts.blocks.indexOf(worst)] ?? [];
  const waited =
    worst.delayed > 0 ? ` ${count(worst.delayed)} ${noun.of(worst.delayed)} were open behind the worst.` : '';
  const ready =
    delayed[0] === undefined
      ? ''
      : ` ${names.task(delayed[0].task)} was ready behind it for ${duration(delayed[0].time)}.`;
  const times = culprit.blocks.length === 1 ? 'Once' : `${count(culprit.blocks.length)} times`;
  return {
    id: 'loop-block',
    severity: culprit.worst >= SERIOUS ? 3 : 2,
    value: duration(culprit.worst),
    title: `${names.procInFull(worst.proc)} blocked by ${names.group(culprit.group)}`,
    detail: `${place === '' ? '' : `${place}. `}${times} over ${THRESHOLD}.${waited}`,
    why: {
      definition: `A block is one strand that keeps an event loop for more than ${THRESHOLD} without giving it back.`,
      found: `${count(blocks.length)} ${blocks.length === 1 ? 'block' : 'blocks'} of all culprits, ${duration(all)} in all.${ready}`,
    },
    measure: { value: culprit.worst, threshold: LOOP_BLOCK_THRESHOLD, unit: 'ns' },
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

function length({ start, end }: LoopBlock): number {
  return end - start;
}
