/**
 * A map from numbers to small numbers (rows of columns, places in arrays) for ids that hot loops look up: many times as
 * fast as `Map`, and nothing is allocated per entry.
 *
 * The idea: open addressing with linear probing over 32-bit keys, key and value side by side. Ids come in rows, and the
 * multiplication by the golden ratio spreads a row evenly, so that runs of taken slots stay short. Removing moves later
 * entries back, so that no markers of the dead are left behind. The few ids that are negative or take more than 31 bits
 * are in a `Map`, and so are those that find no slot near their own, which happens only to ids that were chosen to make
 * this slow.
 */
const FREE = -1;
/** Slots from its own on in which an entry may be. */
const REACH = 64;
const FIRST_BITS = 6;
const GOLDEN_RATIO = 0x9e3779b1;

/** What `get` gives for a key that is not there. */
export const ABSENT = -1;

export class NumberIndex {
  /** Key and value of each slot in turn. */
  #slots = emptySlots(FIRST_BITS);
  #mask = 2 ** FIRST_BITS - 1;
  /** Which bits of the product are the slot. */
  #shift = 32 - FIRST_BITS;
  /** Entries in the slots. */
  #taken = 0;
  readonly #others = new Map<number, number>();

  get size(): number {
    return this.#taken + this.#others.size;
  }

  /** The value of a key, or `ABSENT`. */
  get(key: number): number {
    const small = key | 0;
    if (small !== key || small < 0) return this.#others.get(key) ?? ABSENT;
    const slots = this.#slots;
    let slot = Math.imul(small, GOLDEN_RATIO) >>> this.#shift;
    for (let left = REACH; left > 0; left--) {
      const found = slots[slot * 2]!;
      if (found === small) return slots[slot * 2 + 1]!;
      if (found === FREE) break;
      slot = (slot + 1) & this.#mask;
    }
    return this.#others.size === 0 ? ABSENT : (this.#others.get(key) ?? ABSENT);
  }

  /** Gives a key a value, an integer of 0 to 2^31 - 1. */
  set(key: number, value: number): void {
    if (!isSmall(key) || (this.#others.size > 0 && this.#others.has(key))) {
      this.#others.set(key, value);
      return;
    }
    if (this.#taken * 2 > this.#mask) this.#grow();
    const slots = this.#slots;
    let slot = this.#home(key);
    for (let left = REACH; slots[slot * 2] !== key; left--) {
      if (left === 0) {
        this.#others.set(key, value);
        return;
      }
      if (slots[slot * 2] === FREE) {
        this.#taken++;
        slots[slot * 2] = key;
        break;
      }
      slot = (slot + 1) & this.#mask;
    }
    slots[slot * 2 + 1] = value;
  }

  delete(key: number): void {
    if (!isSmall(key) || (this.#others.size > 0 && this.#others.delete(key))) {
      this.#others.delete(key);
      return;
    }
    const slots = this.#slots;
    const mask = this.#mask;
    let hole = this.#home(key);
    for (let left = REACH; slots[hole * 2] !== key; left--) {
      if (slots[hole * 2] === FREE || left === 0) return;
      hole = (hole + 1) & mask;
    }
    for (let slot = (hole + 1) & mask; slots[slot * 2] !== FREE; slot = (slot + 1) & mask) {
      // An entry may move back to the hole unless that lies before the slot where its search begins.
      const home = this.#home(slots[slot * 2]!);
      if (((slot - home) & mask) < ((slot - hole) & mask)) continue;
      slots[hole * 2] = slots[slot * 2]!;
      slots[hole * 2 + 1] = slots[slot * 2 + 1]!;
      hole = slot;
    }
    slots[hole * 2] = FREE;
    this.#taken--;
  }

  #grow(): void {
    const before = this.#slots;
    this.#shift--;
    this.#mask = this.#mask * 2 + 1;
    this.#slots = emptySlots(32 - this.#shift);
    this.#taken = 0;
    for (let at = 0; at < before.length; at += 2) {
      if (before[at] !== FREE) this.set(before[at]!, before[at + 1]!);
    }
  }

  #home(key: number): number {
    return Math.imul(key, GOLDEN_RATIO) >>> this.#shift;
  }
}

function emptySlots(bits: number): Int32Array {
  return new Int32Array(2 ** (bits + 1)).fill(FREE);
}

function isSmall(key: number): boolean {
  return (key | 0) === key && key >= 0;
}
