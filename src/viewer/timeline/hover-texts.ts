/**
 * What is said about the thing under the pointer: who, what, how long; why; when and ended by whom. Loaded when
 * something is first pointed at: the first picture does not need it.
 */
import { Explainer, type Explanation, textOf } from '../../analysis/index.ts';
import type { OpenTrace } from '../state/open-trace.ts';
import type { Hover } from './frame-input.ts';
import { lossTexts, pointTexts, span, type TooltipTexts } from './hover-points.ts';
import type { Row } from './rows.ts';

const explainers = new WeakMap<OpenTrace, Explainer>();

/** The explainer of a trace: it keeps what takes a pass over the trace to find out. */
export function explainerOf(trace: OpenTrace): Explainer {
  let explainer = explainers.get(trace);
  if (explainer === undefined) {
    explainer = new Explainer(trace.model, trace.names, trace.summary.rangeIndex);
    explainers.set(trace, explainer);
  }
  return explainer;
}

/** Texts for what is under the pointer; undefined if there is nothing to say. */
export function tooltipTexts(trace: OpenTrace, row: Row, hover: Hover): TooltipTexts | undefined {
  const explainer = explainerOf(trace);
  if (hover.interval >= 0) return textsOf(trace, explainer.interval(hover.interval));
  const loss = row.kind === 'proc' ? lossTexts(trace, row.ref, hover.time) : undefined;
  if (loss !== undefined) return loss;
  if (hover.gap !== undefined && row.kind === 'proc') {
    return textsOf(trace, explainer.idle(row.ref, hover.gap.start, hover.gap.end));
  }
  if (hover.time === undefined) return undefined;
  if (row.kind === 'strand') return textsOf(trace, explainer.absent(row.ref, hover.time));
  return pointTexts(trace, row, hover.time, hover.gap);
}

function textsOf(trace: OpenTrace, { title, why, start, end, endedBy, inferred }: Explanation): TooltipTexts {
  const ended = endedBy === undefined ? '' : ` · woken by ${endedBy.text}${inferred ? ', inferred' : ''}`;
  return { title, why: why.map(textOf).join(' '), when: span(trace, start, end) + ended };
}
