/** A map from numbers to objects: a `NumberIndex` of places in an array. Places of removed entries are used again. */
import { ABSENT, NumberIndex } from './number-index.ts';

export class NumberMap<T> {
  readonly #index = new NumberIndex();
  readonly #values: (T | undefined)[] = [];
  readonly #free: number[] = [];

  get size(): number {
    return this.#index.size;
  }

  get(key: number): T | undefined {
    const place = this.#index.get(key);
    return place === ABSENT ? undefined : this.#values[place];
  }

  has(key: number): boolean {
    return this.#index.get(key) !== ABSENT;
  }

  set(key: number, value: T): void {
    let place = this.#index.get(key);
    if (place === ABSENT) {
      place = this.#free.pop() ?? this.#values.length;
      this.#index.set(key, place);
    }
    this.#values[place] = value;
  }

  delete(key: number): void {
    const place = this.#index.get(key);
    if (place === ABSENT) return;
    this.#index.delete(key);
    this.#values[place] = undefined;
    this.#free.push(place);
  }

  *values(): Generator<T> {
    for (const value of this.#values) if (value !== undefined) yield value;
  }
}
