/**
 * The stacks of a trace, each once, as columns: the frames of stack s are rows `offset[s]` to `offset[s + 1]`,
 * innermost first. Equal stacks of different generations have one trace-wide id. Id 0 is the empty stack.
 */
import { Int32List } from '../base/index.ts';

export class StackTable {
  /** One longer than there are stacks. */
  readonly offset = new Int32List();
  /** String ids and line numbers, one row per frame. */
  readonly func = new Int32List();
  readonly file = new Int32List();
  readonly line = new Int32List();
  /** The newest stack with a hash, and for every stack the one before it with the same hash. */
  readonly #newest = new Map<number, number>();
  readonly #older = new Int32List();

  constructor() {
    this.offset.push(0);
    this.offset.push(0);
    this.#older.push(0);
  }

  /** How many stacks there are, the empty one included. */
  get count(): number {
    return this.offset.length - 1;
  }

  /** Adds a frame to the stack that `finish` will close. */
  addFrame(func: number, file: number, line: number): void {
    this.func.push(func);
    this.file.push(file);
    this.line.push(line);
  }

  /** Closes the stack whose frames were added; returns its id, that of an equal stack if there is one. */
  finish(): number {
    const from = this.offset.at(this.count);
    const to = this.func.length;
    if (from === to) return 0;
    const hash = this.#hash(from, to);
    const newest = this.#newest.get(hash) ?? 0;
    for (let id = newest; id !== 0; id = this.#older.at(id)) {
      if (this.#equals(id, from, to)) {
        this.#drop(from);
        return id;
      }
    }
    const id = this.count;
    this.offset.push(to);
    this.#older.push(newest);
    this.#newest.set(hash, id);
    return id;
  }

  #drop(from: number): void {
    this.func.length = from;
    this.file.length = from;
    this.line.length = from;
  }

  #hash(from: number, to: number): number {
    let hash = to - from;
    for (let i = from; i < to; i++) {
      hash = Math.imul(hash ^ this.func.at(i), 0x9e3779b1);
      hash = Math.imul(hash ^ this.file.at(i), 0xc2b2ae35);
      hash = Math.imul(hash ^ this.line.at(i), 0x85ebca6b) ^ (hash >>> 15);
    }
    return hash;
  }

  #equals(id: number, from: number, to: number): boolean {
    const start = this.offset.at(id);
    if (this.offset.at(id + 1) - start !== to - from) return false;
    for (let i = from, j = start; i < to; i++, j++) {
      if (
        this.func.at(i) !== this.func.at(j) ||
        this.line.at(i) !== this.line.at(j) ||
        this.file.at(i) !== this.file.at(j)
      ) {
        return false;
      }
    }
    return true;
  }
}
