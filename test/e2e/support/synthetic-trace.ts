/**
 * Synthetic traces of a Node service under load, of any size: for the browser tests and for the performance check.
 *
 * The idea: a small discrete-event simulation. A strand is a generator that yields what it does next (run, wait for
 * something outside, call another strand); one event loop runs whatever is ready in order, so that ready time, wake-ups
 * and loop blocks come out of the simulation instead of being invented. The same seed gives the same file.
 */
import { LoopTrace } from './loop-trace.ts';
import { TimeQueue } from './time-queue.ts';

const US = 1e3;
const MS = 1e6;
const AWAIT = 'sync (await)';

type Step =
  | { readonly run: number }
  | { readonly wait: number; readonly reason: string }
  | { readonly call: () => Script; readonly name: string }
  | { readonly region: string }
  | { readonly log: string; readonly message: string };
type Script = Generator<Step, void, void>;

/** A strand that has not ended. */
interface Live {
  readonly id: number;
  readonly name: string;
  readonly script: Script;
  /** 0: none. */
  readonly task: number;
  readonly parent: Live | undefined;
  begun: boolean;
  /** Region of the program's own that is open; '' for none. */
  region: string;
}

export interface ServiceOptions {
  readonly seconds: number;
  readonly requestsPerSecond: number;
  /** Names of the endpoints and of what they call, for hostile ones. */
  readonly names?: Partial<typeof NAMES>;
}

const NAMES = {
  order: 'GET /orders/17',
  pay: 'POST /pay',
  load: 'loadOrder',
  log: 'user 5521',
  region: 'authenticate',
  /** Of a function that is always there; and of the program. */
  job: 'refreshCatalog',
  command: 'orders-api.js',
};

class Simulation {
  readonly trace = new LoopTrace();
  readonly names: typeof NAMES;
  readonly #wakeups = new TimeQueue<() => void>();
  readonly #ready: Live[] = [];
  #readyHead = 0;
  #seed = 12345;
  #heap = 60e6;
  #tasks = 0;
  #said = false;
  now = 0;

  constructor(names: typeof NAMES) {
    this.names = names;
  }

  random(from: number, to: number): number {
    this.#seed = (Math.imul(this.#seed, 1664525) + 1013904223) >>> 0;
    return from + (this.#seed / 2 ** 32) * (to - from);
  }

  at(time: number, act: () => void): void {
    this.#wakeups.push(time, act);
  }

  start(name: string, script: Script, more: { task?: boolean; parent?: Live } = {}): void {
    const task = more.task ? ++this.#tasks : (more.parent?.task ?? 0);
    const id = this.trace.create(this.now, name, 12 + (name.length % 80));
    this.#ready.push({ id, name, script, task, parent: more.parent, begun: false, region: '' });
  }

  run(until: number): Uint8Array {
    while (this.now < until) {
      while (this.#wakeups.nextTime() <= this.now) this.#wakeups.pop()();
      const live = this.#ready[this.#readyHead];
      if (live === undefined) this.#idle(until);
      else {
        this.#readyHead++;
        this.#step(live);
      }
    }
    return this.trace.finish();
  }

  #idle(until: number): void {
    this.#ready.length = 0;
    this.#readyHead = 0;
    this.trace.loopIdles(this.now);
    this.now = Math.min(until, this.#wakeups.nextTime());
    this.trace.loopWakes(this.now);
  }

  #step(live: Live): void {
    this.trace.start(this.now, live.id);
    this.#introduce(live);
    for (;;) {
      const next = live.script.next();
      if (next.done) return this.#end(live);
      const step = next.value;
      if ('run' in step) this.#work(step.run);
      else if ('region' in step) this.#region(live, step.region);
      else if ('log' in step) this.trace.log(this.now, live.task, step.log, step.message);
      else return this.#suspend(live, step);
    }
  }

  /** What is said once: by the first strand about the process, and by each strand about its task. */
  #introduce(live: Live): void {
    if (!this.#said) {
      const facts = { kind: 'process', node: '24.11.0', platform: 'linux/x64', command: this.names.command };
      this.trace.log(this.now, 0, 'exectrace', JSON.stringify(facts));
      this.#said = true;
    }
    if (live.begun) return;
    live.begun = true;
    if (live.task === 0) return;
    if (live.parent === undefined) this.trace.beginTask(this.now, live.task, live.name);
    this.trace.beginRegion(this.now, live.task, this.#taskName(live));
  }

  #taskName(live: Live): string {
    return live.parent === undefined ? live.name : this.#taskName(live.parent);
  }

  #work(ns: number): void {
    this.now += Math.round(ns);
    this.#heap += ns * 0.12;
    if (this.#heap < 130e6) return;
    const major = this.random(0, 1) < 0.1;
    const pause = Math.round(major ? this.random(4, 9) * MS : this.random(0.4, 1.6) * MS);
    this.trace.heap(this.now, this.#heap);
    this.trace.collect(this.now, this.now + pause, major ? 'mark-compact' : 'scavenge');
    this.now += pause;
    this.#heap = major ? 62e6 : 84e6;
    this.trace.heap(this.now, this.#heap);
  }

  #region(live: Live, name: string): void {
    if (live.region !== '') this.trace.endRegion(this.now, live.task, live.region);
    live.region = name;
    if (name !== '') this.trace.beginRegion(this.now, live.task, name);
  }

  #suspend(live: Live, step: Extract<Step, { wait: number } | { call: unknown }>): void {
    if ('wait' in step) {
      const due = this.now + Math.round(step.wait);
      this.trace.block(this.now, step.reason);
      this.at(due, () => {
        this.trace.unblockFromOutside(due, live.id);
        this.#ready.push(live);
      });
    } else {
      this.start(step.name, step.call(), { parent: live });
      this.trace.block(this.now, AWAIT);
    }
  }

  #end(live: Live): void {
    this.#region(live, '');
    if (live.task > 0) this.trace.endRegion(this.now, live.task, this.#taskName(live));
    if (live.task > 0 && live.parent === undefined) this.trace.endTask(this.now, live.task);
    if (live.parent !== undefined) {
      this.trace.unblock(this.now, live.parent.id);
      this.#ready.push(live.parent);
    }
    this.trace.end(this.now);
    this.now += 200;
  }
}

function* query(sim: Simulation, ms: number): Script {
  yield { run: sim.random(20, 90) * US };
  yield { wait: sim.random(0.5, 2) * ms * MS, reason: 'network' };
  yield { run: sim.random(20, 120) * US };
}

function* hash(sim: Simulation): Script {
  yield { run: 30 * US };
  yield { wait: sim.random(18, 60) * MS, reason: 'crypto' };
  yield { run: 20 * US };
}

function* order(sim: Simulation): Script {
  yield { log: 'auth', message: sim.names.log };
  yield { region: sim.names.region };
  yield { run: sim.random(100, 300) * US };
  if (sim.random(0, 1) < 0.3) yield { call: () => hash(sim), name: 'pbkdf2' };
  yield { region: 'load' };
  yield { call: () => query(sim, 6), name: sim.names.load };
  for (let i = 0; i < 6; i++) yield { call: () => query(sim, 0.8), name: 'cache.get' };
  yield { region: 'price' };
  yield { run: sim.random(0.2, 1.1) * MS };
  yield { log: 'http', message: '200, 1.8 kB' };
}

function* pay(sim: Simulation): Script {
  yield { run: sim.random(200, 700) * US };
  yield { call: () => hash(sim), name: 'pbkdf2' };
  yield { call: () => query(sim, 12), name: 'charge' };
  yield { run: sim.random(100, 400) * US };
}

/** Holds the loop for long, again and again. */
function* refresh(sim: Simulation): Script {
  yield { wait: 290 * MS, reason: 'sleep' };
  for (;;) {
    yield { run: sim.random(340, 415) * MS };
    yield { wait: 1600 * MS, reason: 'sleep' };
  }
}

/** The file of a service with two endpoints and a job that blocks the loop; about 80 events per request. */
export function syntheticTrace({ seconds, requestsPerSecond, names }: ServiceOptions): Uint8Array {
  const sim = new Simulation({ ...NAMES, ...names });
  sim.start(sim.names.job, refresh(sim));
  const arrive = () => {
    const isOrder = sim.random(0, 1) < 0.8;
    sim.start(isOrder ? sim.names.order : sim.names.pay, isOrder ? order(sim) : pay(sim), { task: true });
    sim.at(sim.now + sim.random(0.2, 1.8) * (1e9 / requestsPerSecond), arrive);
  };
  sim.at(1, arrive);
  return sim.run(seconds * 1e9);
}
