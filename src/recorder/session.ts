/**
 * The life of one recording of this process: start, stop, and every way in which a process ends.
 *
 * The law: the host program is never harmed. Nothing here throws into it once the recording has begun, keeps it
 * alive, changes its exit status or holds its exit up by more than `EXIT_WAIT`.
 *
 *   start  open the sink, make the shared buffer, start the writer, record this thread, follow worker threads
 *   stop   end this thread's records, let the writer finish, report
 *   exit   the same, but waiting in place: see exits.ts for the ways in which a process ends
 */
import { closeSync, openSync } from 'node:fs';
import { createRequire } from 'node:module';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import type { AssemblerTotals } from './assembler/assembler.ts';
import { onProcessEnd } from './exits.ts';
import { Control, controlWords, createSharedBuffer, Writer } from './record/layout.ts';
import { nextResourceId } from './sources/async-resources.ts';
import { type Level, ThreadRecording } from './thread.ts';
import { followWorkers } from './workers.ts';
import type { WriterData, WriterMessage, WriterTask } from './writer/protocol.ts';

/** Where a trace goes: a file, or anything that takes bytes, such as a stream. */
export type TraceSink = string | URL | { write(bytes: Uint8Array): unknown };

export interface StartOptions {
  /**
   * 0: tasks, regions, logs, requests, GC, idle. 1: also every callback of timers, sockets, files and so on.
   * 2 (default): also every async function and promise, and who woke whom.
   */
  readonly level?: Level;
}

/** What a recording came to: `recorded + lost` records were emitted. */
export type TraceTotals = AssemblerTotals;

/** Longest time that the end of the process is held up, ms. */
const EXIT_WAIT = 500;
const DEFAULT_LEVEL = 2;
const WRITER = new URL('./writer/writer-worker.js', import.meta.url);

export class Session {
  readonly thread: ThreadRecording;
  readonly #sink: TraceSink;
  readonly #fd: number | undefined;
  readonly #task: WriterTask;
  readonly #control: Int32Array;
  readonly #writer: Worker;
  readonly #port: MessagePort;
  readonly #release: (() => void)[] = [];
  #totals: AssemblerTotals | undefined;
  #failure: string | undefined;
  #stopping = false;

  /** Begins a recording. Throws when the file cannot be opened. */
  constructor(sink: TraceSink, options: StartOptions, onEnd: () => void) {
    const level = options.level ?? DEFAULT_LEVEL;
    this.#sink = sink;
    this.#fd = typeof sink === 'string' || sink instanceof URL ? openSync(sink, 'w') : undefined;
    const shared = createSharedBuffer();
    this.#control = controlWords(shared);
    // Everything from here to the hooks is the recorder's own and left out of the trace.
    const firstOwn = nextResourceId();
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    port1.on('message', (message: WriterMessage) => this.#receive(message));
    port1.unref();
    // Before the Worker class is replaced and before this thread is recorded.
    this.#task = { shared, level, facts: facts(level) };
    this.#writer = startWriter({ ...this.#task, exectraceWriter: true, fd: this.#fd, port: port2 });
    this.#release.push(onProcessEnd(() => this.#finishInPlace()));
    this.#release.push(followWorkers(shared, level), onEnd);
    this.thread = ThreadRecording.begin(shared, level, firstOwn)!;
  }

  /** Ends the recording; resolves when everything has been given to the sink. Rejects when writing failed. */
  async stop(): Promise<TraceTotals> {
    this.#stop();
    if (!this.#settled) {
      // The process must live until the last byte is out.
      this.#writer.ref();
      this.#port.ref();
      await new Promise<void>((resolve) => {
        this.#port.on('message', () => this.#settled && resolve());
        this.#writer.on('exit', () => {
          this.#receiveAll();
          resolve();
        });
      });
    }
    this.#close();
    if (this.#totals === undefined) throw new Error(`the trace is incomplete: ${this.#failure ?? 'its writer died'}`);
    return this.#totals;
  }

  get #settled(): boolean {
    return this.#totals !== undefined || this.#failure !== undefined;
  }

  #stop(): void {
    if (this.#stopping) return;
    this.#stopping = true;
    for (const release of this.#release) release();
    this.thread.end();
    Atomics.store(this.#control, Control.Stop, 1);
    Atomics.add(this.#control, Control.Wake, 1);
    Atomics.notify(this.#control, Control.Wake);
  }

  /** The process is about to end: waits, not long, for the writer; or writes in its place if it has not started. */
  #finishInPlace(): void {
    this.#stop();
    if (Atomics.compareExchange(this.#control, Control.Writer, Writer.None, Writer.InPlace) === Writer.None) {
      this.#writeInPlace();
    } else Atomics.wait(this.#control, Control.Done, 0, EXIT_WAIT);
    this.#receiveAll();
    this.#close();
  }

  #writeInPlace(): void {
    // Loaded only now: a program that lives longer never needs it in its own thread.
    const load = createRequire(import.meta.url);
    const { TraceOutput, writeAll } = load('./writer/trace-output.js') as typeof import('./writer/trace-output.ts');
    const write = (bytes: Uint8Array): void => {
      if (this.#fd === undefined) this.#receive({ kind: 'bytes', bytes: bytes.slice() });
      else writeAll(this.#fd, bytes);
    };
    this.#totals = new TraceOutput(this.#task, write).finish();
  }

  #receiveAll(): void {
    for (let next = receiveMessageOnPort(this.#port); next !== undefined; next = receiveMessageOnPort(this.#port)) {
      this.#receive(next.message as WriterMessage);
    }
  }

  #receive(message: WriterMessage): void {
    if (message.kind === 'end') this.#totals = message.totals;
    else if (message.kind === 'failed') this.#failure = message.message;
    else if (typeof this.#sink === 'object' && 'write' in this.#sink) this.#sink.write(message.bytes);
  }

  #close(): void {
    this.#port.close();
    if (this.#fd !== undefined) closeSync(this.#fd);
  }
}

function startWriter(data: WriterData): Worker {
  // Nothing of the program's own start-up (loaders, preloads) may run in the writer.
  const writer = new Worker(WRITER, {
    name: 'exectrace writer',
    workerData: data,
    transferList: [data.port],
    execArgv: [],
    env: {},
  });
  writer.on('error', () => {});
  writer.unref();
  return writer;
}

/** What the trace says of its process. Paths are relative to the working directory. */
function facts(level: number): Record<string, string | number> {
  const [, script] = process.argv;
  return {
    node: process.versions.node,
    platform: `${process.platform}/${process.arch}`,
    pid: process.pid,
    level,
    command: script === undefined ? 'node' : relative(process.cwd(), scriptPath(script)),
  };
}

function scriptPath(script: string): string {
  return script.startsWith('file:') ? fileURLToPath(script) : script;
}
