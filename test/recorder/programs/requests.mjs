// Serves requests of every kind: kept alive, at the same time, with a body, aborted before and after the headers.
import { once } from 'node:events';
import { Agent, createServer, request } from 'node:http';
import { connect } from 'node:net';
import * as trace from 'exectrace';

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function handle(incoming, response) {
  const path = incoming.url.split('?')[0];
  trace.log('line', `begins ${path}`);
  if (path === '/kept/3') trace.nameTask('POST /kept/:number');
  for await (const _ of incoming);
  if (path.startsWith('/aborted')) {
    if (path === '/aborted/late') response.write('something');
    await once(response, 'close');
  } else {
    await sleep(path === '/slow' ? 5 : 1);
    response.end('done');
  }
  trace.log('line', `ends ${path}`);
}

const server = createServer((incoming, response) => {
  handle(incoming, response).catch((error) => console.log(error.code));
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const { port } = server.address();

async function ask(path, options = {}, body = undefined) {
  const asked = request({ port, host: '127.0.0.1', path, ...options });
  asked.end(body);
  const [response] = await once(asked, 'response');
  for await (const _ of response);
}

/** Asks, hangs up when the handler has begun, and waits until the server has noticed. */
async function abort(path, untilAnswer) {
  const socket = connect(port, '127.0.0.1');
  const [, response] = await Promise.all([
    once(socket, 'connect').then(() => socket.write(`GET ${path}?token=1 HTTP/1.1\r\nhost: x\r\n\r\n`)),
    once(server, 'request').then(([, response]) => response),
    untilAnswer ? once(socket, 'data') : undefined,
  ]);
  const closed = once(response, 'close');
  socket.destroy();
  await closed;
}

const agent = new Agent({ keepAlive: true, maxSockets: 1 });
const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
await ask('/kept/1?secret=1', { agent, headers: { traceparent } });
await ask('/kept/2?secret=2', { agent, headers: { traceparent: `${traceparent}, nonsense` } });
await ask('/kept/3', { agent, method: 'POST' }, 'body');
await Promise.all([ask('/slow', {}), ask('/fast?', {})]);
await abort('/aborted/early', false);
await abort('/aborted/late', true);
await trace.withTask('client', () => ask('/asked/by/a/task'));
agent.destroy();
server.close();
