/**
 * Source: async resources, through `async_hooks`: timers, sockets, files, immediates, ticks; and on Node 20 and 22,
 * which have no way to leave promises out, promises as well.
 *
 * The variants are chosen once. Node 24 and newer: promises are not tracked here at all (they come from promises.ts, or at
 * level 1 from nowhere, and so cost nothing). Node 20 and 22: level 2 takes promises from here, level 1 ignores them.
 * Which it is is found by trying, as older versions ignore the option in silence.
 *
 * `process.nextTick` callbacks are the most frequent and least telling resources. They run in the order of their
 * birth, so a ring of pending ids tells them from all others exactly.
 */
import {
  type AsyncHook,
  AsyncResource,
  createHook,
  executionAsyncId,
  executionAsyncResource,
  type HookCallbacks,
} from 'node:async_hooks';
import type { RecordWriter } from '../record/record-writer.ts';
import type { Texts } from '../record/texts.ts';
import type { Sites } from './call-sites.ts';
import type { Hook } from './capture.ts';
import type { LoopIdle } from './loop-idle.ts';
import { PoolJobs } from './pool-jobs.ts';
import { PromiseIds } from './promise-ids.ts';
import { TimerClock } from './timer-clock.ts';

export interface AsyncResourceOptions {
  readonly record: RecordWriter;
  readonly texts: Texts;
  readonly level: number;
  readonly loop: LoopIdle;
  /** Level 2: learns who is waiting. */
  readonly sites: Sites | undefined;
  /** Ids of the recorder's own resources: from, and up to but without. */
  readonly own: readonly [number, number];
  /** Task of the running code, 0 = none. */
  readonly currentTask: () => number;
}

const PENDING_TICKS = 1 << 16;

/** Options of createHook that Node's types do not have yet. */
interface HookOptions extends HookCallbacks {
  trackPromises?: boolean;
}

let promisesLeftOut: boolean | undefined;

/** Whether this Node can leave promises out of `async_hooks`. Found by trying, once, when a recording needs to know. */
export function canLeavePromisesOut(): boolean {
  if (promisesLeftOut === undefined) {
    let seen = false;
    const options: HookOptions = {
      init: () => {
        seen = true;
      },
      trackPromises: false,
    };
    const hook = createHook(options).enable();
    Promise.resolve();
    hook.disable();
    promisesLeftOut = !seen;
  }
  return promisesLeftOut;
}

/** The id that the next resource will have, about. */
export function nextResourceId(): number {
  return new AsyncResource('exectrace').asyncId();
}

/** Starts recording async resources; returns what stops it. */
export function recordAsyncResources(options: AsyncResourceOptions): () => void {
  const resources = new ResourceHooks(options);
  const hook: AsyncHook = createHook(hooksFor(resources, options)).enable();
  return () => {
    hook.disable();
    resources.stop();
  };
}

function hooksFor(resources: ResourceHooks, { record, sites }: AsyncResourceOptions): HookOptions {
  const init = (id: number, type: string, _trigger: number, resource: object): void =>
    resources.born(id, type, resource, init);
  const before = (id: number) => resources.before(id);
  const after = (id: number) => resources.after(id);
  if (canLeavePromisesOut()) return { init, before, after, trackPromises: false };

  const promises = new PromiseIds();
  if (sites === undefined) {
    return {
      init: (id, type, _trigger, resource) => {
        promises.born(id, type === 'PROMISE');
        if (type !== 'PROMISE') resources.born(id, type, resource, init);
      },
      before: (id) => promises.isRunning(id) || before(id),
      after: (id) => promises.isRunning(id) || after(id),
    };
  }
  const initAny = (id: number, type: string, trigger: number, resource: object): void => {
    promises.born(id, type === 'PROMISE');
    if (type !== 'PROMISE') {
      resources.born(id, type, resource, initAny);
    } else if (!promises.knows(trigger) || trigger === executionAsyncId()) {
      record.promiseBornAs(id, 0);
      sites.promiseBorn(id, initAny);
    } else {
      record.promiseBornAs(id, trigger);
      const site = sites.suspends(id, trigger, id - trigger, initAny);
      if (site !== 0) record.at(site);
    }
  };
  return {
    init: initAny,
    before: (id) => {
      if (!promises.isRunning(id)) return before(id);
      record.jobBeginsAs(id);
      const site = sites.jobBegins(id);
      if (site !== 0) record.jobAt(site);
    },
    after: (id) => {
      if (!promises.isRunning(id)) return after(id);
      record.sliceEnds();
      sites.sliceEnds();
    },
    promiseResolve: (id) => {
      record.settledAs(id);
      sites.settled(id);
    },
  };
}

class ResourceHooks {
  readonly #record: RecordWriter;
  readonly #texts: Texts;
  readonly #idle: () => number;
  readonly #sites: Sites | undefined;
  readonly #ownFrom: number;
  readonly #ownTo: number;
  readonly #currentTask: (() => number) | undefined;
  readonly #existing = new Set<number>();
  readonly #ticks = new Float64Array(PENDING_TICKS);
  readonly #timers = new TimerClock();
  readonly #pool: PoolJobs;
  #ticksBorn = 0;
  #ticksBegun = 0;
  #tick = -1;

  constructor(options: AsyncResourceOptions) {
    this.#record = options.record;
    this.#texts = options.texts;
    this.#pool = new PoolJobs(options.record);
    this.#idle = () => options.loop.take();
    this.#sites = options.sites;
    [this.#ownFrom, this.#ownTo] = options.own;
    // At level 2 the assembler follows the task from strand to strand.
    this.#currentTask = options.level === 1 ? options.currentTask : undefined;
  }

  /** `hook` is the one that Node has called: the frames above it are the program's. */
  born(id: number, type: string, resource: object, hook: Hook): void {
    // A tick beyond what the ring holds is a resource like any other.
    if (type === 'TickObject' && this.#ticksBorn - this.#ticksBegun < PENDING_TICKS) {
      this.#ticks[this.#ticksBorn++ & (PENDING_TICKS - 1)] = id;
      this.#record.tickBorn();
      this.#sites?.tickBorn();
      return;
    }
    this.#pool.decide();
    const isTimer = type === 'Timeout';
    this.#timers.born(id, isTimer);
    const name = this.#texts.name(isTimer && '_repeat' in resource && resource._repeat ? 'Interval' : type);
    const task = this.#currentTask?.() ?? 0;
    if (task === 0) this.#record.resourceBorn(name, id);
    else this.#record.resourceBornInTask(name, id, task);
    const site = this.#sites?.resourceBorn(id, name, hook) ?? 0;
    if (site !== 0) this.#record.resourceAt(site);
    this.#pool.born(id, name, type, resource);
  }

  before(id: number): void {
    this.#pool.decide();
    if (this.#ticksBegun < this.#ticksBorn && this.#ticks[this.#ticksBegun & (PENDING_TICKS - 1)] === id) {
      this.#ticksBegun++;
      this.#tick = id;
      this.#record.tickBegins();
      this.#sites?.tickBegins();
      return;
    }
    if (id < this.#ownTo && this.#beforeOld(id)) return;
    if (this.#timers.isTimer(id)) {
      const late = this.#timers.lateness(executionAsyncResource());
      if (late > 0) this.#record.late(late);
    }
    this.#record.callbackBegins(id, this.#idle);
    const made = this.#sites?.callbackBegins(id) ?? 0;
    if (made !== 0) this.#record.resourceAt(made);
  }

  after(id: number): void {
    this.#pool.decide();
    if (id === this.#tick) {
      this.#tick = -1;
      this.#record.tickEnds(this.#ticksBegun === this.#ticksBorn);
      this.#sites?.sliceEnds();
    } else if (id < this.#ownFrom || id >= this.#ownTo) {
      this.#record.sliceEnds();
      this.#sites?.sliceEnds();
    }
  }

  stop(): void {
    this.#pool.stop();
  }

  /** A resource from before the hooks were on: true when it is the recorder's own. */
  #beforeOld(id: number): boolean {
    if (id >= this.#ownFrom) return true;
    if (!this.#existing.has(id)) {
      this.#existing.add(id);
      this.#record.resourceExists(this.#texts.name(typeOf(executionAsyncResource())), id);
    }
    return false;
  }
}

/** The type of a resource whose birth was not seen, as far as its class tells. The program may have changed it. */
function typeOf(resource: object): string {
  try {
    const { name } = resource.constructor;
    return typeof name === 'string' ? name : 'resource';
  } catch {
    return 'resource';
  }
}
