/**
 * UTF-8, through the coders that every JavaScript host has. They are declared here because the layers that run
 * anywhere are compiled with the language's own library only.
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

/** `bytes` cut to at most `size` bytes, between characters. */
export function cutUtf8(bytes: Uint8Array<ArrayBuffer>, size: number): Uint8Array<ArrayBuffer> {
  if (bytes.length <= size) return bytes;
  let end = size;
  while (end > 0 && (bytes[end]! & 0xc0) === 0x80) end--;
  return bytes.slice(0, end);
}
