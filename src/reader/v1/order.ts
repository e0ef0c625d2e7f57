/**
 * Brings the events of a v1 file into one order: rows in, rows out.
 *
 * Format 1.5 numbers all events of the trace, and that is their order. Since 1.7 the events of a proc are in order, and
 * between procs the states of goroutines decide: an event may need its goroutine at a sequence number and in a state
 * (RULES), and of all first events of procs that are ready, the earliest comes next.
 *
 * The idea for doing so in linear time, whatever the file: a proc whose first event is not ready is filed under the very
 * state that it needs, and found again when that state comes. Nothing is tried twice.
 */
import { type Int32List, NumberMap } from '../../base/index.ts';
import { type TraceErrorCode, TraceFormatError } from '../../format/index.ts';
import { Frontier } from '../frontier.ts';
import type { V1Columns } from './event-columns.ts';
import { V1_BY_ID, V1_EVENTS, type V1EventName } from './events.ts';
import type { V1File } from './scanner.ts';

/** The rows of a file in order. Throws `TraceFormatError` when there is no consistent order. */
export function orderRows(file: V1File): Int32Array {
  const rows = file.version === 5 ? orderBySequence(file) : new Merger(file).merge();
  const { time } = file.events;
  for (let i = 1; i < rows.length; i++) {
    if (time.at(rows[i]!) < time.at(rows[i - 1]!)) throw unordered(file.events, rows[i]!);
  }
  if (file.version === 5 || !moveSyscallExits(file.events, rows)) return rows;
  return rows.sort((a, b) => time.at(a) - time.at(b));
}

/** A syscall's end is told when its thread has a proc again: it has the number and time of the true end with it. */
function orderBySequence({ events, sequence }: V1File): Int32Array {
  const rows = Int32Array.from({ length: events.count }, (_, row) => row);
  for (const row of rows) {
    if (events.type.at(row) !== V1_EVENTS.GoSysExit.id) continue;
    sequence.set(row, events.arg1.at(row));
    const time = events.arg2.at(row);
    if (!Number.isNaN(time)) events.time.set(row, time);
  }
  return rows.sort((a, b) => sequence.at(a) - sequence.at(b));
}

/** Gives syscall exits their true times; true if there are any. Only now: the merge needs the times of the telling. */
function moveSyscallExits(events: V1Columns, rows: Int32Array): boolean {
  const blockedAt = new Map<number, number>();
  let moved = false;
  for (const row of rows) {
    const type = events.type.at(row);
    const goroutine = events.goroutine.at(row);
    if (type === V1_EVENTS.GoSysBlock.id || type === V1_EVENTS.GoInSyscall.id) {
      blockedAt.set(goroutine, events.time.at(row));
    } else if (type === V1_EVENTS.GoSysExit.id) {
      const time = events.arg2.at(row);
      if (Number.isNaN(time)) continue;
      const since = blockedAt.get(goroutine);
      if (since === undefined) throw errorAt(events, row, 'inconsistent', 'a syscall ends that never began');
      if (time < since) throw unordered(events, row);
      events.time.set(row, time);
      moved = true;
    }
  }
  return moved;
}

/** States of a goroutine in the order's own terms: in a syscall it is waiting. */
const Status = { Dead: 0, Runnable: 1, Running: 2, Waiting: 3 } as const;
type Status = (typeof Status)[keyof typeof Status];

/** Where the sequence number comes from that an event needs: anything will do, a fixed one, or the argument. */
type Need = 'any' | 'argument' | 0 | 1;

interface OrderRule {
  /** Whose state: the goroutine in the first argument (which is also that of the event), the event's own, or the GC. */
  readonly of: 'first' | 'own' | 'gc';
  readonly needs: readonly [Need, Status];
  /** What the sequence number becomes, if it changes, and the state. */
  readonly adds: 0 | 1;
  readonly gives: Status;
}

const start = (need: Need): OrderRule => ({
  of: 'own',
  needs: [need, Status.Runnable],
  adds: 1,
  gives: Status.Running,
});
const wake = (need: Need): OrderRule => ({
  of: 'first',
  needs: [need, Status.Waiting],
  adds: 1,
  gives: Status.Runnable,
});
const leave = (gives: Status): OrderRule => ({ of: 'own', needs: ['any', Status.Running], adds: 0, gives });
const found: OrderRule = { of: 'own', needs: [1, Status.Runnable], adds: 1, gives: Status.Waiting };

const RULES: Readonly<Partial<Record<V1EventName, OrderRule>>> = {
  GoCreate: { of: 'first', needs: [0, Status.Dead], adds: 1, gives: Status.Runnable },
  GoWaiting: found,
  GoInSyscall: found,
  GoStart: start('argument'),
  GoStartLabel: start('argument'),
  GoStartLocal: start('any'),
  GoBlock: leave(Status.Waiting),
  GoBlockSend: leave(Status.Waiting),
  GoBlockRecv: leave(Status.Waiting),
  GoBlockSelect: leave(Status.Waiting),
  GoBlockSync: leave(Status.Waiting),
  GoBlockCond: leave(Status.Waiting),
  GoBlockNet: leave(Status.Waiting),
  GoBlockGC: leave(Status.Waiting),
  GoSleep: leave(Status.Waiting),
  GoSysBlock: leave(Status.Waiting),
  GoSched: leave(Status.Runnable),
  GoPreempt: leave(Status.Runnable),
  GoUnblock: wake('argument'),
  GoUnblockLocal: wake('any'),
  GoSysExit: wake('argument'),
  GoSysExitLocal: wake('any'),
  GCStart: { of: 'gc', needs: ['argument', Status.Dead], adds: 1, gives: Status.Dead },
};
const RULE_BY_ID: readonly (OrderRule | undefined)[] = V1_BY_ID.map((spec) => spec && RULES[spec.name]);

/** Events that are told on the proc of the event before: once merged, they are what their names say without "Local". */
const MERGED_TYPE = new Map<number, number>([
  [V1_EVENTS.GoStartLocal.id, V1_EVENTS.GoStart.id],
  [V1_EVENTS.GoUnblockLocal.id, V1_EVENTS.GoUnblock.id],
  [V1_EVENTS.GoSysExitLocal.id, V1_EVENTS.GoSysExit.id],
]);

class GoroutineState {
  sequence = 0;
  status: Status = Status.Dead;
  /** Procs whose first event needs a state of this goroutine, by that state. */
  waiting: Map<number, ProcStream[]> | undefined;
}

/** The events of a proc, and which of them is next. */
class ProcStream {
  /** In the frontier. */
  readonly number: number;
  readonly rows: Int32Array;
  next = 0;
  /** Of the next event, ticks. */
  time = 0;
  rule: OrderRule | undefined;
  state: GoroutineState | undefined;

  constructor(rows: Int32Array, number: number) {
    this.rows = rows;
    this.number = number;
  }
}

class Merger {
  readonly #events: V1Columns;
  readonly #streams: readonly ProcStream[];
  readonly #frontier = new Frontier();
  readonly #goroutines = new NumberMap<GoroutineState>();
  readonly #collector = new GoroutineState();

  constructor({ events, procs, samples }: V1File) {
    this.#events = events;
    // Samples were written late, by another thread: they come at their own times.
    const byTime = samples.toArray().sort((a, b) => events.time.at(a) - events.time.at(b));
    this.#streams = [...Array.from(procs.values(), (rows: Int32List) => rows.toArray()), byTime].map(
      (rows, number) => new ProcStream(rows, number),
    );
  }

  merge(): Int32Array {
    const merged = new Int32Array(this.#events.count);
    for (const stream of this.#streams) this.#offer(stream);
    let count = 0;
    while (this.#frontier.size > 0) {
      const stream = this.#streams[this.#frontier.head]!;
      const row = stream.rows[stream.next++]!;
      const { state } = stream;
      this.#apply(stream, row);
      merged[count++] = row;
      this.#frontier.remove(0);
      this.#offer(stream);
      if (state !== undefined) this.#wake(state);
    }
    if (count < merged.length) this.#stalled();
    return merged;
  }

  /** Puts a proc among those that are ready, or files it under the state that its next event needs. */
  #offer(stream: ProcStream): void {
    if (stream.next === stream.rows.length) return;
    const row = stream.rows[stream.next]!;
    stream.time = this.#events.time.at(row);
    stream.rule = RULE_BY_ID[this.#events.type.at(row)];
    stream.state = stream.rule && this.#stateOf(stream.rule, row);
    if (this.#isReady(stream, row)) this.#frontier.insert(stream.number, stream.time);
    else {
      const { state, rule } = stream;
      state!.waiting ??= new Map();
      const key = keyOf(this.#needed(rule!, row), rule!.needs[1]);
      const others = state!.waiting.get(key);
      if (others === undefined) state!.waiting.set(key, [stream]);
      else others.push(stream);
    }
  }

  #apply({ rule, state }: ProcStream, row: number): void {
    const { type } = this.#events;
    const merged = MERGED_TYPE.get(type.at(row));
    if (rule !== undefined && state !== undefined) {
      const need = this.#needed(rule, row);
      // It was ready once: another proc was first.
      if (!matches(state, need, rule.needs[1])) {
        throw errorAt(this.#events, row, 'inconsistent', 'two procs tell of the same goroutine at the same time');
      }
      state.sequence += rule.adds;
      state.status = rule.gives;
    }
    if (merged !== undefined) type.set(row, merged);
  }

  /** Brings back the procs that waited for the state as it is now. */
  #wake(state: GoroutineState): void {
    const { waiting } = state;
    if (waiting === undefined) return;
    for (const key of [keyOf(state.sequence, state.status), keyOf(ANY, state.status)]) {
      const streams = waiting.get(key);
      if (streams === undefined) continue;
      waiting.delete(key);
      for (const stream of streams) this.#frontier.insert(stream.number, stream.time);
    }
    if (waiting.size === 0) state.waiting = undefined;
  }

  #stateOf(rule: OrderRule, row: number): GoroutineState {
    if (rule.of === 'gc') return this.#collector;
    const { goroutine, arg0 } = this.#events;
    const id = rule.of === 'first' ? arg0.at(row) : goroutine.at(row);
    let state = this.#goroutines.get(id);
    if (state === undefined) {
      state = new GoroutineState();
      this.#goroutines.set(id, state);
    }
    return state;
  }

  #isReady({ rule, state }: ProcStream, row: number): boolean {
    return rule === undefined || matches(state!, this.#needed(rule, row), rule.needs[1]);
  }

  /** The sequence number that an event needs, or `ANY`. */
  #needed(rule: OrderRule, row: number): number {
    const [need] = rule.needs;
    if (need === 'any') return ANY;
    if (need !== 'argument') return need;
    const { arg0, arg1 } = this.#events;
    return rule.of === 'gc' ? arg0.at(row) : arg1.at(row);
  }

  #stalled(): never {
    const first = this.#streams
      .filter((stream) => stream.next < stream.rows.length)
      .reduce((a, b) => (b.time < a.time ? b : a));
    throw errorAt(
      this.#events,
      first.rows[first.next]!,
      'stalled',
      'no order of events is possible: those of all procs wait, the first of them',
    );
  }
}

const ANY = -1;

function matches(state: GoroutineState, sequence: number, status: Status): boolean {
  return state.status === status && (sequence === ANY || sequence === state.sequence);
}

function keyOf(sequence: number, status: Status): number {
  return sequence * 4 + status;
}

function unordered(events: V1Columns, row: number): TraceFormatError {
  return errorAt(events, row, 'unordered', 'the times of the events contradict their order: a clock ran backwards');
}

/** The error for what is wrong at a row. */
export function errorAt(events: V1Columns, row: number, code: TraceErrorCode, reason: string): TraceFormatError {
  return new TraceFormatError(code, reason, {
    offset: events.offset.at(row),
    proc: String(events.proc.at(row)),
    event: V1_BY_ID[events.type.at(row)]!.name,
  });
}
