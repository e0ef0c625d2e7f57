/**
 * The text twin of a trace, and back: Go's own text form, line for line what `go tool trace -d=wire` prints below the
 * first line. One event per line,
 *
 *     Trace Go1.25
 *     EventBatch gen=1 m=7 time=100 size=4
 *     ProcStatus dt=1 p=0 pstatus=1
 *
 * with the frames of a stack and the data of a string on tab-indented lines below. Made for goldens and bug reports:
 * a trace that can be read, diffed and edited. `size` is what the batch says, so after an edit it may lie. Blank lines
 * and what follows a `#`, outside of data, are skipped on reading.
 */
import { TraceFormatError } from './errors.ts';
import { type ArgSpec, FRAME_FIELDS } from './events.ts';
import { quoteBytes, unquoteBytes } from './go-quote.ts';
import { decodeTrace, encodeTrace, type RawEvent } from './raw.ts';
import { ROW_BY_ID, ROW_BY_NAME } from './tables.ts';
import { type FormatVersion, isFormatVersion } from './versions.ts';

const MAX_U64 = 0xffff_ffff_ffff_ffffn;

/** One event as text, without the final line break. */
export function formatEvent(event: RawEvent): string {
  const row = ROW_BY_ID[event.id]!;
  let text = row.name as string;
  row.args.forEach((spec, i) => {
    text += ` ${textName(spec)}=${event.args[i]}`;
  });
  event.frames?.forEach((value, i) => {
    const field = i % FRAME_FIELDS.length;
    text += `${field === 0 ? '\n\t' : ' '}${FRAME_FIELDS[field]}=${value}`;
  });
  // Go prints no line for data of no bytes, and its own text reader then misses that line; ours does not.
  if (event.data !== undefined && event.data.length > 0) text += `\n\tdata=${quoteBytes(event.data)}`;
  return text;
}

/** The text of a whole file. Throws `TraceFormatError` as `RawReader` does. */
export function traceToText(bytes: Uint8Array): string {
  const { version, events } = decodeTrace(bytes);
  return `Trace Go1.${version}\n${events.map((event) => `${formatEvent(event)}\n`).join('')}`;
}

/** The file that a text describes. Throws `TraceFormatError` of code `bad-text`, with the line number as its offset. */
export function textToTrace(text: string): Uint8Array<ArrayBuffer> {
  const { version, events } = parseTraceText(text);
  return encodeTrace(version, events);
}

/** The events that a text describes. Errors as in `textToTrace`. */
export function parseTraceText(text: string): { version: FormatVersion; events: RawEvent[] } {
  const lines = new Lines(text);
  const version = parseVersion(lines);
  const events: RawEvent[] = [];
  while (lines.advance()) events.push(parseEvent(lines, version));
  return { version, events };
}

/** The lines of a text that say something. */
class Lines {
  readonly #lines: string[];
  #index = -1;

  constructor(text: string) {
    this.#lines = text.replace(/\n$/, '').split('\n');
  }

  get current(): string {
    return this.#lines[this.#index] ?? '';
  }

  /** The line after the current one. */
  get next(): string {
    return this.#lines[this.#index + 1] ?? '';
  }

  /** Moves to the next line that is neither blank nor a comment; false at the end. */
  advance(): boolean {
    do this.#index++;
    while (this.#index < this.#lines.length && /^\s*(#|$)/.test(this.current));
    return this.#index < this.#lines.length;
  }

  /** The word at which the line begins. */
  get word(): string {
    return /^\s*([^\s#]*)/.exec(this.current)![1]!;
  }

  fail(reason: string): TraceFormatError {
    const line = Math.min(this.#index + 1, this.#lines.length);
    return new TraceFormatError('bad-text', reason, { offset: line });
  }
}

function parseVersion(lines: Lines): FormatVersion {
  lines.advance();
  const match = /^\s*Trace\s+Go1\.(\d+)\s*(#.*)?$/.exec(lines.current);
  if (match === null) throw lines.fail('expected a first line like "Trace Go1.25"');
  const version = Number(match[1]);
  if (!isFormatVersion(version)) throw lines.fail(`format 1.${version} has no text form`);
  return version;
}

function parseEvent(lines: Lines, version: FormatVersion): RawEvent {
  const name = lines.word;
  const row = ROW_BY_NAME.get(name);
  if (row === undefined || row.since > version) throw lines.fail(`format 1.${version} has no event ${name}`);
  const names = row.args.map(textName);
  const args = parseArguments(lines, lines.current.replace(name, ''), names);
  if (row.trailer === 'frames') return { id: row.id, args, frames: parseFrames(lines, args.at(-1)!) };
  if (row.trailer === 'bytes') return { id: row.id, args, data: parseData(lines) };
  return { id: row.id, args };
}

function parseArguments(lines: Lines, text: string, names: readonly string[]): bigint[] {
  const words = text.replace(/#.*/, '').split(/\s+/).filter(Boolean);
  if (words.length !== names.length) throw lines.fail(`expected ${names.length} arguments, found ${words.length}`);
  return words.map((word, i) => {
    const match = /^([^=]*)=(\d+)$/.exec(word);
    if (match === null || match[1] !== names[i]) throw lines.fail(`expected ${names[i]}=NUMBER, found ${word}`);
    const value = BigInt(match[2]!);
    if (value > MAX_U64) throw lines.fail(`${word} is more than 64 bits`);
    return value;
  });
}

function parseFrames(lines: Lines, count: bigint): bigint[] {
  const frames: bigint[] = [];
  for (let i = 0n; i < count; i++) {
    if (!lines.advance()) throw lines.fail('the text ends inside a stack');
    frames.push(...parseArguments(lines, lines.current, FRAME_FIELDS));
  }
  return frames;
}

function parseData(lines: Lines): Uint8Array {
  if (!lines.next.trimStart().startsWith('data')) return new Uint8Array(0);
  lines.advance();
  const match = /^\s*data\s*=\s*(.*?)\s*$/s.exec(lines.current);
  const data = match === null ? undefined : unquoteBytes(match[1]!);
  if (data === undefined) throw lines.fail('expected a line like data="…"');
  return data;
}

function textName([name, , text]: ArgSpec): string {
  return text ?? name;
}
