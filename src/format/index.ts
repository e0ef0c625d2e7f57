/** The wire format: the event table and what is derived from it. No I/O, no clock. */
export * from './errors.ts';
export * from './events.ts';
export * from './trace-writer.ts';
export * from './varint.ts';
export * from './versions.ts';
