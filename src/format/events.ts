/**
 * The event table: the vocabulary of Go's v2 trace format, written down once. Encoder, decoder, text form, ordering,
 * docs and the tests of each row are derived from it, and nothing outside this folder contains the number of an event.
 *
 * The idea: a row per event, keyed by Go's own event name. Ids and `since` are history and never change; a new event
 * is a new row, and the compiler names the handler that is then missing.
 *
 * An argument is `[name, type]` or `[name, type, text]`, in wire order, where `text` is what Go's text form calls it
 * when that is not `name`. Every argument is an unsigned varint of up to 64 bits.
 */

/** What the number of an argument means. */
export type ArgType =
  | 'dt' // time units since the previous event of the batch, or since its base time
  | 'time' // absolute time units
  | 'seq' // sequence number
  | 'g' // goroutine
  | 'm' // thread; 2^64-1 is none
  | 'p' // proc; 2^64-1 is none
  | 'gstatus' // GoStatus
  | 'pstatus' // ProcStatus
  | 'string' // id in the generation's string table, 0 = ""
  | 'stack' // id in the generation's stack table, 0 = none
  | 'task' // task; 0 is the background task
  | 'value' // a quantity
  | 'raw'; // anything else

export type ArgSpec = readonly [name: string, type: ArgType, text?: string];

/** Whether the emitting thread must hold something just before the event. */
export type Need = 'must' | 'mustNot' | 'may';

/** What the emitting thread must hold just before the event; `thread` must: not in a batch without a thread. */
export interface Needs {
  readonly thread: Need;
  readonly proc: Need;
  readonly goroutine: Need;
}

export interface EventSpec {
  readonly id: number;
  /** Minor number of the first format that has it. */
  readonly since: 22 | 23 | 25 | 26;
  /** Timed events stand in the batch of a thread and are delivered; structural ones frame and index the file. */
  readonly class: 'structural' | 'timed';
  readonly args: readonly ArgSpec[];
  /** What follows the arguments: a length and that many bytes, or as many frames as the last argument says. */
  readonly trailer?: 'bytes' | 'frames';
  /** The event that this one ends. */
  readonly closes?: string;
  /** Timed events only. */
  readonly needs?: Needs;
  /** Experiment that the event belongs to. */
  readonly experiment?: keyof typeof EXPERIMENTS;
  readonly doc: string;
}

/** Experiments and their ids. */
export const EXPERIMENTS = { AllocFree: 1 } as const;

const DT = ['dt', 'dt'] as const;
const STACK = ['stack', 'stack'] as const;

const ANYWHERE = { thread: 'may', proc: 'may', goroutine: 'may' } as const;
const ON_THREAD = { thread: 'must', proc: 'may', goroutine: 'may' } as const;
const ON_PROC = { thread: 'must', proc: 'must', goroutine: 'may' } as const;
const IN_GOROUTINE = { thread: 'must', proc: 'must', goroutine: 'must' } as const;

export const EVENTS = {
  // Framing and tables.
  EventBatch: {
    id: 1,
    since: 22,
    class: 'structural',
    args: [
      ['generation', 'raw', 'gen'],
      ['thread', 'm', 'm'],
      ['time', 'time'],
      ['size', 'raw'],
    ],
    doc: 'A batch begins: `size` bytes of data follow, written by one thread, with `time` as their base time.',
  },
  Stacks: {
    id: 2,
    since: 22,
    class: 'structural',
    args: [],
    doc: 'First byte of a batch that holds a part of the stack table.',
  },
  Stack: {
    id: 3,
    since: 22,
    class: 'structural',
    args: [
      ['id', 'raw'],
      ['frames', 'raw', 'nframes'],
    ],
    trailer: 'frames',
    doc: 'One stack, innermost frame first.',
  },
  Strings: {
    id: 4,
    since: 22,
    class: 'structural',
    args: [],
    doc: 'First byte of a batch that holds a part of the string table.',
  },
  String: {
    id: 5,
    since: 22,
    class: 'structural',
    args: [['id', 'raw']],
    trailer: 'bytes',
    doc: 'One string, UTF-8.',
  },
  CPUSamples: {
    id: 6,
    since: 22,
    class: 'structural',
    args: [],
    doc: 'First byte of a batch of CPU profile samples.',
  },
  CPUSample: {
    id: 7,
    since: 22,
    class: 'structural',
    args: [['time', 'time'], ['thread', 'm', 'm'], ['proc', 'p', 'p'], ['goroutine', 'g', 'g'], STACK],
    doc: 'A CPU profile sample at an absolute time; goroutine 0 is none.',
  },
  Frequency: {
    id: 8,
    since: 22,
    class: 'structural',
    args: [['frequency', 'raw', 'freq']],
    doc: 'Time units per second. Before 1.25 it is a batch of its own, from 1.25 on part of the sync batch.',
  },

  // Procs.
  ProcsChange: {
    id: 9,
    since: 22,
    class: 'timed',
    args: [DT, ['procs', 'value', 'procs_value'], STACK],
    needs: IN_GOROUTINE,
    doc: 'The number of procs (GOMAXPROCS) is now `procs`.',
  },
  ProcStart: {
    id: 10,
    since: 22,
    class: 'timed',
    args: [DT, ['proc', 'p', 'p'], ['sequence', 'seq', 'p_seq']],
    needs: { thread: 'must', proc: 'mustNot', goroutine: 'may' },
    doc: 'This thread takes an idle proc and runs it.',
  },
  ProcStop: {
    id: 11,
    since: 22,
    class: 'timed',
    args: [DT],
    needs: ON_PROC,
    doc: 'This thread gives up its proc, which is idle now.',
  },
  ProcSteal: {
    id: 12,
    since: 22,
    class: 'timed',
    args: [DT, ['proc', 'p', 'p'], ['sequence', 'seq', 'p_seq'], ['thread', 'm', 'm']],
    needs: ON_THREAD,
    doc: 'This thread takes the proc away from `thread`, which is in a syscall; the proc is idle now.',
  },
  ProcStatus: {
    id: 13,
    since: 22,
    class: 'timed',
    args: [DT, ['proc', 'p', 'p'], ['status', 'pstatus', 'pstatus']],
    needs: ANYWHERE,
    doc: 'Status of a proc at the start of a generation; its sequence restarts at 0.',
  },

  // Goroutines.
  GoCreate: {
    id: 14,
    since: 22,
    class: 'timed',
    args: [DT, ['goroutine', 'g', 'new_g'], ['entryStack', 'stack', 'new_stack'], STACK],
    needs: ON_PROC,
    doc: 'A goroutine is created, runnable. `entryStack` is its own, `stack` that of its creator.',
  },
  GoCreateSyscall: {
    id: 15,
    since: 22,
    class: 'timed',
    args: [DT, ['goroutine', 'g', 'new_g']],
    needs: { thread: 'must', proc: 'may', goroutine: 'mustNot' },
    doc: 'A goroutine appears in a syscall: a thread of C code enters.',
  },
  GoStart: {
    id: 16,
    since: 22,
    class: 'timed',
    args: [DT, ['goroutine', 'g', 'g'], ['sequence', 'seq', 'g_seq']],
    needs: { thread: 'must', proc: 'must', goroutine: 'mustNot' },
    doc: 'A runnable goroutine starts running on this thread.',
  },
  GoDestroy: {
    id: 17,
    since: 22,
    class: 'timed',
    args: [DT],
    needs: IN_GOROUTINE,
    doc: 'The running goroutine ends.',
  },
  GoDestroySyscall: {
    id: 18,
    since: 22,
    class: 'timed',
    args: [DT],
    needs: { thread: 'must', proc: 'may', goroutine: 'must' },
    doc: 'The goroutine ends in a syscall: a thread of C code leaves.',
  },
  GoStop: {
    id: 19,
    since: 22,
    class: 'timed',
    args: [DT, ['reason', 'string', 'reason_string'], STACK],
    needs: IN_GOROUTINE,
    doc: 'The running goroutine stops but stays runnable: it yields or is preempted.',
  },
  GoBlock: {
    id: 20,
    since: 22,
    class: 'timed',
    args: [DT, ['reason', 'string', 'reason_string'], STACK],
    needs: IN_GOROUTINE,
    doc: 'The running goroutine waits for what `reason` says.',
  },
  GoUnblock: {
    id: 21,
    since: 22,
    class: 'timed',
    args: [DT, ['goroutine', 'g', 'g'], ['sequence', 'seq', 'g_seq'], STACK],
    needs: ANYWHERE,
    doc: 'A waiting goroutine is woken and is runnable now. `stack` is that of the waker.',
  },
  GoSyscallBegin: {
    id: 22,
    since: 22,
    class: 'timed',
    args: [DT, ['sequence', 'seq', 'p_seq'], STACK],
    needs: IN_GOROUTINE,
    doc: 'The running goroutine enters a syscall. The sequence is that of its proc.',
  },
  GoSyscallEnd: {
    id: 23,
    since: 22,
    class: 'timed',
    args: [DT],
    closes: 'GoSyscallBegin',
    needs: IN_GOROUTINE,
    doc: 'The syscall ends and the goroutine runs on: it kept its proc.',
  },
  GoSyscallEndBlocked: {
    id: 24,
    since: 22,
    class: 'timed',
    args: [DT],
    closes: 'GoSyscallBegin',
    needs: { thread: 'must', proc: 'may', goroutine: 'must' },
    doc: 'The syscall ends and the goroutine is runnable: it lost its proc meanwhile.',
  },
  GoStatus: {
    id: 25,
    since: 22,
    class: 'timed',
    args: [DT, ['goroutine', 'g', 'g'], ['thread', 'm', 'm'], ['status', 'gstatus', 'gstatus']],
    needs: ANYWHERE,
    doc: 'Status of a goroutine at the start of a generation; its sequence restarts at 0.',
  },

  // Stop-the-world.
  STWBegin: {
    id: 26,
    since: 22,
    class: 'timed',
    args: [DT, ['kind', 'string', 'kind_string'], STACK],
    needs: IN_GOROUTINE,
    doc: 'The goroutine stops the world, for the reason `kind`.',
  },
  STWEnd: {
    id: 27,
    since: 22,
    class: 'timed',
    args: [DT],
    closes: 'STWBegin',
    needs: IN_GOROUTINE,
    doc: 'The world goes on.',
  },

  // Garbage collection.
  GCActive: {
    id: 28,
    since: 22,
    class: 'timed',
    args: [DT, ['sequence', 'seq', 'gc_seq']],
    needs: IN_GOROUTINE,
    doc: 'A GC is already running at the start of the generation.',
  },
  GCBegin: {
    id: 29,
    since: 22,
    class: 'timed',
    args: [DT, ['sequence', 'seq', 'gc_seq'], STACK],
    needs: IN_GOROUTINE,
    doc: 'A GC cycle begins. Its sequence never restarts.',
  },
  GCEnd: {
    id: 30,
    since: 22,
    class: 'timed',
    args: [DT, ['sequence', 'seq', 'gc_seq']],
    closes: 'GCBegin',
    needs: IN_GOROUTINE,
    doc: 'The GC cycle ends.',
  },
  GCSweepActive: {
    id: 31,
    since: 22,
    class: 'timed',
    args: [DT, ['proc', 'p', 'p']],
    needs: ANYWHERE,
    doc: 'The proc is already sweeping at the start of the generation.',
  },
  GCSweepBegin: {
    id: 32,
    since: 22,
    class: 'timed',
    args: [DT, STACK],
    needs: ON_PROC,
    doc: 'The proc begins to sweep.',
  },
  GCSweepEnd: {
    id: 33,
    since: 22,
    class: 'timed',
    args: [DT, ['swept', 'value', 'swept_value'], ['reclaimed', 'value', 'reclaimed_value']],
    closes: 'GCSweepBegin',
    needs: ON_PROC,
    doc: 'The proc ends sweeping, with the bytes swept and reclaimed.',
  },
  GCMarkAssistActive: {
    id: 34,
    since: 22,
    class: 'timed',
    args: [DT, ['goroutine', 'g', 'g']],
    needs: ANYWHERE,
    doc: 'The goroutine is already assisting the GC at the start of the generation.',
  },
  GCMarkAssistBegin: {
    id: 35,
    since: 22,
    class: 'timed',
    args: [DT, STACK],
    needs: IN_GOROUTINE,
    doc: 'The goroutine begins to assist the GC with marking.',
  },
  GCMarkAssistEnd: {
    id: 36,
    since: 22,
    class: 'timed',
    args: [DT],
    closes: 'GCMarkAssistBegin',
    needs: IN_GOROUTINE,
    doc: 'The goroutine ends assisting.',
  },
  HeapAlloc: {
    id: 37,
    since: 22,
    class: 'timed',
    args: [DT, ['bytes', 'value', 'heapalloc_value']],
    needs: ON_PROC,
    doc: 'Bytes of live heap objects.',
  },
  HeapGoal: {
    id: 38,
    since: 22,
    class: 'timed',
    args: [DT, ['bytes', 'value', 'heapgoal_value']],
    needs: ON_PROC,
    doc: 'Heap size at which the next GC is meant to end, bytes.',
  },

  // Annotations.
  GoLabel: {
    id: 39,
    since: 22,
    class: 'timed',
    args: [DT, ['label', 'string', 'label_string']],
    needs: IN_GOROUTINE,
    doc: 'The running goroutine is labelled.',
  },
  UserTaskBegin: {
    id: 40,
    since: 22,
    class: 'timed',
    args: [DT, ['task', 'task'], ['parent', 'task', 'parent_task'], ['name', 'string', 'name_string'], STACK],
    needs: IN_GOROUTINE,
    doc: 'A task begins; parent 0 is the background task.',
  },
  UserTaskEnd: {
    id: 41,
    since: 22,
    class: 'timed',
    args: [DT, ['task', 'task'], STACK],
    closes: 'UserTaskBegin',
    needs: IN_GOROUTINE,
    doc: 'A task ends.',
  },
  UserRegionBegin: {
    id: 42,
    since: 22,
    class: 'timed',
    args: [DT, ['task', 'task'], ['name', 'string', 'name_string'], STACK],
    needs: IN_GOROUTINE,
    doc: 'A region begins on the running goroutine, inside those that are open on it.',
  },
  UserRegionEnd: {
    id: 43,
    since: 22,
    class: 'timed',
    args: [DT, ['task', 'task'], ['name', 'string', 'name_string'], STACK],
    closes: 'UserRegionBegin',
    needs: IN_GOROUTINE,
    doc: 'The innermost open region of the running goroutine ends; task and name must be those of its begin.',
  },
  UserLog: {
    id: 44,
    since: 22,
    class: 'timed',
    args: [DT, ['task', 'task'], ['key', 'string', 'key_string'], ['value', 'string', 'value_string'], STACK],
    needs: IN_GOROUTINE,
    doc: 'A log line: `key` is its category, `value` its message.',
  },

  // Coroutines.
  GoSwitch: {
    id: 45,
    since: 23,
    class: 'timed',
    args: [DT, ['goroutine', 'g', 'g'], ['sequence', 'seq', 'g_seq']],
    needs: IN_GOROUTINE,
    doc: 'The running goroutine waits, and `goroutine`, which waited, runs in its place, at one instant.',
  },
  GoSwitchDestroy: {
    id: 46,
    since: 23,
    class: 'timed',
    args: [DT, ['goroutine', 'g', 'g'], ['sequence', 'seq', 'g_seq']],
    needs: IN_GOROUTINE,
    doc: 'As GoSwitch, and the goroutine that ran ends.',
  },
  GoCreateBlocked: {
    id: 47,
    since: 23,
    class: 'timed',
    args: [DT, ['goroutine', 'g', 'new_g'], ['entryStack', 'stack', 'new_stack'], STACK],
    needs: ON_PROC,
    doc: 'As GoCreate, but the new goroutine waits.',
  },
  GoStatusStack: {
    id: 48,
    since: 23,
    class: 'timed',
    args: [DT, ['goroutine', 'g', 'g'], ['thread', 'm', 'm'], ['status', 'gstatus', 'gstatus'], STACK],
    needs: ANYWHERE,
    doc: 'As GoStatus, with the stack of the goroutine.',
  },

  // Framing that came later.
  ExperimentalBatch: {
    id: 49,
    since: 23,
    class: 'structural',
    args: [
      ['experiment', 'raw', 'exp'],
      ['generation', 'raw', 'gen'],
      ['thread', 'm', 'm'],
      ['time', 'time'],
    ],
    trailer: 'bytes',
    doc: 'A batch whose data belong to an experiment. The experiment is a byte on the wire and below 128.',
  },
  Sync: {
    id: 50,
    since: 25,
    class: 'structural',
    args: [],
    doc: 'First byte of the sync batch, which holds one Frequency and one ClockSnapshot.',
  },
  ClockSnapshot: {
    id: 51,
    since: 25,
    class: 'structural',
    args: [DT, ['mono', 'raw'], ['seconds', 'raw', 'sec'], ['nanoseconds', 'raw', 'nsec']],
    doc: 'One instant on three clocks: the trace clock, the monotonic clock in ns, and the wall clock.',
  },
  EndOfGeneration: {
    id: 52,
    since: 26,
    class: 'structural',
    args: [],
    doc: 'The generation ends. Stands outside of any batch.',
  },

  // Experiment AllocFree: heap spans, objects and goroutine stacks.
  Span: {
    id: 128,
    since: 23,
    class: 'timed',
    experiment: 'AllocFree',
    args: [DT, ['id', 'raw'], ['pages', 'value', 'npages_value'], ['class', 'raw', 'kindclass']],
    needs: ON_THREAD,
    doc: 'A heap span exists at the start of the generation.',
  },
  SpanAlloc: {
    id: 129,
    since: 23,
    class: 'timed',
    experiment: 'AllocFree',
    args: [DT, ['id', 'raw'], ['pages', 'value', 'npages_value'], ['class', 'raw', 'kindclass']],
    needs: ON_THREAD,
    doc: 'A heap span is allocated.',
  },
  SpanFree: {
    id: 130,
    since: 23,
    class: 'timed',
    experiment: 'AllocFree',
    args: [DT, ['id', 'raw']],
    needs: ON_THREAD,
    doc: 'A heap span is freed.',
  },
  HeapObject: {
    id: 131,
    since: 23,
    class: 'timed',
    experiment: 'AllocFree',
    args: [DT, ['id', 'raw'], ['type', 'raw']],
    needs: ON_THREAD,
    doc: 'A heap object exists at the start of the generation.',
  },
  HeapObjectAlloc: {
    id: 132,
    since: 23,
    class: 'timed',
    experiment: 'AllocFree',
    args: [DT, ['id', 'raw'], ['type', 'raw']],
    needs: ON_THREAD,
    doc: 'A heap object is allocated.',
  },
  HeapObjectFree: {
    id: 133,
    since: 23,
    class: 'timed',
    experiment: 'AllocFree',
    args: [DT, ['id', 'raw']],
    needs: ON_THREAD,
    doc: 'A heap object is freed.',
  },
  GoroutineStack: {
    id: 134,
    since: 23,
    class: 'timed',
    experiment: 'AllocFree',
    args: [DT, ['id', 'raw'], ['order', 'raw']],
    needs: ON_THREAD,
    doc: 'A goroutine stack exists at the start of the generation.',
  },
  GoroutineStackAlloc: {
    id: 135,
    since: 23,
    class: 'timed',
    experiment: 'AllocFree',
    args: [DT, ['id', 'raw'], ['order', 'raw']],
    needs: ON_THREAD,
    doc: 'A goroutine stack is allocated.',
  },
  GoroutineStackFree: {
    id: 136,
    since: 23,
    class: 'timed',
    experiment: 'AllocFree',
    args: [DT, ['id', 'raw']],
    needs: ON_THREAD,
    doc: 'A goroutine stack is freed.',
  },
} as const satisfies Record<string, EventSpec>;

export type EventName = keyof typeof EVENTS;

// `closes` names a row. A statement of its own, since a table cannot refer to itself while it is being typed.
EVENTS satisfies Record<EventName, { readonly id: number; readonly closes?: EventName }>;

/** Names of the events that stand in the batch of a thread and reach the reader's user. */
export type TimedEventName = { [N in EventName]: (typeof EVENTS)[N]['class'] extends 'timed' ? N : never }[EventName];

/** The four fields of a frame, each a varint: program counter, string ids of function and file, line. */
export const FRAME_FIELDS = ['pc', 'func', 'file', 'line'] as const;

/** Status of a goroutine in GoStatus and GoStatusStack. */
export const GoStatus = { Runnable: 1, Running: 2, Syscall: 3, Waiting: 4 } as const;
export type GoStatus = (typeof GoStatus)[keyof typeof GoStatus];

/** Status of a proc in ProcStatus. Abandoned: in a syscall whose thread is not known any more; about to be stolen. */
export const ProcStatus = { Running: 1, Idle: 2, Syscall: 3, SyscallAbandoned: 4 } as const;
export type ProcStatus = (typeof ProcStatus)[keyof typeof ProcStatus];
