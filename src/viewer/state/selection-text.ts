/**
 * A selection by the trace's own names, as text: `task:812,g:4711,at:4268000000`. So it can be found again in a link, and
 * in a model of the same trace with more in it.
 */
import type { TraceModel } from '../../analysis/index.ts';
import type { OpenTrace } from './open-trace.ts';
import type { Selection } from './selection.ts';

/** '' for nothing. */
export function encodeSelection({ task, strand, interval }: Selection, { model }: OpenTrace): string {
  const parts: string[] = [];
  if (task >= 0) parts.push(`task:${model.tasks.id[task]}`);
  if (strand >= 0) parts.push(`g:${model.goroutines.id[strand]}`);
  if (interval >= 0) parts.push(`at:${model.intervals.start[interval]}`);
  return parts.join(',');
}

/** Undefined when the trace does not have it. */
export function decodeSelection(text: string, { model }: OpenTrace): Selection | undefined {
  const ids = new Map(text.split(',').map((part) => part.split(':', 2) as [string, string]));
  const number = (key: string) => numberOf(ids.get(key));
  const task = indexOfId(model.tasks.id, number('task'));
  const strand = strandOf(model, number('g'), number('at'));
  if ((task < 0 && ids.has('task')) || (strand < 0 && ids.has('g')) || (task < 0 && strand < 0)) return undefined;
  return { task, strand, interval: intervalAt(model, strand, number('at')) };
}

function numberOf(text: string | undefined): number {
  return text === undefined || text === '' ? Number.NaN : Number(text);
}

function indexOfId(ids: Float64Array, id: number): number {
  return Number.isNaN(id) ? -1 : ids.indexOf(id);
}

/** Ids may be used again: the goroutine of this id that has an interval at the time, else the first. */
function strandOf(model: TraceModel, id: number, at: number): number {
  const first = indexOfId(model.goroutines.id, id);
  for (let strand = first; strand >= 0; strand = model.goroutines.id.indexOf(id, strand + 1)) {
    if (intervalAt(model, strand, at) >= 0) return strand;
  }
  return first;
}

function intervalAt(model: TraceModel, strand: number, at: number): number {
  if (strand < 0 || Number.isNaN(at)) return -1;
  const { offset } = model.goroutines;
  const row = model.intervals.start.subarray(offset[strand]!, offset[strand + 1]!).indexOf(at);
  return row < 0 ? -1 : offset[strand]! + row;
}
