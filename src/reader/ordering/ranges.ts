/** Ranges: stop-the-world and mark assist on goroutines, sweep on procs, and the GC as a whole. */
import { EVENTS } from '../../format/index.ts';
import { EventKind, NONE, ResourceKind } from '../event.ts';
import { Num, Word, whatOf } from '../event-block.ts';
import { KnownName } from '../string-table.ts';
import { GcState, type Handler, type Ordering } from './ordering.ts';
import { NOWHERE } from './states.ts';

/** Open ranges of a goroutine. There are two kinds, and no sound trace nests them; each is looked for among all. */
const MOST_RANGES = 1000;

/** kind, stack */
export const stwBegin: Handler = (order, row, thread) => {
  order.require(row, thread);
  const kind = order.names.strings[order.string(row, order.arg(row, 1))]!;
  const name = order.names.intern(`stop-the-world (${kind})`);
  begin(order, row, order.current(row, thread), EVENTS.STWBegin.id, name);
  return onCurrent(order, row, thread, EventKind.RangeBegin, name);
};

export const stwEnd: Handler = (order, row, thread) => {
  order.require(row, thread);
  const name = end(order, row, order.current(row, thread), EVENTS.STWBegin.id);
  return onCurrent(order, row, thread, EventKind.RangeEnd, name);
};

/** goroutine */
export const markAssistActive: Handler = (order, row, thread) => {
  const id = order.arg(row, 1);
  const goroutine = order.goroutines.find(id);
  if (goroutine === NOWHERE) throw order.contradiction(row, `goroutine ${order.idText(id)} is not known`);
  if (order.inFirstGeneration) begin(order, row, goroutine, EVENTS.GCMarkAssistBegin.id, KnownName.MarkAssist);
  else if (find(order.goroutines.ranges[goroutine], EVENTS.GCMarkAssistBegin.id) < 0) {
    throw order.contradiction(row, 'the range was not open');
  }
  return emit(order, row, thread, whatOf(EventKind.RangeActive, ResourceKind.Goroutine), id, KnownName.MarkAssist);
};

/** stack */
export const markAssistBegin: Handler = (order, row, thread) => {
  order.require(row, thread);
  begin(order, row, order.current(row, thread), EVENTS.GCMarkAssistBegin.id, KnownName.MarkAssist);
  return onCurrent(order, row, thread, EventKind.RangeBegin, KnownName.MarkAssist);
};

export const markAssistEnd: Handler = (order, row, thread) => {
  order.require(row, thread);
  const name = end(order, row, order.current(row, thread), EVENTS.GCMarkAssistBegin.id);
  return onCurrent(order, row, thread, EventKind.RangeEnd, name);
};

/** proc */
export const sweepActive: Handler = (order, row, thread) => {
  const { procs } = order;
  const id = order.arg(row, 1);
  const proc = procs.find(id);
  if (proc === NOWHERE) throw order.contradiction(row, `proc ${order.idText(id)} is not known`);
  const sweeping = procs.sweeping[proc] === 1;
  if (sweeping === order.inFirstGeneration) {
    throw order.contradiction(row, sweeping ? 'the range is open already' : 'the range was not open');
  }
  procs.sweeping[proc] = 1;
  return emit(order, row, thread, whatOf(EventKind.RangeActive, ResourceKind.Proc), id, KnownName.Sweep);
};

/** stack */
export const sweepBegin: Handler = (order, row, thread) => {
  order.require(row, thread);
  const { procs } = order;
  const proc = order.threads.proc[thread]!;
  if (procs.sweeping[proc] === 1) throw order.contradiction(row, 'the range is open already');
  procs.sweeping[proc] = 1;
  return emit(order, row, thread, whatOf(EventKind.RangeBegin, ResourceKind.Proc), procs.id[proc]!, KnownName.Sweep);
};

/** swept, reclaimed */
export const sweepEnd: Handler = (order, row, thread) => {
  order.require(row, thread);
  const { procs, block } = order;
  const proc = order.threads.proc[thread]!;
  if (procs.sweeping[proc] === 0) throw order.contradiction(row, 'the range was not open');
  procs.sweeping[proc] = 0;
  emit(order, row, thread, whatOf(EventKind.RangeEnd, ResourceKind.Proc), procs.id[proc]!, KnownName.Sweep);
  block.setDetails(block.count - 1, 1, order.quantity(order.arg(row, 1)), order.quantity(order.arg(row, 2)));
  return true;
};

/*
 * The GC has a sequence of its own, which never restarts, because it may begin and end on different threads. What tells
 * of it first sets the sequence, and is not asked for a context.
 */

/** sequence */
export const gcActive: Handler = (order, row, thread) => {
  const sequence = order.arg(row, 1);
  if (order.inFirstGeneration) {
    if (order.gcState !== GcState.Unknown) throw order.contradiction(row, 'the GC was told of before');
    order.gcState = GcState.Running;
  } else {
    if (sequence !== order.gcSequence + 1) return false;
    if (order.gcState !== GcState.Running) throw order.contradiction(row, 'no GC is running');
    order.require(row, thread);
  }
  order.gcSequence = sequence;
  return onNothing(order, row, thread, EventKind.RangeActive);
};

/** sequence, stack */
export const gcBegin: Handler = (order, row, thread) => {
  const sequence = order.arg(row, 1);
  if (order.gcState !== GcState.Unknown) {
    if (sequence !== order.gcSequence + 1) return false;
    if (order.gcState === GcState.Running) throw order.contradiction(row, 'a GC is running already');
    order.require(row, thread);
  }
  order.gcState = GcState.Running;
  order.gcSequence = sequence;
  return onNothing(order, row, thread, EventKind.RangeBegin);
};

/** sequence */
export const gcEnd: Handler = (order, row, thread) => {
  const sequence = order.arg(row, 1);
  if (sequence !== order.gcSequence + 1) return false;
  if (order.gcState !== GcState.Running) throw order.contradiction(row, 'no GC is running');
  order.require(row, thread);
  order.gcState = GcState.Off;
  order.gcSequence = sequence;
  return onNothing(order, row, thread, EventKind.RangeEnd);
};

function onCurrent(order: Ordering, row: number, thread: number, kind: EventKind, name: number): true {
  const goroutine = order.goroutines.id[order.threads.goroutine[thread]!]!;
  return emit(order, row, thread, whatOf(kind, ResourceKind.Goroutine), goroutine, name);
}

function onNothing(order: Ordering, row: number, thread: number, kind: EventKind): true {
  return emit(order, row, thread, whatOf(kind, ResourceKind.None), NONE, KnownName.Gc);
}

/** Emits an event about a range, without attributes. */
function emit(order: Ordering, row: number, thread: number, what: number, subject: number, name: number): true {
  const { block } = order;
  const out = order.emit(what, row, thread);
  block.setNumber(out, Num.Subject, subject);
  block.setWord(out, Word.Name, name);
  block.setDetails(out, 0);
  return true;
}

/** Opens a range on a goroutine; it may hold several, but no two of one type and name. */
function begin(order: Ordering, row: number, goroutine: number, type: number, name: number): void {
  const ranges = order.goroutines.ranges[goroutine] ?? [];
  order.goroutines.ranges[goroutine] = ranges;
  for (let i = 0; i < ranges.length; i += 2) {
    if (ranges[i] === type && ranges[i + 1] === name) throw order.contradiction(row, 'the range is open already');
  }
  if (ranges.length >= 2 * MOST_RANGES) throw order.error('too-large', row, `more than ${MOST_RANGES} open ranges`);
  ranges.push(type, name);
}

/** Closes the first open range of a type and returns its name. As in Go, the last one moves to its place. */
function end(order: Ordering, row: number, goroutine: number, type: number): number {
  const ranges = order.goroutines.ranges[goroutine];
  const at = find(ranges, type);
  if (ranges === undefined || at < 0) throw order.contradiction(row, 'the range was not open');
  const name = ranges[at + 1]!;
  const lastName = ranges.pop()!;
  const lastType = ranges.pop()!;
  if (at < ranges.length) {
    ranges[at] = lastType;
    ranges[at + 1] = lastName;
  }
  return name;
}

/** Place of the first open range of a type, or -1. */
function find(ranges: readonly number[] | undefined, type: number): number {
  if (ranges === undefined) return -1;
  for (let i = 0; i < ranges.length; i += 2) {
    if (ranges[i] === type) return i;
  }
  return -1;
}
