/** The page's side of loading: starts a worker per trace, and turns what it reports into the state of the page. */
import type { AppState } from '../state/app-state.ts';
import { OpenTrace } from '../state/open-trace.ts';
import type { TimeWindow } from '../timeline/scale.ts';
import type { FromWorker, ToWorker, TraceSource } from './messages.ts';

export class Loader {
  readonly #app: AppState;
  #worker: Worker | undefined;
  /** Where the trace that is shown, or being read, comes from: to read it again. */
  source: TraceSource | undefined;

  constructor(app: AppState) {
    this.#app = app;
  }

  /** Opens a trace; one that is still loading is given up. */
  open(source: TraceSource): void {
    this.#worker?.terminate();
    this.source = source;
    const fileName = source.kind === 'file' ? source.file.name : nameOf(source.url);
    const since = performance.now();
    const progress = { fileName, bytes: 0, total: undefined, events: 0, time: 0, since };
    this.#app.read(progress);
    const worker = startWorker();
    this.#worker = worker;
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => this.#receive(data, fileName, since);
    worker.onerror = (event) => {
      const detail = event.message || 'The worker that reads traces could not be started.';
      this.#receive({ kind: 'failed', message: { kind: 'error', title: 'Reading failed', detail } }, fileName, since);
    };
    this.#tell({ kind: 'open', source });
  }

  /** Uses what was read so far. */
  stop(): void {
    this.#tell({ kind: 'stop' });
  }

  #tell(message: ToWorker): void {
    this.#worker?.postMessage(message);
  }

  #receive(message: FromWorker, fileName: string, since: number): void {
    if (message.kind === 'progress') {
      const { bytes, total, events, time } = message;
      this.#app.read({ fileName, bytes, total, events, time, since });
      return;
    }
    if (message.kind === 'partial') {
      const { model, summary, expectedEnd } = message;
      this.#app.open(new OpenTrace(model, summary, fileName, { expectedEnd }));
      return;
    }
    this.#worker?.terminate();
    this.#worker = undefined;
    if (message.kind === 'failed') this.#app.fail(message.message);
    else if (message.kind === 'loaded')
      this.#app.open(new OpenTrace(message.model, message.summary, fileName, { stopped: message.stopped }));
  }
}

/** Reads a trace beside the one that is shown. @throws Error that says why it cannot */
export async function loadBeside(source: TraceSource): Promise<OpenTrace> {
  const fileName = source.kind === 'file' ? source.file.name : nameOf(source.url);
  const { model, summary } = await ask({ kind: 'open', source }, 'loaded');
  return new OpenTrace(model, summary, fileName);
}

/**
 * A part of a trace as a trace, from the bytes of its source.
 * @param range in ns since the start of the trace
 * @throws Error that says why it cannot
 */
export function cutOut(source: TraceSource, range: TimeWindow): Promise<Answer<'cut'>> {
  return ask({ kind: 'cut', source, range }, 'cut');
}

type Answer<Kind extends FromWorker['kind']> = Extract<FromWorker, { kind: Kind }>;

/** Asks a worker of its own one thing. */
function ask<Kind extends FromWorker['kind']>(question: ToWorker, kind: Kind): Promise<Answer<Kind>> {
  const worker = startWorker();
  return new Promise<Answer<Kind>>((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
      if (data.kind === kind) resolve(data as Answer<Kind>);
      else if (data.kind === 'failed') reject(new Error(`${data.message.title}. ${data.message.detail}`));
    };
    worker.onerror = (event) =>
      reject(new Error(event.message || 'The worker that reads traces could not be started.'));
    worker.postMessage(question);
  }).finally(() => worker.terminate());
}

/** The worker from its file, or from the page itself if that holds everything (scripts/single-page.mjs). */
function startWorker(): Worker {
  const code = document.getElementById('exectrace-worker')?.textContent;
  if (code == null) return new Worker(new URL('./load-worker.ts', import.meta.url), { type: 'module' });
  // A classic one: a page from a disk may not load modules, not even its own. The address is needed until it has started.
  return new Worker(URL.createObjectURL(new Blob([code], { type: 'text/javascript' })));
}

function nameOf(url: string): string {
  const path = new URL(url, location.href).pathname;
  return decodeURIComponent(path.slice(path.lastIndexOf('/') + 1)) || 'trace';
}
