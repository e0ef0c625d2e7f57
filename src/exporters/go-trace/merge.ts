/**
 * Several traces as one, on one clock: of the processes of a family, or of a service and its clients. Go's reader accepts
 * the result, with what its model has room for: all procs side by side under new numbers, goroutines and tasks under new
 * ids, metrics summed, and one collection that goes on while any process collects.
 */
import type { ByteSink } from '../../format/index.ts';
import { TraceComposer } from './composer.ts';
import { clockOf } from './cut.ts';
import { EventStream } from './event-stream.ts';

/** The traces have no clocks in common: those of formats before 1.25 do not know the time of day. */
export class NoCommonClock extends Error {
  override readonly name = 'NoCommonClock';
  /** Which of the files has none. */
  readonly file: number;

  constructor(file: number) {
    super('the trace does not know the time of day (formats before 1.25)');
    this.file = file;
  }
}

export interface MergeOptions {
  /** Let all begin at the same moment instead of using their clocks. */
  readonly alignStarts?: boolean;
}

/** The merged trace begins at this time, ns: a trace clock must not be 0. */
const BASE = 1e9;
/** Events between two calls of `pause`. */
const PORTION = 4096;

/**
 * Merges traces.
 *
 * @param files each in pieces of any size
 * @param sink takes the bytes in order
 * @param pause is awaited now and then, so that the sink can catch up
 * @throws TraceFormatError when a file is no trace, NoCommonClock
 */
export async function mergeTraces(
  files: readonly (AsyncIterable<Uint8Array> | Iterable<Uint8Array>)[],
  { alignStarts = false }: MergeOptions,
  sink: ByteSink,
  pause: () => Promise<void> = async () => undefined,
): Promise<void> {
  const streams = files.map((chunks) => new EventStream(chunks));
  await Promise.all(streams.map((stream) => stream.fill()));
  const shifts = alignStarts ? streams.map(({ event }) => -(event?.time ?? 0)) : wallShifts(streams);
  const earliest = Math.min(...streams.map(({ event }, i) => (event?.time ?? 0) + shifts[i]!));
  const sources = streams.map(({ reader }, i) => ({ reader, keeps: () => true, shift: shifts[i]! - earliest + BASE }));
  const [first] = sources;
  if (first === undefined) throw new RangeError('there is nothing to merge');
  const version = first.reader.clockSnapshots.length > 0 ? 25 : 23;
  const composer = new TraceComposer(sink, version, sources, clockOf(first.reader, first.shift));
  composer.begin(BASE);
  let last = BASE;
  for (let seen = 0; ; seen++) {
    let next = -1;
    for (let i = 0; i < streams.length; i++) {
      const { event } = streams[i]!;
      if (event !== undefined && (next < 0 || timeAt(i) < timeAt(next))) next = i;
    }
    if (next < 0) break;
    last = timeAt(next);
    const stream = streams[next]!;
    composer.add(next, stream.event!);
    if (!stream.advance()) await stream.fill();
    if (stream.event === undefined) composer.finish(next);
    if (seen % PORTION === 0) await pause();
  }
  composer.end(last);
  await pause();

  function timeAt(i: number): number {
    return streams[i]!.event!.time + sources[i]!.shift;
  }
}

/** What is to be added to the times of each trace so that they count from the earliest origin, ns. */
function wallShifts(streams: readonly EventStream[]): number[] {
  const origins = streams.map(wallOrigin);
  const [any = 0n] = origins;
  const distances = origins.map((origin) => Number(origin - any));
  const earliest = Math.min(...distances);
  return distances.map((distance) => distance - earliest);
}

/** The time of day of a trace's origin, ns since the epoch. */
function wallOrigin({ reader }: EventStream, file: number): bigint {
  const [snapshot] = reader.clockSnapshots;
  if (snapshot === undefined) throw new NoCommonClock(file);
  return snapshot.wall - BigInt(Math.round(snapshot.time));
}
