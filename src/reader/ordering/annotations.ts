/** What programs and the runtime write down about themselves: metrics, labels, tasks, regions, logs. */
import { BACKGROUND_TASK, EventKind, NONE, ResourceKind } from '../event.ts';
import { KnownName } from '../string-table.ts';
import type { Handler, Ordering } from './ordering.ts';
import type { Thread } from './states.ts';

/** procs, stack */
export const procsChange: Handler = (order, row, thread) => metric(order, row, thread, KnownName.Procs);

/** bytes */
export const heapAlloc: Handler = (order, row, thread) => metric(order, row, thread, KnownName.HeapObjects);

/** bytes */
export const heapGoal: Handler = (order, row, thread) => metric(order, row, thread, KnownName.HeapGoal);

function metric(order: Ordering, row: number, thread: Thread, name: number): boolean {
  order.require(row, thread);
  const event = order.emit(EventKind.Metric, row, thread);
  event.name = name;
  event.value = order.quantity(order.arg(row, 1));
  return true;
}

/** label */
export const goLabel: Handler = (order, row, thread) => {
  order.require(row, thread);
  const event = order.emit(EventKind.Label, row, thread);
  event.resource = ResourceKind.Goroutine;
  event.subject = event.goroutine;
  event.name = order.string(row, order.arg(row, 1));
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
  const event = order.emit(EventKind.TaskBegin, row, thread);
  event.task = task;
  event.parent = parent;
  event.name = name;
  return true;
};

/** task, stack. A task that began before the trace, or ended before, may end: its name is not known then. */
export const userTaskEnd: Handler = (order, row, thread) => {
  order.require(row, thread);
  const task = order.arg(row, 1);
  const known = order.tasks.get(task);
  const event = order.emit(EventKind.TaskEnd, row, thread);
  event.task = task;
  event.parent = known?.parent ?? NONE;
  event.name = known?.name ?? 0;
  order.tasks.delete(task);
  return true;
};

/** task, name, stack */
export const userRegionBegin: Handler = (order, row, thread) => {
  order.require(row, thread);
  const task = order.arg(row, 1);
  const name = order.string(row, order.arg(row, 2));
  const goroutine = order.current(row, thread);
  goroutine.regions ??= [];
  goroutine.regions.push(task, name);
  const event = order.emit(EventKind.RegionBegin, row, thread);
  event.task = task;
  event.name = name;
  return true;
};

/** task, name, stack. With no region open, the one that ends began before the trace. */
export const userRegionEnd: Handler = (order, row, thread) => {
  order.require(row, thread);
  const task = order.arg(row, 1);
  const name = order.string(row, order.arg(row, 2));
  const { regions } = order.current(row, thread);
  if (regions !== undefined && regions.length > 0) {
    const openName = regions.pop()!;
    const openTask = regions.pop()!;
    if (openTask !== task || openName !== name) {
      const show = (id: number, text: number) => `"${order.names.strings[text]}" of task ${order.idText(id)}`;
      throw order.contradiction(row, `region ${show(task, name)} ends inside region ${show(openTask, openName)}`);
    }
  }
  const event = order.emit(EventKind.RegionEnd, row, thread);
  event.task = task;
  event.name = name;
  return true;
};

/** task, key, value, stack */
export const userLog: Handler = (order, row, thread) => {
  order.require(row, thread);
  const event = order.emit(EventKind.Log, row, thread);
  event.task = order.arg(row, 1);
  event.name = order.string(row, order.arg(row, 2));
  event.text = order.string(row, order.arg(row, 3));
  return true;
};
