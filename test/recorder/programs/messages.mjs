// Messages between threads, over a worker's own channel and over one whose port went there in a message. Each thread
// says in the trace when it posts and when it receives; prints how long each message took, ms (the clocks are one).
import { once } from 'node:events';
import { isMainThread, MessageChannel, parentPort, Worker } from 'node:worker_threads';
import * as trace from 'exectrace';

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const now = () => performance.timeOrigin + performance.now();
const took = {};

function post(port, name, message = {}, transfer = []) {
  trace.log('line', `posts ${name}`);
  port.postMessage({ ...message, name, at: now() }, transfer);
}

function receive({ name, at }) {
  took[name] = now() - at;
  trace.log('line', `receives ${name}`);
}

if (isMainThread) {
  const worker = new Worker(new URL(import.meta.url));
  await once(worker, 'message');
  await sleep(20);
  post(worker, 'to worker');
  receive((await once(worker, 'message'))[0]);
  const { port1, port2 } = new MessageChannel();
  port1.on('message', receive);
  await sleep(10);
  post(worker, 'a port', { port: port2 }, [port2]);
  await sleep(20);
  post(port1, 'through the port');
  await sleep(50);
  try {
    port1.postMessage(() => {});
  } catch {
    post(port1, 'after a refused one');
  }
  await sleep(30);
  port1.close();
  post(worker, 'end');
  const [theirs] = await once(worker, 'message');
  console.log(JSON.stringify({ ...took, ...theirs }));
} else {
  parentPort.on('message', (message) => {
    receive(message);
    if (message.name === 'to worker') setTimeout(() => post(parentPort, 'to main'), 20);
    message.port?.on('message', (inner) => {
      receive(inner);
      if (inner.name === 'through the port') post(message.port, 'back through it');
    });
    if (message.name === 'end') {
      parentPort.postMessage(took);
      parentPort.close();
    }
  });
  parentPort.postMessage('ready');
  // The first message finds the thread busy, for longer than the writer holds anything back.
  setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 400));
}
