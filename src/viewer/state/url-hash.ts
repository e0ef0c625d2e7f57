/**
 * The window and the selection in the address of the page, so that a link shows what its sender saw:
 * `#w=4200000000,4760000000&task=812&g=4711&at=4268000000`. Times are ns since the start of the trace's clock; things
 * are named by the trace's own ids.
 */
import type { TraceModel } from '../../analysis/index.ts';
import type { TimeWindow } from '../timeline/scale.ts';
import { NOTHING, type Selection } from './selection.ts';

export interface HashState {
  readonly window: TimeWindow | undefined;
  readonly selection: Selection;
}

export function encodeHash(model: TraceModel, window: TimeWindow, selection: Selection): string {
  const parts = [`w=${Math.round(window.start)},${Math.round(window.end)}`];
  if (selection.task >= 0) parts.push(`task=${model.tasks.id[selection.task]}`);
  if (selection.strand >= 0) parts.push(`g=${model.goroutines.id[selection.strand]}`);
  if (selection.interval >= 0) parts.push(`at=${model.intervals.start[selection.interval]}`);
  return `#${parts.join('&')}`;
}

/** Reads an address; what the trace does not have is left out. */
export function decodeHash(model: TraceModel, hash: string): HashState {
  const values = new URLSearchParams(hash.replace(/^#/, ''));
  const [start, end] = (values.get('w') ?? '').split(',').map(Number);
  const window = start !== undefined && end !== undefined && end > start ? { start, end } : undefined;
  const at = numberOf(values.get('at'));
  const task = indexOfId(model.tasks.id, numberOf(values.get('task')));
  const strand = strandOf(model, numberOf(values.get('g')), at);
  if (task < 0 && strand < 0) return { window, selection: NOTHING };
  return { window, selection: { task, strand, interval: intervalAt(model, strand, at) } };
}

function numberOf(text: string | null): number {
  return text === null || text === '' ? Number.NaN : Number(text);
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
