/**
 * The file header and the limits of the format.
 *
 * A trace begins with 16 bytes: `go 1.NN trace` in ASCII, filled up with NUL. The number is that of the *format*; it
 * stays while a Go release changes nothing. Format 1.22 began the present one ("v2"); before it the file was a flat
 * list of events ("v1").
 */

/** Length of the file header, bytes. */
export const HEADER_SIZE = 16;

/** The formats of v2, by their minor number. Go 1.24 writes 1.23; Go 1.26 and newer write 1.26. */
export const FORMAT_VERSIONS = [22, 23, 25, 26] as const;
export type FormatVersion = (typeof FORMAT_VERSIONS)[number];

/** The formats of v1, which are read and not written. */
export const LEGACY_VERSIONS = [5, 7, 8, 9, 10, 11, 19, 21] as const;
export type LegacyVersion = (typeof LEGACY_VERSIONS)[number];

/** From this format on a generation has a sync batch with a clock snapshot; before it, a lone frequency. */
export const SYNC_BATCH_SINCE = 25;
/** From this format on a generation ends with a byte of its own (`EVENTS.EndOfGeneration.id`). */
export const END_OF_GENERATION_SINCE = 26;

/** The most data bytes that a batch may hold, its header not counted. */
export const MAX_BATCH_SIZE = 65536;
/** The most bytes, not characters, of a string. */
export const MAX_STRING_SIZE = 1024;
/** The most frames of a stack. */
export const MAX_FRAMES = 128;
/** The most arguments of a timed event, its time not counted. */
export const MAX_ARGUMENTS = 4;

export function isFormatVersion(minor: number): minor is FormatVersion {
  return (FORMAT_VERSIONS as readonly number[]).includes(minor);
}

export function isLegacyVersion(minor: number): minor is LegacyVersion {
  return (LEGACY_VERSIONS as readonly number[]).includes(minor);
}

/** The 16 header bytes of a trace of format 1.`version`. */
export function encodeHeader(version: FormatVersion): Uint8Array<ArrayBuffer> {
  const header = new Uint8Array(HEADER_SIZE);
  const text = `go 1.${version} trace`;
  for (let i = 0; i < text.length; i++) header[i] = text.charCodeAt(i);
  return header;
}

/**
 * The minor number in a trace header, whether we can read that format or not; undefined when the bytes are no trace
 * header. `bytes` must hold at least `HEADER_SIZE` bytes.
 */
export function decodeHeader(bytes: Uint8Array): number | undefined {
  let text = '';
  for (let i = 0; i < HEADER_SIZE; i++) text += String.fromCharCode(bytes[i] ?? 0);
  const match = /^go 1\.(\d{1,4}) trace\0*$/.exec(text);
  return match === null ? undefined : Number(match[1]);
}
