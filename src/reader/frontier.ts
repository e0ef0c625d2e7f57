/**
 * The cursors of all threads that have events left, as a min-heap by time: its head is the thread whose event is
 * tried next.
 *
 * Times tie now and then, and then the shape of the heap decides who comes first. The order in which events come out
 * must be that of Go's reader, so this heap moves its entries exactly as Go's does.
 */
import type { BatchCursor } from './batch-cursor.ts';

export class Frontier {
  readonly cursors: BatchCursor[] = [];

  get size(): number {
    return this.cursors.length;
  }

  insert(cursor: BatchCursor): void {
    this.cursors.push(cursor);
    this.#siftUp(this.cursors.length - 1);
  }

  /** Restores the order after the cursor at `index` moved on. */
  update(index: number): void {
    if (this.#siftUp(index) === index) this.#siftDown(index);
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
    const { cursors } = this;
    for (let i = 1; i < cursors.length; i++) {
      const cursor = cursors[i]!;
      let at = i;
      for (; at > 0 && cursors[at - 1]!.time > cursor.time; at--) cursors[at] = cursors[at - 1]!;
      cursors[at] = cursor;
    }
  }

  clear(): void {
    this.cursors.length = 0;
  }

  #siftUp(index: number): number {
    const { cursors } = this;
    let i = index;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (cursors[parent]!.time <= cursors[i]!.time) break;
      this.#swap(i, parent);
      i = parent;
    }
    return i;
  }

  #siftDown(index: number): void {
    const { cursors } = this;
    const size = cursors.length;
    for (let i = index; ; ) {
      let least = i;
      const left = 2 * i + 1;
      const right = left + 1;
      if (left < size && cursors[left]!.time < cursors[least]!.time) least = left;
      if (right < size && cursors[right]!.time < cursors[least]!.time) least = right;
      if (least === i) return;
      this.#swap(i, least);
      i = least;
    }
  }

  #swap(i: number, j: number): void {
    const { cursors } = this;
    const cursor = cursors[i]!;
    cursors[i] = cursors[j]!;
    cursors[j] = cursor;
  }
}
