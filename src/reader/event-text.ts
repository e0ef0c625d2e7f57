/**
 * One event as one line, for dumps and for comparing readers:
 *
 *     time M P G Kind details tstk=depth:innermost..outermost stk=depth:innermost..outermost
 *
 * Times are absolute ns of the trace clock, -1 is none, `tstk` is the stack of the goroutine that changes its state and
 * `stk` that of the event.
 */
import { quoteString, ROW_BY_NAME } from '../format/index.ts';
import { EventKind, GoState, ProcState, ResourceKind, type TraceEvent } from './event.ts';
import type { TraceReader } from './reader.ts';

const KIND_NAMES = namesOf(EventKind);
const GO_STATES = namesOf(GoState);
const PROC_STATES = namesOf(ProcState);
const RESOURCES = namesOf(ResourceKind);

/** The line of an event that `reader` just delivered. */
export function eventText(reader: TraceReader, event: TraceEvent): string {
  const time = reader.origin + BigInt(event.time);
  const context = `M${reader.idText(event.thread)} P${reader.idText(event.proc)} G${reader.idText(event.goroutine)}`;
  return `${time} ${context} ${KIND_NAMES[event.kind]} ${details(reader, event)}stk=${stackText(reader, event.stack)}`;
}

/** What belongs to the kind, with a space behind it if there is something. */
function details(reader: TraceReader, event: TraceEvent): string {
  const { strings } = reader;
  const name = () => quoteString(strings[event.name]!);
  switch (event.kind) {
    case EventKind.Sync:
      return `N=${event.value} ${clockText(reader, event)}`;
    case EventKind.Metric:
      return `${strings[event.name]}=${BigInt(event.value)} `;
    case EventKind.Label:
    case EventKind.RangeBegin:
    case EventKind.RangeActive:
      return `${name()} ${resourceText(reader, event)} `;
    case EventKind.RangeEnd:
      return `${name()} ${resourceText(reader, event)} ${attributesText(event)}`;
    case EventKind.TaskBegin:
    case EventKind.TaskEnd:
      return `id=${reader.idText(event.task)} parent=${reader.idText(event.parent)} ${name()} `;
    case EventKind.RegionBegin:
    case EventKind.RegionEnd:
      return `task=${reader.idText(event.task)} ${name()} `;
    case EventKind.Log:
      return `task=${reader.idText(event.task)} ${name()} ${quoteString(strings[event.text]!)} `;
    case EventKind.StateTransition:
      return transitionText(reader, event);
    case EventKind.Experimental:
      return experimentalText(reader, event);
    default:
      return '';
  }
}

function transitionText(reader: TraceReader, event: TraceEvent): string {
  const subject = reader.idText(event.subject);
  if (event.resource === ResourceKind.Proc) return `p${subject} ${PROC_STATES[event.from]}->${PROC_STATES[event.to]} `;
  const states = `${GO_STATES[event.from]}->${GO_STATES[event.to]}`;
  const reason = quoteString(reader.strings[event.reason]!);
  return `g${subject} ${states} ${reason} tstk=${stackText(reader, event.subjectStack)} `;
}

function experimentalText(reader: TraceReader, event: TraceEvent): string {
  const name = reader.strings[event.name]!;
  const [, ...args] = ROW_BY_NAME.get(name)!.args;
  return `${name} ${args.map(([arg, , text], i) => `${text ?? arg}=${reader.idText(event.args[i]!)} `).join('')}`;
}

function resourceText(reader: TraceReader, event: TraceEvent): string {
  const resource = RESOURCES[event.resource]!;
  return event.resource === ResourceKind.None ? resource : `${resource}(${reader.idText(event.subject)})`;
}

function attributesText(event: TraceEvent): string {
  return event.hasAttributes
    ? `"bytes swept"=${BigInt(event.swept)} "bytes reclaimed"=${BigInt(event.reclaimed)} `
    : '';
}

function clockText(reader: TraceReader, event: TraceEvent): string {
  const clock = reader.clockSnapshots.at(-1);
  if (clock === undefined || clock.sync !== event.value) return '';
  const seconds = clock.wall / 1_000_000_000n;
  const nanoseconds = String(clock.wall % 1_000_000_000n).padStart(9, '0');
  return `trace=${reader.origin + BigInt(clock.time)} mono=${clock.mono} wall=${seconds}.${nanoseconds} `;
}

function stackText(reader: TraceReader, stack: number): string {
  const { offset, func } = reader.stacks;
  const from = offset.at(stack);
  const to = offset.at(stack + 1);
  if (from === to) return '-';
  return `${to - from}:${reader.strings[func.at(from)]}..${reader.strings[func.at(to - 1)]}`;
}

function namesOf(values: Readonly<Record<string, number>>): readonly string[] {
  const names: string[] = [];
  for (const [name, value] of Object.entries(values)) names[value] = name;
  return names;
}
