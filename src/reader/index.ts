/** Reads Go execution traces of format 2: bytes in, ordered and validated events out. */
export {
  BACKGROUND_TASK,
  EventKind,
  GoState,
  NONE,
  ProcState,
  ResourceKind,
  TraceEvent,
} from './event.ts';
export { eventText } from './event-text.ts';
export type { ExperimentalBatch } from './generation.ts';
export { type ClockSnapshot, TraceReader } from './reader.ts';
export type { StackTable } from './stack-table.ts';
