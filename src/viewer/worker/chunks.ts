/**
 * Bytes of a trace from a file or an address, chunk by chunk, decompressed if they are compressed. The consumer sets the
 * pace; nothing is read ahead but one chunk.
 */
import { decompressed } from '../../reader/index.ts';

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

/**
 * @param stop asked before every chunk; when true, the stream ends early
 */
export async function openStream(
  body: ReadableStream<Uint8Array>,
  total: number | undefined,
  stop: () => boolean,
): Promise<ByteStream> {
  let stored = 0;
  const counted = body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        stored += chunk.length;
        controller.enqueue(chunk);
      },
    }),
  );
  const plain = decompressed(readUntil(counted, stop));
  const first: Uint8Array[] = [];
  let size = 0;
  while (size < HEAD_SIZE) {
    const { done, value } = await plain.next();
    if (done === true) break;
    first.push(value);
    size += value.length;
  }
  const head = new Uint8Array(await new Blob(first as Bytes[]).arrayBuffer());
  return { chunks: withHead(head, plain), head: head.subarray(0, HEAD_SIZE), total, bytesRead: () => stored };
}

async function* withHead(head: Uint8Array, rest: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (head.length > 0) yield head;
  yield* rest;
}

async function* readUntil(stream: ReadableStream<Uint8Array>, stop: () => boolean): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  try {
    while (!stop()) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel();
  }
}
