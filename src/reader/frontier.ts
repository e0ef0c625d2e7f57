/**
 * The cursors of all threads that have events left, as a min-heap by time: its head is the thread whose event is
 * tried next.
 *
 * Times tie now and then, and then the shape of the heap decides who comes first. The order in which events come out
 * must be that of Go's reader, so this heap moves its entries exactly as Go's does.
 */
/** What stands in the heap: something with a time, ns, which changes only before `update`. */
interface Timed {
  readonly time: number;
}

/** More threads than any machine has: their times are sorted at once. */
const LONG = 1024;

export class Frontier<T extends Timed> {
  /** The heap, and beside it the times by which it is ordered: comparing them touches no cursor. */
  readonly cursors: T[] = [];
  #times = new Float64Array(64);

  get size(): number {
    return this.cursors.length;
  }

  /** Time of the head, ns; infinite when there is none. */
  get headTime(): number {
    return this.cursors.length > 0 ? this.#times[0]! : Number.POSITIVE_INFINITY;
  }

  /** Least time of all but the head, ns; infinite when there are none. */
  get nextTime(): number {
    const { length } = this.cursors;
    const left = length > 1 ? this.#times[1]! : Number.POSITIVE_INFINITY;
    return length > 2 ? Math.min(left, this.#times[2]!) : left;
  }

  insert(cursor: T): void {
    const index = this.cursors.push(cursor) - 1;
    if (index === this.#times.length) {
      const grown = new Float64Array(index * 2);
      grown.set(this.#times);
      this.#times = grown;
    }
    this.#times[index] = cursor.time;
    this.#siftUp(index);
  }

  /** Restores the order after the cursor at `index` moved on. */
  update(index: number): void {
    this.#times[index] = this.cursors[index]!.time;
    if (index === 0 || this.#siftUp(index) === index) this.#siftDown(index);
  }

  /** Removes the cursor at `index`, which has no more events. */
  remove(index: number): void {
    const { cursors } = this;
    for (let i = index; i > 0; ) {
      const parent = (i - 1) >> 1;
      this.#swap(i, parent);
      i = parent;
    }
    this.#swap(0, cursors.length - 1);
    cursors.pop();
    this.#siftDown(0);
  }

  /** Sorts by time; a sorted heap is a heap. It is nearly sorted and short, so insertion does well. */
  sort(): void {
    const times = this.#times;
    if (this.cursors.length > LONG && !this.#isSorted()) this.#sortMany();
    for (let i = 1; i < this.cursors.length; i++) {
      for (let at = i; at > 0 && times[at - 1]! > times[at]!; at--) this.#swap(at - 1, at);
    }
  }

  #isSorted(): boolean {
    for (let i = 1; i < this.cursors.length; i++) if (this.#times[i - 1]! > this.#times[i]!) return false;
    return true;
  }

  #sortMany(): void {
    const sorted = this.cursors
      .map((cursor, at) => ({ cursor, time: this.#times[at]! }))
      .sort((a, b) => a.time - b.time);
    for (const [at, { cursor, time }] of sorted.entries()) {
      this.cursors[at] = cursor;
      this.#times[at] = time;
    }
  }

  clear(): void {
    this.cursors.length = 0;
  }

  #siftUp(index: number): number {
    const times = this.#times;
    let i = index;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (times[parent]! <= times[i]!) break;
      this.#swap(i, parent);
      i = parent;
    }
    return i;
  }

  #siftDown(index: number): void {
    const times = this.#times;
    const size = this.cursors.length;
    for (let i = index; ; ) {
      let least = i;
      const left = 2 * i + 1;
      const right = left + 1;
      if (left < size && times[left]! < times[least]!) least = left;
      if (right < size && times[right]! < times[least]!) least = right;
      if (least === i) return;
      this.#swap(i, least);
      i = least;
    }
  }

  #swap(i: number, j: number): void {
    const { cursors } = this;
    const times = this.#times;
    const cursor = cursors[i]!;
    const time = times[i]!;
    cursors[i] = cursors[j]!;
    times[i] = times[j]!;
    cursors[j] = cursor;
    times[j] = time;
  }
}
