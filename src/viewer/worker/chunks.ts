/**
 * Bytes of a trace from a file or an address, chunk by chunk, decompressed if they are compressed. The consumer sets the
 * pace; nothing is read ahead but one chunk.
 */
import { decompressed, TraceFormatError } from '../../reader/index.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** Bytes from which one can tell what a file is. */
const HEAD_SIZE = 256;

export interface ByteStream {
  readonly chunks: AsyncIterable<Uint8Array>;
  /** First bytes after decompression. */
  readonly head: Uint8Array;
  /** Size in bytes as stored; undefined if it is not known. */
  readonly total: number | undefined;
  /** Stored bytes that were read so far. */
  readonly bytesRead: () => number;
}

/** @param stop when it is aborted, the stream ends as if the file did */
export async function openStream(
  body: ReadableStream<Uint8Array>,
  total: number | undefined,
  stop: AbortSignal,
): Promise<ByteStream> {
  const stored = { bytes: 0 };
  const plain = decompressed(readUntil(body, stop, stored));
  const first: Uint8Array[] = [];
  let size = 0;
  while (size < HEAD_SIZE) {
    const { done, value } = await plain.next();
    if (done === true) break;
    first.push(value);
    size += value.length;
  }
  const head = new Uint8Array(await new Blob(first as Bytes[]).arrayBuffer());
  return { chunks: withHead(head, plain), head: head.subarray(0, HEAD_SIZE), total, bytesRead: () => stored.bytes };
}

async function* withHead(head: Uint8Array, rest: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (head.length > 0) yield head;
  yield* rest;
}

/**
 * The stream's chunks; `stored` counts their bytes.
 *
 * @throws TraceFormatError when the bytes stop coming in the middle: what came before is good
 */
async function* readUntil(
  stream: ReadableStream<Uint8Array>,
  stop: AbortSignal,
  stored: { bytes: number },
): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  // Ends a read that waits for a server, too.
  const cancel = () => void reader.cancel();
  stop.addEventListener('abort', cancel);
  try {
    while (!stop.aborted) {
      const { done, value } = await reader.read().catch((error: unknown) => lost(error, stored.bytes));
      if (done) return;
      stored.bytes += value.length;
      yield value;
    }
  } finally {
    stop.removeEventListener('abort', cancel);
    // Nobody waits for it: what is wrong with a trace is not told later because a connection takes its time to close.
    reader.cancel().catch(() => {});
  }
}

function lost(error: unknown, offset: number): never {
  if (offset === 0) throw error;
  const why = error instanceof Error ? error.message : String(error);
  throw new TraceFormatError('truncated', `the connection or the disk gave no more bytes: ${why}`, { offset });
}
