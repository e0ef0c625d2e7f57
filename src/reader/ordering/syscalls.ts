/**
 * Syscalls. A goroutine in a syscall keeps its thread; its proc may be taken away meanwhile, and then the goroutine is
 * runnable, not running, when the syscall ends. Threads of C code enter and leave through a syscall too.
 */
import { GoStatus, ProcStatus } from '../../format/index.ts';
import { GoState, ProcState, ResourceKind } from '../event.ts';
import type { Handler, Ordering } from './ordering.ts';
import { follows, type Goroutine, type Thread } from './states.ts';

/** sequence (of the proc), stack */
export const goSyscallBegin: Handler = (order, row, thread) => {
  order.require(row, thread);
  const goroutine = order.current(row, thread);
  if (goroutine.status !== GoStatus.Running) throw order.contradiction(row, 'the goroutine is not running');
  const proc = thread.proc!;
  const sequence = order.arg(row, 1);
  // Steals are matched to syscalls by this number. The proc is ours, so there is nothing to wait for.
  if (!follows(proc, order.generation, sequence)) {
    const reason = `proc ${order.idText(proc.id)} has sequence ${order.idText(sequence)} here, after ${proc.sequence}`;
    throw order.contradiction(row, reason);
  }
  const event = order.transition(row, thread, ResourceKind.Goroutine, goroutine.id, GoState.Running, GoState.Syscall);
  event.subjectStack = event.stack;
  goroutine.status = GoStatus.Syscall;
  proc.status = ProcStatus.Syscall;
  proc.sequence = sequence;
  return true;
};

export const goSyscallEnd: Handler = (order, row, thread) => {
  order.require(row, thread);
  const goroutine = inSyscall(order, row, thread);
  const proc = thread.proc!;
  if (proc.status !== ProcStatus.Syscall)
    throw order.contradiction(row, `proc ${order.idText(proc.id)} is not in a syscall`);
  order.transition(row, thread, ResourceKind.Goroutine, goroutine.id, GoState.Syscall, GoState.Running);
  goroutine.status = GoStatus.Running;
  proc.status = ProcStatus.Running;
  return true;
};

export const goSyscallEndBlocked: Handler = (order, row, thread) => {
  // The thread lost its proc in this syscall: as long as it seems to hold it, the loss has yet to be told. A proc that
  // it took since does no harm.
  if (thread.proc?.status === ProcStatus.Syscall) return false;
  order.require(row, thread);
  const goroutine = inSyscall(order, row, thread);
  order.transition(row, thread, ResourceKind.Goroutine, goroutine.id, GoState.Syscall, GoState.Runnable);
  goroutine.status = GoStatus.Runnable;
  thread.run(undefined);
  return true;
};

/** goroutine */
export const goCreateSyscall: Handler = (order, row, thread) => {
  order.require(row, thread);
  const goroutine = order.addGoroutine(order.arg(row, 1), GoStatus.Syscall, row);
  order.transition(row, thread, ResourceKind.Goroutine, goroutine.id, GoState.NotExist, GoState.Syscall);
  thread.run(goroutine);
  return true;
};

export const goDestroySyscall: Handler = (order, row, thread) => {
  order.require(row, thread);
  const goroutine = inSyscall(order, row, thread);
  const { proc } = thread;
  if (proc !== undefined) {
    if (proc.status !== ProcStatus.Syscall)
      throw order.contradiction(row, `proc ${order.idText(proc.id)} is not in a syscall`);
    // The id of the thread may come again while the proc waits to be stolen: part them now, as if it stole from itself.
    order.transition(row, thread, ResourceKind.Proc, proc.id, ProcState.Running, ProcState.Idle);
    proc.status = ProcStatus.SyscallAbandoned;
  }
  order.transition(row, thread, ResourceKind.Goroutine, goroutine.id, GoState.Syscall, GoState.NotExist);
  order.removeGoroutine(goroutine);
  thread.run(undefined);
  thread.hold(undefined);
  return true;
};

function inSyscall(order: Ordering, row: number, thread: Thread): Goroutine {
  const goroutine = order.current(row, thread);
  if (goroutine.status !== GoStatus.Syscall) throw order.contradiction(row, 'the goroutine is not in a syscall');
  return goroutine;
}
