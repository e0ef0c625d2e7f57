/**
 * What is known of each promise that has not settled: whose job it is, and who waits for it.
 *
 * Promises are numbered in the order of birth and most settle soon, so the table is paged and directly indexed: an
 * entry costs 16 bytes, a look-up two loads. A page whose promises have all settled is free again. When the pages run
 * out, the oldest page's few pending promises ("stragglers") move to a Map; beyond a cap the oldest straggler is
 * evicted, so memory is bounded whatever the program leaves pending.
 *
 * Entries are offsets into `cells`: +0 state and reason, +1 strand whose job it is, +2 first waiter, +3 next waiter of
 * the same parent (both promise ids, linked).
 */

const PENDING = 1;
const SETTLED = 2;
const REASON_SHIFT = 8;

const PAGE_BITS = 12;
const PAGE_SIZE = 1 << PAGE_BITS;
const PAGE_MASK = PAGE_SIZE - 1;
const DIRECTORY_SIZE = 4096;
const CELLS = 4;
/** Pages of one thread: 6 MiB. */
const PAGES = 96;
const STRAGGLER_GROWTH = 1 << 16;

/** No such promise: it has settled long ago, or was born before the recording. */
export const UNKNOWN = -1;

export class PromiseTable {
  #cells = new Int32Array((PAGES * PAGE_SIZE + PAGE_SIZE) * CELLS);
  readonly #pageAt = new Int32Array(DIRECTORY_SIZE).fill(-1);
  readonly #offsetAt = new Int32Array(DIRECTORY_SIZE);
  readonly #pending = new Int32Array(DIRECTORY_SIZE);
  #oldest: number[] = [];
  readonly #freePages = Array.from({ length: PAGES }, (_, i) => i * PAGE_SIZE * CELLS);
  #newestPage = -1;
  readonly #stragglers = new Map<number, number>();
  /** Walks over the stragglers, oldest first: a new walk each time would step over all that are gone. */
  #walk = this.#stragglers.entries();
  readonly #freeStragglers: number[] = [];
  #stragglerTop = PAGES * PAGE_SIZE * CELLS;
  readonly #maxStragglers: number;
  readonly #onEvict: (strand: number) => void;

  /** `onEvict` is told the strand whose pending promise is given up. */
  constructor(maxStragglers: number, onEvict: (strand: number) => void) {
    this.#maxStragglers = maxStragglers;
    this.#onEvict = onEvict;
  }

  /** The entry of promise `id`, or `UNKNOWN`. */
  find(id: number): number {
    const page = id >>> PAGE_BITS;
    const slot = page & (DIRECTORY_SIZE - 1);
    if (this.#pageAt[slot] === page) return this.#offsetAt[slot]! + (id & PAGE_MASK) * CELLS;
    if (this.#stragglers.size === 0) return UNKNOWN;
    return this.#stragglers.get(id) ?? UNKNOWN;
  }

  /** Enters promise `id` as pending; returns its entry. */
  add(id: number): number {
    const page = id >>> PAGE_BITS;
    if (page !== this.#newestPage && this.#pageAt[page & (DIRECTORY_SIZE - 1)] !== page) this.#addPage(page);
    const slot = page & (DIRECTORY_SIZE - 1);
    this.#pending[slot]!++;
    const entry = this.#offsetAt[slot]! + (id & PAGE_MASK) * CELLS;
    const cells = this.#cells;
    cells[entry] = PENDING;
    cells[entry + 1] = 0;
    cells[entry + 2] = 0;
    cells[entry + 3] = 0;
    return entry;
  }

  isPending(entry: number): boolean {
    return entry !== UNKNOWN && (this.#cells[entry]! & PENDING) !== 0;
  }

  strand(entry: number): number {
    return this.#cells[entry + 1]!;
  }

  setStrand(entry: number, strand: number): void {
    this.#cells[entry + 1] = strand;
  }

  /** String id of why the promise is pending (a timer, a file …), 0 = not known. */
  reason(entry: number): number {
    return this.#cells[entry]! >>> REASON_SHIFT;
  }

  setReason(entry: number, reason: number): void {
    if (this.reason(entry) === 0) this.#cells[entry]! |= reason << REASON_SHIFT;
  }

  /** Lets promise `waiter` (entry `waiterEntry`) wait for the promise of `entry`. */
  addWaiter(entry: number, waiter: number, waiterEntry: number): void {
    this.#cells[waiterEntry + 3] = this.#cells[entry + 2]!;
    this.#cells[entry + 2] = waiter;
  }

  /** The first waiter's promise id, 0 = none; and the one after `waiterEntry`. */
  takeWaiters(entry: number): number {
    const first = this.#cells[entry + 2]!;
    this.#cells[entry + 2] = 0;
    return first;
  }

  takeNextWaiter(waiterEntry: number): number {
    const next = this.#cells[waiterEntry + 3]!;
    this.#cells[waiterEntry + 3] = 0;
    return next;
  }

  /** Promise `id` has settled. */
  settle(id: number, entry: number): void {
    const page = id >>> PAGE_BITS;
    const slot = page & (DIRECTORY_SIZE - 1);
    if (this.#pageAt[slot] !== page) {
      this.#stragglers.delete(id);
      this.#freeStragglers.push(entry);
      return;
    }
    this.#cells[entry] = SETTLED;
    if (--this.#pending[slot]! === 0 && page !== this.#newestPage) this.#freePage(slot);
  }

  #addPage(page: number): void {
    const slot = page & (DIRECTORY_SIZE - 1);
    const newest = this.#newestPage & (DIRECTORY_SIZE - 1);
    if (this.#newestPage >= 0 && this.#pageAt[newest] === this.#newestPage && this.#pending[newest] === 0) {
      this.#freePage(newest);
    }
    if (this.#pageAt[slot] !== -1) this.#moveStragglers(slot);
    while (this.#freePages.length === 0) {
      const oldest = this.#oldest.shift()!;
      const oldestSlot = oldest & (DIRECTORY_SIZE - 1);
      if (this.#pageAt[oldestSlot] === oldest) this.#moveStragglers(oldestSlot);
    }
    const offset = this.#freePages.pop()!;
    // An entry that was never added must not look pending.
    this.#cells.fill(0, offset, offset + PAGE_SIZE * CELLS);
    this.#pageAt[slot] = page;
    this.#offsetAt[slot] = offset;
    this.#pending[slot] = 0;
    this.#oldest.push(page);
    if (this.#oldest.length > DIRECTORY_SIZE) {
      this.#oldest = this.#oldest.filter((p) => this.#pageAt[p & (DIRECTORY_SIZE - 1)] === p);
    }
    this.#newestPage = page;
  }

  #freePage(slot: number): void {
    this.#freePages.push(this.#offsetAt[slot]!);
    this.#pageAt[slot] = -1;
  }

  #moveStragglers(slot: number): void {
    const offset = this.#offsetAt[slot]!;
    const firstId = this.#pageAt[slot]! << PAGE_BITS;
    for (let i = 0; i < PAGE_SIZE && this.#pending[slot]! > 0; i++) {
      const entry = offset + i * CELLS;
      if ((this.#cells[entry]! & PENDING) === 0) continue;
      this.#pending[slot]!--;
      if (this.#stragglers.size >= this.#maxStragglers) this.#evictOldest();
      const to = this.#stragglerEntry();
      this.#cells.copyWithin(to, entry, entry + CELLS);
      this.#stragglers.set((firstId + i) | 0, to);
    }
    this.#freePage(slot);
  }

  #stragglerEntry(): number {
    const free = this.#freeStragglers.pop();
    if (free !== undefined) return free;
    const entry = this.#stragglerTop;
    this.#stragglerTop += CELLS;
    if (this.#stragglerTop > this.#cells.length) {
      const cells = new Int32Array(this.#cells.length + STRAGGLER_GROWTH * CELLS);
      cells.set(this.#cells);
      this.#cells = cells;
    }
    return entry;
  }

  #evictOldest(): void {
    let next = this.#walk.next();
    if (next.done) {
      this.#walk = this.#stragglers.entries();
      next = this.#walk.next();
    }
    const [id, entry] = next.value!;
    this.#stragglers.delete(id);
    this.#freeStragglers.push(entry);
    const strand = this.#cells[entry + 1]!;
    if (strand !== 0) this.#onEvict(strand);
  }
}
