/**
 * A map from numbers to objects, for ids that hot loops look up: many times as fast as `Map`.
 *
 * The idea: open addressing with linear probing over 32-bit keys. Ids come in rows, and the multiplication by the golden
 * ratio spreads a row evenly, so that runs of taken slots stay short. Removing moves later entries back, so that no
 * markers of the dead are left behind. The few ids that are negative or take more than 31 bits are in a `Map`, and so are
 * those that find no slot near their own, which happens only to ids that were chosen to make this slow.
 */
const FREE = -1;
/** Slots from its own on in which an entry may be. */
const REACH = 64;
const MAX_KEY = 2 ** 31 - 1;

export class NumberMap<T> {
  #keys = new Int32Array(64).fill(FREE);
  #values: (T | undefined)[] = new Array<T | undefined>(64).fill(undefined);
  #mask = 63;
  /** Which bits of the product are the slot. */
  #shift = 26;
  /** Entries in the slots. */
  #taken = 0;
  readonly #others = new Map<number, T>();

  get size(): number {
    return this.#taken + this.#others.size;
  }

  get(key: number): T | undefined {
    const small = key | 0;
    if (small !== key || small < 0) return this.#others.get(key);
    const keys = this.#keys;
    const mask = this.#mask;
    let slot = this.#slotOf(small);
    for (let left = REACH; left > 0; left--) {
      const found = keys[slot]!;
      if (found === small) return this.#values[slot];
      if (found === FREE) break;
      slot = (slot + 1) & mask;
    }
    return this.#others.size === 0 ? undefined : this.#others.get(key);
  }

  has(key: number): boolean {
    return this.get(key) !== undefined;
  }

  set(key: number, value: T): void {
    if (!isSmall(key) || (this.#others.size > 0 && this.#others.has(key))) {
      this.#others.set(key, value);
      return;
    }
    if (this.#taken * 2 > this.#mask) this.#grow();
    const keys = this.#keys;
    let slot = this.#slotOf(key);
    for (let left = REACH; keys[slot] !== key; left--) {
      if (left === 0) {
        this.#others.set(key, value);
        return;
      }
      if (keys[slot] === FREE) {
        this.#taken++;
        keys[slot] = key;
        break;
      }
      slot = (slot + 1) & this.#mask;
    }
    this.#values[slot] = value;
  }

  delete(key: number): void {
    if (!isSmall(key) || (this.#others.size > 0 && this.#others.delete(key))) {
      this.#others.delete(key);
      return;
    }
    const keys = this.#keys;
    const values = this.#values;
    const mask = this.#mask;
    let hole = this.#slotOf(key);
    for (let left = REACH; keys[hole] !== key; left--) {
      if (keys[hole] === FREE || left === 0) return;
      hole = (hole + 1) & mask;
    }
    for (let slot = (hole + 1) & mask; keys[slot] !== FREE; slot = (slot + 1) & mask) {
      // An entry may move back to the hole unless that lies before the slot where its search begins.
      const home = this.#slotOf(keys[slot]!);
      if (((slot - home) & mask) < ((slot - hole) & mask)) continue;
      keys[hole] = keys[slot]!;
      values[hole] = values[slot];
      hole = slot;
    }
    keys[hole] = FREE;
    values[hole] = undefined;
    this.#taken--;
  }

  *values(): Generator<T> {
    for (const value of this.#values) {
      if (value !== undefined) yield value;
    }
    yield* this.#others.values();
  }

  #grow(): void {
    const keys = this.#keys;
    const values = this.#values;
    this.#mask = this.#mask * 2 + 1;
    this.#shift--;
    this.#keys = new Int32Array(this.#mask + 1).fill(FREE);
    this.#values = new Array<T | undefined>(this.#mask + 1).fill(undefined);
    this.#taken = 0;
    for (let slot = 0; slot < keys.length; slot++) {
      if (keys[slot] !== FREE) this.set(keys[slot]!, values[slot]!);
    }
  }

  #slotOf(key: number): number {
    return Math.imul(key, 0x9e3779b1) >>> this.#shift;
  }
}

function isSmall(key: number): boolean {
  return key >= 0 && key <= MAX_KEY;
}
