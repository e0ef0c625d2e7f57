/** Goroutines: created, started, stopped, blocked, woken, switched and ended. */
import { EVENTS, GoStatus } from '../../format/index.ts';
import { EventKind, GoState, NONE, ResourceKind } from '../event.ts';
import { Num, whatOf } from '../event-block.ts';
import type { Handler, Ordering } from './ordering.ts';
import { GONE, NOWHERE } from './states.ts';

/** What a status in the file is in the event model. */
const STATE_OF: Readonly<Record<GoStatus, GoState>> = {
  [GoStatus.Runnable]: GoState.Runnable,
  [GoStatus.Running]: GoState.Running,
  [GoStatus.Syscall]: GoState.Syscall,
  [GoStatus.Waiting]: GoState.Waiting,
};

/** `whatOf` a goroutine's transition. */
export function goTransition(from: GoState, to: GoState): number {
  return whatOf(EventKind.StateTransition, ResourceKind.Goroutine, from, to);
}

const CREATES_WAITING = goTransition(GoState.NotExist, GoState.Waiting);
const CREATES = goTransition(GoState.NotExist, GoState.Runnable);
const STARTS = goTransition(GoState.Runnable, GoState.Running);
const ENDS = goTransition(GoState.Running, GoState.NotExist);
const STOPS = goTransition(GoState.Running, GoState.Runnable);
const BLOCKS = goTransition(GoState.Running, GoState.Waiting);
const UNBLOCKS = goTransition(GoState.Waiting, GoState.Runnable);

function isGoStatus(value: number): value is GoStatus {
  return value >= GoStatus.Runnable && value <= GoStatus.Waiting;
}

/** goroutine, thread, status */
export const goStatus: Handler = (order, row, thread) => {
  const id = order.arg(row, 1);
  const status = order.arg(row, 3);
  if (!isGoStatus(status))
    throw order.error('bad-argument', row, `there is no goroutine status ${order.idText(status)}`);
  const { goroutines } = order;
  let from: GoState = STATE_OF[status];
  let goroutine = goroutines.find(id);
  if (goroutine !== NOWHERE) {
    const known = goroutines.statusOf(goroutine);
    if (known !== status) {
      const reason = `goroutine ${order.idText(id)} has status ${status} here, and ${known} by the events before`;
      throw order.contradiction(row, reason);
    }
    goroutines.setSequence(goroutine, order.epoch, 0);
  } else if (order.inFirstGeneration) {
    goroutine = goroutines.add(id, status, order.epoch);
    from = GoState.Undetermined;
  } else {
    const reason = `goroutine ${order.idText(id)} was not announced in the first generation, nor created since`;
    throw order.contradiction(row, reason);
  }
  const out = order.transition(goTransition(from, STATE_OF[status]), row, thread, id);
  if (status === GoStatus.Running) order.run(thread, goroutine);
  else if (status === GoStatus.Syscall) bindInSyscall(order, row, out, thread, goroutine);
  return true;
};

/** Binds a goroutine to the thread on which it sits in a syscall, which need not be the one that tells its status. */
function bindInSyscall(order: Ordering, row: number, out: number, thread: number, goroutine: number): void {
  const { block, threads } = order;
  const threadId = order.arg(row, 2);
  const id = order.goroutines.id[goroutine]!;
  const name = `goroutine ${order.idText(id)}`;
  if (threadId === NONE) throw order.contradiction(row, `${name} is in a syscall without a thread`);
  const own = threadId === threads.id[thread];
  const holder = own ? thread : threads.find(threadId);
  if (holder === NOWHERE) {
    // It has sat there since before the trace, so this event is the first to tell of the thread.
    order.run(threads.placeOf(threadId), goroutine);
    block.setNumber(out, Num.Thread, threadId);
    return;
  }
  // In the first generation a thread may tell where it is; later on, it must have been seen to go there.
  if (threads.goroutine[holder] !== goroutine && !(own && order.inFirstGeneration)) {
    throw order.contradiction(row, `${name} is in a syscall on thread ${order.idText(threadId)}, which holds another`);
  }
  order.run(holder, goroutine);
  if (own) return;
  block.setNumber(out, Num.Thread, threadId);
  block.setNumber(out, Num.Goroutine, id);
}

/** goroutine, entryStack, stack */
export const goCreate: Handler = (order, row, thread) => {
  order.require(row, thread);
  const creator = order.threads.goroutine[thread]!;
  const creatorStatus = creator === NOWHERE ? GONE : order.goroutines.statusOf(creator);
  if (creatorStatus !== GoStatus.Running && creatorStatus !== GONE) {
    throw order.contradiction(row, 'the creator is not running');
  }
  const blocked = order.typeOf(row) === EVENTS.GoCreateBlocked.id;
  const id = order.arg(row, 1);
  order.addGoroutine(id, blocked ? GoStatus.Waiting : GoStatus.Runnable, row);
  order.transition(blocked ? CREATES_WAITING : CREATES, row, thread, id, 0, order.stack(row, order.arg(row, 2)));
  return true;
};

/** goroutine, sequence */
export const goStart: Handler = (order, row, thread) => {
  const id = order.arg(row, 1);
  const sequence = order.arg(row, 2);
  const goroutine = order.goroutines.find(id);
  if (!mayCome(order, goroutine, GoStatus.Runnable, sequence)) return false;
  order.require(row, thread);
  order.transition(STARTS, row, thread, id);
  order.goroutines.setStatus(goroutine, GoStatus.Running);
  order.goroutines.setSequence(goroutine, order.epoch, sequence);
  order.run(thread, goroutine);
  return true;
};

/** Whether a goroutine is known, has this status, and `sequence` is the number that must follow. */
function mayCome({ goroutines, epoch }: Ordering, place: number, status: GoStatus, sequence: number): boolean {
  return place !== NOWHERE && goroutines.statusOf(place) === status && goroutines.follows(place, epoch, sequence);
}

export const goDestroy: Handler = (order, row, thread) => {
  const goroutine = running(order, row, thread);
  order.transition(ENDS, row, thread, order.goroutines.id[goroutine]!);
  order.run(thread, NOWHERE);
  order.goroutines.remove(goroutine);
  return true;
};

/** reason, stack */
export const goStop: Handler = (order, row, thread) => {
  leave(order, row, thread, STOPS, GoStatus.Runnable);
  return true;
};

/** reason, stack */
export const goBlock: Handler = (order, row, thread) => {
  leave(order, row, thread, BLOCKS, GoStatus.Waiting);
  return true;
};

/** goroutine, sequence, stack */
export const goUnblock: Handler = (order, row, thread) => {
  const id = order.arg(row, 1);
  const sequence = order.arg(row, 2);
  const goroutine = order.goroutines.find(id);
  if (!mayCome(order, goroutine, GoStatus.Waiting, sequence)) return false;
  order.transition(UNBLOCKS, row, thread, id, 0, 0);
  order.goroutines.setStatus(goroutine, GoStatus.Runnable);
  order.goroutines.setSequence(goroutine, order.epoch, sequence);
  return true;
};

/**
 * goroutine, sequence: three things at one instant, and so three events. The next goroutine is woken, the current one
 * waits or ends, and the next one starts.
 */
export const goSwitch: Handler = (order, row, thread) => {
  const { goroutines } = order;
  const current = running(order, row, thread);
  const id = order.arg(row, 1);
  const sequence = order.arg(row, 2);
  const next = goroutines.find(id);
  if (!mayCome(order, next, GoStatus.Waiting, sequence)) return false;
  order.transition(UNBLOCKS, row, thread, id);
  const ends = order.typeOf(row) === EVENTS.GoSwitchDestroy.id;
  order.transition(ends ? ENDS : BLOCKS, row, thread, goroutines.id[current]!);
  order.run(thread, NOWHERE);
  if (ends) goroutines.remove(current);
  else goroutines.setStatus(current, GoStatus.Waiting);
  order.transition(STARTS, row, thread, id);
  goroutines.setStatus(next, GoStatus.Running);
  goroutines.setSequence(next, order.epoch, sequence);
  order.run(thread, next);
  return true;
};

/** Place of the goroutine that runs on the thread. */
function running(order: Ordering, row: number, thread: number): number {
  order.require(row, thread);
  const goroutine = order.current(row, thread);
  if (order.goroutines.statusOf(goroutine) !== GoStatus.Running) {
    throw order.contradiction(row, 'the goroutine is not running');
  }
  return goroutine;
}

function leave(order: Ordering, row: number, thread: number, what: number, status: GoStatus): void {
  const goroutine = running(order, row, thread);
  order.transition(what, row, thread, order.goroutines.id[goroutine]!, order.string(row, order.arg(row, 1)));
  order.run(thread, NOWHERE);
  order.goroutines.setStatus(goroutine, status);
}
