/**
 * Reading on one thread, building the model on another: what passes between them.
 *
 * The idea: reading and ordering, and building, are two halves that take about as long and share nothing but rows of
 * events. The reading side copies rows into batches and hands them over (transferred, not copied) with the strings that
 * came up since; the building side gives each batch back when it has taken it in. There are few batches, so that a side
 * that is faster waits, and memory stays bounded. How messages travel is the caller's: worker threads of Node, workers of
 * a browser.
 */
import { DETAILS, EventBlock, EventKind, feedTrace, NUMBERS, type TraceReader, WORDS, Word } from '../reader/index.ts';
import { sourceOf } from './load-trace.ts';
import type { TraceModel } from './model.ts';
import { ModelBuilder, type TraceSource } from './model-builder.ts';

/** Rows per batch: few messages, and still small against a trace that is worth two threads. */
const BATCH_ROWS = 8192;
/** Batches that are on their way at most. */
const BATCHES = 8;

/** Rows as `EventBlock` has them. */
export interface Batch {
  readonly words: Int32Array<ArrayBuffer>;
  readonly numbers: Float64Array<ArrayBuffer>;
  readonly details: Float64Array<ArrayBuffer>;
}

/** From the reading side, in order: rows, again and again; then the end. */
export type RelayMessage =
  | {
      readonly kind: 'rows';
      readonly batch: Batch;
      readonly count: number;
      /** The strings that follow those of the messages before. */
      readonly strings: readonly string[];
      /** Bytes of the file so far. */
      readonly bytes: number;
    }
  | { readonly kind: 'end'; readonly source: Omit<TraceSource, 'strings'>; readonly strings: readonly string[] }
  /** The file is no trace, or of a version that is not known. */
  | { readonly kind: 'refused' };

/** What the reading side needs of its surroundings. */
export interface RelayLine {
  readonly send: (message: RelayMessage, transfer: ArrayBuffer[]) => void;
  /** The next batch that the building side gives back. */
  readonly returned: () => Promise<Batch>;
}

export function buffersOfBatch({ words, numbers, details }: Batch): ArrayBuffer[] {
  return [words.buffer, numbers.buffer, details.buffer];
}

/**
 * The reading side: reads a trace to its end and hands over what is in it.
 *
 * @param rows rows per batch: no fewer than a block of the reader has
 */
export async function relayTrace(
  reader: TraceReader,
  chunks: AsyncIterable<Uint8Array>,
  { send, returned }: RelayLine,
  rows = BATCH_ROWS,
): Promise<void> {
  const free: Batch[] = Array.from({ length: BATCHES }, () => ({
    words: new Int32Array(rows * WORDS),
    numbers: new Float64Array(rows * NUMBERS),
    details: new Float64Array(rows * DETAILS),
  }));
  let batch = free.pop()!;
  let count = 0;
  let told = 0;
  const newStrings = (): string[] => {
    const strings = reader.strings.slice(told);
    told = reader.strings.length;
    return strings;
  };
  const flush = async (): Promise<void> => {
    const message = { kind: 'rows', batch, count, strings: newStrings(), bytes: reader.bytesPushed } as const;
    send(message, buffersOfBatch(batch));
    batch = free.pop() ?? (await returned());
    count = 0;
  };
  await feedTrace(reader, chunks, async () => {
    for (let block = reader.nextBlock(); block !== undefined; block = reader.nextBlock()) {
      if (count + block.count - block.first > rows) await flush();
      copyRows(block, batch, count);
      count += block.count - block.first;
    }
  });
  if (reader.version === undefined) {
    send({ kind: 'refused' }, []);
    return;
  }
  if (count > 0) await flush();
  const { strings: _, ...source } = sourceOf(reader);
  send({ kind: 'end', source, strings: newStrings() }, []);
}

function copyRows({ first, count, words, numbers, details }: EventBlock, to: Batch, at: number): void {
  to.words.set(words.subarray(first * WORDS, count * WORDS), at * WORDS);
  to.numbers.set(numbers.subarray(first * NUMBERS, count * NUMBERS), at * NUMBERS);
  // Most rows are transitions, which have none.
  for (let row = first; row < count; row++) {
    if ((words[row * WORDS + Word.What]! & 0xff) === EventKind.StateTransition) continue;
    to.details.set(details.subarray(row * DETAILS, (row + 1) * DETAILS), (at + row - first) * DETAILS);
  }
}

/** The building side: takes the messages in order. */
export class RelayedModel {
  readonly #strings: string[] = [];
  readonly #builder = new ModelBuilder(this.#strings);
  readonly #block = new EventBlock();

  /** Takes in rows; the batch may be given back then. */
  take({ batch, count, strings }: Extract<RelayMessage, { kind: 'rows' }>): void {
    this.#strings.push(...strings);
    this.#block.show(batch, count);
    this.#builder.addBlock(this.#block);
  }

  finish({ source, strings }: Extract<RelayMessage, { kind: 'end' }>): TraceModel {
    this.#strings.push(...strings);
    return this.#builder.finish({ ...source, strings: this.#strings });
  }
}
