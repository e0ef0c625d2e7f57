/**
 * UTF-8, through the coders that every JavaScript host has. They are declared here because the layers that run
 * anywhere are compiled with the language's own library only. Quoting a byte string needs to know which bytes are sound,
 * one by one, which the coders do not tell; hence `codePointAt`.
 */
interface Encoder {
  encode(text: string): Uint8Array<ArrayBuffer>;
}
interface Decoder {
  decode(bytes: Uint8Array): string;
}
declare const TextEncoder: new () => Encoder;
declare const TextDecoder: new (label: string, options: { ignoreBOM: boolean }) => Decoder;

const encoder = new TextEncoder();
// A leading U+FEFF is text here, not a mark to be dropped.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** The UTF-8 bytes of `text`; a lone surrogate becomes U+FFFD. */
export function encodeUtf8(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(text);
}

/** The text of UTF-8 `bytes`; what is not UTF-8 becomes U+FFFD. */
export function decodeUtf8(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

/** What `codePointAt` gives where no sound code point begins. */
export const INVALID = -1;

/** The code point that begins at `pos`, or `INVALID` when the bytes there, up to `end`, are not sound UTF-8. */
export function codePointAt(bytes: Uint8Array, pos: number, end: number): number {
  const first = bytes[pos]!;
  if (first < 0x80) return first;
  // 0x80 to 0xc1 cannot begin a code point: continuations, and overlong forms of ASCII.
  if (first < 0xc2 || first > 0xf4) return INVALID;
  const width = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  if (pos + width > end) return INVALID;
  let point = first & (0x7f >> width);
  for (let i = 1; i < width; i++) {
    const next = bytes[pos + i]!;
    if ((next & 0xc0) !== 0x80) return INVALID;
    point = (point << 6) | (next & 0x3f);
  }
  const overlong = width > 2 && point < (width === 3 ? 0x800 : 0x10000);
  const surrogate = point >= 0xd800 && point <= 0xdfff;
  return overlong || surrogate || point > 0x10ffff ? INVALID : point;
}

/** Bytes that a code point takes; 1 for `INVALID`, which stands for one byte. */
export function utf8Width(point: number): number {
  if (point < 0x80) return 1;
  if (point < 0x800) return 2;
  return point < 0x10000 ? 3 : 4;
}
