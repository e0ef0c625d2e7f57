/** Reads a whole trace for tests: the text of all events, and what ended it. */
import type { TraceFormatError } from '../../src/format/index.ts';
import { eventText, TraceReader } from '../../src/reader/index.ts';

export interface ReadTrace {
  readonly reader: TraceReader;
  readonly lines: readonly string[];
  readonly problem: TraceFormatError | undefined;
}

/** Reads the trace in `bytes`, pushed in chunks that end at the given byte offsets. */
export function readTrace(bytes: Uint8Array, cuts: readonly number[] = []): ReadTrace {
  const reader = new TraceReader();
  const lines: string[] = [];
  const drain = () => {
    for (let event = reader.next(); event !== undefined; event = reader.next()) lines.push(eventText(reader, event));
  };
  let from = 0;
  for (const cut of [...cuts, bytes.length].sort((a, b) => a - b)) {
    reader.push(bytes.subarray(from, cut));
    from = cut;
    drain();
  }
  reader.end();
  drain();
  if (!reader.done) throw new Error('the reader asks for more bytes after the end');
  return { reader, lines, problem: reader.problem };
}
