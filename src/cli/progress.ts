/** While a long file is read, a line on standard error says how far it is, if a person is there to see it. */
import { stat } from 'node:fs/promises';
import { percent } from '../base/index.ts';

/** Reading that is shorter than this passes in silence, ms. */
const PATIENCE = 500;
/** Least time between two changes of the line, ms. */
const STEP = 100;

/**
 * The pieces of a file, with progress shown as they are taken; compressed bytes count as they are in the file.
 *
 * @param sizeOf bytes of the file that a piece stands for
 */
export async function* withProgress<Piece = Uint8Array>(
  file: string,
  chunks: AsyncIterable<Piece>,
  sizeOf: (piece: Piece) => number = (piece) => (piece as Uint8Array).length,
): AsyncGenerator<Piece> {
  const { stderr } = process;
  if (!stderr.isTTY) {
    yield* chunks;
    return;
  }
  const { size } = await stat(file);
  let next = performance.now() + PATIENCE;
  let bytes = 0;
  let isShown = false;
  try {
    for await (const chunk of chunks) {
      bytes += sizeOf(chunk);
      yield chunk;
      if (performance.now() < next) continue;
      next = performance.now() + STEP;
      isShown = true;
      stderr.write(`\r\u001b[Kreading ${percent(Math.min(1, bytes / Math.max(1, size)))}`);
    }
  } finally {
    if (isShown) stderr.write('\r\u001b[K');
  }
}
