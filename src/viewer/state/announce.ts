/** The sentence for screen readers about what is selected: who, in which state, how long, woken by whom. */
import { type DisplayState, intervalReason, reasonWord, stateWord, wakeupOf } from '../../analysis/index.ts';
import { duration } from '../theme/numbers.ts';
import type { OpenTrace } from './open-trace.ts';
import type { Selection } from './selection.ts';

export function selectionSentence(trace: OpenTrace, { task, strand, interval }: Selection): string {
  const { model, names } = trace;
  if (interval >= 0) {
    const { start, end, display } = model.intervals;
    const { dialect } = model.info;
    const state = stateWord(dialect, display[interval]! as DisplayState);
    const why = reasonWord(dialect, names.text(intervalReason(model.intervals, interval)));
    const woken = wakeupOf(model, interval);
    const parts = [
      names.strand(strand),
      why === '' ? state : `${state}, ${why}`,
      duration(end[interval]! - start[interval]!),
    ];
    if (woken !== undefined && woken.waker >= 0) parts.push(`woken by ${names.strand(woken.waker)}`);
    return parts.join(', ');
  }
  if (strand >= 0) {
    const { created, ended } = model.goroutines;
    const detail = names.strandDetail(strand);
    return `${names.strand(strand)}${detail === '' ? '' : `, ${detail}`}, life ${duration(ended[strand]! - created[strand]!)}`;
  }
  if (task < 0) return '';
  const { start, end } = trace.breakdown(task);
  return `${names.task(task)}, ${duration(end - start)}`;
}
