/**
 * The raw form: every event of a file as it stands there, framing and tables included, with all 64 bits of every
 * argument and no opinion about what it means. For dumps, for tests and for taking a file apart; the reader that
 * orders and checks is another layer.
 *
 * Reading and writing are inverse to each other up to padding: numbers are written in their shortest form.
 */
import { assert } from '../base/index.ts';
import { TraceFormatError } from './errors.ts';
import type { EventSpec } from './events.ts';
import { EVENT_ROWS, eventName, ROW_BY_ID } from './tables.ts';
import { putUvarint64, uvarintSize, VarintReader } from './varint.ts';
import { decodeHeader, encodeHeader, type FormatVersion, HEADER_SIZE, isFormatVersion } from './versions.ts';

export interface RawEvent {
  readonly id: number;
  /** In wire order. */
  readonly args: readonly bigint[];
  /** Stack only: four fields per frame, see `FRAME_FIELDS`. */
  readonly frames?: readonly bigint[];
  /** Events with trailing bytes only. */
  readonly data?: Uint8Array;
}

/** Reads the events of a whole file, one after the other. */
export class RawReader {
  /** Minor number of the format. */
  readonly version: FormatVersion;
  readonly #reader: VarintReader;

  /** Throws `TraceFormatError` when `bytes` do not begin with the header of a v2 trace. */
  constructor(bytes: Uint8Array) {
    const version = bytes.length < HEADER_SIZE ? undefined : decodeHeader(bytes);
    if (version === undefined)
      throw new TraceFormatError('not-a-trace', 'this is not a Go execution trace', { offset: 0 });
    if (!isFormatVersion(version)) {
      throw new TraceFormatError('unknown-version', `format 1.${version} has no raw form here`, { offset: 0 });
    }
    this.version = version;
    this.#reader = new VarintReader(bytes, HEADER_SIZE);
  }

  /** Byte offset of the next event. */
  get offset(): number {
    return this.#reader.pos;
  }

  /**
   * The next event, or undefined at the end of the file. Throws `TraceFormatError` for an event that is cut off, does
   * not exist, or does not exist in this version.
   */
  next(): RawEvent | undefined {
    const reader = this.#reader;
    const start = reader.pos;
    const id = reader.buf[start];
    if (id === undefined) return undefined;
    const row = ROW_BY_ID[id];
    if (row === undefined || row.since > this.version) {
      const reason =
        row === undefined ? `there is no event of type ${id}` : `format 1.${this.version} has no such event`;
      throw new TraceFormatError('unknown-event', reason, { offset: start, event: eventName(id) });
    }
    try {
      reader.pos++;
      const event = this.#read(id, row);
      return event;
    } catch (error) {
      reader.pos = start;
      throw error instanceof TraceFormatError ? error.at({ event: row.name }) : error;
    }
  }

  #read(id: number, row: EventSpec): RawEvent {
    const args = this.#numbers(row.args.length);
    if (row.trailer === 'frames') return { id, args, frames: this.#numbers(Number(args.at(-1)) * 4) };
    if (row.trailer === 'bytes') return { id, args, data: this.#bytes() };
    return { id, args };
  }

  #numbers(count: number): bigint[] {
    const numbers: bigint[] = [];
    for (let i = 0; i < count; i++) numbers.push(this.#reader.read64());
    return numbers;
  }

  #bytes(): Uint8Array {
    const reader = this.#reader;
    const size = reader.read();
    const { pos, buf } = reader;
    if (size < 0 || size > buf.length - pos) {
      throw new TraceFormatError('truncated-event', 'the file ends inside the data of the event', { offset: pos });
    }
    reader.pos = pos + size;
    return buf.subarray(pos, pos + size);
  }
}

/** Size of an event on the wire, bytes. */
export function encodedSize(event: RawEvent): number {
  let size = 1;
  for (const value of event.args) size += uvarintSize(value);
  for (const value of event.frames ?? []) size += uvarintSize(value);
  if (event.data !== undefined) size += uvarintSize(BigInt(event.data.length)) + event.data.length;
  return size;
}

/** Writes one event at `pos` of `buf`, which must have `encodedSize(event)` bytes of room; returns the position behind it. */
export function encodeEvent(event: RawEvent, buf: Uint8Array, pos: number): number {
  const row = ROW_BY_ID[event.id];
  assert(
    row !== undefined && event.args.length === row.args.length,
    `wrong arguments for event ${eventName(event.id)}`,
  );
  let at = pos;
  buf[at++] = event.id;
  for (const value of event.args) at = putUvarint64(buf, at, value);
  for (const value of event.frames ?? []) at = putUvarint64(buf, at, value);
  if (event.data !== undefined) {
    at = putUvarint64(buf, at, BigInt(event.data.length));
    buf.set(event.data, at);
    at += event.data.length;
  }
  return at;
}

/** A whole file: the header and these events. */
export function encodeTrace(version: FormatVersion, events: readonly RawEvent[]): Uint8Array<ArrayBuffer> {
  let size = HEADER_SIZE;
  for (const event of events) size += encodedSize(event);
  const bytes = new Uint8Array(size);
  bytes.set(encodeHeader(version));
  let pos = HEADER_SIZE;
  for (const event of events) pos = encodeEvent(event, bytes, pos);
  return bytes;
}

/** All events of a whole file. Errors as in `RawReader`. */
export function decodeTrace(bytes: Uint8Array): { version: FormatVersion; events: RawEvent[] } {
  const reader = new RawReader(bytes);
  const events: RawEvent[] = [];
  for (let event = reader.next(); event !== undefined; event = reader.next()) events.push(event);
  return { version: reader.version, events };
}

/** Ids of the events that exist in a format. */
export function eventIdsOf(version: FormatVersion): number[] {
  return EVENT_ROWS.filter((row) => row.since <= version).map((row) => row.id);
}
