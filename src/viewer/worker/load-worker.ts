/**
 * The worker that reads a trace: bytes in, model and summary out, so that the page stays responsive. One worker reads
 * one trace and is then thrown away. Another one cuts a part out of a trace (`cut.ts`, which is loaded when it is asked for).
 */
import { buffersOf, loadTrace, type TraceModel, transferables } from '../../analysis/index.ts';
import type { Message } from '../state/phase.ts';
import type { TimeWindow } from '../timeline/scale.ts';
import { type ByteStream, openStream } from './chunks.ts';
import type { FromWorker, ToWorker, TraceSource } from './messages.ts';
import { PartialPace } from './partial-pace.ts';
import { type Summary, summarise, summarisePart } from './summarise.ts';

/** Milliseconds between two reports of progress. */
const REPORT_EVERY = 80;
/** Milliseconds of reading after which messages of the page are taken in. */
const LISTEN_EVERY = 100;
/** How long a generation lasts, ns. */
const GENERATION = 1e9;

/** What a message with a model says besides. */
type Rest =
  | { readonly kind: 'partial'; readonly expectedEnd: number }
  | { readonly kind: 'loaded'; readonly stopped: boolean };

declare const self: DedicatedWorkerGlobalScope;

/** Aborted when the page asks to stop and use what is here. */
const stop = new AbortController();

self.onmessage = ({ data }: MessageEvent<ToWorker>) => {
  if (data.kind === 'stop') stop.abort();
  else void answer(data.source, data.kind === 'open' ? load : (stream) => cut(stream, data.range));
};

function post(message: FromWorker, transfer: Transferable[] = []): void {
  self.postMessage(message, transfer);
}

async function answer(source: TraceSource, act: (stream: ByteStream) => Promise<void>): Promise<void> {
  let stream: ByteStream | undefined;
  try {
    stream = await streamOf(source);
    await act(stream);
  } catch (error) {
    post({ kind: 'failed', message: await explain(error, stream) });
  }
}

/** What went wrong, in words that few loads need; without them if they cannot be fetched, as a server may be gone. */
async function explain(error: unknown, stream: ByteStream | undefined): Promise<Message> {
  try {
    const { failureMessage } = await import('./failure.ts');
    return failureMessage(error, stream?.head, stream?.total);
  } catch {
    return { kind: 'error', title: 'Reading failed', detail: error instanceof Error ? error.message : String(error) };
  }
}

async function streamOf(source: TraceSource): Promise<ByteStream> {
  if (source.kind === 'file') return openStream(source.file.stream(), source.file.size, stop.signal);
  const response = await fetch(source.url);
  if (!response.ok || response.body === null) {
    throw new Error(`The server answered ${response.status} ${response.statusText} for ${source.url}.`);
  }
  const length = response.headers.get('content-length');
  return openStream(response.body, length === null ? undefined : Number(length), stop.signal);
}

async function load(stream: ByteStream): Promise<void> {
  let reported = 0;
  let time = 0;
  let listened = performance.now();
  const report = (events: number) =>
    post({ kind: 'progress', bytes: stream.bytesRead(), total: stream.total, events, time });
  const pace = new PartialPace(performance.now());
  const model = await loadTrace(stream.chunks, {
    snapshots: {
      due: () => !stop.signal.aborted && pace.isDue(performance.now()),
      take: (part, { events }) => {
        time = part.info.end;
        postModel(part, summarisePart(part), { kind: 'partial', expectedEnd: expectedEnd(time, stream) });
        report(events);
        pace.took(performance.now());
      },
    },
    goOn: async () => {
      if (performance.now() - listened > LISTEN_EVERY) {
        await new Promise((resolve) => setTimeout(resolve));
        listened = performance.now();
      }
      return !stop.signal.aborted;
    },
    onProgress: ({ events }) => {
      const now = performance.now();
      if (now - reported < REPORT_EVERY) return;
      reported = now;
      report(events);
    },
  });
  postModel(model, summarise(model), { kind: 'loaded', stopped: stop.signal.aborted });
}

async function cut(stream: ByteStream, range: TimeWindow): Promise<void> {
  const { cutRange } = await import('./cut.ts');
  post({ kind: 'cut', ...(await cutRange(stream, range)) });
}

/** Moves a model and its summary to the page. */
function postModel(model: TraceModel, summary: Summary, rest: Rest): void {
  const buffers = new Set([...transferables(model), ...buffersOf(summary)]);
  post({ ...rest, model, summary }, [...buffers]);
}

/**
 * When the trace is likely to end, ns since the origin: bytes are spread evenly over its time, roughly. The first
 * events come when a whole generation of theirs was read, which lasts a second.
 */
function expectedEnd(time: number, { total, bytesRead }: ByteStream): number {
  const read = bytesRead();
  return total === undefined || read >= total ? time : Math.max(time, (Math.max(time, GENERATION) / read) * total);
}
