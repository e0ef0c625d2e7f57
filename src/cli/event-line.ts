/**
 * One event as one line for people and for grep:
 *
 *     0.004812345 M1 P0 G17 StateTransition G17 Running->Waiting "network" | main.read (read.go:12) < main.main (main.go:5)
 *
 * Time in seconds since the trace's origin; thread, proc and goroutine (strand) that did it, `-` for none; the kind and
 * what belongs to it; behind `|` the stack, innermost frame first. Text of the trace is quoted and disarmed.
 */
import { oneLine } from '../base/index.ts';
import {
  EventKind,
  GoState,
  NONE,
  ProcState,
  ResourceKind,
  type TraceEvent,
  type TraceReader,
} from '../reader/index.ts';

const KINDS = namesOf(EventKind);
const GO_STATES = namesOf(GoState);
const PROC_STATES = namesOf(ProcState);
const PREFIXES: Readonly<Record<ResourceKind, string>> = {
  [ResourceKind.None]: '',
  [ResourceKind.Goroutine]: 'G',
  [ResourceKind.Proc]: 'P',
  [ResourceKind.Thread]: 'M',
};

/** The line of the event that `reader` delivered last, without a line break. */
export function eventLine(reader: TraceReader, event: TraceEvent): string {
  const parts = [
    (event.time / 1e9).toFixed(9),
    id(reader, 'M', event.thread),
    id(reader, 'P', event.proc),
    id(reader, 'G', event.goroutine),
    KINDS[event.kind]!,
    ...details(reader, event),
  ];
  const stack = stackText(reader, event.stack);
  if (stack !== '') parts.push('|', stack);
  return parts.join(' ');
}

function id(reader: TraceReader, prefix: string, value: number): string {
  return value === NONE ? '-' : prefix + reader.idText(value);
}

function details(reader: TraceReader, event: TraceEvent): string[] {
  const quoted = (string: number): string => JSON.stringify(oneLine(reader.strings[string]!));
  const task = (value: number): string => `task=${value === NONE ? '-' : reader.idText(value)}`;
  const resource = id(reader, PREFIXES[event.resource], event.subject);
  switch (event.kind) {
    case EventKind.StateTransition:
      return transition(reader, event, quoted);
    case EventKind.Metric:
      return [`${oneLine(reader.strings[event.name]!)}=${event.value}`];
    case EventKind.Sync:
      return [`generation=${event.value}`];
    case EventKind.Label:
    case EventKind.RangeBegin:
    case EventKind.RangeActive:
      return [resource, quoted(event.name)];
    case EventKind.RangeEnd:
      return [resource, quoted(event.name), ...(event.hasAttributes ? swept(event) : [])];
    case EventKind.TaskBegin:
      return [
        task(event.task),
        ...(event.parent === NONE ? [] : [`parent=${reader.idText(event.parent)}`]),
        quoted(event.name),
      ];
    case EventKind.TaskEnd:
    case EventKind.RegionBegin:
    case EventKind.RegionEnd:
      return [task(event.task), quoted(event.name)];
    case EventKind.Log:
      return [task(event.task), quoted(event.name), quoted(event.text)];
    case EventKind.Experimental:
      return [quoted(event.name)];
    default:
      return [];
  }
}

function transition(reader: TraceReader, event: TraceEvent, quoted: (string: number) => string): string[] {
  const states = event.resource === ResourceKind.Proc ? PROC_STATES : GO_STATES;
  const parts = [
    id(reader, PREFIXES[event.resource], event.subject),
    `${states[event.from]}->${states[event.to]}`,
    ...(event.reason === 0 ? [] : [quoted(event.reason)]),
  ];
  // The own stack of a goroutine that changes is mostly that of the event; where it is not, it is its entry.
  if (event.subjectStack !== 0 && event.subjectStack !== event.stack)
    parts.push(`at ${stackText(reader, event.subjectStack)}`);
  return parts;
}

function swept(event: TraceEvent): string[] {
  return [`swept=${event.swept}`, `reclaimed=${event.reclaimed}`];
}

function stackText(reader: TraceReader, stack: number): string {
  const { offset, func, file, line } = reader.stacks;
  const frames: string[] = [];
  for (let frame = offset.at(stack); frame < offset.at(stack + 1); frame++) {
    const path = reader.strings[file.at(frame)]!;
    const place = path === '' ? '' : ` (${path.slice(path.lastIndexOf('/') + 1)}:${line.at(frame)})`;
    frames.push(oneLine(reader.strings[func.at(frame)]! + place));
  }
  return frames.join(' < ');
}

/** The names of numbers, by number. */
export function namesOf(values: Readonly<Record<string, number>>): readonly string[] {
  const names: string[] = [];
  for (const [name, value] of Object.entries(values)) names[value] = name;
  return names;
}
