/**
 * Which async ids are promises, for Node 20 and 22, where promises and resources share their ids and a callback's hooks
 * are told nothing but the id.
 *
 * A ring by the low bits of the id remembers the last that was born there. A younger one takes the place of an old
 * server or interval, so what was there is checked against the whole id; who has lost its place is looked at.
 */
import { executionAsyncResource } from 'node:async_hooks';

const IDS = 1 << 20;
const MASK = IDS - 1;

export class PromiseIds {
  readonly #ids = new Int32Array(IDS);
  readonly #isPromise = new Uint8Array(IDS);

  born(id: number, isPromise: boolean): void {
    this.#ids[id & MASK] = id;
    this.#isPromise[id & MASK] = isPromise ? 1 : 0;
  }

  /** Whether `id`, whose callback begins or ends just now, is a promise. */
  isRunning(id: number): boolean {
    const at = id & MASK;
    return this.#ids[at] === (id | 0) ? this.#isPromise[at] === 1 : executionAsyncResource() instanceof Promise;
  }

  /** Whether `id` is known to be a promise. */
  knows(id: number): boolean {
    const at = id & MASK;
    return this.#ids[at] === (id | 0) && this.#isPromise[at] === 1;
  }
}
