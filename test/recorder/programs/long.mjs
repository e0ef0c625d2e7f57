// Runs for a while, with little to do: a line every 100 ms here and in a worker thread. Usage: long.mjs MILLISECONDS
import { Worker } from 'node:worker_threads';
import * as trace from 'exectrace';

const until = performance.now() + Number(process.argv[2]);
new Worker(
  `import('exectrace').then((trace) => {
    const timer = setInterval(() => trace.log('line', 'worker'), 100);
    require('node:worker_threads').parentPort.on('message', () => { clearInterval(timer); process.exit(); });
  });`,
  { eval: true },
).on('online', function () {
  setTimeout(() => this.postMessage('end'), until - performance.now());
});
const task = trace.newTask('all the time');
const region = trace.startRegion('across generations', task);
for (let n = 0; performance.now() < until; n++) {
  await trace.withTask(`round ${n}`, () => new Promise((resolve) => setTimeout(resolve, 100)));
  trace.log('line', `main ${n}`);
}
region.end();
task.end();
console.log('done');
