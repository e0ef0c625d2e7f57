/**
 * Compression of a trace while it is written, on the writer's thread: one gzip member, or Zstandard frames one after
 * another. Both are plain `.gz` and `.zst` files.
 *
 * The writer has no event loop to drive Node's streams of zlib, and its synchronous functions compress a whole at a
 * time. For gzip this serves as well: raw deflate blocks that end with a flush on a byte boundary may be put one after
 * another (RFC 1951), and each may refer to the 32 KiB before it, which are given to it as its dictionary. So the file
 * is one member, which browsers demand, and what is written can be unpacked up to the last block. Header and trailer:
 * RFC 1952.
 */
import * as zlib from 'node:zlib';
import type { Compression } from './protocol.ts';

/** Packs the pieces of one stream. */
export interface Compressor {
  /** The next piece, packed: everything up to here can be unpacked. */
  add(bytes: Uint8Array): Uint8Array;
  /** What ends the stream. */
  end(): Uint8Array;
}

/** How far back deflate can refer, bytes. */
const WINDOW = 1 << 15;
/** Magic, deflate, no flags, no time, fastest, unknown system. */
const GZIP_HEADER = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 4, 255);
/** A last block, fixed codes, that holds nothing. */
const LAST_BLOCK = Uint8Array.of(3, 0);

/** A compressor of a kind that this Node has. */
export function createCompressor(kind: Compression): Compressor {
  return kind === 'gzip' ? new Gzip() : ZSTD;
}

/** Younger than the types of the oldest Node that is supported. */
const { zstdCompressSync } = zlib as { readonly zstdCompressSync?: (bytes: Uint8Array) => Uint8Array };
const ZSTD: Compressor = { add: (bytes) => zstdCompressSync!(bytes), end: () => new Uint8Array() };

class Gzip implements Compressor {
  #begun = false;
  #crc = 0;
  #size = 0;
  #window: Uint8Array = new Uint8Array();

  add(bytes: Uint8Array): Uint8Array {
    this.#crc = zlib.crc32(bytes, this.#crc);
    this.#size += bytes.length;
    const packed = zlib.deflateRawSync(bytes, {
      level: zlib.constants.Z_BEST_SPEED,
      finishFlush: zlib.constants.Z_SYNC_FLUSH,
      ...(this.#window.length > 0 ? { dictionary: this.#window } : {}),
    });
    this.#window = lastBytes(this.#window, bytes);
    return this.#begun ? packed : this.#begin(packed);
  }

  end(): Uint8Array {
    const trailer = new DataView(new ArrayBuffer(8));
    trailer.setUint32(0, this.#crc, true);
    trailer.setUint32(4, this.#size >>> 0, true);
    const end = Buffer.concat([LAST_BLOCK, new Uint8Array(trailer.buffer)]);
    return this.#begun ? end : this.#begin(end);
  }

  #begin(bytes: Uint8Array): Uint8Array {
    this.#begun = true;
    return Buffer.concat([GZIP_HEADER, bytes]);
  }
}

/** The last `WINDOW` bytes of `before` and `bytes`, copied. */
function lastBytes(before: Uint8Array, bytes: Uint8Array): Uint8Array {
  if (bytes.length >= WINDOW) return bytes.slice(-WINDOW);
  const kept = before.slice(-(WINDOW - bytes.length));
  return Buffer.concat([kept, bytes]);
}
