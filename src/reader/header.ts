/**
 * The first bytes of a file: which format it is, and when it is none that we read, what it is instead and what to do.
 */
import {
  decodeHeader,
  type FormatVersion,
  HEADER_SIZE,
  isFormatVersion,
  isLegacyVersion,
  type LegacyVersion,
  TraceFormatError,
} from '../format/index.ts';

/** Kinds of files that are mistaken for traces, by how they begin. */
const LOOKALIKES: readonly (readonly [prefix: string | readonly number[], advice: string])[] = [
  [[0x1f, 0x8b], 'it is compressed with gzip: unpack it first'],
  [[0x28, 0xb5, 0x2f, 0xfd], 'it is compressed with zstd: unpack it first'],
  [[0x0a], 'it looks like a profile: open it with "go tool pprof"'],
  [[0x50, 0x4b, 0x03, 0x04], 'it is a zip archive: unpack it first'],
  [[0x7f, 0x45, 0x4c, 0x46], 'it is a program: pass the trace that it wrote'],
  ['{"snapshot', 'it is a V8 heap snapshot: open it in the memory panel of a browser'],
  ['{"nodes', 'it is a V8 CPU profile: open it in the performance panel of a browser'],
  ['{', 'it is JSON, such as a Chrome trace: open it in Perfetto'],
  ['[', 'it is JSON, such as a Chrome trace: open it in Perfetto'],
  ['Trace Go1.', 'it is the text form of a trace: pass the trace itself'],
];

/**
 * The format that a header states. `bytes` are the first 16 bytes of the file, or fewer when it is shorter. Throws
 * `TraceFormatError` (`not-a-trace`, `unknown-version`).
 */
export function readVersion(bytes: Uint8Array): FormatVersion | LegacyVersion {
  if (bytes.length === 0) throw refusal('not-a-trace', 'the file is empty: the recording wrote nothing');
  const version = bytes.length < HEADER_SIZE ? undefined : decodeHeader(bytes);
  if (version === undefined) throw refusal('not-a-trace', `this is not a Go execution trace: ${adviceFor(bytes)}`);
  if (isFormatVersion(version) || isLegacyVersion(version)) return version;
  throw refusal('unknown-version', `this trace has format 1.${version}, which is not known here: update exectrace`);
}

function adviceFor(bytes: Uint8Array): string {
  for (const [prefix, advice] of LOOKALIKES) {
    const expected = typeof prefix === 'string' ? Array.from(prefix, (letter) => letter.charCodeAt(0)) : prefix;
    if (expected.every((byte, i) => bytes[i] === byte)) return advice;
  }
  return 'it does not begin with "go 1.NN trace"';
}

function refusal(code: 'not-a-trace' | 'unknown-version', reason: string): TraceFormatError {
  return new TraceFormatError(code, reason, { offset: 0 });
}
