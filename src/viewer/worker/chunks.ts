/**
 * Bytes of a trace from a file or an address, chunk by chunk, decompressed if they are gzip. The consumer sets the
 * pace; nothing is read ahead but one chunk.
 */
import { isGzip } from './sniff.ts';

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
  const raw = await withHead(counted);
  const plain = isGzip(raw.head) ? await withHead(raw.stream.pipeThrough(new DecompressionStream('gzip'))) : raw;
  return { chunks: readUntil(plain.stream, stop), head: plain.head, total, bytesRead: () => stored };
}

/** Reads the first bytes and gives back a stream that still has them. */
async function withHead(stream: ReadableStream<Uint8Array>): Promise<{ head: Bytes; stream: ReadableStream<Bytes> }> {
  const reader = stream.getReader() as ReadableStreamDefaultReader<Bytes>;
  const first: Bytes[] = [];
  let size = 0;
  let ended = false;
  while (size < HEAD_SIZE && !ended) {
    const { done, value } = await reader.read();
    ended = done;
    if (value === undefined) continue;
    first.push(value);
    size += value.length;
  }
  const head = await new Blob(first).arrayBuffer();
  const again = new ReadableStream<Bytes>({
    start(controller) {
      if (size > 0) controller.enqueue(new Uint8Array(head));
      if (ended) controller.close();
    },
    async pull(controller) {
      const { done, value } = await reader.read();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: (reason) => reader.cancel(reason),
  });
  return { head: new Uint8Array(head), stream: again };
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
