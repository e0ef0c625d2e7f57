/**
 * Growable typed arrays: columns whose final length is not known while they are filled.
 *
 * The idea: a list owns a typed array with room to spare and doubles it when full, so that pushing is a bounds check
 * and a store. `array` is the storage itself for reading in hot loops; it is replaced whenever the list grows, so
 * hold on to it only while nothing is pushed (a long one is emptied then). `toArray` gives the exact-length copy that a finished table keeps.
 */

import { releaseBuffer } from './release-buffer.ts';

const INITIAL_CAPACITY = 16;
/** From so many bytes on, what a list grew out of is not left to the garbage collector. */
const WORTH_RELEASING = 2 ** 20;

/** A growable column of doubles. */
export class Float64List {
  array: Float64Array<ArrayBuffer>;
  length = 0;

  constructor(capacity: number = INITIAL_CAPACITY) {
    this.array = new Float64Array(capacity);
  }

  /** Appends a value and returns its index. */
  push(value: number): number {
    const index = this.length;
    if (index === this.array.length) this.array = grown(this.array, new Float64Array(capacityAfter(index)));
    this.array[index] = value;
    this.length = index + 1;
    return index;
  }

  /** The value at `index`, which must be below `length`. */
  at(index: number): number {
    return this.array[index]!;
  }

  set(index: number, value: number): void {
    this.array[index] = value;
  }

  /** A copy that is exactly as long as the list. */
  toArray(): Float64Array<ArrayBuffer> {
    return this.array.slice(0, this.length);
  }

  /** The column itself, without a copy: the list is used up. */
  take(): Float64Array<ArrayBuffer> {
    return this.array.subarray(0, this.length);
  }
}

/** A growable column of 32-bit integers. */
export class Int32List {
  array: Int32Array<ArrayBuffer>;
  length = 0;

  constructor(capacity: number = INITIAL_CAPACITY) {
    this.array = new Int32Array(capacity);
  }

  /** Appends a value and returns its index. */
  push(value: number): number {
    const index = this.length;
    if (index === this.array.length) this.array = grown(this.array, new Int32Array(capacityAfter(index)));
    this.array[index] = value;
    this.length = index + 1;
    return index;
  }

  /** The value at `index`, which must be below `length`. */
  at(index: number): number {
    return this.array[index]!;
  }

  set(index: number, value: number): void {
    this.array[index] = value;
  }

  /** A copy that is exactly as long as the list. */
  toArray(): Int32Array<ArrayBuffer> {
    return this.array.slice(0, this.length);
  }

  /** The column itself, without a copy: the list is used up. */
  take(): Int32Array<ArrayBuffer> {
    return this.array.subarray(0, this.length);
  }
}

/** A growable column of bytes. */
export class Uint8List {
  array: Uint8Array<ArrayBuffer>;
  length = 0;

  constructor(capacity: number = INITIAL_CAPACITY) {
    this.array = new Uint8Array(capacity);
  }

  /** Appends a value and returns its index. */
  push(value: number): number {
    const index = this.length;
    if (index === this.array.length) this.array = grown(this.array, new Uint8Array(capacityAfter(index)));
    this.array[index] = value;
    this.length = index + 1;
    return index;
  }

  /** The value at `index`, which must be below `length`. */
  at(index: number): number {
    return this.array[index]!;
  }

  set(index: number, value: number): void {
    this.array[index] = value;
  }

  /** A copy that is exactly as long as the list. */
  toArray(): Uint8Array<ArrayBuffer> {
    return this.array.slice(0, this.length);
  }

  /** The column itself, without a copy: the list is used up. */
  take(): Uint8Array<ArrayBuffer> {
    return this.array.subarray(0, this.length);
  }
}

function capacityAfter(length: number): number {
  return Math.max(INITIAL_CAPACITY, length * 2);
}

function grown<T extends Float64Array<ArrayBuffer> | Int32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>>(
  from: T,
  to: T,
): T {
  to.set(from);
  if (from.byteLength >= WORTH_RELEASING) releaseBuffer(from.buffer);
  return to;
}
