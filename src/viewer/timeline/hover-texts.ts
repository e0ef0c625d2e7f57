/**
 * What is said about the thing under the pointer: who, what, how long; why; when and ended by whom. Loaded when
 * something is first pointed at: the first picture does not need it.
 */
import { Explainer, type Explanation, textOf } from '../../analysis/index.ts';
import { lowerBound } from '../../base/index.ts';
import type { OpenTrace } from '../state/open-trace.ts';
import { count, duration } from '../theme/numbers.ts';
import type { Hover } from './frame-input.ts';
import type { Row } from './rows.ts';
import type { TimeWindow } from './scale.ts';

export interface TooltipTexts {
  readonly title: string;
  readonly why: string;
  readonly when: string;
}

const explainers = new WeakMap<OpenTrace, Explainer>();

/** The explainer of a trace: it keeps what takes a pass over the trace to find out. */
export function explainerOf(trace: OpenTrace): Explainer {
  let explainer = explainers.get(trace);
  if (explainer === undefined) {
    explainer = new Explainer(trace.model, trace.names);
    explainers.set(trace, explainer);
  }
  return explainer;
}

/** Texts for what is under the pointer; undefined if there is nothing to say. */
export function tooltipTexts(trace: OpenTrace, row: Row, hover: Hover): TooltipTexts | undefined {
  const explainer = explainerOf(trace);
  if (hover.interval >= 0) return textsOf(trace, explainer.interval(hover.interval));
  if (hover.gap !== undefined && row.kind === 'samples') return samplesText(trace, hover.gap);
  if (hover.gap !== undefined && row.kind === 'proc') {
    return textsOf(trace, explainer.idle(row.ref, hover.gap.start, hover.gap.end));
  }
  if (hover.gap !== undefined && hover.time !== undefined) {
    return textsOf(trace, explainer.absent(row.ref, hover.time));
  }
  if (row.kind !== 'task') return undefined;
  const { start, end } = trace.breakdown(row.ref);
  const title = `${trace.names.task(row.ref)} took ${duration(end - start)}`;
  return { title, why: '', when: span(trace, start, end) };
}

/** Frames of the most frequent stack that are listed. */
const FRAMES = 8;

/** CPU samples of a stretch: the stack that most of them have. */
function samplesText(trace: OpenTrace, { start, end }: TimeWindow): TooltipTexts | undefined {
  const { model, names } = trace;
  const { time, stack, goroutine } = model.samples;
  const byStack = new Map<number, number>();
  const from = lowerBound(time, start);
  const to = lowerBound(time, end);
  for (let i = from; i < to; i++) byStack.set(stack[i]!, (byStack.get(stack[i]!) ?? 0) + 1);
  const [most, times] = [...byStack].reduce((a, b) => (b[1] > a[1] ? b : a), [0, 0]);
  if (times === 0) return undefined;
  const { offset, func } = model.stacks;
  const frames = Array.from(func.subarray(offset[most]!, offset[most + 1]!), (id) => names.text(id));
  const n = to - from;
  const who = n === 1 && goroutine[from]! >= 0 ? ` of ${names.strand(goroutine[from]!)}` : '';
  const share = n === times ? '' : ` (${count(times)} of them)`;
  const title = `${count(n)} CPU ${n === 1 ? 'sample' : 'samples'}${who}: ${frames[0] ?? 'no stack'}${share}`;
  const callers = frames.slice(1, FRAMES);
  const why = callers.length === 0 ? '' : `called by ${callers.join(' ‹ ')}${frames.length > FRAMES ? ' ‹ …' : ''}`;
  return { title, why, when: trace.clock((start + end) / 2, Math.max(1, end - start)) };
}

function textsOf(trace: OpenTrace, { title, why, start, end, endedBy, inferred }: Explanation): TooltipTexts {
  const ended = endedBy === undefined ? '' : ` · woken by ${endedBy.text}${inferred ? ', inferred' : ''}`;
  return { title, why: why.map(textOf).join(' '), when: span(trace, start, end) + ended };
}

function span(trace: OpenTrace, start: number, end: number): string {
  const step = Math.max(1, (end - start) / 100);
  return `${trace.clock(start, step)} to ${trace.clock(end, step)}`;
}
