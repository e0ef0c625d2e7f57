/**
 * The records of one thread that are not replayed yet: copies of chunks, in a queue.
 *
 * What is reported late must come in before what happened then is written, so something has to wait. Words take less room
 * than anything that is made of them, and it is memory, cold whenever the writer wakes, that its work costs most.
 */
import { CHUNK_WORDS, HEADER_WORDS } from '../record/layout.ts';
import { countRecords } from '../record/record-kinds.ts';

/** A chunk, as far as it has come: words `at` to `end` wait. */
interface HeldChunk {
  words: Int32Array;
  at: number;
  end: number;
  /** Its header has not been seen yet. */
  isNew: boolean;
}

/** Copies that can be used again, the one used last first, by all threads. */
export class SpareChunks {
  readonly #spare: HeldChunk[] = [];

  take(): HeldChunk {
    return this.#spare.pop() ?? { words: new Int32Array(CHUNK_WORDS), at: 0, end: 0, isNew: false };
  }

  give(chunk: HeldChunk): void {
    this.#spare.push(chunk);
  }
}

export class HeldWords {
  readonly #spare: SpareChunks;
  readonly #chunks: HeldChunk[] = [];

  constructor(spare: SpareChunks) {
    this.#spare = spare;
  }

  /** Chunks that wait, the open one included. */
  get chunks(): number {
    return this.#chunks.length;
  }

  /** The chunk whose words are next, undefined = nothing waits. */
  get first(): HeldChunk | undefined {
    const chunks = this.#chunks;
    // The last one may go on.
    while (chunks.length > 1 && chunks[0]!.at >= chunks[0]!.end) this.#spare.give(chunks.shift()!);
    return chunks.length === 0 || chunks[0]!.at >= chunks[0]!.end ? undefined : chunks[0];
  }

  /** The chunk with the index `chunk`: as far as the words are its header's, they are there. */
  words(chunk: number): Int32Array {
    return this.#chunks[chunk]!.words;
  }

  /** Records that wait, of those that count. */
  count(): number {
    let count = 0;
    for (const { words, at, end } of this.#chunks) count += countRecords(words, at, end);
    return count;
  }

  clear(): void {
    this.#chunks.length = 0;
  }

  /** Takes the words `from` to `to` of a chunk; `isStart` = its header, too. They follow those taken before. */
  add(words: Int32Array, from: number, to: number, isStart: boolean): void {
    let chunk = this.#chunks.at(-1);
    if (chunk === undefined || isStart || chunk.end !== from) {
      chunk = this.#spare.take();
      chunk.at = from;
      chunk.isNew = isStart;
      if (isStart) chunk.words.set(words.subarray(0, HEADER_WORDS));
      this.#chunks.push(chunk);
    }
    chunk.words.set(words.subarray(from, to), from);
    chunk.end = to;
  }
}
