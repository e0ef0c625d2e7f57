/** From bytes to a model in one call: reader and builder in step, chunk by chunk. */
import { type EventBlock, feedTrace, type TraceEvent, TraceReader } from '../reader/index.ts';
import type { StackTable, TraceModel, TraceProblem } from './model.ts';
import { ModelBuilder, type TraceSource } from './model-builder.ts';

export interface LoadProgress {
  /** Bytes and events so far. */
  readonly bytes: number;
  readonly events: number;
}

/** Models of what was read so far, for showing a trace while it loads. */
export interface Snapshots {
  /** Asked every so many events: is another one wanted now? It costs what `ModelBuilder.snapshot` costs. */
  readonly due: () => boolean;
  /** Gets the model of the events so far, which is the caller's. */
  readonly take: (model: TraceModel, progress: LoadProgress) => void;
}

export interface LoadOptions {
  /** Called after every chunk. */
  readonly onProgress?: (progress: LoadProgress) => void;
  /** Also gets every event, before the model does; the event object is reused. */
  readonly onEvent?: (event: TraceEvent) => void;
  readonly snapshots?: Snapshots;
  /**
   * Asked every so many events, also within a generation: false ends the reading there, with the model of the events so
   * far. It may let other work in before it answers.
   */
  readonly goOn?: () => Promise<boolean>;
}

/** The least events between two questions whether a snapshot is due. */
const ASK_EVERY = 16_384;

/**
 * Reads a whole trace. A damaged one gives the model of its good part, and `info.problem` says what is wrong.
 *
 * @param chunks the file in pieces of any size, as it is or compressed with gzip or Zstandard
 * @throws TraceFormatError when the file is no trace at all, or one of a version that is not supported
 */
export async function loadTrace(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  { onProgress, onEvent, snapshots, goOn }: LoadOptions = {},
): Promise<TraceModel> {
  const reader = new TraceReader();
  const builder = new ModelBuilder(reader.strings);
  let events = 0;
  let asked = 0;
  let stopped = false;
  const take = (block: EventBlock): void => {
    if (onEvent !== undefined) for (let row = block.first; row < block.count; row++) onEvent(block.eventAt(row));
    builder.addBlock(block);
    events += block.count - block.first;
    if (snapshots === undefined || events - asked < ASK_EVERY) return;
    asked = events;
    if (snapshots.due()) snapshots.take(builder.snapshot(sourceOf(reader)), { bytes: reader.bytesPushed, events });
  };
  const drain = async (): Promise<void> => {
    let paused = events;
    for (let block = stopped ? undefined : reader.nextBlock(); block !== undefined; block = reader.nextBlock()) {
      take(block);
      if (goOn === undefined || events - paused < ASK_EVERY) continue;
      paused = events;
      onProgress?.({ bytes: reader.bytesPushed, events });
      stopped = !(await goOn());
      if (stopped) return;
    }
  };
  const untilStopped = async function* (): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      if (stopped) return;
      yield chunk;
    }
  };
  await feedTrace(reader, untilStopped(), async () => {
    await drain();
    onProgress?.({ bytes: reader.bytesPushed, events });
    if (reader.version === undefined && reader.problem !== undefined) throw reader.problem;
  });
  return builder.finish(sourceOf(reader));
}

/** What the model needs of a reader besides its events. */
export function sourceOf(reader: TraceReader): TraceSource {
  if (reader.version === undefined) throw reader.problem;
  const clock = reader.clockSnapshots[0];
  return {
    strings: reader.strings,
    stacks: stacksOf(reader),
    version: reader.version,
    origin: reader.origin,
    wallOrigin: clock && clock.wall - BigInt(Math.round(clock.time)),
    bytes: reader.bytesPushed,
    generations: reader.generations,
    problem: problemOf(reader),
  };
}

function stacksOf({ stacks }: TraceReader): StackTable {
  return {
    count: stacks.count,
    offset: stacks.offset.toArray(),
    func: stacks.func.toArray(),
    file: stacks.file.toArray(),
    line: stacks.line.toArray(),
  };
}

function problemOf({ problem }: TraceReader): TraceProblem | undefined {
  if (problem === undefined) return undefined;
  const { message, code, offset, generation } = problem;
  return { message, code, offset, generation: generation ?? 0 };
}
