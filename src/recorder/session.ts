/**
 * The life of one recording of this process: start, stop, and every way in which a process ends.
 *
 * The law: the host program is never harmed. Nothing here throws into it once the recording has begun, keeps it
 * alive, changes its exit status or holds its exit up by more than half a second.
 *
 *   start  open the sink, make the shared buffer, start the writer, record this thread, follow worker threads
 *   stop   end this thread's records, let the writer finish, report
 *   exit   the same, but waiting in place: see exits.ts for the ways in which a process ends
 */
import { createRequire } from 'node:module';
import { extname } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import type { AssemblerTotals } from './assembler/assembler.ts';
import { onProcessEnd } from './exits.ts';
import { type ExtraSources, type Level, sourcesText, type ThreadOptions, threadOptions } from './options.ts';
import { Control, controlWords, createSharedBuffer, Sink, Stop, Writer } from './record/layout.ts';
import { openRunningWorkers } from './running-workers.ts';
import { type OpenSink, openSink, type TraceSink } from './sinks.ts';
import { nextResourceId } from './sources/async-resources.ts';
import { shownPath } from './sources/shown-path.ts';
import { ThreadRecording } from './thread.ts';
import { followWorkers, inheritance } from './workers.ts';
import type { Compression, WriterData, WriterMessage, WriterTask } from './writer/protocol.ts';

export interface StartOptions extends ExtraSources {
  /**
   * 0: tasks, regions, logs, requests, GC, idle. 1: also every callback of timers, sockets, files and so on.
   * 2 (default): also every async function and promise, and who woke whom.
   */
  readonly level?: Level;
  /** Packs the trace, on the writer's thread. Paths that end in `.gz` and `.zst` do so by themselves. */
  readonly compress?: Compression;
}

/** What a recording came to: `recorded + lost` records were emitted. */
export interface TraceTotals extends AssemblerTotals {
  /** The trace, if its sink was `MEMORY`. */
  readonly trace?: Uint8Array;
}

/** Longest time that the end of the process waits for the writer, and then for a write that is under way, ms. */
const EXIT_WAIT = 475;
const LAST_WRITE_WAIT = 25;
/** Collections are reported late, and with the option `gc` what they are made of later still: events wait for them, ns. */
const HOLD_BACK = 100e6;
const LONG_HOLD_BACK = 250e6;
/** Lets the writer send as much as it wants. */
const NEVER_TOO_MUCH = -(2 ** 30);
const WRITER = new URL('./writer/writer-worker.js', import.meta.url);

/** What a session tells its owner. */
export interface SessionEvents {
  /** This thread is recorded no longer: stopped, or failed. */
  readonly ended: () => void;
  /** The trace will not be complete, and why; `stop` will say so too. */
  readonly failed: (reason: string) => void;
}

export class Session {
  readonly thread: ThreadRecording;
  readonly #sink: OpenSink;
  readonly #events: SessionEvents;
  readonly #task: WriterTask;
  readonly #control: Int32Array;
  readonly #writer: Worker;
  readonly #port: MessagePort;
  readonly #releaseExit: () => void;
  readonly #unfollowWorkers: () => void;
  /** Resolves when the writer has said its last word. */
  readonly #settled: Promise<void>;
  #settle: () => void = () => {};
  #isSettled = false;
  /** Resolves when a sink that takes its time has taken all. */
  #given: Promise<unknown> = Promise.resolve();
  #totals: AssemblerTotals | undefined;
  #failure: Error | undefined;
  #stopping = false;
  #closed = false;

  /** Begins a recording. Throws when the file cannot be opened or no thread be started. */
  constructor(sink: TraceSink, options: StartOptions, events: SessionEvents) {
    const taken = threadOptions(options);
    const former = endingWriter;
    const compression = compressionOf(sink, options);
    this.#sink = openSink(sink);
    this.#events = events;
    const shared = createSharedBuffer();
    this.#control = controlWords(shared);
    // Everything from here to the hooks is the recorder's own and left out of the trace.
    const firstOwn = nextResourceId();
    this.#settled = new Promise((resolve) => {
      this.#settle = resolve;
    });
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    port1.on('message', (message: WriterMessage) => this.#receive(message));
    port1.unref();
    // Before the Worker class is replaced and before this thread is recorded.
    const holdBack = taken.gc ? LONG_HOLD_BACK : HOLD_BACK;
    const readsAhead = taken.cpu === true || taken.gc === true;
    this.#task = { shared, level: taken.level, facts: facts(taken), compression, holdBack, readsAhead };
    try {
      this.#writer = startWriter({ ...this.#task, exectraceWriter: true, fd: this.#sink.fd, port: port2 });
    } catch (error) {
      this.#close();
      throw error;
    }
    this.#writer.on('error', (error) => this.#fail(error));
    this.#writer.on('exit', () => this.#writerEnded());
    this.#releaseExit = onProcessEnd(() => this.#finishInPlace());
    const recording = inheritance(shared, taken);
    const unfollow = followWorkers(recording);
    // Workers are numbered in the order of their start: the first of all can have found none that had ended.
    const writer = this.#writer.threadId;
    const running = writer === writers ? undefined : openRunningWorkers();
    this.#unfollowWorkers = () => {
      unfollow();
      running?.close();
    };
    this.thread = ThreadRecording.begin(shared, taken, firstOwn, -1, writer === 1)!;
    // Before Node 22 the inspector crashes if a worker is just ending when it looks for workers.
    const invite = () => !this.#stopping && running?.invite(recording, writer);
    if (former === undefined) invite();
    else former.once('exit', invite);
  }

  /** Ends the recording; resolves when everything has been given to the sink. Rejects when writing failed. */
  async stop(): Promise<TraceTotals> {
    this.#stop(Stop.Yes);
    // The process must live until the last byte is out.
    this.#writer.ref();
    this.#port.ref();
    await this.#settled;
    await this.#given;
    this.#close();
    if (this.#totals === undefined || this.#failure !== undefined) {
      throw new Error(`the trace is incomplete: ${this.#failure?.message}`, { cause: this.#failure });
    }
    const trace = this.#sink.collected();
    return trace === undefined ? this.#totals : { ...this.#totals, trace };
  }

  #stop(how: (typeof Stop)['Yes' | 'Hurry']): void {
    if (this.#stopping) {
      if (how === Stop.Hurry) Atomics.store(this.#control, Control.Stop, how);
      Atomics.notify(this.#control, Control.UnderWay);
      return;
    }
    this.#stopping = true;
    this.thread.end();
    Atomics.store(this.#control, Control.Stop, how);
    Atomics.notify(this.#control, Control.Stop);
    Atomics.add(this.#control, Control.Wake, 1);
    Atomics.notify(this.#control, Control.Wake);
    Atomics.notify(this.#control, Control.UnderWay);
    // Workers that begin to listen after this announcement find the stop flag instead.
    this.#unfollowWorkers();
    this.#events.ended();
  }

  /** The process is about to end: waits, not long, for the writer; or writes in its place if it has not started. */
  #finishInPlace(): void {
    withoutCompiling();
    this.#stop(Stop.Hurry);
    if (!this.#writeInPlace() && !this.#isSettled) Atomics.wait(this.#control, Control.Done, 0, EXIT_WAIT);
    this.#receiveAll();
    if (this.#isSettled) return this.#close();
    this.#takeFile();
    // The writer, still at it, keeps the file: its number must not come to stand for another one.
    this.#fail(new Error('the end of the process cannot wait longer'));
  }

  /** Lets the writer write nothing more; waits, a moment, for what it is writing now, so that the file ends well. */
  #takeFile(): void {
    const before = Atomics.exchange(this.#control, Control.Sink, Sink.Closed);
    if (before === Sink.Writing) Atomics.wait(this.#control, Control.Sink, Sink.Closed, LAST_WRITE_WAIT);
  }

  /** Writes everything, unless there is a writer or will have to be one. */
  #writeInPlace(): boolean {
    const control = this.#control;
    if (Atomics.load(control, Control.Writer) !== Writer.None) return false;
    const output = loadOutput();
    if (output === undefined) return false;
    if (Atomics.compareExchange(control, Control.Writer, Writer.None, Writer.InPlace) !== Writer.None) return false;
    const deadline = performance.now() + EXIT_WAIT;
    const write = (bytes: Uint8Array): void => {
      if (this.#sink.fd === undefined) this.#give(bytes.slice());
      else output.writeAll(this.#sink.fd, bytes, () => performance.now() < deadline);
    };
    try {
      this.#end(new output.TraceOutput(this.#task, write).finish());
    } catch (error) {
      this.#fail(error);
    }
    return true;
  }

  #receiveAll(): void {
    if (this.#closed) return;
    for (let next = receiveMessageOnPort(this.#port); next !== undefined; next = receiveMessageOnPort(this.#port)) {
      this.#receive(next.message as WriterMessage);
    }
  }

  #receive(message: WriterMessage): void {
    if (message.kind === 'bytes') this.#give(message.bytes);
    else if (message.kind === 'end') this.#end(message.totals);
    else this.#fail(message.error);
  }

  /** Gives bytes to a sink that is no file. */
  #give(bytes: Uint8Array): void {
    if (this.#failure !== undefined) return;
    try {
      const given = this.#sink.give(bytes);
      if (given === undefined) return this.#taken(bytes.length);
      const taken = given.then(
        () => this.#taken(bytes.length),
        (error) => this.#fail(error),
      );
      this.#given = this.#given.then(() => taken);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** The sink has taken so many bytes: the writer may send more. */
  #taken(bytes: number): void {
    Atomics.sub(this.#control, Control.UnderWay, bytes);
    Atomics.notify(this.#control, Control.UnderWay);
    if (this.#sink.full) this.#stop(Stop.Yes);
  }

  #end(totals: AssemblerTotals): void {
    this.#totals = totals;
    this.#isSettled = true;
    this.#settle();
  }

  /** Nothing more will be written, so nothing more is recorded. */
  #fail(reason: unknown): void {
    if (this.#failure !== undefined) return;
    this.#failure = reason instanceof Error ? reason : new Error(String(reason));
    this.#isSettled = true;
    this.#settle();
    // Nobody takes anything any more: the writer must not wait for it.
    Atomics.store(this.#control, Control.UnderWay, NEVER_TOO_MUCH);
    this.#stop(Stop.Yes);
    this.#events.failed(this.#failure.message);
  }

  #writerEnded(): void {
    this.#receiveAll();
    if (!this.#isSettled && !this.#closed) this.#fail(new Error('the thread that writes it died'));
  }

  #close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#releaseExit?.();
    this.#port.close();
    try {
      this.#sink.close();
    } catch (error) {
      this.#fail(error);
    }
  }
}

/**
 * Before Node 22 a process can hang for ever at its end: while it waits for the threads that compile, these wait for it
 * to collect garbage (seen in 5 of 110 short programs). What runs from here on is not worth compiling.
 */
function withoutCompiling(): void {
  if (Number.parseInt(process.versions.node, 10) < 22) setFlagsFromString('--no-opt');
}

/** Loaded only when it is needed: a program that lives longer than its writer takes to start never needs it. */
function loadOutput(): typeof import('./writer/trace-output.ts') | undefined {
  try {
    return createRequire(import.meta.url)('./writer/trace-output.js');
  } catch {
    // `require` is not allowed to load ES modules.
    return undefined;
  }
}

/** Writers that this thread has started, and the last one until it is gone. */
let writers = 0;
let endingWriter: Worker | undefined;

function startWriter(data: WriterData): Worker {
  // Nothing of the program's own start-up (loaders, preloads) may run in the writer.
  const writer = new Worker(WRITER, {
    name: 'exectrace writer',
    workerData: data,
    transferList: [data.port],
    execArgv: [],
    env: {},
  });
  writer.unref();
  writers++;
  endingWriter = writer;
  writer.once('exit', () => {
    if (endingWriter === writer) endingWriter = undefined;
  });
  return writer;
}

/** Threads of libuv's pool, by libuv's rules. */
function poolSize(): number {
  const asked = process.env.UV_THREADPOOL_SIZE;
  if (asked === undefined) return 4;
  return Math.min(1024, Math.max(1, Number.parseInt(asked, 10) || 1));
}

const COMPRESSIONS: Readonly<Record<string, Compression>> = { '.gz': 'gzip', '.zst': 'zstd' };

/** How the trace is packed: as asked for, else as the name of the file says. Throws when this Node cannot. */
function compressionOf(sink: TraceSink, { compress }: StartOptions): Compression | undefined {
  const name = typeof sink === 'string' ? sink : sink instanceof URL ? sink.pathname : '';
  const compression = compress ?? COMPRESSIONS[extname(name)];
  if (compression === 'zstd' && !('zstd' in process.versions)) {
    throw new Error(`Node ${process.versions.node} has no zstd: use gzip, or Node 22.15 or newer`);
  }
  return compression;
}

/**
 * Id of the recorded process that this one descends from, if any; read before the preload puts its own id there. It need
 * not be the parent: shells and programs of other kinds may lie between.
 */
const { EXECTRACE_PROCESS: ANCESTOR } = process.env;

/** What the trace says of its process. */
function facts(options: ThreadOptions): Record<string, string | number> {
  const [, script] = process.argv;
  const ancestor = Number(ANCESTOR);
  return {
    node: process.versions.node,
    platform: `${process.platform}/${process.arch}`,
    pid: process.pid,
    ...(ancestor > 0 && ancestor !== process.pid ? { ancestor } : {}),
    level: options.level,
    sources: sourcesText(options),
    pool: poolSize(),
    command: script === undefined ? 'node' : shownPath(script),
  };
}
