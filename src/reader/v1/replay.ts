/**
 * Replays the scheduler over the ordered events of a v1 file: refuses what cannot have happened, and completes what an
 * event does not say itself.
 *
 *  - Before 1.11, a trace may hold wake-ups after which a goroutine found nothing to do and waited on. They are taken out,
 *    block, wake-up and start together, as Go's tools do.
 *  - A goroutine that is woken by the network or a timer, and one that comes back from a syscall, is woken by no proc:
 *    such events get a made-up one (`FakeProc`).
 *  - The first start of a goroutine shows its entry stack.
 */
import { NumberMap } from '../../base/index.ts';
import type { V1Columns } from './event-columns.ts';
import { FakeProc, V1_EVENTS, type V1EventName } from './events.ts';
import { errorAt } from './order.ts';
import type { V1File } from './scanner.ts';

/** Before this format, stop-the-world belonged to a proc. */
const GLOBAL_STW_SINCE = 10;
/** From this format on, there are no futile wake-ups. */
const NO_FUTILE_SINCE = 11;

/** Turns ticks into ns since the first event, and returns the rows that remain. Throws `TraceFormatError`. */
export function replay(file: V1File, ordered: Int32Array): Int32Array {
  toNanoseconds(file, ordered);
  const rows = file.version < NO_FUTILE_SINCE ? withoutFutileWakeups(file.events, ordered) : ordered;
  new Replay(file).run(rows);
  return rows;
}

function toNanoseconds({ events, ticksPerSecond }: V1File, rows: Int32Array): void {
  if (rows.length === 0) return;
  const first = events.time.at(rows[0]!);
  const perTick = 1e9 / ticksPerSecond;
  for (const row of rows) events.time.set(row, Math.trunc((events.time.at(row) - first) * perTick));
}

const ids = (...names: readonly V1EventName[]): ReadonlySet<number> => new Set(names.map((name) => V1_EVENTS[name].id));

const WAKE_UP_EVENTS = ids('GoStart', 'GoPreempt', 'FutileWakeup');
/** Blocks that end a wake-up, futile or not. */
const FUTILE_BLOCKS = ids('GoBlock', 'GoBlockSend', 'GoBlockRecv', 'GoBlockSelect', 'GoBlockSync', 'GoBlockCond');

function withoutFutileWakeups({ type, goroutine, arg0 }: V1Columns, rows: Int32Array): Int32Array {
  const wakeUps = new Map<number, { futile: boolean; readonly rows: number[] }>();
  const futile = new Set<number>();
  for (const row of rows) {
    const id = type.at(row);
    if (id === V1_EVENTS.GoUnblock.id) {
      wakeUps.set(arg0.at(row), { futile: wakeUps.get(arg0.at(row))?.futile ?? false, rows: [row] });
    } else if (WAKE_UP_EVENTS.has(id)) {
      const own = wakeUps.get(goroutine.at(row)) ?? { futile: false, rows: [] };
      own.rows.push(row);
      own.futile ||= id === V1_EVENTS.FutileWakeup.id;
      wakeUps.set(goroutine.at(row), own);
    } else if (FUTILE_BLOCKS.has(id)) {
      const own = wakeUps.get(goroutine.at(row));
      if (own?.futile === true) for (const each of [...own.rows, row]) futile.add(each);
      wakeUps.delete(goroutine.at(row));
    }
  }
  return futile.size === 0 ? rows : rows.filter((row) => !futile.has(row));
}

const State = { Dead: 0, Runnable: 1, Running: 2, Waiting: 3 } as const;
type State = (typeof State)[keyof typeof State];

class Goroutine {
  state: State;
  /** Whether it waits for the network. */
  onNetwork = false;
  /** Whether it assists the collector. */
  assisting = false;
  /** Its entry stack, from its creation until it is first started; else -1. */
  entry: number;
  /** Open regions: task and name of each in turn. */
  regions: number[] | undefined;

  constructor(state: State, entry = -1) {
    this.state = state;
    this.entry = entry;
  }
}

class Proc {
  running = false;
  goroutine = 0;
  sweeping = false;
  stopping = false;
}

class Replay {
  readonly #file: V1File;
  readonly #events: V1Columns;
  readonly #goroutines = new NumberMap<Goroutine>();
  readonly #procs = new NumberMap<Proc>();
  readonly #tasks = new Set<number>();
  #collecting = false;
  /** Who stops the world: nobody in particular. */
  readonly #world = new Proc();
  #row = 0;

  constructor(file: V1File) {
    this.#file = file;
    this.#events = file.events;
    // Goroutine 0 stands for none: what a proc does without a goroutine.
    this.#goroutines.set(0, new Goroutine(State.Running));
  }

  run(rows: Int32Array): void {
    const { type, goroutine, proc } = this.#events;
    for (const row of rows) {
      this.#row = row;
      const step = STEP_BY_ID[type.at(row)];
      if (step === undefined) continue;
      step.call(this, this.#goroutine(goroutine.at(row)), this.#proc(this.#procOf(row, proc.at(row))), row);
    }
  }

  /** The proc of an event. Wake-ups by the goroutine of the timers, and ends of syscalls, get a made-up one. */
  #procOf(row: number, proc: number): number {
    const type = this.#events.type.at(row);
    let own = proc;
    const byTimer = this.#file.timerGoroutines.has(this.#events.goroutine.at(row));
    if (type === V1_EVENTS.GoUnblock.id && byTimer) own = FakeProc.Timer;
    else if (type === V1_EVENTS.GoSysExit.id) own = FakeProc.Syscall;
    if (own !== proc) this.#events.proc.set(row, own);
    return own;
  }

  #goroutine(id: number): Goroutine {
    let goroutine = this.#goroutines.get(id);
    if (goroutine === undefined) {
      goroutine = new Goroutine(State.Dead);
      this.#goroutines.set(id, goroutine);
    }
    return goroutine;
  }

  #proc(id: number): Proc {
    let proc = this.#procs.get(id);
    if (proc === undefined) {
      proc = new Proc();
      this.#procs.set(id, proc);
    }
    return proc;
  }

  procStart(_: Goroutine, proc: Proc): void {
    this.#check(!proc.running, 'the proc runs already');
    proc.running = true;
  }

  procStop(_: Goroutine, proc: Proc): void {
    this.#check(proc.running, 'the proc does not run');
    this.#check(proc.goroutine === 0, 'the proc stops while it runs a goroutine');
    proc.running = false;
  }

  gcStart(_: Goroutine, __: Proc, row: number): void {
    this.#check(!this.#collecting, 'a collection is running already');
    this.#collecting = true;
    this.#events.proc.set(row, FakeProc.Gc);
  }

  gcDone(): void {
    this.#check(this.#collecting, 'no collection is running');
    this.#collecting = false;
  }

  stwStart(_: Goroutine, proc: Proc): void {
    const stopper = this.#file.version < GLOBAL_STW_SINCE ? proc : this.#world;
    this.#check(!stopper.stopping, 'the world is stopped already');
    stopper.stopping = true;
  }

  stwDone(_: Goroutine, proc: Proc): void {
    const stopper = this.#file.version < GLOBAL_STW_SINCE ? proc : this.#world;
    this.#check(stopper.stopping, 'the world is not stopped');
    stopper.stopping = false;
  }

  sweepStart(_: Goroutine, proc: Proc): void {
    this.#check(!proc.sweeping, 'the proc is sweeping already');
    proc.sweeping = true;
  }

  sweepDone(_: Goroutine, proc: Proc): void {
    this.#check(proc.sweeping, 'the proc is not sweeping');
    proc.sweeping = false;
  }

  assistStart(goroutine: Goroutine): void {
    this.#check(!goroutine.assisting, 'the goroutine is assisting already');
    goroutine.assisting = true;
  }

  /** One that assists when tracing starts is not known to. */
  assistDone(goroutine: Goroutine): void {
    goroutine.assisting = false;
  }

  /** A goroutine is found waiting, or in a syscall, when tracing starts. */
  found(goroutine: Goroutine): void {
    this.#check(goroutine.state === State.Runnable, 'the goroutine is not runnable');
    goroutine.state = State.Waiting;
  }

  create(goroutine: Goroutine, proc: Proc, row: number): void {
    this.#checkRunning(goroutine, proc, true);
    const id = this.#events.arg0.at(row);
    this.#check(!this.#goroutines.has(id), 'the goroutine exists already');
    this.#goroutines.set(id, new Goroutine(State.Runnable, this.#events.arg1.at(row)));
  }

  start(goroutine: Goroutine, proc: Proc, row: number): void {
    this.#check(goroutine.state === State.Runnable, 'the goroutine is not runnable');
    this.#check(proc.goroutine === 0, 'the proc runs another goroutine');
    goroutine.state = State.Running;
    goroutine.onNetwork = false;
    proc.goroutine = this.#events.goroutine.at(row);
    if (goroutine.entry >= 0) this.#events.stack.set(row, goroutine.entry);
    goroutine.entry = -1;
  }

  end(goroutine: Goroutine, proc: Proc): void {
    this.#leave(goroutine, proc, State.Dead);
    goroutine.regions = undefined;
  }

  stop(goroutine: Goroutine, proc: Proc): void {
    this.#leave(goroutine, proc, State.Dead);
  }

  yield(goroutine: Goroutine, proc: Proc): void {
    this.#leave(goroutine, proc, State.Runnable);
  }

  block(goroutine: Goroutine, proc: Proc, row: number): void {
    this.#leave(goroutine, proc, State.Waiting);
    goroutine.onNetwork = this.#events.type.at(row) === V1_EVENTS.GoBlockNet.id;
  }

  unblock(goroutine: Goroutine, proc: Proc, row: number): void {
    this.#check(goroutine.state === State.Running, 'the goroutine that wakes another is not running');
    const { arg0, goroutine: waker, proc: place } = this.#events;
    const byTimer = place.at(row) === FakeProc.Timer;
    this.#check(byTimer || proc.goroutine === waker.at(row), 'the proc does not run the goroutine that wakes another');
    const woken = this.#goroutine(arg0.at(row));
    this.#check(woken.state === State.Waiting, 'the goroutine that is woken does not wait');
    if (woken.onNetwork) place.set(row, FakeProc.Network);
    woken.onNetwork = false;
    woken.state = State.Runnable;
  }

  sysCall(goroutine: Goroutine, proc: Proc): void {
    this.#checkRunning(goroutine, proc, false);
  }

  sysExit(goroutine: Goroutine): void {
    this.#check(goroutine.state === State.Waiting, 'the goroutine is not in a syscall');
    goroutine.state = State.Runnable;
  }

  taskCreate(_: Goroutine, __: Proc, row: number): void {
    const task = this.#events.arg0.at(row);
    this.#check(!this.#tasks.has(task), 'the task has begun already');
    this.#tasks.add(task);
  }

  taskEnd(_: Goroutine, __: Proc, row: number): void {
    this.#tasks.delete(this.#events.arg0.at(row));
  }

  /** Mode 0 begins a region, 1 ends the innermost one, which may have begun before the trace. */
  region(goroutine: Goroutine, _: Proc, row: number): void {
    const { arg0, arg1, arg2 } = this.#events;
    const task = arg0.at(row);
    const mode = arg1.at(row);
    const name = arg2.at(row);
    this.#check(mode === 0 || mode === 1, 'the region neither begins nor ends');
    if (mode === 0) {
      goroutine.regions ??= [];
      goroutine.regions.push(task, name);
    } else if (goroutine.regions !== undefined && goroutine.regions.length > 0) {
      const openName = goroutine.regions.pop();
      const openTask = goroutine.regions.pop();
      this.#check(openTask === task && openName === name, 'a region ends inside another');
    }
  }

  #leave(goroutine: Goroutine, proc: Proc, to: State): void {
    this.#checkRunning(goroutine, proc, false);
    goroutine.state = to;
    proc.goroutine = 0;
  }

  /** `orNone`: whether the proc may run none. */
  #checkRunning(goroutine: Goroutine, proc: Proc, orNone: boolean): void {
    const id = this.#events.goroutine.at(this.#row);
    this.#check(goroutine.state === State.Running, 'the goroutine is not running');
    this.#check(proc.goroutine === id, 'the proc does not run the goroutine');
    this.#check(orNone || id !== 0, 'the event needs a goroutine');
  }

  #check(holds: boolean, reason: string): void {
    if (!holds) throw errorAt(this.#events, this.#row, 'inconsistent', reason);
  }
}

type Step = (this: Replay, goroutine: Goroutine, proc: Proc, row: number) => void;

const { prototype } = Replay;
/** What an event does; those that are not here change nothing. */
const STEPS: Readonly<Partial<Record<V1EventName, Step>>> = {
  ProcStart: prototype.procStart,
  ProcStop: prototype.procStop,
  GCStart: prototype.gcStart,
  GCDone: prototype.gcDone,
  STWStart: prototype.stwStart,
  STWDone: prototype.stwDone,
  GCSweepStart: prototype.sweepStart,
  GCSweepDone: prototype.sweepDone,
  GCMarkAssistStart: prototype.assistStart,
  GCMarkAssistDone: prototype.assistDone,
  GoWaiting: prototype.found,
  GoInSyscall: prototype.found,
  GoCreate: prototype.create,
  GoStart: prototype.start,
  GoStartLabel: prototype.start,
  GoEnd: prototype.end,
  GoStop: prototype.stop,
  GoSched: prototype.yield,
  GoPreempt: prototype.yield,
  GoSleep: prototype.block,
  GoBlock: prototype.block,
  GoBlockSend: prototype.block,
  GoBlockRecv: prototype.block,
  GoBlockSelect: prototype.block,
  GoBlockSync: prototype.block,
  GoBlockCond: prototype.block,
  GoBlockNet: prototype.block,
  GoBlockGC: prototype.block,
  GoSysBlock: prototype.block,
  GoUnblock: prototype.unblock,
  GoSysCall: prototype.sysCall,
  GoSysExit: prototype.sysExit,
  UserTaskCreate: prototype.taskCreate,
  UserTaskEnd: prototype.taskEnd,
  UserRegion: prototype.region,
};
const STEP_BY_ID: readonly (Step | undefined)[] = (() => {
  const steps = new Array<Step | undefined>(64).fill(undefined);
  for (const [name, step] of Object.entries(STEPS)) steps[V1_EVENTS[name as V1EventName].id] = step;
  return steps;
})();
