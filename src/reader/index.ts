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
