/**
 * Go's quoted strings, as `%q` prints them and Go source code writes them: the text forms of traces use them for
 * arbitrary bytes.
 */
import { codePointAt, encodeUtf8, INVALID, utf8Width } from '../base/index.ts';

const ESCAPES: Readonly<Record<string, number>> = {
  a: 0x07,
  b: 0x08,
  f: 0x0c,
  n: 0x0a,
  r: 0x0d,
  t: 0x09,
  v: 0x0b,
  '\\': 0x5c,
  '"': 0x22,
};

const ESCAPE_OF: ReadonlyMap<number, string> = new Map(
  Object.entries(ESCAPES).map(([letter, point]) => [point, `\\${letter}`]),
);

// What Go calls printable: letters, marks, numbers, punctuation, symbols, and of the spaces only U+0020.
const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;

/** Quotes bytes that are mostly UTF-8; those that are not become `\xNN`. */
export function quoteBytes(bytes: Uint8Array): string {
  let quoted = '"';
  for (let pos = 0; pos < bytes.length; ) {
    const point = codePointAt(bytes, pos, bytes.length);
    quoted += point === INVALID ? `\\x${hex(bytes[pos]!, 2)}` : quotePoint(point);
    pos += utf8Width(point);
  }
  return `${quoted}"`;
}

/** Quotes a string. */
export function quoteString(text: string): string {
  return quoteBytes(encodeUtf8(text));
}

function quotePoint(point: number): string {
  const short = ESCAPE_OF.get(point);
  if (short !== undefined) return short;
  const character = String.fromCodePoint(point);
  if (PRINTABLE.test(character)) return character;
  if (point < 0x20 || point === 0x7f) return `\\x${hex(point, 2)}`;
  return point < 0x10000 ? `\\u${hex(point, 4)}` : `\\U${hex(point, 8)}`;
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}

const TOKEN =
  /\\x([0-9a-fA-F]{2})|\\([0-3][0-7]{2})|\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{8})|\\([abfnrtv\\"])|([^\\"\n]+)/suy;

/** The bytes of a quoted string, `"…"` or, without escapes, between backquotes; undefined when it is malformed. */
export function unquoteBytes(quoted: string): Uint8Array | undefined {
  if (/^`[^`]*`$/.test(quoted)) return encodeUtf8(quoted.slice(1, -1).replaceAll('\r', ''));
  if (quoted.length < 2 || !quoted.startsWith('"') || !quoted.endsWith('"')) return undefined;
  const bytes: number[] = [];
  const end = quoted.length - 1;
  TOKEN.lastIndex = 1;
  while (TOKEN.lastIndex < end) {
    const match = TOKEN.exec(quoted);
    if (match === null) return undefined;
    const [, hexByte, octal, short, long, letter, plain] = match;
    if (hexByte !== undefined) bytes.push(Number.parseInt(hexByte, 16));
    else if (octal !== undefined) bytes.push(Number.parseInt(octal, 8));
    else if (letter !== undefined) bytes.push(ESCAPES[letter]!);
    else if (plain !== undefined) bytes.push(...encodeUtf8(plain));
    else {
      const point = Number.parseInt((short ?? long)!, 16);
      if (point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) return undefined;
      bytes.push(...encodeUtf8(String.fromCodePoint(point)));
    }
  }
  return TOKEN.lastIndex === end ? Uint8Array.from(bytes) : undefined;
}
