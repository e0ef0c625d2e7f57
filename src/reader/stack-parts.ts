/**
 * A stack table as it stands in the file, before its strings are known: columns of stacks and frames.
 *
 * A program counter means the same frame in the whole table: where two frames share one, the first counts, as in Go's
 * reader.
 */
import { Float64List, Int32List } from '../base/index.ts';
import type { IdMap } from './id-map.ts';
import type { StackTable } from './stack-table.ts';

const MAX_LINE = 2 ** 31 - 1;

export class StackParts {
  readonly #id = new Float64List();
  readonly #count = new Int32List();
  readonly #offset = new Float64List();
  readonly #pc = new Float64List();
  readonly #func = new Float64List();
  readonly #file = new Float64List();
  readonly #line = new Int32List();

  /** Adds a frame, with the string ids of the file, to the stack that `finishStack` will close. */
  addFrame(pc: number, func: number, file: number, line: number): void {
    this.#pc.push(pc);
    this.#func.push(func);
    this.#file.push(file);
    this.#line.push(line >= 0 && line <= MAX_LINE ? line : 0);
  }

  /** Closes a stack. `offset`: where it stands in the file. */
  finishStack(id: number, count: number, offset: number): void {
    this.#id.push(id);
    this.#count.push(count);
    this.#offset.push(offset);
  }

  /**
   * Gives every stack its trace-wide id.
   *
   * @param table the stacks of the trace
   * @param ids receives the trace-wide id per id of the file
   * @param stringOf trace-wide id of a string of the file, which a stack at `offset` names; may throw
   */
  resolve(table: StackTable, ids: IdMap, stringOf: (id: number, offset: number) => number): void {
    const frameOf = new Map<number, number>();
    let frame = 0;
    for (let i = 0; i < this.#id.length; i++) {
      const offset = this.#offset.at(i);
      for (const end = frame + this.#count.at(i); frame < end; frame++) {
        const pc = this.#pc.at(frame);
        let first = frameOf.get(pc);
        if (first === undefined) {
          first = frame;
          frameOf.set(pc, frame);
        }
        const func = stringOf(this.#func.at(first), offset);
        table.addFrame(func, stringOf(this.#file.at(first), offset), this.#line.at(first));
      }
      ids.set(this.#id.at(i), table.finish());
    }
  }
}
