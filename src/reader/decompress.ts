/**
 * Unpacks compressed traces on their way to the reader: gzip and Zstandard, told by their first bytes. This is the one
 * place for it, in Node and in the browser.
 *
 * gzip is the platform's own; Zstandard comes from a package that is loaded only when a file needs it. Compressed bytes
 * are fed in small portions: what a portion unpacks to is bounded, so that a bomb does not fill the memory before the
 * reader has refused it.
 */
import { TraceFormatError } from '../format/index.ts';
import type { TraceReader } from './reader.ts';

const GZIP = [0x1f, 0x8b];
const ZSTD = [0x28, 0xb5, 0x2f, 0xfd];
/** Frames of Zstandard that hold no data begin with 0x50 to 0x5f and these. */
const ZSTD_SKIPPED = [0x2a, 0x4d, 0x18];

/** Compressed bytes that are unpacked at a time. A block of Zstandard of 4 bytes can stand for 128 kB. */
const PORTION = 4096;

type Chunks = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** A standard of Node and of browsers: what of it is used here, as this layer has the types of neither. */
interface Decompressor {
  readonly writable: {
    getWriter(): { write(chunk: Uint8Array): Promise<void>; close(): Promise<void>; abort(): Promise<void> };
  };
  readonly readable: {
    getReader(): { read(): Promise<{ done: boolean; value?: Uint8Array }>; cancel(): Promise<void> };
  };
}
declare const DecompressionStream: new (format: 'gzip') => Decompressor;

/**
 * The bytes of a file as they were before they were compressed, or as they are when they are not.
 *
 * @throws TraceFormatError (`bad-compression`) when the compressed data are damaged or cut off; what could be unpacked
 * came before
 */
export async function* decompressed(chunks: Chunks): AsyncGenerator<Uint8Array> {
  const source = iterate(chunks);
  try {
    const head = await firstBytes(source);
    const file = withHead(head, source);
    if (startsWith(head, GZIP)) yield* gunzip(file);
    else if (isZstd(head)) yield* unzstd(file);
    else yield* file;
  } finally {
    await source.return?.(undefined);
  }
}

/**
 * Feeds a file to a reader, unpacked, and calls `drain` whenever there may be new events; at the end too. What is wrong
 * with the compression becomes the reader's `problem`.
 */
export async function feedTrace(reader: TraceReader, chunks: Chunks, drain: () => void | Promise<void>): Promise<void> {
  try {
    for await (const chunk of decompressed(chunks)) {
      reader.push(chunk);
      await drain();
      if (reader.done) break;
    }
    reader.end();
  } catch (error) {
    if (!(error instanceof TraceFormatError)) throw error;
    reader.end(error);
  }
  await drain();
}

async function* iterate(chunks: Chunks): AsyncGenerator<Uint8Array> {
  yield* chunks;
}

/** Enough bytes to tell what a file is, or all there are. */
async function firstBytes(source: AsyncGenerator<Uint8Array>): Promise<Uint8Array> {
  let head = new Uint8Array(0);
  while (head.length < ZSTD.length) {
    const { done, value } = await source.next();
    if (done === true) break;
    const longer = new Uint8Array(head.length + value.length);
    longer.set(head);
    longer.set(value, head.length);
    head = longer;
  }
  return head;
}

async function* withHead(head: Uint8Array, rest: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (head.length > 0) yield head;
  yield* rest;
}

async function* gunzip(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const stream = new DecompressionStream('gzip');
  const reader = stream.readable.getReader();
  // Its errors are those that reading gives, but for one: the source's own.
  const written = write(stream.writable.getWriter(), chunks);
  written.catch(() => {});
  try {
    for (;;) {
      const { done, value } = await reader.read().catch(async (error: unknown) => {
        throw await sourceError(written, error);
      });
      if (done || value === undefined) break;
      yield value;
    }
    await written;
  } finally {
    await reader.cancel().catch(() => {});
  }
}

/** Pushes the file into a decompressor. Resolves to the error of the file's source, if that failed. */
async function write(
  writer: ReturnType<Decompressor['writable']['getWriter']>,
  chunks: AsyncIterable<Uint8Array>,
): Promise<{ readonly sourceError?: unknown }> {
  try {
    for await (const chunk of chunks) {
      const accepted = await writer.write(chunk).then(
        () => true,
        () => false,
      );
      if (!accepted) return {};
    }
  } catch (sourceError) {
    await writer.abort().catch(() => {});
    return { sourceError };
  }
  await writer.close().catch(() => {});
  return {};
}

/** Why unpacking failed: the source's own error, or what the decompressor says of the data. */
async function sourceError(written: Promise<{ readonly sourceError?: unknown }>, error: unknown): Promise<unknown> {
  const result = await written;
  return 'sourceError' in result ? result.sourceError : damaged('gzip', error);
}

async function* unzstd(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const { Decompress } = await import('fzstd');
  const unpacked: Uint8Array[] = [];
  const stream = new Decompress((chunk) => {
    if (chunk.length > 0) unpacked.push(chunk);
  });
  const push = (portion: Uint8Array, last: boolean): void => {
    try {
      stream.push(portion, last);
    } catch (error) {
      throw damaged('Zstandard', error);
    }
  };
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; at += PORTION) {
      push(chunk.subarray(at, at + PORTION), false);
      yield* unpacked.splice(0);
    }
  }
  push(new Uint8Array(0), true);
  yield* unpacked.splice(0);
}

function damaged(what: string, error: unknown): TraceFormatError {
  const said = error instanceof Error && error.message !== '' ? `: ${error.message}` : '';
  return new TraceFormatError('bad-compression', `the file is compressed with ${what} and damaged or cut off${said}`, {
    offset: 0,
  });
}

function isZstd(head: Uint8Array): boolean {
  return startsWith(head, ZSTD) || ((head[0]! & 0xf0) === 0x50 && startsWith(head.subarray(1), ZSTD_SKIPPED));
}

function startsWith(head: Uint8Array, bytes: readonly number[]): boolean {
  return bytes.every((byte, i) => head[i] === byte);
}
