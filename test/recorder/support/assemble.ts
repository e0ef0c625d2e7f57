/** Runs records through the real ring, drain and assembler, in this thread, without a clock of its own. */

import type { FormatVersion } from '../../../src/format/index.ts';
import { type TraceEvent, TraceReader } from '../../../src/reader/index.ts';
import { Assembler, type AssemblerTotals } from '../../../src/recorder/assembler/assembler.ts';
import { createSharedBuffer, MAX_THREADS } from '../../../src/recorder/record/layout.ts';
import { RecordWriter } from '../../../src/recorder/record/record-writer.ts';
import { Texts } from '../../../src/recorder/record/texts.ts';
import { Drain } from '../../../src/recorder/writer/drain.ts';

/** One recording whose threads are written by hand. */
export class HandRecording {
  readonly shared = createSharedBuffer();
  readonly assembler: Assembler;
  readonly drain: Drain;
  readonly #parts: Uint8Array[] = [];
  #begun = false;

  constructor(level: 0 | 1 | 2, version: FormatVersion = 25) {
    this.assembler = new Assembler({
      version,
      sink: (bytes) => void this.#parts.push(bytes.slice()),
      level,
      facts: { node: 'test', level },
      clock: (mono) => ({ mono: Math.floor(mono), wallSeconds: 1_700_000_000, wallNanoseconds: 0 }),
    });
    this.drain = new Drain(this.shared, this.assembler);
  }

  /** A thread of the recording; the first is the main thread. */
  thread(): { readonly record: RecordWriter; readonly texts: Texts } {
    const record = RecordWriter.claim(this.shared, MAX_THREADS, { threadId: 1 })!;
    const thread = { record, texts: new Texts(record) };
    if (!this.#begun) this.assembler.begin(this.drain.firstTime());
    this.#begun = true;
    record.threadBegins();
    record.snapshotEnds();
    return thread;
  }

  /** Cuts a generation now, as the writer does once a second; what `meanwhile` records is later than the cut. */
  cut(meanwhile: () => void = () => {}): void {
    const [seconds, nanoseconds] = process.hrtime();
    meanwhile();
    this.drain.drain();
    this.assembler.cut(seconds * 1e9 + nanoseconds);
  }

  /** Everything as a trace; or what there is time for. */
  finish(mayGoOn?: () => boolean): { readonly bytes: Uint8Array; readonly totals: AssemblerTotals } {
    if (!this.drain.drain(mayGoOn)) this.drain.loseRest();
    this.assembler.finish();
    return { bytes: new Uint8Array(Buffer.concat(this.#parts)), totals: this.assembler.totals };
  }
}

/** Reads a trace to its end, event for event, and returns the reader; `problem` says what was wrong with it. */
export function readAll(
  bytes: Uint8Array,
  each: (event: TraceEvent, reader: TraceReader) => void = () => {},
): { readonly reader: TraceReader; readonly events: number } {
  const reader = new TraceReader();
  reader.push(bytes);
  reader.end();
  let events = 0;
  for (let event = reader.next(); event !== undefined; event = reader.next()) {
    events++;
    each(event, reader);
  }
  return { reader, events };
}
