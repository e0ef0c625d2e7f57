/**
 * The writer: one worker per recording that drains the rings, assembles and writes, and parks when there is nothing
 * to do. Go's tracer has a goroutine for this; as there, the traced threads never wait for it.
 *
 * It wakes when a thread has published a number of chunks, as each wake-up costs a switch of threads, cold caches, and the
 * traced thread a system call. And it wakes three times a second on its own, so that a killed process has lost at most half a
 * second.
 */
import { workerData } from 'node:worker_threads';
import { Control, controlWords, Sink, Stop, Writer } from '../record/layout.ts';
import { MAX_UNDER_WAY, type WriterData, type WriterMessage } from './protocol.ts';
import { NO_TIME, TraceOutput, writeAll } from './trace-output.ts';

/** Longest sleep, ms. */
const PARK = 300;

const Done = { Ended: 1, Failed: 2 } as const;

function send(message: WriterMessage): void {
  data.port.postMessage(message);
}

/** Writes until the recording stops. */
function run({ fd }: WriterData): void {
  const write = fd === undefined ? sendBytes : (bytes: Uint8Array) => writeToFile(fd, bytes);
  const output = new TraceOutput(data, write);
  for (;;) {
    // Read before the work: a wake-up during it is not slept over.
    const wake = Atomics.load(control, Control.Wake);
    if (Atomics.load(control, Control.Stop) !== Stop.No) break;
    output.step();
    Atomics.wait(control, Control.Wake, wake, PARK);
  }
  send({ kind: 'end', totals: output.finish() });
}

/** Sends bytes to the traced thread, which gives them to the sink; waits first while too many are under way. */
function sendBytes(bytes: Uint8Array): void {
  for (;;) {
    const underWay = Atomics.load(control, Control.UnderWay);
    // When the process is about to end, the sink has no time to take anything, and there is no time to wait.
    if (underWay < MAX_UNDER_WAY || Atomics.load(control, Control.Stop) === Stop.Hurry) break;
    Atomics.wait(control, Control.UnderWay, underWay, PARK);
  }
  Atomics.add(control, Control.UnderWay, bytes.length);
  send({ kind: 'bytes', bytes: bytes.slice() });
}

/** Writes to the file, unless the process, about to end, has closed it to us. */
function writeToFile(fd: number, bytes: Uint8Array): void {
  if (Atomics.compareExchange(control, Control.Sink, Sink.Idle, Sink.Writing) !== Sink.Idle) throw new Error(NO_TIME);
  try {
    writeAll(fd, bytes, () => Atomics.load(control, Control.Sink) === Sink.Writing);
  } finally {
    if (Atomics.compareExchange(control, Control.Sink, Sink.Writing, Sink.Idle) !== Sink.Writing) {
      Atomics.store(control, Control.Sink, Sink.Left);
      Atomics.notify(control, Control.Sink);
    }
  }
}

function finish(result: number): void {
  Atomics.store(control, Control.Done, result);
  Atomics.notify(control, Control.Done);
}

const data = workerData as WriterData;
const control = controlWords(data.shared);
if (Atomics.compareExchange(control, Control.Writer, Writer.None, Writer.Thread) === Writer.None) {
  try {
    run(data);
    finish(Done.Ended);
  } catch (error) {
    send({ kind: 'failed', error: error instanceof Error ? error : new Error(String(error)) });
    finish(Done.Failed);
  }
}
