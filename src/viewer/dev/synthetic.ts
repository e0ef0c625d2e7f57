/**
 * Synthetic traces of a Node service under load: for looking at the viewer and for its tests, up to millions of events.
 *
 * The idea: a small discrete-event simulation. A strand is a generator that yields what it does next (run, wait for
 * something outside, call another strand); one event loop runs whatever is ready in order, so that ready time, wake-ups
 * and loop blocks come out of the simulation instead of being invented.
 */
import { DisplayState, RangeClass, type TraceModel } from '../../analysis/index.ts';
import { ModelWriter } from './model-writer.ts';

const US = 1e3;
const MS = 1e6;

/** What a strand does next. */
type Step =
  | { readonly run: number }
  | { readonly wait: number; readonly display: DisplayState; readonly reason: string }
  | { readonly call: () => Script; readonly name: string }
  | { readonly region: string }
  | { readonly log: string; readonly message: string };
type Script = Generator<Step, void, void>;

interface Live {
  readonly strand: number;
  readonly script: Script;
  readonly name: string;
  readonly began: number;
  readonly task: number;
  readonly parent: Live | undefined;
  /** Since when it runs, waits or is ready, and why. */
  since: number;
  reason: string;
  display: DisplayState;
  readyAt: number;
  waker: number;
  open: { name: string; since: number } | undefined;
}

/** Smallest-first queue of times. */
class TimeQueue<T> {
  readonly #items: { time: number; item: T }[] = [];

  get size(): number {
    return this.#items.length;
  }

  nextTime(): number {
    return this.#items[0]?.time ?? Number.POSITIVE_INFINITY;
  }

  push(time: number, item: T): void {
    const items = this.#items;
    let at = items.push({ time, item }) - 1;
    while (at > 0) {
      const up = (at - 1) >> 1;
      if (items[up]!.time <= time) break;
      [items[up], items[at]] = [items[at]!, items[up]!];
      at = up;
    }
  }

  pop(): T {
    const items = this.#items;
    const top = items[0]!;
    const last = items.pop()!;
    if (items.length > 0) {
      items[0] = last;
      for (let at = 0; ; ) {
        let least = at;
        for (const child of [2 * at + 1, 2 * at + 2]) {
          if (child < items.length && items[child]!.time < items[least]!.time) least = child;
        }
        if (least === at) break;
        [items[least], items[at]] = [items[at]!, items[least]!];
        at = least;
      }
    }
    return top.item;
  }
}

class Simulation {
  readonly writer = new ModelWriter();
  readonly #main = this.writer.proc('main');
  readonly #collector = this.writer.strand('GC');
  readonly #wakeups = new TimeQueue<() => void>();
  readonly #ready: Live[] = [];
  #readyHead = 0;
  #random = 12345;
  now = 0;
  #heap = 60e6;
  #busySince = 0;

  random(from: number, to: number): number {
    this.#random = (Math.imul(this.#random, 1664525) + 1013904223) >>> 0;
    return from + (this.#random / 2 ** 32) * (to - from);
  }

  at(time: number, act: () => void): void {
    this.#wakeups.push(time, act);
  }

  start(name: string, script: Script, more: { task?: number; parent?: Live; waker?: number } = {}): Live {
    const task = more.task ?? more.parent?.task ?? -1;
    const options = { created: this.now, line: 12 + (name.length % 80) };
    const strand = this.writer.strand(name, {
      ...options,
      ...(task >= 0 ? { task } : {}),
      ...(more.parent ? { creator: more.parent.strand } : {}),
    });
    const live: Live = {
      strand,
      name,
      began: this.now,
      script,
      task,
      parent: more.parent,
      since: this.now,
      reason: '',
      display: DisplayState.Ready,
      readyAt: this.now,
      waker: more.waker ?? more.parent?.strand ?? -1,
      open: undefined,
    };
    this.#ready.push(live);
    return live;
  }

  run(until: number): void {
    while (this.now < until) {
      while (this.#wakeups.nextTime() <= this.now) this.#wakeups.pop()();
      const live = this.#ready[this.#readyHead];
      if (live === undefined) {
        this.#ready.length = 0;
        this.#readyHead = 0;
        if (this.now > this.#busySince) this.writer.busy(this.#main, this.#busySince, this.now);
        this.now = Math.min(until, this.#wakeups.nextTime());
        this.#busySince = this.now;
        continue;
      }
      this.#readyHead++;
      this.#step(live);
    }
    if (this.now > this.#busySince) this.writer.busy(this.#main, this.#busySince, this.now);
  }

  #wake(live: Live, time: number, waker: number): void {
    this.writer.interval(live.strand, live.since, time, live.display, { reason: live.reason });
    Object.assign(live, { since: time, display: DisplayState.Ready, readyAt: time, waker });
    this.#ready.push(live);
  }

  #step(live: Live): void {
    this.writer.interval(live.strand, live.since, this.now, DisplayState.Ready, { waker: live.waker });
    live.since = this.now;
    for (;;) {
      const next = live.script.next();
      if (next.done) return this.#end(live);
      const step = next.value;
      if ('run' in step) this.#work(live, step.run);
      else if ('region' in step) this.#region(live, step.region);
      else if ('log' in step) this.writer.log(live.strand, this.now, step.log, step.message);
      else return this.#suspend(live, step);
    }
  }

  #work(live: Live, ns: number): void {
    this.now += ns;
    this.#heap += ns * 0.12;
    if (this.#heap > 130e6) this.#collect(live);
  }

  /** A collection interrupts the strand that runs. */
  #collect(live: Live): void {
    const major = this.random(0, 1) < 0.1;
    const pause = major ? this.random(4, 9) * MS : this.random(0.4, 1.6) * MS;
    const end = this.now + pause;
    this.writer.metric('/memory/classes/heap/objects:bytes', this.now, this.#heap);
    this.writer.range(major ? 'GC mark-compact' : 'GC scavenge', RangeClass.Gc, this.now, end, this.#main);
    this.writer.interval(live.strand, live.since, this.now, DisplayState.Run, { proc: this.#main });
    this.writer.interval(live.strand, this.now, end, DisplayState.Sync, { reason: 'GC' });
    this.writer.interval(this.#collector, this.now, end, DisplayState.Gc, { proc: this.#main });
    this.now = end;
    live.since = end;
    this.#heap = major ? 62e6 : 84e6;
    this.writer.metric('/memory/classes/heap/objects:bytes', this.now, this.#heap);
  }

  #region(live: Live, name: string): void {
    if (live.open) this.writer.region(live.strand, live.open.name, live.open.since, this.now, 1);
    live.open = name === '' ? undefined : { name, since: this.now };
  }

  #suspend(live: Live, step: Exclude<Step, { run: number } | { region: string } | { log: string }>): void {
    this.writer.interval(live.strand, live.since, this.now, DisplayState.Run, { proc: this.#main });
    live.since = this.now;
    if ('wait' in step) {
      Object.assign(live, { display: step.display, reason: step.reason });
      const due = this.now + step.wait;
      this.at(due, () => this.#wake(live, due, -1));
    } else {
      Object.assign(live, { display: DisplayState.Sync, reason: `await ${step.name}` });
      this.start(step.name, step.call(), { parent: live });
    }
  }

  #end(live: Live): void {
    this.writer.interval(live.strand, live.since, this.now, DisplayState.Run, { proc: this.#main });
    this.#region(live, '');
    if (live.task >= 0) this.writer.region(live.strand, live.name, live.began, this.now);
    this.writer.endStrand(live.strand, this.now);
    if (live.parent && live.parent.display === DisplayState.Sync) this.#wake(live.parent, this.now, live.strand);
  }
}

function* query(sim: Simulation, name: string, ms: number): Script {
  yield { run: sim.random(20, 90) * US };
  yield { wait: sim.random(0.5, 2) * ms * MS, display: DisplayState.Net, reason: name };
  yield { run: sim.random(20, 120) * US };
}

function* hash(sim: Simulation): Script {
  yield { run: 30 * US };
  yield { wait: sim.random(18, 60) * MS, display: DisplayState.Sys, reason: 'pbkdf2' };
  yield { run: 20 * US };
}

function* order(sim: Simulation): Script {
  yield { log: 'auth', message: `user ${Math.floor(sim.random(1000, 9999))}` };
  yield { region: 'authenticate' };
  yield { run: sim.random(100, 300) * US };
  if (sim.random(0, 1) < 0.3) yield { call: () => hash(sim), name: 'pbkdf2' };
  yield { region: 'load' };
  yield { call: () => query(sim, 'Postgres', 6), name: 'loadOrder' };
  for (let i = 0; i < 6; i++) yield { call: () => query(sim, 'redis', 0.8), name: 'cache.get' };
  yield { region: 'price' };
  yield { run: sim.random(0.2, 1.1) * MS };
  yield { log: 'http', message: '200, 1.8 kB' };
}

function* pay(sim: Simulation): Script {
  yield { run: sim.random(200, 700) * US };
  yield { call: () => hash(sim), name: 'pbkdf2' };
  yield { call: () => query(sim, 'psp.example', 12), name: 'charge' };
  yield { run: sim.random(100, 400) * US };
}

function* catalog(sim: Simulation): Script {
  yield { run: sim.random(100, 500) * US };
  yield { wait: sim.random(1, 5) * MS, display: DisplayState.Net, reason: 'readFile' };
  yield { run: sim.random(300, 900) * US };
}

function* refresh(sim: Simulation): Script {
  yield { wait: 290 * MS, display: DisplayState.Sleep, reason: 'timer' };
  for (;;) {
    yield { run: sim.random(340, 415) * MS };
    yield { wait: 1600 * MS, display: DisplayState.Sleep, reason: 'timer' };
  }
}

function* poll(sim: Simulation): Script {
  for (;;) {
    yield { wait: sim.random(400, 1400) * MS, display: DisplayState.Sleep, reason: 'timer' };
    yield { run: 40 * US };
  }
}

/** A finished request's script tells the simulation when it ended. */
function* request(sim: Simulation, task: number, began: number, body: Script): Script {
  yield* body;
  sim.writer.taskTimes(task, began, sim.now);
}

/**
 * A service with three endpoints, a catalog refresh that blocks the loop every two seconds, and pollers that never end.
 * @param seconds length of the trace
 * @param perSecond requests per second; about 36 intervals each
 */
export function syntheticNodeTrace(seconds: number, perSecond: number): TraceModel {
  const sim = new Simulation();
  const end = seconds * 1e9;
  sim.start('refreshCatalog', refresh(sim));
  const arrive = () => {
    const kind = sim.random(0, 1);
    const [type, body] =
      kind < 0.75
        ? ['GET /orders/:id', order(sim)]
        : kind < 0.9
          ? ['POST /pay', pay(sim)]
          : (['GET /catalog', catalog(sim)] as const);
    const began = sim.now;
    const task = sim.writer.task(type as string, began, Number.NaN);
    const live = sim.start(type as string, request(sim, task, began, body as Script), { task });
    sim.writer.taskTimes(task, began, Number.NaN);
    Object.assign(live, { task });
    sim.at(sim.now + sim.random(0.2, 1.8) * (1e9 / perSecond), arrive);
  };
  sim.at(1, arrive);
  for (let i = 0; i < seconds * 4; i++) sim.at(sim.random(0, end), () => void sim.start('poll', poll(sim)));
  sim.run(end);
  return sim.writer.finish('node', end, {
    node: '24.11.0',
    platform: 'linux/arm64',
    command: 'server.js',
    name: 'orders-api',
  });
}
