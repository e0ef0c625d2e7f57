/**
 * A v1 trace as a source of events: bytes in, events of the one model out.
 *
 * The format decides how: strings, stacks and the frequency stand last in the file, and any event may wait for one far
 * behind it, so nothing can be delivered before the file has ended. Until then its bytes are read as they come, and not
 * kept. A file that is cut off has no frequency, and so no times: it has no good part, for Go's tools neither.
 */
import type { LegacyVersion } from '../../format/index.ts';
import { EventKind, TraceEvent } from '../event.ts';
import type { EventBlock } from '../event-block.ts';
import type { EventSource } from '../event-source.ts';
import type { TraceTables } from '../generation.ts';
import { V1Converter } from './converter.ts';
import { orderRows } from './order.ts';
import { replay } from './replay.ts';
import { V1Scanner } from './scanner.ts';

/** Time 0 on the clock of the events: 1 ns before the first, which is at 0, as Go's reader has it. */
const ORIGIN = -1n;

export class V1Source implements EventSource {
  origin = 0n;
  generations = 0;
  finished = false;
  readonly clockSnapshots = [];
  readonly experimentalBatches = [];

  readonly #scanner: V1Scanner;
  #converter: V1Converter | undefined;
  #ended = false;
  readonly #sync = new TraceEvent(EventKind.Sync);

  /** `offset`: where in the file the first pushed byte stands. */
  constructor(version: LegacyVersion, offset: number, tables: TraceTables) {
    this.#scanner = new V1Scanner(version, offset, tables);
  }

  get offset(): number {
    return this.#scanner.offset;
  }

  push(bytes: Uint8Array): void {
    this.#scanner.push(bytes);
  }

  end(): void {
    this.#ended = true;
    this.#scanner.end();
  }

  clear(): void {
    this.#converter = undefined;
    this.#scanner.clear();
  }

  fill(block: EventBlock): void {
    while (!this.finished && block.hasRoom) {
      const event = this.#advance();
      if (event === undefined) return;
      block.put(event);
    }
  }

  /** A Sync event, the events, and another Sync event; of a trace without events, only that. */
  #advance(): TraceEvent | undefined {
    if (this.#converter === undefined) {
      this.#scanner.scan();
      if (!this.#ended) return undefined;
      const first = this.#begin();
      if (first !== undefined) return first;
    }
    const event = this.#converter?.next();
    if (event !== undefined) {
      event.time -= Number(ORIGIN);
      return event;
    }
    this.finished = true;
    return this.#nextSync();
  }

  /** Orders what was read. The first Sync event, or undefined when there are no events. */
  #begin(): TraceEvent | undefined {
    const file = this.#scanner.finish();
    const rows = replay(file, orderRows(file));
    this.#converter = new V1Converter(file, rows);
    if (rows.length === 0) return undefined;
    this.origin = ORIGIN;
    this.generations = 1;
    return this.#nextSync();
  }

  /** Right behind the last event: the block puts it there. */
  #nextSync(): TraceEvent {
    this.#sync.time = -1;
    this.#sync.value++;
    return this.#sync;
  }
}
