/** What passes between a recording and its writer besides the shared buffer. */
import type { MessagePort } from 'node:worker_threads';
import type { AssemblerTotals } from '../assembler/assembler.ts';

export type Compression = 'gzip' | 'zstd';

/** What a writer needs to know. */
export interface WriterTask {
  readonly shared: SharedArrayBuffer;
  readonly level: number;
  readonly facts: Readonly<Record<string, string | number | boolean>>;
  readonly compression: Compression | undefined;
  /** How long events wait for what is reported late, ns. */
  readonly holdBack: number;
  /** Whether more than collections is reported late: see `AssemblerOptions`. */
  readonly readsAhead: boolean;
}

/** Given to the writer at its start, as worker data. */
export interface WriterData extends WriterTask {
  readonly exectraceWriter: true;
  /** File descriptor to write to; undefined = send the bytes as messages. */
  readonly fd: number | undefined;
  /** Takes the `WriterMessage`s. */
  readonly port: MessagePort;
}

/** Bytes that a sink other than a file may have been sent and not have taken before the writer waits for it. */
export const MAX_UNDER_WAY = 1 << 20;

/** Sent by the writer. */
export type WriterMessage =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'end'; readonly totals: AssemblerTotals }
  | { readonly kind: 'failed'; readonly error: Error };
