/**
 * Cuts a stream of bytes into batches, whatever the chunks in which the bytes arrive. The first 16 bytes, the file
 * header, are not its business: push what follows them, and say where that begins.
 *
 * It does not look into the batches, with one exception: it tells the end-of-generation byte, which stands where a
 * batch could begin.
 */
import { ByteQueue } from '../base/index.ts';
import { TraceFormatError } from './errors.ts';
import { EVENTS } from './events.ts';
import { VarintReader, WideValues } from './varint.ts';
import { MAX_BATCH_SIZE } from './versions.ts';

/** Type byte, experiment byte, and four numbers of 10 bytes at most. */
const MAX_BATCH_HEADER = 42;

export interface Batch {
  /** Byte offset of the batch in the file. */
  readonly offset: number;
  /** A lone end-of-generation byte: everything below is 0 or empty. */
  readonly endOfGeneration: boolean;
  /** Experiment that the data belong to; 0 = an ordinary batch. */
  readonly experiment: number;
  readonly generation: number;
  /** Thread id, as `VarintReader.read` gives it: -1 = none. */
  readonly thread: number;
  /** Base time in time units, as `VarintReader.read` gives it. */
  readonly time: number;
  readonly data: Uint8Array;
  /** Byte offset of the data in the file. */
  readonly dataOffset: number;
}

const NO_DATA = new Uint8Array(0);

/** What is known of a batch before its data are there. */
type BatchHeader = Omit<Batch, 'data' | 'endOfGeneration'> & { readonly size: number };

export class BatchScanner {
  /** Values of 2^53 and more in batch headers; share it with who reads the data. */
  readonly wide: WideValues;
  readonly #queue = new ByteQueue();
  readonly #start: number;
  readonly #reader: VarintReader;
  #header: BatchHeader | undefined;
  #ended = false;

  /** `offset`: where in the file the first pushed byte stands. */
  constructor(offset: number, wide: WideValues = new WideValues()) {
    this.#start = offset;
    this.wide = wide;
    this.#reader = new VarintReader(NO_DATA, 0, 0, 0, wide);
  }

  /** Byte offset of what is scanned next. */
  get offset(): number {
    return this.#start + this.#queue.offset;
  }

  /** Appends bytes. They are kept, not copied: do not write to them afterwards. */
  push(bytes: Uint8Array): void {
    this.#queue.push(bytes);
  }

  /** No more bytes will come. */
  end(): void {
    this.#ended = true;
  }

  /** Whether everything was scanned. */
  get finished(): boolean {
    return this.#ended && this.#queue.available === 0 && this.#header === undefined;
  }

  /** Lets go of all bytes. */
  clear(): void {
    this.#queue.clear();
  }

  /**
   * The next batch, or undefined when more bytes are needed or, after `end`, none are left.
   * Throws `TraceFormatError`: no batch begins here (`expected-batch`), it is too large, or the file ends in it
   * (`truncated`).
   */
  next(): Batch | undefined {
    if (this.#header === undefined) {
      const first = this.#queue.peek(MAX_BATCH_HEADER);
      if (first.length === 0) return undefined;
      if (first[0] === EVENTS.EndOfGeneration.id) return this.#endOfGeneration();
      this.#header = this.#scanHeader(first);
      if (this.#header === undefined) return undefined;
    }
    const { size, ...header } = this.#header;
    if (this.#queue.available < size) {
      if (!this.#ended) return undefined;
      throw truncated(this.offset + this.#queue.available, header.generation);
    }
    this.#header = undefined;
    return { ...header, endOfGeneration: false, data: this.#queue.take(size) };
  }

  #endOfGeneration(): Batch {
    const { offset } = this;
    this.#queue.skip(1);
    const dataOffset = offset + 1;
    return {
      offset,
      endOfGeneration: true,
      experiment: 0,
      generation: 0,
      thread: -1,
      time: 0,
      data: NO_DATA,
      dataOffset,
    };
  }

  /** Takes a batch header; undefined when it is not complete yet. */
  #scanHeader(bytes: Uint8Array): BatchHeader | undefined {
    const { offset } = this;
    const type = bytes[0]!;
    const experimental = type === EVENTS.ExperimentalBatch.id;
    if (!experimental && type !== EVENTS.EventBatch.id) {
      throw new TraceFormatError('expected-batch', `expected a batch, found a byte of value ${type}`, { offset });
    }
    const reader = this.#reader;
    reader.reset(bytes, experimental ? 2 : 1, bytes.length, offset);
    try {
      const experiment = experimental ? (bytes[1] ?? 0) : 0;
      const generation = reader.read();
      const thread = reader.read();
      const time = reader.read();
      const size = reader.read();
      if (size < 0 || size > MAX_BATCH_SIZE) {
        const reason = `a batch of ${this.wide.valueOf(size)} bytes: the most is ${MAX_BATCH_SIZE}`;
        throw new TraceFormatError('too-large', reason, { offset, generation });
      }
      this.#queue.skip(reader.pos);
      return { offset, experiment, generation, thread, time, size, dataOffset: offset + reader.pos };
    } catch (error) {
      const cutOff = error instanceof TraceFormatError && error.code === 'truncated-event';
      if (!cutOff) throw error;
      if (!this.#ended) return undefined;
      throw truncated(offset + bytes.length, undefined);
    }
  }
}

function truncated(offset: number, generation: number | undefined): TraceFormatError {
  return new TraceFormatError('truncated', 'the file ends inside a batch', { offset, generation });
}
