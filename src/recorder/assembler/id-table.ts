/**
 * A map from ids that go up to numbers: the strand of each async resource, the names of tasks.
 *
 * What has an id mostly ends soon, so the table is paged and directly indexed, as that of promises is: a look-up is two
 * loads, where a Map would take ten times as long and keep the collector busy. When the pages run out, what is left on the
 * oldest one (sockets, intervals, what never calls back) moves to a Map, which keeps the order of age.
 */

const PAGE_BITS = 10;
const PAGE_SIZE = 1 << PAGE_BITS;
const PAGE_MASK = PAGE_SIZE - 1;
const DIRECTORY_SIZE = 1024;
const DIRECTORY_MASK = DIRECTORY_SIZE - 1;
/** 256 KiB. */
const PAGES = 64;
const NONE = -1;

export class IdTable {
  readonly #cells = new Int32Array(PAGES * PAGE_SIZE);
  /** Per place in the directory: which page is there, where its cells begin, and how many are taken. */
  readonly #pageAt = new Int32Array(DIRECTORY_SIZE).fill(NONE);
  readonly #offsetAt = new Int32Array(DIRECTORY_SIZE);
  readonly #takenAt = new Int32Array(DIRECTORY_SIZE);
  readonly #freeOffsets = Array.from({ length: PAGES }, (_, i) => i * PAGE_SIZE);
  /** Places of the pages in use, the oldest first. */
  readonly #places: number[] = [];
  #newest = NONE;
  /** What was on pages that are gone, in the order in which they moved here. */
  readonly #old = new Map<number, number>();
  #inPages = 0;

  get size(): number {
    return this.#inPages + this.#old.size;
  }

  /** The number of `id` (32 bits), 0 = none. */
  get(id: number): number {
    const page = id >>> PAGE_BITS;
    const place = page & DIRECTORY_MASK;
    if (this.#pageAt[place] === page) {
      const value = this.#cells[this.#offsetAt[place]! + (id & PAGE_MASK)]!;
      if (value !== 0) return value;
    }
    return this.#old.size === 0 ? 0 : (this.#old.get(id) ?? 0);
  }

  /** Sets the number of `id`; 0 takes it out. */
  set(id: number, value: number): void {
    if (value === 0) {
      this.delete(id);
      return;
    }
    const page = id >>> PAGE_BITS;
    const place = page & DIRECTORY_MASK;
    if (this.#pageAt[place] !== page && !this.#addPage(page, place)) {
      this.#old.set(id, value);
      return;
    }
    const cell = this.#offsetAt[place]! + (id & PAGE_MASK);
    if (this.#cells[cell] === 0) {
      this.#takenAt[place]!++;
      this.#inPages++;
    }
    this.#cells[cell] = value;
  }

  delete(id: number): void {
    const page = id >>> PAGE_BITS;
    const place = page & DIRECTORY_MASK;
    const cell = this.#pageAt[place] === page ? this.#offsetAt[place]! + (id & PAGE_MASK) : NONE;
    if (cell === NONE || this.#cells[cell] === 0) {
      if (this.#old.size > 0) this.#old.delete(id);
      return;
    }
    this.#cells[cell] = 0;
    this.#inPages--;
    this.#takenAt[place]!--;
  }

  /** Up to `count` of the oldest that have outlived their page: id and number. Changes may be made meanwhile. */
  oldest(count: number): [number, number][] {
    const found: [number, number][] = [];
    for (const entry of this.#old) {
      if (found.length >= count) break;
      found.push(entry);
    }
    return found;
  }

  /** All numbers. */
  *values(): Generator<number> {
    yield* this.#old.values();
    for (const place of this.#places) {
      const offset = this.#offsetAt[place]!;
      for (let i = 0; i < PAGE_SIZE; i++) if (this.#cells[offset + i] !== 0) yield this.#cells[offset + i]!;
    }
  }

  /** Makes room for a page; false if it is older than those that there are: what is on it is old. */
  #addPage(page: number, place: number): boolean {
    // Compared as ids are, which wrap.
    if (this.#newest !== NONE && (page - this.#newest) << PAGE_BITS <= 0) return false;
    if (this.#pageAt[place] !== NONE) {
      this.#places.splice(this.#places.indexOf(place), 1);
      this.#retire(place);
    }
    this.#retireEmpty();
    if (this.#freeOffsets.length === 0) this.#retire(this.#places.shift()!);
    this.#pageAt[place] = page;
    this.#offsetAt[place] = this.#freeOffsets.pop()!;
    this.#takenAt[place] = 0;
    this.#places.push(place);
    this.#newest = page;
    return true;
  }

  /** Gives up the oldest pages as long as nothing is left on them. */
  #retireEmpty(): void {
    while (this.#places.length > 0 && this.#takenAt[this.#places[0]!] === 0) this.#retire(this.#places.shift()!);
  }

  #retire(place: number): void {
    const offset = this.#offsetAt[place]!;
    const first = this.#pageAt[place]! << PAGE_BITS;
    for (let i = 0; this.#takenAt[place]! > 0; i++) {
      const value = this.#cells[offset + i]!;
      if (value === 0) continue;
      this.#old.set((first + i) | 0, value);
      this.#cells[offset + i] = 0;
      this.#takenAt[place]!--;
      this.#inPages--;
    }
    this.#freeOffsets.push(offset);
    this.#pageAt[place] = NONE;
  }
}
