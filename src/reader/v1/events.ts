/**
 * The vocabulary of Go's first trace format (Go 1.5 to 1.21), written down once: scanning, ordering and conversion take
 * ids and shapes from here, and nothing else in this folder contains the number of an event.
 *
 * The idea is that of the event table of v2: a row per event, keyed by Go's own name. `since` is the minor number of the
 * first format that has it. An argument that came later than its event states that too, and is 0 before. The time, and in
 * format 1.5 the sequence number before it, stand in front of the arguments and are not listed.
 */
import type { LegacyVersion } from '../../format/index.ts';

export interface V1EventSpec {
  readonly id: number;
  readonly since: number;
  readonly args: readonly (string | readonly [name: string, since: number])[];
  /** Whether a stack id follows the arguments. */
  readonly stack: boolean;
  /** Rows that frame or index the file and have a shape of their own. */
  readonly structural?: true;
}

const row = (id: number, since: number, args: V1EventSpec['args'] = [], stack = false): V1EventSpec => ({
  id,
  since,
  args,
  stack,
});
const frame = (id: number, since: number): V1EventSpec => ({ id, since, args: [], stack: false, structural: true });

export const V1_EVENTS = {
  Batch: frame(1, 5),
  Frequency: frame(2, 5),
  Stack: frame(3, 5),
  Gomaxprocs: row(4, 5, ['procs'], true),
  ProcStart: row(5, 5, ['thread']),
  ProcStop: row(6, 5),
  GCStart: row(7, 5, [['seq', 7]], true),
  GCDone: row(8, 5),
  STWStart: row(9, 5, [['kind', 10]]),
  STWDone: row(10, 5),
  GCSweepStart: row(11, 5, [], true),
  GCSweepDone: row(12, 5, [
    ['swept', 9],
    ['reclaimed', 9],
  ]),
  GoCreate: row(13, 5, ['g', 'entry'], true),
  GoStart: row(14, 5, ['g', ['seq', 7]]),
  GoEnd: row(15, 5),
  GoStop: row(16, 5, [], true),
  GoSched: row(17, 5, [], true),
  GoPreempt: row(18, 5, [], true),
  GoSleep: row(19, 5, [], true),
  GoBlock: row(20, 5, [], true),
  GoUnblock: row(21, 5, ['g', ['seq', 7]], true),
  GoBlockSend: row(22, 5, [], true),
  GoBlockRecv: row(23, 5, [], true),
  GoBlockSelect: row(24, 5, [], true),
  GoBlockSync: row(25, 5, [], true),
  GoBlockCond: row(26, 5, [], true),
  GoBlockNet: row(27, 5, [], true),
  GoSysCall: row(28, 5, [], true),
  GoSysExit: row(29, 5, ['g', 'seq', 'ts']),
  GoSysBlock: row(30, 5),
  GoWaiting: row(31, 5, ['g']),
  GoInSyscall: row(32, 5, ['g']),
  HeapAlloc: row(33, 5, ['bytes']),
  HeapGoal: row(34, 5, ['bytes']),
  TimerGoroutine: frame(35, 5),
  FutileWakeup: row(36, 5),
  String: frame(37, 7),
  GoStartLocal: row(38, 7, ['g']),
  GoUnblockLocal: row(39, 7, ['g'], true),
  GoSysExitLocal: row(40, 7, ['g', 'ts']),
  GoStartLabel: row(41, 8, ['g', 'seq', 'label']),
  GoBlockGC: row(42, 8, [], true),
  GCMarkAssistStart: row(43, 9, [], true),
  GCMarkAssistDone: row(44, 9),
  UserTaskCreate: row(45, 11, ['task', 'parent', 'name'], true),
  UserTaskEnd: row(46, 11, ['task'], true),
  UserRegion: row(47, 11, ['task', 'mode', 'name'], true),
  /** A string, the message, follows its arguments. */
  UserLog: row(48, 11, ['task', 'key'], true),
  /** Its arguments hold its own time, proc and goroutine. */
  CPUSample: row(49, 19, ['ts', 'p', 'g'], true),
} as const satisfies Readonly<Record<string, V1EventSpec>>;

export type V1EventName = keyof typeof V1_EVENTS;

/** The rows with their names, by id; undefined where there is no event. */
export const V1_BY_ID: readonly ((V1EventSpec & { readonly name: V1EventName }) | undefined)[] = (() => {
  const byId = new Array<(V1EventSpec & { name: V1EventName }) | undefined>(64).fill(undefined);
  for (const [name, spec] of Object.entries(V1_EVENTS)) byId[spec.id] = { ...spec, name: name as V1EventName };
  return byId;
})();

/** What an event of an id looks like in one format. */
export interface V1Shape {
  readonly name: V1EventName;
  readonly id: number;
  readonly structural: boolean;
  /** Arguments, without times and stack. */
  readonly args: number;
  readonly stack: boolean;
}

/** The shapes of the events that a format has, by id. */
export function shapesOf(version: LegacyVersion): readonly (V1Shape | undefined)[] {
  return V1_BY_ID.map((spec) => {
    if (spec === undefined || spec.since > version) return undefined;
    const args = spec.args.filter((arg) => typeof arg === 'string' || arg[1] <= version).length;
    return { name: spec.name, id: spec.id, structural: spec.structural === true, args, stack: spec.stack };
  });
}

/**
 * Procs that Go's tools make up for what no proc did. They are no procs: their numbers say where an event came from.
 */
export const FakeProc = { Timer: 1_000_001, Network: 1_000_002, Syscall: 1_000_003, Gc: 1_000_004 } as const;
/** Proc ids from here on are made up. */
export const FIRST_FAKE_PROC = 1_000_000;
