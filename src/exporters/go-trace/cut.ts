/** A part of a trace as a trace of its own: a range of time, some goroutines, or both. Go's reader accepts it. */
import type { ByteSink, ClockReading } from '../../format/index.ts';
import type { TraceReader } from '../../reader/index.ts';
import { TraceComposer } from './composer.ts';
import { EventStream } from './event-stream.ts';

export interface CutOptions {
  /** Range to keep, ns since the trace's first event. */
  readonly start: number;
  readonly end: number;
  /** Which goroutines to keep, by id; all by default. */
  readonly keeps?: (goroutine: number) => boolean;
}

/** Events between two calls of `pause`. */
const PORTION = 4096;

/**
 * Cuts a trace. Of a damaged one, its good part is used.
 *
 * @param chunks the file in pieces of any size
 * @param sink takes the bytes in order
 * @param pause is awaited now and then, so that the sink can catch up
 * @returns how many events of the trace lie in the range
 * @throws TraceFormatError when the file is no trace at all
 */
export async function cutTrace(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  { start, end, keeps = () => true }: CutOptions,
  sink: ByteSink,
  pause: () => Promise<void> = async () => undefined,
): Promise<number> {
  const stream = new EventStream(chunks);
  await stream.fill();
  const { reader } = stream;
  const shift = Number(reader.origin);
  const source = { reader, keeps, shift };
  const version = reader.clockSnapshots.length > 0 ? 25 : 23;
  const composer = new TraceComposer(sink, version, [source], clockOf(reader, shift));
  const first = stream.event?.time ?? 0;
  let last = shift + first;
  let events = 0;
  for (let seen = 0; stream.event !== undefined; seen++) {
    const { event } = stream;
    if (events === 0 && event.time >= first + start) composer.begin(shift + first + start);
    if (event.time >= first + end) {
      last = shift + first + end;
      break;
    }
    if (event.time >= first + start) events++;
    last = composer.timeOf(0, event);
    composer.add(0, event);
    if (seen % PORTION === 0) await pause();
    if (!stream.advance()) await stream.fill();
  }
  composer.end(last);
  await pause();
  return events;
}

/** The clocks at a time of the output, by the first snapshot of the trace: ns since the origin are `time − shift`. */
export function clockOf(reader: TraceReader, shift: number): (time: number) => ClockReading {
  return (time) => {
    const snapshot = reader.clockSnapshots[0];
    if (snapshot === undefined) return { mono: Math.floor(time), wallSeconds: 0, wallNanoseconds: 0 };
    const since = BigInt(Math.floor(time - shift)) - BigInt(Math.round(snapshot.time));
    const wall = snapshot.wall + since;
    return {
      mono: Number(snapshot.mono + since),
      wallSeconds: Number(wall / 1_000_000_000n),
      wallNanoseconds: Number(wall % 1_000_000_000n),
    };
  };
}
