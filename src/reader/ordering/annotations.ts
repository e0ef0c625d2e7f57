/** What programs and the runtime write down about themselves: metrics, labels, tasks, regions, logs. */
import { BACKGROUND_TASK, EventKind, NONE, ResourceKind } from '../event.ts';
import { Num, Word, whatOf } from '../event-block.ts';
import { KnownName } from '../string-table.ts';
import type { Handler, Ordering } from './ordering.ts';

/** procs, stack */
export const procsChange: Handler = (order, row, thread) => metric(order, row, thread, KnownName.Procs);

/** bytes */
export const heapAlloc: Handler = (order, row, thread) => metric(order, row, thread, KnownName.HeapObjects);

/** bytes */
export const heapGoal: Handler = (order, row, thread) => metric(order, row, thread, KnownName.HeapGoal);

function metric(order: Ordering, row: number, thread: number, name: number): boolean {
  order.require(row, thread);
  const { block } = order;
  const out = order.plain(EventKind.Metric, row, thread);
  block.setWord(out, Word.Name, name);
  block.setDetails(out, order.quantity(order.arg(row, 1)));
  return true;
}

const LABEL = whatOf(EventKind.Label, ResourceKind.Goroutine);

/** label */
export const goLabel: Handler = (order, row, thread) => {
  order.require(row, thread);
  const name = order.string(row, order.arg(row, 1));
  const { block } = order;
  const out = order.emit(LABEL, row, thread);
  const goroutine = order.threads.goroutine[thread]!;
  block.setNumber(out, Num.Subject, order.goroutines.id[goroutine]!);
  block.setWord(out, Word.Name, name);
  return true;
};

/** task, parent, name, stack */
export const userTaskBegin: Handler = (order, row, thread) => {
  const task = order.arg(row, 1);
  if (order.tasks.has(task)) throw order.contradiction(row, `task ${order.idText(task)} has begun already`);
  // 0 says "no parent" here, and not "the background task".
  const parent = order.arg(row, 2) === BACKGROUND_TASK ? NONE : order.arg(row, 2);
  const name = order.string(row, order.arg(row, 3));
  order.require(row, thread);
  order.tasks.set(task, { parent, name });
  return emitTask(order, order.plain(EventKind.TaskBegin, row, thread), task, parent, name);
};

/** task, stack. A task that began before the trace, or ended before, may end: its name is not known then. */
export const userTaskEnd: Handler = (order, row, thread) => {
  order.require(row, thread);
  const task = order.arg(row, 1);
  const known = order.tasks.get(task);
  const out = order.plain(EventKind.TaskEnd, row, thread);
  order.tasks.delete(task);
  return emitTask(order, out, task, known?.parent ?? NONE, known?.name ?? 0);
};

/** Fills in an event that is about a task. */
function emitTask({ block }: Ordering, out: number, task: number, parent: number, name: number, text = 0): boolean {
  block.setDetails(out, task, parent);
  block.setWord(out, Word.Name, name);
  block.setWord(out, Word.Text, text);
  return true;
}

/** task, name, stack */
export const userRegionBegin: Handler = (order, row, thread) => {
  order.require(row, thread);
  const task = order.arg(row, 1);
  const name = order.string(row, order.arg(row, 2));
  const { regions } = order.goroutines;
  const goroutine = order.current(row, thread);
  const open = regions[goroutine];
  if (open === undefined) regions[goroutine] = [task, name];
  else open.push(task, name);
  return emitTask(order, order.plain(EventKind.RegionBegin, row, thread), task, NONE, name);
};

/** task, name, stack. With no region open, the one that ends began before the trace. */
export const userRegionEnd: Handler = (order, row, thread) => {
  order.require(row, thread);
  const task = order.arg(row, 1);
  const name = order.string(row, order.arg(row, 2));
  const open = order.goroutines.regions[order.current(row, thread)];
  if (open !== undefined && open.length > 0) {
    const openName = open.pop()!;
    const openTask = open.pop()!;
    if (openTask !== task || openName !== name) {
      const show = (id: number, text: number) => `"${order.names.strings[text]}" of task ${order.idText(id)}`;
      throw order.contradiction(row, `region ${show(task, name)} ends inside region ${show(openTask, openName)}`);
    }
  }
  return emitTask(order, order.plain(EventKind.RegionEnd, row, thread), task, NONE, name);
};

/** task, key, value, stack */
export const userLog: Handler = (order, row, thread) => {
  order.require(row, thread);
  const category = order.string(row, order.arg(row, 2));
  const message = order.string(row, order.arg(row, 3));
  return emitTask(order, order.plain(EventKind.Log, row, thread), order.arg(row, 1), NONE, category, message);
};
