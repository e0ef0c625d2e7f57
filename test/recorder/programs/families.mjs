// A worker that has a worker of its own, stuck in a loop, is terminated; the program goes on for a while.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import * as trace from 'exectrace';

const inner = `import('exectrace').then((trace) => {
  trace.log('line', 'inner');
  require('node:worker_threads').parentPort.postMessage('looping');
  for (;;);
});`;
const outer = new Worker(
  `const { Worker, parentPort } = require('node:worker_threads');
  import('exectrace').then((trace) => trace.log('line', 'outer'));
  const inner = new Worker(${JSON.stringify(inner)}, { eval: true });
  inner.on('message', (message) => parentPort.postMessage(message));`,
  { eval: true },
);
await once(outer, 'message');
await outer.terminate();
// Longer than the writer sleeps: the rings of both are read to their ends while the program still runs.
await new Promise((resolve) => setTimeout(resolve, 250));
trace.log('line', 'afterwards');
