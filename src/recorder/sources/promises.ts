/**
 * Source: promises on Node 24 and newer, through `v8.promiseHooks`; a word per event.
 *
 * A promise carries its number in a private field that is stamped onto it: a class whose constructor returns the
 * promise makes the field land there. It costs what a symbol property costs, but no program can see it, print it or
 * trip over it, and it works on frozen promises.
 */
import { type HookCallbacks, promiseHooks } from 'node:v8';
import { UNKNOWN_PROMISE } from '../record/record-kinds.ts';
import type { RecordWriter } from '../record/record-writer.ts';
import type { Sites } from './call-sites.ts';

class Stamped {
  constructor(promise: object) {
    // biome-ignore lint/correctness/noConstructorReturn: this is how a private field gets onto a foreign object
    return promise;
  }
}

class PromiseNumber extends Stamped {
  #number: number;

  constructor(promise: object, number: number) {
    super(promise);
    this.#number = number;
  }

  /** The promise's number; undefined when it was born before the recording. */
  static of(promise: object): number | undefined {
    return #number in promise ? promise.#number : undefined;
  }

  /** Numbers again what an earlier recording had numbered. */
  static set(promise: object, number: number): void {
    if (#number in promise) promise.#number = number;
    else new PromiseNumber(promise, number);
  }
}

/** The newest number given in this thread. It counts on over recordings: promises outlive them. */
let newest = 0;

/** Where the numbers of a new recording of this thread go on. */
export function newestPromise(): number {
  return newest;
}

/** Starts recording promises, numbered on from `newestPromise`; returns what stops it. */
export function recordPromises(record: RecordWriter, sites: Sites): () => void {
  const init = (promise: object, parent: object | undefined): void => {
    const number = (record.promiseId + 1) | 0;
    // A promise that is just born cannot have a number yet: looking for a missing field would be slow.
    new PromiseNumber(promise, number);
    if (parent === undefined) {
      record.promiseBorn(0);
      record.promiseId = number;
      sites.promiseBorn(number, init);
    } else {
      const parentNumber = PromiseNumber.of(parent);
      const distance = parentNumber === undefined ? UNKNOWN_PROMISE : (number - parentNumber) >>> 0;
      record.promiseBorn(Math.min(distance, UNKNOWN_PROMISE));
      // Before anything else is written: a new chunk begins with the number of the newest promise.
      record.promiseId = number;
      const site = sites.suspends(number, parentNumber ?? 0, distance, init);
      if (site !== 0) record.at(site);
    }
  };
  const stop = promiseHooks.createHook({
    init,
    before(promise: object): void {
      let number = PromiseNumber.of(promise);
      if (number === undefined) {
        record.unknownJobBegins();
        number = record.promiseId = (record.promiseId + 1) | 0;
        PromiseNumber.set(promise, number);
      } else {
        const distance = (record.promiseId - number) >>> 0;
        if (distance < UNKNOWN_PROMISE) record.jobBegins(distance);
        else record.jobBeginsAs(number);
      }
      const site = sites.jobBegins(number);
      if (site !== 0) record.jobAt(site);
    },
    after(): void {
      record.sliceEnds();
      sites.sliceEnds();
    },
    settled(promise: object): void {
      const number = PromiseNumber.of(promise);
      if (number === undefined) return;
      const distance = (record.promiseId - number) >>> 0;
      if (distance < UNKNOWN_PROMISE) record.settled(distance);
      else record.settledAs(number);
      sites.settled(number);
    },
  } as HookCallbacks);
  return () => {
    newest = record.promiseId;
    (stop as () => void)();
  };
}
