/** Goroutines: created, started, stopped, blocked, woken, switched and ended. */
import { EVENTS, GoStatus } from '../../format/index.ts';
import { GoState, NONE, ResourceKind, type TraceEvent } from '../event.ts';
import type { Handler, Ordering } from './ordering.ts';
import { follows, GONE, Goroutine, type Thread } from './states.ts';

/** What a status in the file is in the event model. */
const STATE_OF: Readonly<Record<GoStatus, GoState>> = {
  [GoStatus.Runnable]: GoState.Runnable,
  [GoStatus.Running]: GoState.Running,
  [GoStatus.Syscall]: GoState.Syscall,
  [GoStatus.Waiting]: GoState.Waiting,
};

function isGoStatus(value: number): value is GoStatus {
  return value >= GoStatus.Runnable && value <= GoStatus.Waiting;
}

/** goroutine, thread, status */
export const goStatus: Handler = (order, row, thread) => {
  const id = order.arg(row, 1);
  const status = order.arg(row, 3);
  if (!isGoStatus(status))
    throw order.error('bad-argument', row, `there is no goroutine status ${order.idText(status)}`);
  let from: GoState = STATE_OF[status];
  let goroutine = order.goroutines.get(id);
  if (goroutine !== undefined) {
    if (goroutine.status !== status) {
      const reason = `goroutine ${order.idText(id)} has status ${status} here, and ${goroutine.status} by the events before`;
      throw order.contradiction(row, reason);
    }
    goroutine.generation = order.generation;
    goroutine.sequence = 0;
  } else if (order.inFirstGeneration) {
    goroutine = new Goroutine(id, status, order.generation);
    order.goroutines.set(id, goroutine);
    from = GoState.Undetermined;
  } else {
    const reason = `goroutine ${order.idText(id)} was not announced in the first generation, nor created since`;
    throw order.contradiction(row, reason);
  }
  const event = order.transition(row, thread, ResourceKind.Goroutine, id, from, STATE_OF[status]);
  event.subjectStack = event.stack;
  if (status === GoStatus.Running) thread.run(goroutine);
  else if (status === GoStatus.Syscall) bindInSyscall(order, row, event, thread, goroutine);
  return true;
};

/** Binds a goroutine to the thread on which it sits in a syscall, which need not be the one that tells its status. */
function bindInSyscall(order: Ordering, row: number, event: TraceEvent, thread: Thread, goroutine: Goroutine): void {
  const threadId = order.arg(row, 2);
  const name = `goroutine ${order.idText(goroutine.id)}`;
  if (threadId === NONE) throw order.contradiction(row, `${name} is in a syscall without a thread`);
  const own = threadId === thread.id;
  const holder = own ? thread : order.threads.get(threadId);
  if (holder === undefined) {
    // It has sat there since before the trace, so this event is the first to tell of the thread.
    order.threadOf(threadId).run(goroutine);
    event.thread = threadId;
    return;
  }
  // In the first generation a thread may tell where it is; later on, it must have been seen to go there.
  if (holder.goroutine !== goroutine && !(own && order.inFirstGeneration)) {
    throw order.contradiction(row, `${name} is in a syscall on thread ${order.idText(threadId)}, which holds another`);
  }
  holder.run(goroutine);
  if (own) return;
  event.thread = threadId;
  event.goroutine = goroutine.id;
}

/** goroutine, entryStack, stack */
export const goCreate: Handler = (order, row, thread) => {
  order.require(row, thread);
  const creator = thread.goroutine;
  if (creator !== undefined && creator.status !== GoStatus.Running && creator.status !== GONE) {
    throw order.contradiction(row, 'the creator is not running');
  }
  const blocked = order.typeOf(row) === EVENTS.GoCreateBlocked.id;
  const id = order.arg(row, 1);
  order.addGoroutine(id, blocked ? GoStatus.Waiting : GoStatus.Runnable, row);
  const to = blocked ? GoState.Waiting : GoState.Runnable;
  const event = order.transition(row, thread, ResourceKind.Goroutine, id, GoState.NotExist, to);
  event.subjectStack = order.stack(row, order.arg(row, 2));
  return true;
};

/** goroutine, sequence */
export const goStart: Handler = (order, row, thread) => {
  const id = order.arg(row, 1);
  const sequence = order.arg(row, 2);
  const goroutine = order.goroutines.get(id);
  if (goroutine === undefined || goroutine.status !== GoStatus.Runnable) return false;
  if (!follows(goroutine, order.generation, sequence)) return false;
  order.require(row, thread);
  order.transition(row, thread, ResourceKind.Goroutine, id, GoState.Runnable, GoState.Running);
  goroutine.status = GoStatus.Running;
  goroutine.sequence = sequence;
  thread.run(goroutine);
  return true;
};

export const goDestroy: Handler = (order, row, thread) => {
  const goroutine = running(order, row, thread);
  order.transition(row, thread, ResourceKind.Goroutine, goroutine.id, GoState.Running, GoState.NotExist);
  order.removeGoroutine(goroutine);
  thread.run(undefined);
  return true;
};

/** reason, stack */
export const goStop: Handler = (order, row, thread) => {
  const goroutine = running(order, row, thread);
  leave(order, row, thread, goroutine, GoState.Runnable);
  goroutine.status = GoStatus.Runnable;
  return true;
};

/** reason, stack */
export const goBlock: Handler = (order, row, thread) => {
  const goroutine = running(order, row, thread);
  leave(order, row, thread, goroutine, GoState.Waiting);
  goroutine.status = GoStatus.Waiting;
  return true;
};

/** goroutine, sequence, stack */
export const goUnblock: Handler = (order, row, thread) => {
  const id = order.arg(row, 1);
  const sequence = order.arg(row, 2);
  const goroutine = order.goroutines.get(id);
  if (goroutine === undefined || goroutine.status !== GoStatus.Waiting) return false;
  if (!follows(goroutine, order.generation, sequence)) return false;
  order.transition(row, thread, ResourceKind.Goroutine, id, GoState.Waiting, GoState.Runnable);
  goroutine.status = GoStatus.Runnable;
  goroutine.sequence = sequence;
  return true;
};

/**
 * goroutine, sequence: three things at one instant, and so three events. The next goroutine is woken, the current one
 * waits or ends, and the next one starts.
 */
export const goSwitch: Handler = (order, row, thread) => {
  const current = running(order, row, thread);
  const id = order.arg(row, 1);
  const sequence = order.arg(row, 2);
  const next = order.goroutines.get(id);
  if (next === undefined || next.status !== GoStatus.Waiting) return false;
  if (!follows(next, order.generation, sequence)) return false;
  order.transition(row, thread, ResourceKind.Goroutine, id, GoState.Waiting, GoState.Runnable);
  const ends = order.typeOf(row) === EVENTS.GoSwitchDestroy.id;
  const to = ends ? GoState.NotExist : GoState.Waiting;
  order.transition(row, thread, ResourceKind.Goroutine, current.id, GoState.Running, to);
  if (ends) order.removeGoroutine(current);
  else current.status = GoStatus.Waiting;
  thread.run(undefined);
  order.transition(row, thread, ResourceKind.Goroutine, id, GoState.Runnable, GoState.Running);
  next.status = GoStatus.Running;
  next.sequence = sequence;
  thread.run(next);
  return true;
};

/** The goroutine that runs on the thread. */
function running(order: Ordering, row: number, thread: Thread): Goroutine {
  order.require(row, thread);
  const goroutine = order.current(row, thread);
  if (goroutine.status !== GoStatus.Running) throw order.contradiction(row, 'the goroutine is not running');
  return goroutine;
}

function leave(order: Ordering, row: number, thread: Thread, goroutine: Goroutine, to: GoState): void {
  const event = order.transition(row, thread, ResourceKind.Goroutine, goroutine.id, GoState.Running, to);
  event.reason = order.string(row, order.arg(row, 1));
  event.subjectStack = event.stack;
  thread.run(undefined);
}
