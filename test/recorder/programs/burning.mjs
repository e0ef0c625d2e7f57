// Code that keeps the CPU busy in known functions, on the main thread and in a worker. It says in the trace when.
// On a busy machine it goes on until the process has been given a fifth of that time at least.
import { once } from 'node:events';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import * as trace from 'exectrace';

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

function burnsInner(ms) {
  const until = performance.now() + ms;
  const usage = process.cpuUsage();
  const used = () => process.cpuUsage(usage).user / 1000;
  let sum = 0;
  while (performance.now() < until || used() < ms / 5) for (let i = 0; i < 1000; i++) sum += Math.sqrt(i);
  return sum;
}

async function burns(name, ms) {
  await sleep(20);
  trace.log('line', `${name} begins`);
  burnsInner(ms);
  trace.log('line', `${name} ends`);
  await sleep(20);
}

if (isMainThread) {
  await burns('main', 300);
  const worker = new Worker(new URL(import.meta.url));
  await once(worker, 'message');
  await burns('long', 1500);
  await sleep(300);
} else {
  await burns('worker', 200);
  parentPort.postMessage('done');
}
