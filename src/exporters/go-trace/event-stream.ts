/** The ordered events of one file, pulled one at a time, so that several files can be read in step. */
import { decompressed, type TraceEvent, TraceReader } from '../../reader/index.ts';

export class EventStream {
  readonly reader = new TraceReader();
  /** The event that is to be taken next; undefined at the end, and before the first `advance`. It is used again. */
  event: TraceEvent | undefined;
  readonly #chunks: AsyncIterator<Uint8Array>;

  /** @param chunks the file in pieces of any size, packed or not */
  constructor(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>) {
    this.#chunks = decompressed(chunks);
  }

  /** Goes to the next event if the bytes that are there give one; else `fill` is to be called. */
  advance(): boolean {
    this.event = this.reader.next();
    return this.event !== undefined || this.reader.done;
  }

  /**
   * Reads on until there is a next event, or none will come.
   *
   * @throws TraceFormatError when the file is no trace, or is damaged in its compression
   */
  async fill(): Promise<void> {
    while (!this.advance()) {
      const { done, value } = await this.#chunks.next();
      if (done === true) this.reader.end();
      else this.reader.push(value);
    }
    if (this.reader.version === undefined && this.reader.problem !== undefined) throw this.reader.problem;
  }
}
