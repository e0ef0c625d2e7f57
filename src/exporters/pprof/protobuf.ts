/**
 * The little of Protocol Buffers that a profile needs: fields of varints, texts, and messages within messages
 * (https://protobuf.dev/programming-guides/encoding/). Numbers are whole and not negative, up to 2^53.
 */
import { encodeUtf8 } from '../../base/index.ts';

const VARINT = 0;
const LENGTH_DELIMITED = 2;

export class Message {
  #bytes = new Uint8Array(64);
  #length = 0;

  /** A field that holds a number. Zero is what a missing field means, so it is left out. */
  number(field: number, value: number): this {
    if (value === 0) return this;
    this.#varint(field * 8 + VARINT);
    this.#varint(value);
    return this;
  }

  /** A repeated field of numbers, packed. */
  numbers(field: number, values: readonly number[]): this {
    const packed = new Message();
    for (const value of values) packed.#varint(value);
    return this.bytes(field, packed.finish());
  }

  /** A field that holds a text, written even when it is empty, so that tables keep their order. */
  text(field: number, text: string): this {
    return this.bytes(field, encodeUtf8(text));
  }

  /** A field that holds a message. */
  message(field: number, message: Message): this {
    return this.bytes(field, message.finish());
  }

  bytes(field: number, bytes: Uint8Array): this {
    this.#varint(field * 8 + LENGTH_DELIMITED);
    this.#varint(bytes.length);
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
    return this;
  }

  /** What was written so far. */
  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  #varint(value: number): void {
    this.#reserve(10);
    let rest = value;
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) this.#bytes[this.#length++] = (rest % 0x80) | 0x80;
    this.#bytes[this.#length++] = rest;
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const longer = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + more));
    longer.set(this.#bytes);
    this.#bytes = longer;
  }
}
