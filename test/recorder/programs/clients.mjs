// Makes requests with every client that Node has, for a task; serves them over HTTP/1 and HTTP/2 in the same process.
import { once } from 'node:events';
import * as http from 'node:http';
import * as http2 from 'node:http2';
import * as trace from 'exectrace';

const answer = (incoming, response) => {
  const path = incoming.url.split('?')[0];
  trace.log('served', path);
  if (path.endsWith('/never')) return;
  if (path.endsWith('/cut')) {
    const cut = () => (incoming.stream === undefined ? response.destroy() : incoming.stream.close(2));
    response.write('half', cut);
    return;
  }
  response.statusCode = path.endsWith('/missing') ? 404 : 200;
  response.end('done');
};
const server = http.createServer(answer).listen(0, '127.0.0.1');
const server2 = http2.createServer(answer).listen(0, '127.0.0.1');
await Promise.all([once(server, 'listening'), once(server2, 'listening')]);
const origin = `http://127.0.0.1:${server.address().port}`;
const closed = (emitter) => new Promise((resolve) => emitter.on('error', () => {}).on('close', resolve));

async function plain(path) {
  const asked = http.get(`${origin}${path}`, (response) => response.on('error', () => {}).resume());
  if (path.endsWith('/never')) setTimeout(() => asked.destroy(), 20);
  await closed(asked);
}

async function fetched(path) {
  const signal = path.endsWith('/never') ? AbortSignal.timeout(20) : undefined;
  await fetch(`${origin}${path}`, { signal }).then(
    (response) => response.text(),
    () => {},
  );
}

let session;
async function streamed(path) {
  const stream = session.request({ ':path': path });
  stream.resume();
  if (path.endsWith('/never')) setTimeout(() => stream.close(8), 20);
  await closed(stream);
}

for (const [name, ask] of [
  ['plain', plain],
  ['fetched', fetched],
  ['streamed', streamed],
]) {
  await trace.withTask(name, async () => {
    session = http2.connect(`http://127.0.0.1:${server2.address().port}`);
    for (const end of ['17?secret=1', 'missing', 'never']) await ask(`/${name}/${end}`);
    await ask(`/${name}/cut`).catch(() => {});
    session.close();
  });
}
const gone = http.createServer().listen(0, '127.0.0.1');
await once(gone, 'listening');
const { port } = gone.address();
gone.close();
await once(gone, 'close');
await trace.withTask('refused', () => closed(http.get({ host: '127.0.0.1', port, path: '/refused' })));
server.closeAllConnections();
server.close();
server2.close();
