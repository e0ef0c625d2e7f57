/**
 * Events of the file, decoded and waiting for their turn: columns that all cursors of a generation share, each its own
 * stretch of rows.
 *
 * The idea: decoding runs in a tight loop over many events of one batch, and ordering over rows of typed arrays, which
 * is several times as fast as both in turn for each event. Arguments are 32-bit integers, as nearly all of them are
 * ids and counts; -1 is none, and a number below stands for a value that does not fit.
 */
import { MAX_ARGUMENTS } from '../format/index.ts';
import { NONE } from './event.ts';

const MAX_INT32 = 2 ** 31 - 1;
/** Code of the first value that does not fit. */
const FIRST_LARGE = -2;

export class DecodedEvents {
  /** Event id. */
  readonly type: Uint8Array;
  /** Ns, relative to the origin. */
  readonly time: Float64Array;
  /** `MAX_ARGUMENTS` per row, the time not among them; read them with `arg`. */
  readonly args: Int32Array;
  /** Where in the data of its batch the event begins. */
  readonly start: Int32Array;
  readonly #large: number[] = [];

  constructor(rows: number) {
    this.type = new Uint8Array(rows);
    this.time = new Float64Array(rows);
    this.args = new Int32Array(rows * MAX_ARGUMENTS);
    this.start = new Int32Array(rows);
  }

  /** Argument of a row as the event table counts them: the time is number 0, and is not here. */
  arg(row: number, number: number): number {
    const code = this.args[row * MAX_ARGUMENTS + number - 1]!;
    return code >= NONE ? code : this.#large[FIRST_LARGE - code]!;
  }

  /** What stands in `args` for a value: a number, or the alias of a wide one. */
  codeOf(value: number): number {
    if (value >= NONE && value <= MAX_INT32) return value;
    return FIRST_LARGE + 1 - this.#large.push(value);
  }
}
