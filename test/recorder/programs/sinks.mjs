// Records into things that are no plain file, and prints what came of it. Usage: sinks.mjs WAY FILE
import {
  closeSync,
  createWriteStream,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import { createRequire, syncBuiltinESMExports } from 'node:module';
import { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import * as trace from 'exectrace';

const [, , way, file] = process.argv;
const workerThreads = createRequire(import.meta.url)('node:worker_threads');

async function work() {
  for (let i = 0; i < 300; i++) await trace.withTask(`task ${i % 7}`, async () => trace.log('line', `number ${i}`));
}

/** Waits, if need be for ever, for the recorder to notice that it cannot go on. */
async function untilGivenUp() {
  while (trace.isEnabled()) await new Promise((resolve) => setTimeout(resolve, 1));
}

/** What `stop` says. */
async function stopped() {
  try {
    return { lost: (await trace.stop()).lost };
  } catch (error) {
    return { error: error.message };
  }
}

const ways = {
  async stream() {
    const stream = createWriteStream(file);
    trace.start(stream);
    await work();
    const { bytes, lost } = await trace.stop();
    stream.end();
    await finished(stream);
    return { lost, whole: statSync(file).size === bytes };
  },
  async slowStream() {
    const parts = [];
    const stream = new Writable({
      highWaterMark: 1,
      write(part, _, done) {
        parts.push(Buffer.from(part));
        setImmediate(done);
      },
    });
    trace.start(stream);
    await work();
    const { bytes, lost } = await trace.stop();
    stream.end();
    await finished(stream);
    return { lost, whole: Buffer.concat(parts).length === bytes };
  },
  // Takes nothing until far more has been recorded than fits into the ring, the words that wait, and on the way.
  async stalledStream() {
    const parts = [];
    let most = 0;
    let release;
    const released = new Promise((resolve) => {
      release = resolve;
    });
    const stream = new Writable({
      highWaterMark: 1,
      write(part, _, done) {
        most = Math.max(most, stream.writableLength);
        parts.push(Buffer.from(part));
        released.then(() => done());
      },
    });
    trace.start(stream, { level: 0 });
    const logs = 1_500_000;
    for (let i = 0; i < logs; i++) {
      trace.log('line', 'number');
      // The loop turns now and then, so that the stream is given what the writer sends.
      if (i % 1000 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    release();
    const { bytes, lost, recorded } = await trace.stop();
    writeFileSync(file, Buffer.concat(parts));
    // Thread begin, snapshot and thread end, and readings of the heap.
    const others = recorded + lost - logs;
    return {
      lost: 0,
      dropped: lost > 0,
      bounded: most < 2 << 20,
      others: others < 1000,
      whole: Buffer.concat(parts).length === bytes,
    };
  },
  async closedStream() {
    const stream = new Writable({ highWaterMark: 1, write() {} });
    trace.start(stream);
    await work();
    setTimeout(() => stream.destroy(), 300);
    await untilGivenUp();
    return stopped();
  },
  async webStream() {
    const parts = [];
    const stream = new WritableStream({
      async write(part) {
        await new Promise((resolve) => setImmediate(resolve));
        parts.push(part);
      },
    });
    trace.start(stream);
    await work();
    const { bytes, lost } = await trace.stop();
    // It is the program's again.
    await stream.close();
    return { lost, whole: Buffer.concat(parts).length === bytes };
  },
  async memory() {
    trace.start(trace.MEMORY);
    await work();
    const { bytes, lost, trace: whole } = await trace.stop();
    return { lost, whole: whole.length === bytes && Buffer.from(whole.subarray(0, 13)).toString() === 'go 1.25 trace' };
  },
  async gzipMemory() {
    trace.start(trace.MEMORY, { compress: 'gzip' });
    await work();
    await new Promise((resolve) => setTimeout(resolve, 500));
    await work();
    const { bytes, lost, trace: packed } = await trace.stop();
    // Which takes one member, and nothing behind it.
    const unpacked = await new Response(
      new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip')),
    ).arrayBuffer();
    return { lost, whole: unpacked.byteLength === bytes };
  },
  async fileHandle() {
    const handle = await open(file, 'w');
    trace.start(handle);
    await work();
    const { bytes, lost } = await trace.stop();
    await handle.close();
    return { lost, whole: statSync(file).size === bytes };
  },
  async throwing() {
    trace.start({
      write() {
        throw new Error('the sink is full');
      },
    });
    await work();
    await untilGivenUp();
    return stopped();
  },
  async rejecting() {
    trace.start({ write: async () => Promise.reject(new Error('the sink is full')) });
    await work();
    await untilGivenUp();
    return stopped();
  },
  async rejectingAtTheEnd() {
    trace.start({ write: async () => Promise.reject(new Error('the sink is full')) });
    return stopped();
  },
  async noSpace() {
    trace.start('/dev/full');
    await work();
    await untilGivenUp();
    return stopped();
  },
  async noSpaceAtTheEnd() {
    trace.start('/dev/full');
    return stopped();
  },
  async closed() {
    trace.start(file);
    await work();
    const numbers = readdirSync('/proc/self/fd').filter((fd) => {
      try {
        return readlinkSync(`/proc/self/fd/${fd}`) === file;
      } catch {
        return false;
      }
    });
    numbers.forEach((fd) => void closeSync(Number(fd)));
    await untilGivenUp();
    return stopped();
  },
  async writerDies() {
    // The program gets hold of the writer, which is a worker like any other, by replacing the class.
    const { Worker } = workerThreads;
    let writer;
    workerThreads.Worker = class extends Worker {
      constructor(...args) {
        super(...args);
        writer = this;
      }
    };
    syncBuiltinESMExports();
    trace.start(file);
    await work();
    await writer.terminate();
    await untilGivenUp();
    return stopped();
  },
};

const answer = await ways[way]();
// Afterwards all is as before.
trace.start(file);
await work();
const again = await stopped();
const whole = readFileSync(file).length > 0;
console.log(JSON.stringify({ ...answer, again, whole: answer.whole ?? whole }));
