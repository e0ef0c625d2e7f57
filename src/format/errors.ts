/**
 * The one error for bad input. Its code is stable, its message says what is wrong in a sentence, and it knows where:
 * byte offset in the file, and generation, thread and event as far as they are known.
 */

/** What can be wrong with a trace. */
export const TRACE_ERROR_CODES = [
  /** The bytes are not a trace at all. */
  'not-a-trace',
  /** A trace of a format that this reader does not know yet. */
  'unknown-version',
  /** The file is compressed, and its compressed data are damaged or cut off. */
  'bad-compression',
  /** The file ends where more must follow. */
  'truncated',
  /** An event is cut off by the end of its batch. */
  'truncated-event',
  /** A number longer than 10 bytes or 64 bits. */
  'overlong-varint',
  /** Something else than a batch where a batch must begin. */
  'expected-batch',
  /** A batch, string or stack beyond the limits of the format. */
  'too-large',
  /** Generation 0, or generations mixed or missing. */
  'bad-generation',
  /** The sync batch is missing, twice there, or of the wrong form for the version. */
  'bad-sync',
  /** A string or stack table with a wrong entry, the same id twice, or a reference to nothing. */
  'bad-table',
  /** An event type that does not exist, or not in this version, or not at this place. */
  'unknown-event',
  /** An argument outside of what its type allows. */
  'bad-argument',
  /** An event that names a string or stack that its generation does not have. */
  'unknown-id',
  /** An event that contradicts the state of its thread, proc or goroutine. */
  'inconsistent',
  /** Formats before 1.22: the times of events contradict their order. */
  'unordered',
  /** The events of all threads wait for each other. */
  'stalled',
  /** The text form does not parse. */
  'bad-text',
] as const;
export type TraceErrorCode = (typeof TRACE_ERROR_CODES)[number];

/** Where an error was found. */
export interface TraceErrorPlace {
  /** Byte offset in the file; in the text form, the line number. */
  readonly offset: number;
  readonly generation?: number | undefined;
  /** Decimal digits. */
  readonly thread?: string | undefined;
  /** Formats before 1.22, which do not say the thread. Decimal digits. */
  readonly proc?: string | undefined;
  /** Name of the event. */
  readonly event?: string | undefined;
}

/** Thrown, or kept as the reader's `problem`, when the input is not a sound trace. */
export class TraceFormatError extends Error {
  override readonly name = 'TraceFormatError';
  readonly code: TraceErrorCode;
  /** The message without the place. */
  readonly reason: string;
  readonly offset: number;
  readonly generation: number | undefined;
  readonly thread: string | undefined;
  readonly proc: string | undefined;
  readonly event: string | undefined;

  constructor(code: TraceErrorCode, reason: string, place: TraceErrorPlace) {
    super(`${reason} (${describe(code, place)})`);
    this.code = code;
    this.reason = reason;
    this.offset = place.offset;
    this.generation = place.generation;
    this.thread = place.thread;
    this.proc = place.proc;
    this.event = place.event;
  }

  /** The same error with more known about its place. What it knows already stays. */
  at(place: Partial<TraceErrorPlace>): TraceFormatError {
    return new TraceFormatError(this.code, this.reason, {
      offset: this.offset,
      generation: this.generation ?? place.generation,
      thread: this.thread ?? place.thread,
      proc: this.proc ?? place.proc,
      event: this.event ?? place.event,
    });
  }
}

function describe(code: TraceErrorCode, place: TraceErrorPlace): string {
  const parts = [code === 'bad-text' ? `line ${place.offset}` : `at byte ${place.offset}`];
  if (place.generation !== undefined) parts.push(`generation ${place.generation}`);
  if (place.thread !== undefined) parts.push(`thread ${place.thread}`);
  if (place.proc !== undefined) parts.push(`proc ${place.proc}`);
  if (place.event !== undefined) parts.push(`event ${place.event}`);
  return parts.join(', ');
}
