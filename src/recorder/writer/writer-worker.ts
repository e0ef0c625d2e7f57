/**
 * The writer: one worker per recording that drains the rings, assembles and writes, and parks when there is nothing
 * to do. Go's tracer has a goroutine for this; as there, the traced threads never wait for it.
 *
 * It wakes when a thread publishes a chunk, and ten times a second on its own, so that a killed process has lost at
 * most a fraction of a second.
 */
import { writeSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { workerData } from 'node:worker_threads';
import type { ClockReading } from '../../format/index.ts';
import { Assembler } from '../assembler/assembler.ts';
import { Control, controlWords } from '../record/layout.ts';
import { ByteBuffer } from './byte-buffer.ts';
import { Drain } from './drain.ts';
import type { WriterData, WriterMessage } from './protocol.ts';

/** Collections are reported late: events wait this long for them, ns. */
const HOLD_BACK = 100e6;
/** Length of a generation, ns, as in Go. */
const GENERATION = 1e9;
/** Longest time between two writes, ns. */
const WRITE_PERIOD = 200e6;
/** Longest sleep, ms. */
const PARK = 100;

const data = workerData as WriterData;
const Done = { Ended: 1, Failed: 2 } as const;

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

function send(message: WriterMessage): void {
  data.port.postMessage(message);
}

function output(fd: number | undefined): ByteBuffer {
  if (fd === undefined) return new ByteBuffer((bytes) => send({ kind: 'bytes', bytes: bytes.slice() }));
  return new ByteBuffer((bytes) => {
    for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
  });
}

/** Drains until the recording stops. */
function write({ shared, level, facts, fd }: WriterData): void {
  const control = controlWords(shared);
  const out = output(fd);
  const sink = (bytes: Uint8Array): void => out.add(bytes);
  const assembler = new Assembler({ sink, level, facts, clock: wallClock() });
  const drain = new Drain(shared, assembler);
  assembler.begin(drain.firstTime());
  Atomics.store(control, Control.Ready, 1);
  let written = now();
  for (;;) {
    const wake = Atomics.load(control, Control.Wake);
    const stopping = Atomics.load(control, Control.Stop) === 1;
    drain.drain();
    if (stopping) break;
    const settled = now() - HOLD_BACK;
    if (settled - assembler.generationStart >= GENERATION) assembler.cut(settled);
    else assembler.encode(settled);
    if (now() - written >= WRITE_PERIOD) {
      written = now();
      assembler.flush();
      out.flush();
    }
    Atomics.wait(control, Control.Wake, wake, PARK);
  }
  assembler.finish();
  out.flush();
  send({ kind: 'end', totals: assembler.totals });
}

function finish(control: Int32Array, result: number): void {
  Atomics.store(control, Control.Done, result);
  Atomics.notify(control, Control.Done);
}

const control = controlWords(data.shared);
try {
  write(data);
  finish(control, Done.Ended);
} catch (error) {
  send({ kind: 'failed', message: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  finish(control, Done.Failed);
}
