/**
 * Turns what the rings hold into a trace, step by step: drain, encode what is old enough, cut generations, write.
 *
 * The writer's thread runs it for the length of a recording. A process that ends before that thread has started runs
 * it once, in place, so that even the shortest program loses nothing.
 */
import { writeSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import type { ClockReading } from '../../format/index.ts';
import { Assembler, type AssemblerTotals } from '../assembler/assembler.ts';
import { Control, controlWords, Stop } from '../record/layout.ts';
import { ByteBuffer } from './byte-buffer.ts';
import { type Compressor, createCompressor } from './compressor.ts';
import { Drain } from './drain.ts';
import type { WriterTask } from './protocol.ts';
import { SourceMaps } from './source-maps.ts';

/** Length of a generation, ns, as in Go. */
const GENERATION = 1e9;
/** … and at most, ns. */
const LONGEST_GENERATION = 30e9;
/** Time between two attempts to write to a pipe that is full, ms. */
const FULL_PAUSE = 2;
/** Time for taking in what is left when the process is about to end, ms: what is taken in must be written as well. */
const HURRY = 400;
/** Why the rest could not be written. */
export const NO_TIME = 'the end of the process cannot wait longer';
/** Longest time between two writes, ns. */
const WRITE_PERIOD = 250e6;

export class TraceOutput {
  readonly #write: (bytes: Uint8Array) => void;
  readonly #compressor: Compressor | undefined;
  readonly #out: ByteBuffer;
  readonly #assembler: Assembler;
  readonly #drain: Drain;
  readonly #control: Int32Array;
  readonly #holdBack: number;
  #written = now();
  #leftOut = 0;

  /** `write` takes what the file is to hold, packed if that is wanted. The bytes are valid during the call only. */
  constructor(
    { shared, level, facts, compression, holdBack, readsAhead }: WriterTask,
    write: (bytes: Uint8Array) => void,
  ) {
    this.#control = controlWords(shared);
    this.#write = write;
    this.#holdBack = holdBack;
    const compressor = compression === undefined ? undefined : createCompressor(compression);
    this.#compressor = compressor;
    this.#out = new ByteBuffer(compressor === undefined ? write : (bytes) => write(compressor.add(bytes)));
    const maps = new SourceMaps();
    this.#assembler = new Assembler({
      sink: (bytes) => this.#out.add(bytes),
      level,
      facts,
      readsAhead,
      findSource: (file, line, column) => maps.find(file, line, column),
      clock: wallClock(),
    });
    this.#drain = new Drain(shared, this.#assembler);
    this.#assembler.begin(this.#drain.firstTime());
  }

  /** Takes in what has been published, and writes what is due. */
  step(): void {
    this.#sayLeftOut();
    // Read before anything is taken in: on a busy machine that may last longer than events are held back, and what is
    // published meanwhile must not come too late.
    const settled = now() - this.#holdBack;
    this.#drain.drain(() => Atomics.load(this.#control, Control.Stop) === Stop.No);
    if (this.#isDue(settled)) this.#assembler.cut(settled);
    else this.#assembler.encode(settled);
    if (now() - this.#written >= WRITE_PERIOD) {
      this.#written = now();
      this.#assembler.flush();
      this.#out.flush();
    }
  }

  /** Whether the generation is to end at `settled`: it waits for CPU samples, unless a thread is blocked for long. */
  #isDue(settled: number): boolean {
    const length = settled - this.#assembler.generationStart;
    return length >= GENERATION && (this.#assembler.sampledUntil >= settled || length >= LONGEST_GENERATION);
  }

  /**
   * Takes in and writes everything, as far as there is time for it; returns what the recording came to. The rest is
   * counted as lost, and said to be in the trace.
   */
  finish(): AssemblerTotals {
    this.#sayLeftOut();
    const timeLeft = this.#timeLeft();
    const all = this.#assembler.readAhead(timeLeft) && this.#drain.drain(timeLeft);
    if (!all) this.#drain.loseRest();
    this.#assembler.finish();
    this.#out.flush();
    if (this.#compressor !== undefined) this.#write(this.#compressor.end());
    return this.#assembler.totals;
  }

  /** Whether there is time left: without end, but for `HURRY` once the process waits for its end. */
  #timeLeft(): () => boolean {
    let deadline = Number.POSITIVE_INFINITY;
    return () => {
      if (deadline === Number.POSITIVE_INFINITY && Atomics.load(this.#control, Control.Stop) === Stop.Hurry) {
        deadline = performance.now() + HURRY;
      }
      return performance.now() < deadline;
    };
  }

  /** Says how many threads are missing in the trace, when there are more of them than before. */
  #sayLeftOut(): void {
    const leftOut = Atomics.load(this.#control, Control.LeftOut);
    if (leftOut !== this.#leftOut) this.#assembler.fact('threadsLeftOut', leftOut);
    this.#leftOut = leftOut;
  }
}

/**
 * Writes all of `bytes` to a file that was opened so that it does not block: a pipe that is full is tried again while
 * `mayGoOn`. Asleep, unlike in a system call that blocks, the writer can be ended at any time. Throws the system's
 * error, and `NO_TIME`.
 */
export function writeAll(fd: number, bytes: Uint8Array, mayGoOn: () => boolean): void {
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(fd, bytes, at);
    } catch (error) {
      if (!isFull(error)) throw error;
      if (!mayGoOn()) throw new Error(NO_TIME);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, FULL_PAUSE);
    }
  }
}

function isFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EAGAIN';
}

function now(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e9 + nanoseconds;
}

/** The wall clock at a monotonic time, from one reading of both. */
function wallClock(): (mono: number) => ClockReading {
  const mono = now();
  const wall = performance.timeOrigin + performance.now();
  return (time) => {
    const at = wall + (time - mono) / 1e6;
    const wallSeconds = Math.floor(at / 1000);
    return { mono: Math.floor(time), wallSeconds, wallNanoseconds: Math.floor((at - wallSeconds * 1000) * 1e6) };
  };
}
