// Workers that know nothing of the recorder, and run before it begins: one that answers, with a worker of its own, and one
// that is in a loop. Each tells when it takes part. Usage: earlier-workers.mjs FILE
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import * as trace from 'exectrace';

const takesPart = `() => globalThis[Symbol.for('exectrace.recording.1')]?.annotations !== undefined`;
const answering = `const { parentPort, Worker } = require('node:worker_threads');
  const takesPart = ${takesPart};
  async function answers(message) {
    await new Promise((resolve) => setTimeout(resolve, 2));
    return { message, joined: takesPart() };
  }
  parentPort.on('message', async (message) => parentPort.postMessage(await answers(message)));`;
const outer = `${answering}
  const inner = new Worker(${JSON.stringify(answering)}, { eval: true, execArgv: [] });
  inner.on('message', (message) => parentPort.postMessage(message));
  parentPort.on('message', (message) => { if (message === 'inner') inner.postMessage(message); });
  inner.once('online', () => parentPort.postMessage('up'));`;
const looping = `const { workerData } = require('node:worker_threads');
  const takesPart = ${takesPart};
  const flags = new Int32Array(workerData);
  for (;;) Atomics.store(flags, 0, takesPart() ? 2 : 1);`;

const flags = new Int32Array(new SharedArrayBuffer(4));
const one = new Worker(outer, { eval: true });
const loop = new Worker(looping, { eval: true, workerData: flags.buffer });
await once(one, 'message');
while (Atomics.load(flags, 0) === 0) await sleep(1);

/** Asks until both who can answer `message` say that they take part. */
async function askUntilJoined(message, answers) {
  for (;;) {
    one.postMessage(message);
    const all = [];
    while (all.length < answers) all.push((await once(one, 'message'))[0].joined);
    if (all.every(Boolean)) return;
  }
}
trace.start(process.argv[2]);
await askUntilJoined('outer', 1);
await askUntilJoined('inner', 2);
while (Atomics.load(flags, 0) === 1) await sleep(1);
trace.log('line', 'all take part');
await sleep(20);
await loop.terminate();
await sleep(20);
trace.log('line', 'the loop is gone');
await sleep(20);
const { lost } = await trace.stop();
console.log('lost', lost);
one.postMessage('outer');
console.log((await once(one, 'message'))[0]);
await one.terminate();
