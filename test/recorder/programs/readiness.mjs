// A loop that is blocked while a socket, a message and a timer become ready. Prints what it measured itself, ms.
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { MessageChannel } from 'node:worker_threads';
import * as trace from 'exectrace';

const DELAY = 20;
const measured = {};
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
await sleep(30);

let pending = 3;
const done = (name) => {
  trace.log('line', name);
  if (--pending === 0) {
    console.log(JSON.stringify(measured));
    process.exit();
  }
};
socket.removeAllListeners('data').on('data', () => done('data'));
port2.removeAllListeners('message').on('message', () => done('message'));
setTimeout(() => {
  const armed = now();
  setTimeout(() => {
    measured.late = now() - armed - DELAY;
    done('timer');
  }, DELAY);
  setImmediate(() => {
    trace.log('line', 'blocks');
    client.write('x');
    port1.postMessage('x');
    const from = now();
    block(DELAY + 30);
    measured.block = now() - from;
  });
}, 30);
