/** Reads Go execution traces of all formats: bytes in, ordered and validated events out. */
// What readers of Node traces must know of its strands' kinds, and the error of all readers; the layers above import
// nothing below this one.
export { AWAIT_REASON, firstWaitOf, TraceFormatError, worksForCreator } from '../format/index.ts';
export { decompressed, feedTrace } from './decompress.ts';
export {
  BACKGROUND_TASK,
  EventKind,
  GoState,
  NONE,
  ProcState,
  ResourceKind,
  TraceEvent,
} from './event.ts';
export { DETAILS, EventBlock, NUMBERS, Num, WORDS, Word, whatOf } from './event-block.ts';
export type { ClockSnapshot } from './event-source.ts';
export { eventText } from './event-text.ts';
export type { ExperimentalBatch } from './generation.ts';
export { TraceReader } from './reader.ts';
export type { StackTable } from './stack-table.ts';
export { FIRST_FAKE_PROC } from './v1/events.ts';
