/**
 * One event as one object of JSON, for programs: a line of `exectrace dump --json`. What does not belong to the kind of
 * an event is left out. Ids are numbers, or text where a number would not be exact; none is null. Text is as it is in
 * the trace; stacks are lists of frames, innermost first.
 */
import {
  EventKind,
  GoState,
  NONE,
  ProcState,
  ResourceKind,
  type TraceEvent,
  type TraceReader,
} from '../reader/index.ts';
import { namesOf } from './event-line.ts';

const KINDS = namesOf(EventKind);
const GO_STATES = namesOf(GoState);
const PROC_STATES = namesOf(ProcState);
const RESOURCES = namesOf(ResourceKind);

/** The event that `reader` delivered last. Times are ns since the trace's origin. */
export function eventRecord(reader: TraceReader, event: TraceEvent): Record<string, unknown> {
  return {
    time: event.time,
    kind: KINDS[event.kind],
    thread: idOf(reader, event.thread),
    proc: idOf(reader, event.proc),
    goroutine: idOf(reader, event.goroutine),
    ...details(reader, event),
    ...(event.stack === 0 ? {} : { stack: framesOf(reader, event.stack) }),
  };
}

function details(reader: TraceReader, event: TraceEvent): Record<string, unknown> {
  const name = reader.strings[event.name];
  const task = idOf(reader, event.task);
  const subject = { resource: RESOURCES[event.resource], subject: idOf(reader, event.subject) };
  switch (event.kind) {
    case EventKind.StateTransition: {
      const states = event.resource === ResourceKind.Proc ? PROC_STATES : GO_STATES;
      return {
        ...subject,
        from: states[event.from],
        to: states[event.to],
        ...(event.reason === 0 ? {} : { reason: reader.strings[event.reason] }),
        ...(event.subjectStack === 0 ? {} : { subjectStack: framesOf(reader, event.subjectStack) }),
      };
    }
    case EventKind.Metric:
      return { name, value: event.value };
    case EventKind.Sync:
      return { generation: event.value };
    case EventKind.Label:
    case EventKind.RangeBegin:
    case EventKind.RangeActive:
      return { ...subject, name };
    case EventKind.RangeEnd:
      return { ...subject, name, ...(event.hasAttributes ? { swept: event.swept, reclaimed: event.reclaimed } : {}) };
    case EventKind.TaskBegin:
    case EventKind.TaskEnd:
      return { task, parent: idOf(reader, event.parent), name };
    case EventKind.RegionBegin:
    case EventKind.RegionEnd:
      return { task, name };
    case EventKind.Log:
      return { task, category: name, message: reader.strings[event.text] };
    case EventKind.Experimental:
      return { name, args: Array.from(event.args, (value) => idOf(reader, value)) };
    default:
      return {};
  }
}

function idOf(reader: TraceReader, id: number): number | string | null {
  if (id >= 0) return id;
  return id === NONE ? null : reader.idText(id);
}

function framesOf({ stacks, strings }: TraceReader, stack: number): Record<string, unknown>[] {
  const frames: Record<string, unknown>[] = [];
  for (let frame = stacks.offset.at(stack); frame < stacks.offset.at(stack + 1); frame++) {
    const [func, file] = [strings[stacks.func.at(frame)], strings[stacks.file.at(frame)]];
    frames.push({ func, file, line: stacks.line.at(frame) });
  }
  return frames;
}
