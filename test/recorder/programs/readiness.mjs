// A loop that is blocked while a socket, a message and a timer become ready. Prints readings of its own clock, ms, each taken
// as close as can be before or after what it is named for.
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { MessageChannel } from 'node:worker_threads';
import * as trace from 'exectrace';
import { tellClock } from './clock.mjs';

const DELAY = 20;
const read = {};
const now = () => performance.now();
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

function block(ms) {
  const until = now() + ms;
  while (now() < until);
}

const server = createServer().listen(0, '127.0.0.1');
await once(server, 'listening');
const client = connect(server.address().port, '127.0.0.1');
const [socket] = await once(server, 'connection');
const { port1, port2 } = new MessageChannel();
port2.on('message', () => {});
socket.on('data', () => trace.log('line', 'data'));
tellClock();
await sleep(30);
read.slept = now();

let pending = 3;
const done = (name) => {
  trace.log('line', name);
  if (--pending > 0) return;
  tellClock();
  console.log(JSON.stringify(read));
  process.exit();
};
socket.removeAllListeners('data').on('data', () => done('data'));
port2.removeAllListeners('message').on('message', () => done('message'));
setTimeout(() => {
  read.beforeArming = now();
  setTimeout(() => done('timer'), DELAY);
  read.armed = now();
  setImmediate(() => {
    trace.log('line', 'blocks');
    client.write('x');
    read.beforePost = now();
    port1.postMessage('x');
    read.beforeBlock = now();
    block(DELAY + 30);
    read.afterBlock = now();
  });
}, 30);
