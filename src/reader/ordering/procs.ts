/** Procs: who holds them, and when they start, stop and are stolen. */
import { ProcStatus } from '../../format/index.ts';
import { ProcState, ResourceKind } from '../event.ts';
import type { Handler } from './ordering.ts';
import { follows, Proc, type Thread } from './states.ts';

/** What a status in the file is in the event model. */
const STATE_OF: Readonly<Record<ProcStatus, ProcState>> = {
  [ProcStatus.Running]: ProcState.Running,
  [ProcStatus.Idle]: ProcState.Idle,
  [ProcStatus.Syscall]: ProcState.Running,
  // It lost its thread: nobody can be running it.
  [ProcStatus.SyscallAbandoned]: ProcState.Idle,
};

function isProcStatus(value: number): value is ProcStatus {
  return value >= ProcStatus.Running && value <= ProcStatus.SyscallAbandoned;
}

/** proc, status */
export const procStatus: Handler = (order, row, thread) => {
  const id = order.arg(row, 1);
  const status = order.arg(row, 2);
  if (!isProcStatus(status)) throw order.error('bad-argument', row, `there is no proc status ${order.idText(status)}`);
  let proc = order.procs.get(id);
  // An abandoned proc that we still know to be in its syscall is not lost: we know its thread.
  const found = status === ProcStatus.SyscallAbandoned && proc?.status === ProcStatus.Syscall;
  let from: ProcState;
  if (proc !== undefined) {
    if (!found && proc.status !== status) {
      const reason = `proc ${order.idText(id)} has status ${status} here, and ${proc.status} by the events before`;
      throw order.contradiction(row, reason);
    }
    proc.generation = order.generation;
    proc.sequence = 0;
    from = found ? ProcState.Running : STATE_OF[status];
  } else {
    proc = new Proc(id, status, order.generation);
    order.procs.set(id, proc);
    from = order.inFirstGeneration ? ProcState.Undetermined : ProcState.NotExist;
  }
  const holder = found ? holderOf(order.threads.values(), proc) : thread;
  if (holder === undefined)
    throw order.contradiction(row, `no thread holds proc ${order.idText(id)}, which is in a syscall`);
  order.transition(row, holder, ResourceKind.Proc, id, from, found ? ProcState.Running : STATE_OF[status]);
  if (status === ProcStatus.Running || status === ProcStatus.Syscall) thread.hold(proc);
  return true;
};

function holderOf(threads: Iterable<Thread>, proc: Proc): Thread | undefined {
  let holder: Thread | undefined;
  for (const thread of threads) {
    if (thread.proc === proc) holder = thread;
  }
  return holder;
}

/** proc, sequence */
export const procStart: Handler = (order, row, thread) => {
  const id = order.arg(row, 1);
  const sequence = order.arg(row, 2);
  const proc = order.procs.get(id);
  if (proc === undefined || proc.status !== ProcStatus.Idle || !follows(proc, order.generation, sequence)) return false;
  // A thread in a syscall may hold a proc still: another thread is about to steal it.
  if (thread.proc !== undefined) return false;
  order.require(row, thread);
  order.transition(row, thread, ResourceKind.Proc, id, ProcState.Idle, ProcState.Running);
  proc.status = ProcStatus.Running;
  proc.sequence = sequence;
  thread.hold(proc);
  return true;
};

export const procStop: Handler = (order, row, thread) => {
  order.require(row, thread);
  const proc = thread.proc!;
  if (proc.status !== ProcStatus.Running && proc.status !== ProcStatus.Syscall) {
    throw order.contradiction(row, `proc ${order.idText(proc.id)} is not running`);
  }
  order.transition(row, thread, ResourceKind.Proc, proc.id, ProcState.Running, ProcState.Idle);
  proc.status = ProcStatus.Idle;
  thread.hold(undefined);
  return true;
};

/** proc, sequence, thread */
export const procSteal: Handler = (order, row, thread) => {
  const id = order.arg(row, 1);
  const sequence = order.arg(row, 2);
  const proc = order.procs.get(id);
  if (proc === undefined || !follows(proc, order.generation, sequence)) return false;
  const abandoned = proc.status === ProcStatus.SyscallAbandoned;
  if (!abandoned && proc.status !== ProcStatus.Syscall) return false;
  order.require(row, thread);
  const from = abandoned ? ProcState.Idle : ProcState.Running;
  order.transition(row, thread, ResourceKind.Proc, id, from, ProcState.Idle);
  proc.status = ProcStatus.Idle;
  proc.sequence = sequence;
  // The thread of an abandoned proc may have moved on: nothing can be said about it.
  if (abandoned) return true;
  const victimId = order.arg(row, 3);
  const victim = victimId === thread.id ? thread : order.threads.get(victimId);
  if (victim?.proc !== proc) {
    throw order.contradiction(row, `thread ${order.idText(victimId)} does not hold proc ${order.idText(id)}`);
  }
  // It is in a syscall, and the event that ends the syscall waits until the proc is gone.
  victim.hold(undefined);
  return true;
};
