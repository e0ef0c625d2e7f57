/** What programs and the runtime write down about themselves: metrics, labels, tasks, regions, logs. */
import type { BatchCursor } from '../batch-cursor.ts';
import { BACKGROUND_TASK, EventKind, NONE, ResourceKind } from '../event.ts';
import { KnownName } from '../string-table.ts';
import type { Handler, Ordering } from './ordering.ts';
import type { Thread } from './states.ts';

/** procs, stack */
export const procsChange: Handler = (order, raw, thread) => metric(order, raw, thread, KnownName.Procs);

/** bytes */
export const heapAlloc: Handler = (order, raw, thread) => metric(order, raw, thread, KnownName.HeapObjects);

/** bytes */
export const heapGoal: Handler = (order, raw, thread) => metric(order, raw, thread, KnownName.HeapGoal);

function metric(order: Ordering, raw: BatchCursor, thread: Thread, name: number): boolean {
  order.require(raw, thread);
  const event = order.emit(EventKind.Metric, raw, thread);
  event.name = name;
  event.value = order.quantity(raw.args[1]!);
  return true;
}

/** label */
export const goLabel: Handler = (order, raw, thread) => {
  order.require(raw, thread);
  const event = order.emit(EventKind.Label, raw, thread);
  event.resource = ResourceKind.Goroutine;
  event.subject = event.goroutine;
  event.name = order.string(raw, raw.args[1]!);
  return true;
};

/** task, parent, name, stack */
export const userTaskBegin: Handler = (order, raw, thread) => {
  const task = raw.args[1]!;
  if (order.tasks.has(task)) throw order.contradiction(raw, `task ${order.idText(task)} has begun already`);
  // 0 says "no parent" here, and not "the background task".
  const parent = raw.args[2] === BACKGROUND_TASK ? NONE : raw.args[2]!;
  const name = order.string(raw, raw.args[3]!);
  order.require(raw, thread);
  order.tasks.set(task, { parent, name });
  const event = order.emit(EventKind.TaskBegin, raw, thread);
  event.task = task;
  event.parent = parent;
  event.name = name;
  return true;
};

/** task, stack. A task that began before the trace, or ended before, may end: its name is not known then. */
export const userTaskEnd: Handler = (order, raw, thread) => {
  order.require(raw, thread);
  const task = raw.args[1]!;
  const known = order.tasks.get(task);
  const event = order.emit(EventKind.TaskEnd, raw, thread);
  event.task = task;
  event.parent = known?.parent ?? NONE;
  event.name = known?.name ?? 0;
  order.tasks.delete(task);
  return true;
};

/** task, name, stack */
export const userRegionBegin: Handler = (order, raw, thread) => {
  order.require(raw, thread);
  const task = raw.args[1]!;
  const name = order.string(raw, raw.args[2]!);
  const goroutine = order.current(raw, thread);
  goroutine.regions ??= [];
  goroutine.regions.push(task, name);
  const event = order.emit(EventKind.RegionBegin, raw, thread);
  event.task = task;
  event.name = name;
  return true;
};

/** task, name, stack. With no region open, the one that ends began before the trace. */
export const userRegionEnd: Handler = (order, raw, thread) => {
  order.require(raw, thread);
  const task = raw.args[1]!;
  const name = order.string(raw, raw.args[2]!);
  const { regions } = order.current(raw, thread);
  if (regions !== undefined && regions.length > 0) {
    const openName = regions.pop()!;
    const openTask = regions.pop()!;
    if (openTask !== task || openName !== name) {
      const show = (id: number, text: number) => `"${order.names.strings[text]}" of task ${order.idText(id)}`;
      throw order.contradiction(raw, `region ${show(task, name)} ends inside region ${show(openTask, openName)}`);
    }
  }
  const event = order.emit(EventKind.RegionEnd, raw, thread);
  event.task = task;
  event.name = name;
  return true;
};

/** task, key, value, stack */
export const userLog: Handler = (order, raw, thread) => {
  order.require(raw, thread);
  const event = order.emit(EventKind.Log, raw, thread);
  event.task = raw.args[1]!;
  event.name = order.string(raw, raw.args[2]!);
  event.text = order.string(raw, raw.args[3]!);
  return true;
};
