/** A file that is written piece by piece, and waits while the disk is slow. */
import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';

export class OutputFile {
  readonly #stream: WriteStream;
  #isFull = false;
  #error: Error | undefined;

  constructor(path: string) {
    this.#stream = createWriteStream(path);
    this.#stream.on('error', (error) => {
      this.#error = error;
    });
  }

  /** Takes bytes, which may change afterwards. */
  readonly write = (bytes: Uint8Array): void => {
    this.#isFull = !this.#stream.write(bytes.slice());
  };

  /** Waits until what was written is taken. @throws Error when the file cannot be written */
  readonly pause = async (): Promise<void> => {
    if (this.#error !== undefined) throw this.#error;
    if (this.#isFull) await once(this.#stream, 'drain');
    this.#isFull = false;
  };

  /** Ends the file. */
  async close(): Promise<void> {
    if (this.#error !== undefined) throw this.#error;
    this.#stream.end();
    await once(this.#stream, 'close');
    if (this.#error !== undefined) throw this.#error;
  }
}
