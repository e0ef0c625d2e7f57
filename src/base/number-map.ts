/**
 * A map from numbers to objects, for ids that hot loops look up: many times as fast as `Map` when the key is a double.
 *
 * The idea: open addressing with linear probing. Ids come in rows, and the multiplication by the golden ratio spreads
 * a row evenly, so that runs of taken slots stay short. Removing moves later entries back, so that no markers of the
 * dead are left behind.
 */
export class NumberMap<T> {
  /** NaN = free. */
  #keys = new Float64Array(64).fill(Number.NaN);
  #values: (T | undefined)[] = new Array<T | undefined>(64).fill(undefined);
  #mask = 63;
  /** Which bits of the product are the slot. */
  #shift = 26;
  size = 0;

  get(key: number): T | undefined {
    const keys = this.#keys;
    const mask = this.#mask;
    for (let slot = this.#slotOf(key); ; slot = (slot + 1) & mask) {
      const found = keys[slot]!;
      if (found === key) return this.#values[slot];
      if (Number.isNaN(found)) return undefined;
    }
  }

  has(key: number): boolean {
    return this.get(key) !== undefined;
  }

  set(key: number, value: T): void {
    if (this.size * 2 > this.#mask) this.#grow();
    const keys = this.#keys;
    const mask = this.#mask;
    let slot = this.#slotOf(key);
    for (let found = keys[slot]!; found !== key; found = keys[slot]!) {
      if (Number.isNaN(found)) {
        this.size++;
        keys[slot] = key;
        break;
      }
      slot = (slot + 1) & mask;
    }
    this.#values[slot] = value;
  }

  delete(key: number): void {
    const keys = this.#keys;
    const values = this.#values;
    const mask = this.#mask;
    let hole = this.#slotOf(key);
    while (keys[hole] !== key) {
      if (Number.isNaN(keys[hole]!)) return;
      hole = (hole + 1) & mask;
    }
    for (let slot = (hole + 1) & mask; !Number.isNaN(keys[slot]!); slot = (slot + 1) & mask) {
      // An entry may move back to the hole unless that lies before the slot where its search begins.
      const home = this.#slotOf(keys[slot]!);
      if (((slot - home) & mask) < ((slot - hole) & mask)) continue;
      keys[hole] = keys[slot]!;
      values[hole] = values[slot];
      hole = slot;
    }
    keys[hole] = Number.NaN;
    values[hole] = undefined;
    this.size--;
  }

  *values(): Generator<T> {
    for (const value of this.#values) {
      if (value !== undefined) yield value;
    }
  }

  #grow(): void {
    const keys = this.#keys;
    const values = this.#values;
    this.#mask = this.#mask * 2 + 1;
    this.#shift--;
    this.#keys = new Float64Array(this.#mask + 1).fill(Number.NaN);
    this.#values = new Array<T | undefined>(this.#mask + 1).fill(undefined);
    this.size = 0;
    for (let slot = 0; slot < keys.length; slot++) {
      if (!Number.isNaN(keys[slot]!)) this.set(keys[slot]!, values[slot]!);
    }
  }

  #slotOf(key: number): number {
    return Math.imul(key, 0x9e3779b1) >>> this.#shift;
  }
}
