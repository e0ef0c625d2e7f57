/** Gathers small writes into large ones before they go to a file or another thread. */

const CAPACITY = 1 << 18;

export class ByteBuffer {
  readonly #write: (bytes: Uint8Array) => void;
  readonly #buffer = new Uint8Array(CAPACITY);
  #size = 0;

  /** `write` is given bytes that are valid during the call only. */
  constructor(write: (bytes: Uint8Array) => void) {
    this.#write = write;
  }

  add(bytes: Uint8Array): void {
    if (this.#size + bytes.length > CAPACITY) this.flush();
    if (bytes.length > CAPACITY) {
      this.#write(bytes);
      return;
    }
    this.#buffer.set(bytes, this.#size);
    this.#size += bytes.length;
  }

  flush(): void {
    if (this.#size === 0) return;
    this.#write(this.#buffer.subarray(0, this.#size));
    this.#size = 0;
  }
}
