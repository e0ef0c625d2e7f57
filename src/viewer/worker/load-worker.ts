/**
 * The worker that reads a trace: bytes in, model and summary out, so that the page stays responsive. One worker reads
 * one trace and is then thrown away.
 */
import { buffersOf, loadTrace, transferables } from '../../analysis/index.ts';
import type { Message } from '../state/phase.ts';
import { type ByteStream, openStream } from './chunks.ts';
import type { FromWorker, ToWorker, TraceSource } from './messages.ts';
import { recognise } from './sniff.ts';
import { summarise } from './summarise.ts';

/** Milliseconds between two reports of progress. */
const REPORT_EVERY = 80;

declare const self: DedicatedWorkerGlobalScope;

let stopped = false;

self.onmessage = ({ data }: MessageEvent<ToWorker>) => {
  if (data.kind === 'stop') stopped = true;
  else void open(data.source);
};

function post(message: FromWorker, transfer: Transferable[] = []): void {
  self.postMessage(message, transfer);
}

async function open(source: TraceSource): Promise<void> {
  let stream: ByteStream | undefined;
  try {
    stream = await streamOf(source);
    await load(stream);
  } catch (error) {
    post({ kind: 'failed', message: messageOf(error, stream?.head) });
  }
}

async function streamOf(source: TraceSource): Promise<ByteStream> {
  const stop = () => stopped;
  if (source.kind === 'file') return openStream(source.file.stream(), source.file.size, stop);
  const response = await fetch(source.url);
  if (!response.ok || response.body === null) {
    throw new Error(`The server answered ${response.status} ${response.statusText} for ${source.url}.`);
  }
  const length = response.headers.get('content-length');
  return openStream(response.body, length === null ? undefined : Number(length), stop);
}

async function load(stream: ByteStream): Promise<void> {
  let reported = 0;
  let time = 0;
  const report = (events: number) =>
    post({ kind: 'progress', bytes: stream.bytesRead(), total: stream.total, events, time });
  const model = await loadTrace(stream.chunks, {
    onEvent: (event) => {
      time = event.time;
    },
    onProgress: ({ events }) => {
      const now = performance.now();
      if (now - reported < REPORT_EVERY) return;
      reported = now;
      report(events);
    },
  });
  const summary = summarise(model);
  const buffers = new Set([...transferables(model), ...buffersOf(summary)]);
  post({ kind: 'loaded', model, summary, stopped }, [...buffers]);
}

/** What went wrong, for a person: what the file is, if it is something known, else the error. */
function messageOf(error: unknown, head: Uint8Array | undefined): Message {
  if (head !== undefined && head.length === 0) {
    return { kind: 'error', title: 'The file is empty', detail: 'Record a trace: npx exectrace run -- node server.js' };
  }
  const known = head && recognise(head);
  if (known) return known;
  const detail = error instanceof Error ? error.message : String(error);
  const title = head === undefined ? 'The trace could not be fetched' : 'This is not a trace that can be read';
  return { kind: 'error', title, detail };
}
