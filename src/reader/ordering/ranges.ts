/** Ranges: stop-the-world and mark assist on goroutines, sweep on procs, and the GC as a whole. */
import { EVENTS } from '../../format/index.ts';
import { EventKind, NONE, ResourceKind, type TraceEvent } from '../event.ts';
import { KnownName } from '../string-table.ts';
import { GcState, type Handler, type Ordering } from './ordering.ts';
import type { Goroutine, Thread } from './states.ts';

/** Open ranges of a goroutine. There are two kinds, and no sound trace nests them; each is looked for among all. */
const MOST_RANGES = 1000;

/** kind, stack */
export const stwBegin: Handler = (order, row, thread) => {
  order.require(row, thread);
  const kind = order.names.strings[order.string(row, order.arg(row, 1))]!;
  const name = order.names.intern(`stop-the-world (${kind})`);
  begin(order, row, order.current(row, thread), EVENTS.STWBegin.id, name);
  range(order, row, thread, EventKind.RangeBegin, ResourceKind.Goroutine, thread.goroutine!.id).name = name;
  return true;
};

export const stwEnd: Handler = (order, row, thread) => {
  order.require(row, thread);
  const name = end(order, row, order.current(row, thread), EVENTS.STWBegin.id);
  range(order, row, thread, EventKind.RangeEnd, ResourceKind.Goroutine, thread.goroutine!.id).name = name;
  return true;
};

/** goroutine */
export const markAssistActive: Handler = (order, row, thread) => {
  const id = order.arg(row, 1);
  const goroutine = order.goroutines.get(id);
  if (goroutine === undefined) throw order.contradiction(row, `goroutine ${order.idText(id)} is not known`);
  if (order.inFirstGeneration) begin(order, row, goroutine, EVENTS.GCMarkAssistBegin.id, KnownName.MarkAssist);
  else if (find(goroutine, EVENTS.GCMarkAssistBegin.id) < 0) throw order.contradiction(row, 'the range was not open');
  range(order, row, thread, EventKind.RangeActive, ResourceKind.Goroutine, id).name = KnownName.MarkAssist;
  return true;
};

/** stack */
export const markAssistBegin: Handler = (order, row, thread) => {
  order.require(row, thread);
  begin(order, row, order.current(row, thread), EVENTS.GCMarkAssistBegin.id, KnownName.MarkAssist);
  range(order, row, thread, EventKind.RangeBegin, ResourceKind.Goroutine, thread.goroutine!.id).name =
    KnownName.MarkAssist;
  return true;
};

export const markAssistEnd: Handler = (order, row, thread) => {
  order.require(row, thread);
  const name = end(order, row, order.current(row, thread), EVENTS.GCMarkAssistBegin.id);
  range(order, row, thread, EventKind.RangeEnd, ResourceKind.Goroutine, thread.goroutine!.id).name = name;
  return true;
};

/** proc */
export const sweepActive: Handler = (order, row, thread) => {
  const id = order.arg(row, 1);
  const proc = order.procs.get(id);
  if (proc === undefined) throw order.contradiction(row, `proc ${order.idText(id)} is not known`);
  if (proc.sweeping === order.inFirstGeneration) {
    throw order.contradiction(row, proc.sweeping ? 'the range is open already' : 'the range was not open');
  }
  proc.sweeping = true;
  range(order, row, thread, EventKind.RangeActive, ResourceKind.Proc, id).name = KnownName.Sweep;
  return true;
};

/** stack */
export const sweepBegin: Handler = (order, row, thread) => {
  order.require(row, thread);
  const proc = thread.proc!;
  if (proc.sweeping) throw order.contradiction(row, 'the range is open already');
  proc.sweeping = true;
  range(order, row, thread, EventKind.RangeBegin, ResourceKind.Proc, proc.id).name = KnownName.Sweep;
  return true;
};

/** swept, reclaimed */
export const sweepEnd: Handler = (order, row, thread) => {
  order.require(row, thread);
  const proc = thread.proc!;
  if (!proc.sweeping) throw order.contradiction(row, 'the range was not open');
  proc.sweeping = false;
  const event = range(order, row, thread, EventKind.RangeEnd, ResourceKind.Proc, proc.id);
  event.name = KnownName.Sweep;
  event.hasAttributes = true;
  event.swept = order.quantity(order.arg(row, 1));
  event.reclaimed = order.quantity(order.arg(row, 2));
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
  range(order, row, thread, EventKind.RangeActive, ResourceKind.None, NONE).name = KnownName.Gc;
  return true;
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
  range(order, row, thread, EventKind.RangeBegin, ResourceKind.None, NONE).name = KnownName.Gc;
  return true;
};

/** sequence */
export const gcEnd: Handler = (order, row, thread) => {
  const sequence = order.arg(row, 1);
  if (sequence !== order.gcSequence + 1) return false;
  if (order.gcState !== GcState.Running) throw order.contradiction(row, 'no GC is running');
  order.require(row, thread);
  order.gcState = GcState.Off;
  order.gcSequence = sequence;
  range(order, row, thread, EventKind.RangeEnd, ResourceKind.None, NONE).name = KnownName.Gc;
  return true;
};

function range(
  order: Ordering,
  row: number,
  thread: Thread,
  kind: EventKind,
  resource: ResourceKind,
  subject: number,
): TraceEvent {
  const event = order.emit(kind, row, thread);
  event.resource = resource;
  event.subject = subject;
  event.hasAttributes = false;
  return event;
}

/** Opens a range on a goroutine; it may hold several, but no two of one type and name. */
function begin(order: Ordering, row: number, goroutine: Goroutine, type: number, name: number): void {
  goroutine.ranges ??= [];
  const { ranges } = goroutine;
  for (let i = 0; i < ranges.length; i += 2) {
    if (ranges[i] === type && ranges[i + 1] === name) throw order.contradiction(row, 'the range is open already');
  }
  if (ranges.length >= 2 * MOST_RANGES) throw order.error('too-large', row, `more than ${MOST_RANGES} open ranges`);
  ranges.push(type, name);
}

/** Closes the first open range of a type and returns its name. As in Go, the last one moves to its place. */
function end(order: Ordering, row: number, goroutine: Goroutine, type: number): number {
  const at = find(goroutine, type);
  if (at < 0) throw order.contradiction(row, 'the range was not open');
  const ranges = goroutine.ranges!;
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
function find(goroutine: Goroutine, type: number): number {
  const { ranges } = goroutine;
  if (ranges === undefined) return -1;
  for (let i = 0; i < ranges.length; i += 2) {
    if (ranges[i] === type) return i;
  }
  return -1;
}
