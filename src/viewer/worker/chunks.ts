/**
 * Bytes of a trace from a file or an address, chunk by chunk, decompressed if they are gzip. The consumer sets the
 * pace; nothing is read ahead but one chunk.
 */
import { isGzip } from './sniff.ts';

export interface ByteStream {
  readonly chunks: AsyncIterable<Uint8Array>;
  /** First bytes after decompression, at most one chunk. */
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

/** Reads the first chunk and gives back a stream that still has it. */
async function withHead(
  stream: ReadableStream<Uint8Array>,
): Promise<{ head: Uint8Array<ArrayBuffer>; stream: ReadableStream<Uint8Array<ArrayBuffer>> }> {
  const reader = stream.getReader() as ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>;
  const first = await reader.read();
  const head = first.value ?? new Uint8Array(0);
  const again = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start(controller) {
      if (first.done) controller.close();
      else controller.enqueue(head);
    },
    async pull(controller) {
      const { done, value } = await reader.read();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: (reason) => reader.cancel(reason),
  });
  return { head, stream: again };
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
