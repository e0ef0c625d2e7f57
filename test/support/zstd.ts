/** Zstandard without a compressor: Node 20 has none. */

/** A frame of Zstandard that holds `data` as it is: blocks of up to 100 kB, of type 0 (RFC 8878, 3.1.1). */
export function storedZstd(data: Uint8Array): Uint8Array {
  const size = 100_000;
  const parts = [Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x58])];
  for (let at = 0; at < data.length || at === 0; at += size) {
    const block = data.subarray(at, at + size);
    const header = (block.length << 3) | (at + size >= data.length ? 1 : 0);
    parts.push(Buffer.from([header & 255, (header >> 8) & 255, header >> 16]), Buffer.from(block));
  }
  return Buffer.concat(parts);
}
