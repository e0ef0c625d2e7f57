/**
 * Syscalls. A goroutine in a syscall keeps its thread; its proc may be taken away meanwhile, and then the goroutine is
 * runnable, not running, when the syscall ends. Threads of C code enter and leave through a syscall too.
 */
import { GoStatus, ProcStatus } from '../../format/index.ts';
import { GoState, ProcState } from '../event.ts';
import { goTransition } from './goroutines.ts';
import type { Handler, Ordering } from './ordering.ts';
import { follows, procTransition } from './procs.ts';
import { NOWHERE } from './states.ts';

const ENTERS = goTransition(GoState.Running, GoState.Syscall);
const RETURNS = goTransition(GoState.Syscall, GoState.Running);
const RETURNS_WITHOUT_PROC = goTransition(GoState.Syscall, GoState.Runnable);
const APPEARS = goTransition(GoState.NotExist, GoState.Syscall);
const VANISHES = goTransition(GoState.Syscall, GoState.NotExist);
const LOSES_PROC = procTransition(ProcState.Running, ProcState.Idle);

/** sequence (of the proc), stack */
export const goSyscallBegin: Handler = (order, row, thread) => {
  order.require(row, thread);
  const { goroutines, procs, threads } = order;
  const goroutine = order.current(row, thread);
  if (goroutines.statusOf(goroutine) !== GoStatus.Running)
    throw order.contradiction(row, 'the goroutine is not running');
  const proc = threads.proc[thread]!;
  const sequence = order.arg(row, 1);
  // Steals are matched to syscalls by this number. The proc is ours, so there is nothing to wait for.
  if (!follows(order, proc, sequence)) {
    const name = `proc ${order.idText(procs.id[proc]!)}`;
    const reason = `${name} has sequence ${order.idText(sequence)} here, after ${procs.sequence[proc]}`;
    throw order.contradiction(row, reason);
  }
  order.transition(ENTERS, row, thread, goroutines.id[goroutine]!);
  goroutines.setStatus(goroutine, GoStatus.Syscall);
  procs.status[proc] = ProcStatus.Syscall;
  procs.sequence[proc] = sequence;
  return true;
};

export const goSyscallEnd: Handler = (order, row, thread) => {
  order.require(row, thread);
  const { goroutines, procs } = order;
  const goroutine = inSyscall(order, row, thread);
  const proc = order.threads.proc[thread]!;
  if (procs.status[proc] !== ProcStatus.Syscall) throw notInSyscall(order, row, proc);
  order.transition(RETURNS, row, thread, goroutines.id[goroutine]!);
  goroutines.setStatus(goroutine, GoStatus.Running);
  procs.status[proc] = ProcStatus.Running;
  return true;
};

export const goSyscallEndBlocked: Handler = (order, row, thread) => {
  // The thread lost its proc in this syscall: as long as it seems to hold it, the loss has yet to be told. A proc that
  // it took since does no harm.
  const proc = order.threads.proc[thread]!;
  if (proc !== NOWHERE && order.procs.status[proc] === ProcStatus.Syscall) return false;
  order.require(row, thread);
  const goroutine = inSyscall(order, row, thread);
  order.transition(RETURNS_WITHOUT_PROC, row, thread, order.goroutines.id[goroutine]!);
  order.goroutines.setStatus(goroutine, GoStatus.Runnable);
  order.run(thread, NOWHERE);
  return true;
};

/** goroutine */
export const goCreateSyscall: Handler = (order, row, thread) => {
  order.require(row, thread);
  const id = order.arg(row, 1);
  const goroutine = order.addGoroutine(id, GoStatus.Syscall, row);
  order.transition(APPEARS, row, thread, id);
  order.run(thread, goroutine);
  return true;
};

export const goDestroySyscall: Handler = (order, row, thread) => {
  order.require(row, thread);
  const { goroutines, procs, threads } = order;
  const goroutine = inSyscall(order, row, thread);
  const proc = threads.proc[thread]!;
  if (proc !== NOWHERE) {
    if (procs.status[proc] !== ProcStatus.Syscall) throw notInSyscall(order, row, proc);
    // The id of the thread may come again while the proc waits to be stolen: part them now, as if it stole from itself.
    order.transition(LOSES_PROC, row, thread, procs.id[proc]!);
    procs.status[proc] = ProcStatus.SyscallAbandoned;
  }
  order.transition(VANISHES, row, thread, goroutines.id[goroutine]!);
  order.run(thread, NOWHERE);
  goroutines.remove(goroutine);
  threads.hold(thread, NOWHERE);
  return true;
};

function inSyscall(order: Ordering, row: number, thread: number): number {
  const goroutine = order.current(row, thread);
  if (order.goroutines.statusOf(goroutine) !== GoStatus.Syscall) {
    throw order.contradiction(row, 'the goroutine is not in a syscall');
  }
  return goroutine;
}

function notInSyscall(order: Ordering, row: number, proc: number): Error {
  return order.contradiction(row, `proc ${order.idText(order.procs.id[proc]!)} is not in a syscall`);
}
