/**
 * The cursors of all threads that have events left, as a min-heap by time: its head is the thread whose event is
 * tried next. Cursors are numbers here, so that nothing but two typed arrays is touched.
 *
 * Times tie now and then, and then the shape of the heap decides who comes first. The order in which events come out
 * must be that of Go's reader, so this heap moves its entries exactly as Go's does.
 */

/** More threads than any machine has: their times are sorted at once. */
const LONG = 1024;
const INITIAL_ROOM = 64;

export class Frontier {
  size = 0;
  /** The heap: numbers of cursors, and beside them the times by which they are ordered, ns. */
  numbers = new Int32Array(INITIAL_ROOM);
  /** Infinite behind the last; it has places for both children of each, so that a search needs no look at the size. */
  times = new Float64Array(2 * INITIAL_ROOM + 1).fill(Number.POSITIVE_INFINITY);

  /** Number of the head; there must be one. */
  get head(): number {
    return this.numbers[0]!;
  }

  /** Time of the head, ns; infinite when there is none. */
  get headTime(): number {
    return this.times[0]!;
  }

  /** Least time of all but the head, ns; infinite when there are none. */
  get nextTime(): number {
    return Math.min(this.times[1]!, this.times[2]!);
  }

  insert(number: number, time: number): void {
    const index = this.size++;
    if (index === this.numbers.length) this.#grow();
    this.numbers[index] = number;
    this.times[index] = time;
    this.#siftUp(index);
  }

  /** Restores the order after the time at `index` became `time`. */
  update(index: number, time: number): void {
    this.times[index] = time;
    if (index === 0 || this.#siftUp(index) === index) this.#siftDown(index);
  }

  /** Removes what is at `index`. */
  remove(index: number): void {
    for (let i = index; i > 0; ) {
      const parent = (i - 1) >> 1;
      this.#swap(i, parent);
      i = parent;
    }
    const last = --this.size;
    this.#swap(0, last);
    this.times[last] = Number.POSITIVE_INFINITY;
    this.#siftDown(0);
  }

  /** Sorts by time; a sorted heap is a heap. It is nearly sorted and short, so insertion does well. */
  sort(): void {
    const { times, size } = this;
    if (size > LONG && !this.#isSorted()) this.#sortMany();
    for (let i = 1; i < size; i++) {
      for (let at = i; at > 0 && times[at - 1]! > times[at]!; at--) this.#swap(at - 1, at);
    }
  }

  #isSorted(): boolean {
    for (let i = 1; i < this.size; i++) if (this.times[i - 1]! > this.times[i]!) return false;
    return true;
  }

  #sortMany(): void {
    const sorted = Array.from(this.numbers.subarray(0, this.size), (number, at) => ({ number, time: this.times[at]! }));
    sorted.sort((a, b) => a.time - b.time);
    for (const [at, { number, time }] of sorted.entries()) {
      this.numbers[at] = number;
      this.times[at] = time;
    }
  }

  clear(): void {
    this.size = 0;
    this.times.fill(Number.POSITIVE_INFINITY);
  }

  #grow(): void {
    const room = this.numbers.length * 2;
    const { numbers, times } = this;
    this.numbers = new Int32Array(room);
    this.numbers.set(numbers);
    this.times = new Float64Array(2 * room + 1).fill(Number.POSITIVE_INFINITY);
    this.times.set(times);
  }

  #siftUp(index: number): number {
    const { times } = this;
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
    const { times } = this;
    for (let i = index; i < this.size; ) {
      const left = 2 * i + 1;
      const least = times[left + 1]! < times[left]! ? left + 1 : left;
      if (!(times[least]! < times[i]!)) return;
      this.#swap(i, least);
      i = least;
    }
  }

  #swap(i: number, j: number): void {
    const { numbers, times } = this;
    const number = numbers[i]!;
    const time = times[i]!;
    numbers[i] = numbers[j]!;
    times[i] = times[j]!;
    numbers[j] = number;
    times[j] = time;
  }
}
