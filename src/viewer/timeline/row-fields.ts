/** What a row says of a thing, wherever it stands: its name, what is muted behind it, its value at the right. */
import { DisplayState, wordsOf } from '../../analysis/index.ts';
import type { OpenTrace } from '../state/open-trace.ts';
import { byteSize, count, duration, percent } from '../theme/numbers.ts';
import { rowId } from './row-id.ts';
import type { Row, RowFields } from './rows.ts';

/** What a row says of a thing, wherever it stands. */
export function rowFields(trace: OpenTrace, kind: Row['kind'], ref: number): RowFields | undefined {
  const { model, names, summary, tracks } = trace;
  const node = model.info.dialect === 'node';
  const base = { kind, ref, id: rowId(kind, ref), key: rowId(kind, ref) };
  switch (kind) {
    case 'proc': {
      const small = { height: 16, bar: 14, top: 1, rule: false };
      const isP = names.proc(ref).startsWith('P ');
      const isMain = names.proc(ref) === 'Main loop';
      const shape = isP ? small : isMain ? { height: 26, top: 4 } : {};
      return { ...base, name: names.proc(ref), value: percent(summary.procBusy[ref]!), ...shape };
    }
    case 'procs': {
      const busy = summary.procBusy.reduce((sum, share) => sum + share, 0) / Math.max(1, model.procs.count);
      const name = node ? 'Event loops' : 'Procs';
      return {
        ...base,
        key: 'procs',
        name,
        detail: node ? count(model.procs.count) : `${count(model.procs.count)} P`,
        value: percent(busy),
      };
    }
    case 'pool': {
      const { size, stacked, shares } = tracks.pool!;
      const queue = stacked === shares ? ' threads' : ' + queue';
      return { ...base, key: 'pool', name: 'Thread pool', detail: `${count(size)}${queue}`, value: 'inferred' };
    }
    case 'samples':
      return { ...base, key: 'samples', name: 'CPU samples', value: count(model.samples.count) };
    case 'thread':
      return { ...base, ...threadName(trace, ref), rule: false };
    case 'task': {
      const { start, end } = model.tasks;
      return { ...base, name: names.task(ref), value: duration(end[ref]! - start[ref]!) };
    }
    case 'strand': {
      const life = model.goroutines.ended[ref]! - model.goroutines.created[ref]!;
      const value = Number.isNaN(life) ? '' : duration(life);
      return { ...base, name: names.strand(ref), detail: names.strandDetail(ref), value };
    }
    case 'type': {
      const type = summary.taskTypes[ref]!;
      return { ...base, name: names.clean(type.name), detail: `×${count(type.tasks.length)}` };
    }
    case 'group': {
      const { offset } = model.groups;
      return { ...base, name: names.group(ref), detail: `×${count(offset[ref + 1]! - offset[ref]!)}` };
    }
    case 'counter':
      return counterFields(trace, ref, base);
    default:
      return undefined;
  }
}

function threadName(trace: OpenTrace, thread: number): { name: string; detail: string } {
  const { model, names, tracks } = trace;
  const id = tracks.threads.id[thread]!;
  if (tracks.isPool(thread)) return { name: `Pool thread ${id - 2_000_000 + 1}`, detail: 'inferred' };
  const proc = model.procs.thread.indexOf(id);
  return { name: `M ${id}`, detail: model.info.dialect === 'node' && proc >= 0 ? names.proc(proc) : '' };
}

function counterFields(trace: OpenTrace, ref: number, base: Pick<RowFields, 'kind' | 'ref' | 'id' | 'key'>): RowFields {
  const { model, tracks } = trace;
  const words = wordsOf(model.info.dialect);
  const counter = tracks.counters[ref]!;
  const upper = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
  const key = `c:${counter.kind}`;
  switch (counter.kind) {
    case 'heap': {
      const name = counter.limit ? 'Heap and goal' : 'Heap';
      return { ...base, key, name, value: `max ${byteSize(counter.peak)}` };
    }
    case 'ready': {
      const name = `${words.states[DisplayState.Ready]} ${words.goroutines}`;
      return { ...base, key, name: upper(name), value: `max ${count(counter.peak)}` };
    }
    case 'alive':
      return { ...base, key, name: upper(words.goroutines), value: `max ${count(counter.peak)}` };
    case 'threads':
      return { ...base, key, name: 'Threads that run', value: `max ${count(counter.peak)}` };
    case 'delay':
      return { ...base, key, name: 'Loop delay', value: `max ${duration(counter.peak)}` };
  }
}
