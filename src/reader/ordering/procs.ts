/** Procs: who holds them, and when they start, stop and are stolen. */
import { ProcStatus } from '../../format/index.ts';
import { EventKind, ProcState, ResourceKind } from '../event.ts';
import { whatOf } from '../event-block.ts';
import type { Handler, Ordering } from './ordering.ts';
import { NOWHERE, type Threads } from './states.ts';

/** What a status in the file is in the event model. */
const STATE_OF: Readonly<Record<ProcStatus, ProcState>> = {
  [ProcStatus.Running]: ProcState.Running,
  [ProcStatus.Idle]: ProcState.Idle,
  [ProcStatus.Syscall]: ProcState.Running,
  // It lost its thread: nobody can be running it.
  [ProcStatus.SyscallAbandoned]: ProcState.Idle,
};

/** `whatOf` a proc's transition. */
export function procTransition(from: ProcState, to: ProcState): number {
  return whatOf(EventKind.StateTransition, ResourceKind.Proc, from, to);
}

const STARTS = procTransition(ProcState.Idle, ProcState.Running);
const STOPS = procTransition(ProcState.Running, ProcState.Idle);
const STAYS_IDLE = procTransition(ProcState.Idle, ProcState.Idle);

function isProcStatus(value: number): value is ProcStatus {
  return value >= ProcStatus.Running && value <= ProcStatus.SyscallAbandoned;
}

/** proc, status */
export const procStatus: Handler = (order, row, thread) => {
  const { procs, threads } = order;
  const id = order.arg(row, 1);
  const status = order.arg(row, 2);
  if (!isProcStatus(status)) throw order.error('bad-argument', row, `there is no proc status ${order.idText(status)}`);
  let proc = procs.find(id);
  const known = proc === NOWHERE ? undefined : procs.status[proc];
  // An abandoned proc that we still know to be in its syscall is not lost: we know its thread.
  const found = status === ProcStatus.SyscallAbandoned && known === ProcStatus.Syscall;
  let from: ProcState;
  if (known !== undefined) {
    if (!found && known !== status) {
      const reason = `proc ${order.idText(id)} has status ${status} here, and ${known} by the events before`;
      throw order.contradiction(row, reason);
    }
    procs.epoch[proc] = order.epoch;
    procs.sequence[proc] = 0;
    from = found ? ProcState.Running : STATE_OF[status];
  } else {
    proc = procs.add(id, status, order.epoch);
    from = order.inFirstGeneration ? ProcState.Undetermined : ProcState.NotExist;
  }
  const holder = found ? holderOf(threads, proc) : thread;
  if (holder === NOWHERE) {
    throw order.contradiction(row, `no thread holds proc ${order.idText(id)}, which is in a syscall`);
  }
  order.transition(procTransition(from, found ? ProcState.Running : STATE_OF[status]), row, holder, id);
  if (status === ProcStatus.Running || status === ProcStatus.Syscall) threads.hold(thread, proc);
  return true;
};

/** Place of the last thread that holds a proc. */
function holderOf(threads: Threads, proc: number): number {
  for (let thread = threads.count - 1; thread >= 0; thread--) if (threads.proc[thread] === proc) return thread;
  return NOWHERE;
}

/** Whether a proc is known and `sequence` is the number that must follow. */
export function follows({ procs, epoch }: Ordering, proc: number, sequence: number): boolean {
  return proc !== NOWHERE && procs.epoch[proc] === epoch && procs.sequence[proc]! + 1 === sequence;
}

/** proc, sequence */
export const procStart: Handler = (order, row, thread) => {
  const { procs, threads } = order;
  const id = order.arg(row, 1);
  const sequence = order.arg(row, 2);
  const proc = procs.find(id);
  if (!follows(order, proc, sequence) || procs.status[proc] !== ProcStatus.Idle) return false;
  // A thread in a syscall may hold a proc still: another thread is about to steal it.
  if (threads.proc[thread] !== NOWHERE) return false;
  order.require(row, thread);
  order.transition(STARTS, row, thread, id);
  procs.status[proc] = ProcStatus.Running;
  procs.sequence[proc] = sequence;
  threads.hold(thread, proc);
  return true;
};

export const procStop: Handler = (order, row, thread) => {
  order.require(row, thread);
  const { procs, threads } = order;
  const proc = threads.proc[thread]!;
  const status = procs.status[proc];
  if (status !== ProcStatus.Running && status !== ProcStatus.Syscall) {
    throw order.contradiction(row, `proc ${order.idText(procs.id[proc]!)} is not running`);
  }
  order.transition(STOPS, row, thread, procs.id[proc]!);
  procs.status[proc] = ProcStatus.Idle;
  threads.hold(thread, NOWHERE);
  return true;
};

/** proc, sequence, thread */
export const procSteal: Handler = (order, row, thread) => {
  const { procs, threads } = order;
  const id = order.arg(row, 1);
  const sequence = order.arg(row, 2);
  const proc = procs.find(id);
  if (!follows(order, proc, sequence)) return false;
  const abandoned = procs.status[proc] === ProcStatus.SyscallAbandoned;
  if (!abandoned && procs.status[proc] !== ProcStatus.Syscall) return false;
  order.require(row, thread);
  // The thread of an abandoned proc may have moved on: nothing can be said about it.
  const victimId = order.arg(row, 3);
  const victim = victimId === threads.id[thread] ? thread : threads.find(victimId);
  if (!abandoned && (victim === NOWHERE || threads.proc[victim] !== proc)) {
    throw order.contradiction(row, `thread ${order.idText(victimId)} does not hold proc ${order.idText(id)}`);
  }
  order.transition(abandoned ? STAYS_IDLE : STOPS, row, thread, id);
  procs.status[proc] = ProcStatus.Idle;
  procs.sequence[proc] = sequence;
  // It is in a syscall, and the event that ends the syscall waits until the proc is gone.
  if (!abandoned) threads.hold(victim, NOWHERE);
  return true;
};
