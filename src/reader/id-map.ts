/**
 * Ids of one generation → trace-wide ids. The runtime numbers strings and stacks from 1 upwards without gaps, so
 * nearly all live in an array; an id far beyond what the array holds goes to a map instead, so that a broken or odd
 * file costs no memory.
 */
export const UNKNOWN = -1;

const INITIAL_ROOM = 1024;
/** The array may have this many places per id set: the runtime writes its tables in no order. */
const ROOM_PER_ID = 8;

export class IdMap {
  /** The trace-wide ids of small ids, `UNKNOWN` where there is none: for hot loops, which ask `get` for all others. */
  dense = new Int32Array(INITIAL_ROOM).fill(UNKNOWN);
  readonly #sparse = new Map<number, number>();
  #count = 0;

  /** Id 0 stands for "nothing" in every table and is always known. */
  constructor() {
    this.dense[0] = 0;
  }

  /** The trace-wide id, or `UNKNOWN`. */
  get(id: number): number {
    const dense = this.dense;
    if (id >= 0 && id < dense.length) return dense[id]!;
    return this.#sparse.get(id) ?? UNKNOWN;
  }

  set(id: number, value: number): void {
    this.#count++;
    const room = this.dense.length;
    if (id >= room && id < room * 2 && room * 2 <= this.#count * ROOM_PER_ID + INITIAL_ROOM) this.#grow();
    if (id >= 0 && id < this.dense.length) this.dense[id] = value;
    else this.#sparse.set(id, value);
  }

  #grow(): void {
    const grown = new Int32Array(this.dense.length * 2).fill(UNKNOWN);
    grown.set(this.dense);
    for (const [id, value] of this.#sparse) {
      if (id < 0 || id >= grown.length) continue;
      grown[id] = value;
      this.#sparse.delete(id);
    }
    this.dense = grown;
  }
}
