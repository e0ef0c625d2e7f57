// Stops the recording while workers run: one that answers, one that is stuck in a loop, one that is just starting.
// Afterwards the workers must work as before, unrecorded. Usage: running-workers.mjs FILE
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import * as trace from 'exectrace';

const source = `const { parentPort, workerData } = require('node:worker_threads');
  const told = new Promise((resolve) => parentPort.on('message', resolve));
  import('exectrace').then(async (trace) => {
    trace.log('line', workerData);
    // A slice hands over what it records when it ends: the next one says so.
    await new Promise(setImmediate);
    parentPort.postMessage('ready');
    if (workerData === 'stuck') for (;;);
    await told;
    // The end of the recording comes as a message of its own: it is waited for, if need be for ever.
    while (trace.isEnabled()) await new Promise((resolve) => setTimeout(resolve, 1));
    trace.log('line', 'after the end');
    parentPort.postMessage('unrecorded');
    parentPort.close();
  });`;
const worker = (name) => new Worker(source, { eval: true, workerData: name });
/** Waits for the next message; a later one than that is nobody's. */
const says = (from) => once(from, 'message');

trace.start(process.argv[2]);
const answering = worker('answering');
const stuck = worker('stuck');
await Promise.all([says(answering), says(stuck)]);
const starting = worker('starting');
const started = says(starting);
const { lost } = await trace.stop();
trace.log('line', 'after the end');
await started;
for (const each of [answering, starting]) {
  each.postMessage('go on');
  console.log(...(await says(each)));
}
await stuck.terminate();
console.log('lost', lost);
