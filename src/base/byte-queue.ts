/**
 * Bytes that arrive in chunks of any size and are taken in pieces of any other size. Chunks are kept, not copied: a
 * piece that lies inside one chunk is a view of it, and only a piece across a border is put together.
 */
export class ByteQueue {
  readonly #chunks: Uint8Array[] = [];
  /** Position in the first chunk. */
  #pos = 0;
  /** Bytes that can be taken now. */
  available = 0;
  /** Bytes that were taken or skipped so far. */
  offset = 0;

  /** Appends a chunk, which must not be written to from now on. */
  push(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    // A view of the plain class, so that hot loops see one kind of array only (Node's Buffer is a subclass).
    this.#chunks.push(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    this.available += chunk.length;
  }

  /** The next `size` bytes, or all there are, without taking them. */
  peek(size: number): Uint8Array {
    const wanted = Math.min(size, this.available);
    const first = this.#chunks[0];
    if (first === undefined) return new Uint8Array(0);
    if (this.#pos + wanted <= first.length) return first.subarray(this.#pos, this.#pos + wanted);
    const joined = new Uint8Array(wanted);
    let filled = 0;
    for (let i = 0; filled < wanted; i++) {
      const chunk = this.#chunks[i]!;
      const from = i === 0 ? this.#pos : 0;
      const part = chunk.subarray(from, Math.min(chunk.length, from + wanted - filled));
      joined.set(part, filled);
      filled += part.length;
    }
    return joined;
  }

  /** Drops the next `size` bytes, which must be available. */
  skip(size: number): void {
    this.available -= size;
    this.offset += size;
    this.#pos += size;
    let whole = 0;
    while (whole < this.#chunks.length && this.#pos >= this.#chunks[whole]!.length) {
      this.#pos -= this.#chunks[whole]!.length;
      whole++;
    }
    if (whole > 0) this.#chunks.splice(0, whole);
  }

  /** Takes the next `size` bytes, which must be available. */
  take(size: number): Uint8Array {
    const bytes = this.peek(size);
    this.skip(size);
    return bytes;
  }

  /** Drops everything. */
  clear(): void {
    this.#chunks.length = 0;
    this.#pos = 0;
    this.available = 0;
  }
}
