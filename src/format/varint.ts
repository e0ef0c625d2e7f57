/**
 * Unsigned LEB128 varints of up to 64 bits: the only number that the format has.
 *
 * The idea: numbers first. A JavaScript number holds 53 bits, and all but freak values fit, so writing and reading
 * work on numbers and only a value of 2^53 or more takes the slow, lossless path through bigint. 2^64-1, Go's "none",
 * stands in every real trace and has a number of its own, -1. The freaks between are numbered as they come, from -2
 * downwards, and `WideValues` knows what each stands for.
 *
 * A varint is at most 10 bytes and below 2^64; what is longer or greater is refused. Needless leading zeros (padding)
 * are legal: Go pads the length of a batch to 10 bytes.
 */
import { TraceFormatError } from './errors.ts';

/** The most bytes that a varint may take. */
export const MAX_VARINT_SIZE = 10;

/** What reading gives for 2^64-1, "none". */
export const NONE_VALUE = -1;
const MAX_U64 = 0xffff_ffff_ffff_ffffn;

const TWO_28 = 2 ** 28;
const TWO_53 = 2 ** 53;

/**
 * Writes `value`, an integer of 0 to 2^53 - 1, at `pos` and returns the position behind it. `buf` must have room.
 */
export function putUvarint(buf: Uint8Array, pos: number, value: number): number {
  let at = pos;
  let rest = value;
  // Bit operations work on 32 bits only: take 28 at a time off a greater value.
  while (rest >= TWO_28) {
    const low = rest % TWO_28;
    buf[at] = (low & 0x7f) | 0x80;
    buf[at + 1] = ((low >>> 7) & 0x7f) | 0x80;
    buf[at + 2] = ((low >>> 14) & 0x7f) | 0x80;
    buf[at + 3] = (low >>> 21) | 0x80;
    at += 4;
    rest = (rest - low) / TWO_28;
  }
  while (rest >= 0x80) {
    buf[at++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  buf[at++] = rest;
  return at;
}

/** Writes 2^64-1, "none", and returns the position behind it. */
export function putUvarintNone(buf: Uint8Array, pos: number): number {
  buf.fill(0xff, pos, pos + 9);
  buf[pos + 9] = 1;
  return pos + MAX_VARINT_SIZE;
}

/** Writes any value of 0n to 2^64 - 1 and returns the position behind it. */
export function putUvarint64(buf: Uint8Array, pos: number, value: bigint): number {
  let at = pos;
  let rest = value;
  while (rest >= 0x80n) {
    buf[at++] = Number(rest & 0x7fn) | 0x80;
    rest >>= 7n;
  }
  buf[at++] = Number(rest);
  return at;
}

/**
 * Writes `value` (0 to 2^28 - 1) in exactly `size` bytes (1 to 10) by padding: for a length that is patched in later.
 */
export function putUvarintPadded(buf: Uint8Array, pos: number, value: number, size: number): number {
  let rest = value;
  for (let at = pos; at < pos + size - 1; at++) {
    buf[at] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  buf[pos + size - 1] = rest & 0x7f;
  return pos + size;
}

/** Bytes that `putUvarint64` writes for `value`. */
export function uvarintSize(value: bigint): number {
  let size = 1;
  for (let rest = value >> 7n; rest > 0n; rest >>= 7n) size++;
  return size;
}

/**
 * The values of 2^53 to 2^64-2 that were read, each under an alias of -2 or below. One table serves a whole trace, so
 * that equal values have equal aliases and an alias can be used as an id.
 */
export class WideValues {
  readonly #aliases = new Map<bigint, number>();
  readonly #values: bigint[] = [];

  /** The number that stands for a value of 2^53 to 2^64-1. */
  alias(value: bigint): number {
    if (value === MAX_U64) return NONE_VALUE;
    let alias = this.#aliases.get(value);
    if (alias === undefined) {
      alias = -2 - this.#values.length;
      this.#values.push(value);
      this.#aliases.set(value, alias);
    }
    return alias;
  }

  /** The value that was read as `number`, without loss. */
  valueOf(number: number): bigint {
    if (number >= 0) return BigInt(number);
    return number === NONE_VALUE ? MAX_U64 : this.#values[-2 - number]!;
  }

  /** The value that was read as `number`, as a quantity: rounded to the nearest double. */
  quantity(number: number): number {
    return number >= 0 ? number : Number(this.valueOf(number));
  }
}

/**
 * Reads varints from a window of a buffer. Errors carry the offset `base + pos`, so set `base` to where byte 0 of the
 * buffer stands in the file.
 */
export class VarintReader {
  buf: Uint8Array;
  pos: number;
  end: number;
  base: number;
  readonly wide: WideValues;

  constructor(buf: Uint8Array, pos = 0, end: number = buf.length, base = 0, wide: WideValues = new WideValues()) {
    this.buf = buf;
    this.pos = pos;
    this.end = end;
    this.base = base;
    this.wide = wide;
  }

  /** Moves to another window. */
  reset(buf: Uint8Array, pos: number, end: number, base: number): void {
    this.buf = buf;
    this.pos = pos;
    this.end = end;
    this.base = base;
  }

  /**
   * Reads one value: exact below 2^53, `NONE_VALUE` for 2^64-1, an alias of `wide` for what lies between.
   * Throws `TraceFormatError` when the window ends inside the value (code `truncated-event`) or the value is longer
   * than 10 bytes or 64 bits (code `overlong-varint`).
   */
  read(): number {
    const { buf, pos, end } = this;
    let value = 0;
    let at = pos;
    // Four bytes stay within 28 bits, where bit operations are exact.
    for (let shift = 0; shift < 28; shift += 7) {
      if (at >= end) throw this.#truncated(pos);
      const byte = buf[at++]!;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) {
        this.pos = at;
        return value;
      }
    }
    let scale = TWO_28;
    while (at < pos + MAX_VARINT_SIZE) {
      if (at >= end) throw this.#truncated(pos);
      const byte = buf[at++]!;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) {
        if (value >= TWO_53) return this.#readWide(pos, at);
        this.pos = at;
        return value;
      }
      scale *= 128;
    }
    throw this.#overlong(pos);
  }

  /** Reads one value without loss. Errors as in `read`. */
  read64(): bigint {
    return this.wide.valueOf(this.read());
  }

  /** The value in bytes `start` to `end`, at least 2^53. */
  #readWide(start: number, end: number): number {
    let value = 0n;
    for (let at = end - 1; at >= start; at--) value = (value << 7n) | BigInt(this.buf[at]! & 0x7f);
    if (value > MAX_U64) throw this.#overlong(start);
    this.pos = end;
    return this.wide.alias(value);
  }

  #truncated(start: number): TraceFormatError {
    return new TraceFormatError('truncated-event', 'the data end inside a number', { offset: this.base + start });
  }

  #overlong(start: number): TraceFormatError {
    return new TraceFormatError('overlong-varint', 'a number takes more than 64 bits', { offset: this.base + start });
  }
}
