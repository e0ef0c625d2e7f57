/** A part of a trace as a trace: read again from its source, event by event, so that nothing of it need be in memory. */
import { cutTrace } from '../../exporters/index.ts';
import type { TimeWindow } from '../timeline/scale.ts';
import type { ByteStream } from './chunks.ts';

/**
 * @param range in ns since the start of the trace
 * @returns the file, and how many events of the trace lie in the range
 */
export async function cutRange({ chunks }: ByteStream, range: TimeWindow): Promise<{ file: Blob; events: number }> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  // What is handed over is used again by the writer, so it is copied.
  const events = await cutTrace(chunks, range, (bytes) => void parts.push(new Uint8Array(bytes)));
  return { file: new Blob(parts, { type: 'application/octet-stream' }), events };
}
