/**
 * The event table as dense arrays indexed by event id, for loops that handle millions of events. Everything here is
 * computed from `EVENTS`.
 */
import { EVENTS, type EventName, type EventSpec, type Need, type Needs } from './events.ts';

/** A row of the event table together with its name. */
export interface EventRow extends EventSpec {
  readonly name: EventName;
}

/** The rows in the order of the table. */
export const EVENT_ROWS: readonly EventRow[] = Object.entries(EVENTS).map(([name, spec]) => ({
  ...(spec as EventSpec),
  name: name as EventName,
}));

/** The rows by id; undefined where there is no event. */
export const ROW_BY_ID: readonly (EventRow | undefined)[] = (() => {
  const rows = new Array<EventRow | undefined>(256).fill(undefined);
  for (const row of EVENT_ROWS) rows[row.id] = row;
  return rows;
})();

/** The rows by name. */
export const ROW_BY_NAME: ReadonlyMap<string, EventRow> = new Map(EVENT_ROWS.map((row) => [row.name, row]));

/** In `ARITY`: no timed event has this id. */
export const NOT_TIMED = 255;

/** Timed events: how many arguments follow the time. `NOT_TIMED` for every other id. */
export const ARITY: Uint8Array = byId(NOT_TIMED, (row) => (row.class === 'timed' ? row.args.length - 1 : NOT_TIMED));

/** In `STACK_ARGUMENT`: the event has no stack. */
export const NO_STACK = 255;

/** Timed events: position, the time not counted, of the stack at which the event happened. `NO_STACK` if it has none. */
export const STACK_ARGUMENT: Uint8Array = byId(NO_STACK, (row) => {
  const position = row.args.findIndex(([name, type]) => name === 'stack' && type === 'stack');
  return row.class === 'timed' && position > 0 ? position - 1 : NO_STACK;
});

/** Bits of `NEEDS` and of `holding`: has and lacks a thread, a proc, a goroutine. */
const HAS = { thread: 1, proc: 4, goroutine: 16 } as const;
const LACKS = { thread: 2, proc: 8, goroutine: 32 } as const;

/** What the emitting thread must hold, as a set of bits: satisfied when `(NEEDS[id] & ~holding(…)) === 0`. */
export const NEEDS: Uint8Array = byId(0, (row) => (row.needs === undefined ? 0 : bits(row.needs)));

/** What a thread holds, as bits to compare `NEEDS` with. */
export function holding(thread: boolean, proc: boolean, goroutine: boolean): number {
  return (
    (thread ? HAS.thread : LACKS.thread) |
    (proc ? HAS.proc : LACKS.proc) |
    (goroutine ? HAS.goroutine : LACKS.goroutine)
  );
}

/** Name of an event for messages; an unknown id is given as a number. */
export function eventName(id: number): string {
  return ROW_BY_ID[id]?.name ?? `of type ${id}`;
}

function byId(fill: number, value: (row: EventRow) => number): Uint8Array {
  const table = new Uint8Array(256).fill(fill);
  for (const row of EVENT_ROWS) table[row.id] = value(row);
  return table;
}

function bits(needs: Needs): number {
  let set = 0;
  for (const key of ['thread', 'proc', 'goroutine'] as const) {
    const need: Need = needs[key];
    if (need === 'must') set |= HAS[key];
    if (need === 'mustNot') set |= LACKS[key];
  }
  return set;
}
