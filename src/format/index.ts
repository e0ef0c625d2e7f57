/** The wire format: the event table and what is derived from it. No I/O, no clock. */
export * from './batch-scanner.ts';
export * from './errors.ts';
export * from './events.ts';
export * from './go-quote.ts';
export * from './node-kinds.ts';
export * from './raw.ts';
export * from './tables.ts';
export * from './text.ts';
export * from './trace-writer.ts';
export * from './varint.ts';
export * from './versions.ts';
